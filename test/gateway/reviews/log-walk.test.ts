// A log read by people: everything is shown under a signed root, and what is not what was signed is found at its place.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BrokenPlace } from '../../../gateway/reviews/broken-place.js';
import { type WalkEnd, walkLog } from '../../../gateway/reviews/log-walk.js';
import { decodeRecord, encodeRecord, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { draftWith, readings, requestOf } from '../drafts.js';
import { journalReaderOf, openTestLog, type TestLog } from '../test-log.js';

interface Walked extends WalkEnd {
  readonly shown: readonly number[];
  readonly missing: readonly number[];
  readonly places: readonly string[];
}

const placeText = ({ firstSequence, lastSequence, what }: BrokenPlace) =>
  `${firstSequence === lastSequence ? firstSequence : `${firstSequence}-${lastSequence}`}: ${what}`;

function walk(log: TestLog, recordsPerSignature = 1): Walked {
  const [shown, missing, places]: [number[], number[], string[]] = [[], [], []];
  const end = walkLog(
    journalReaderOf(log),
    { from: 0, wants: () => true, recordsPerSignature },
    {
      record: ({ record, detail }) => {
        shown.push(record.sequence);
        if (detail === 'missing') missing.push(record.sequence);
      },
      broken: (place) => places.push(placeText(place)),
    },
  );
  return { ...end, shown, missing, places };
}

/** 320 records in commits of 100, 190, 20 and 10; a full tile up to 255. Record 5, 290 and 319 have words of their own. */
function writtenLog(): TestLog {
  const log = openTestLog();
  const drafts = readings(320).map((draft, at) =>
    [5, 290, 319].includes(at)
      ? draftWith({
          kind: recordKinds.operatorAction,
          subjectName: `desk-${at}`,
          shipmentName: `SHIP-${at}`,
          detail: { type: 'note', text: `number ${at}` },
        })
      : draft,
  );
  let first = 0;
  for (const count of [100, 190, 20, 10]) {
    log.writer.seal(requestOf(drafts.slice(first, first + count)));
    first += count;
  }
  return log;
}

const all = (count = 320, but: readonly number[] = []) =>
  Array.from({ length: count }, (_unused, at) => at).filter((at) => !but.includes(at));

describe('a log that is what was signed', () => {
  it.each([
    [1, 4],
    [1024, 1],
    [150, 2],
  ])('shows every record, with a signature per %i records: %i checked', (recordsPerSignature, signatures) => {
    expect(walk(writtenLog(), recordsPerSignature)).toMatchObject({
      ...{ shown: all(), places: [], missing: [], stoppedAt: undefined, signatures },
      checkpoint: { size: 320 },
    });
  });

  it('may be empty', () => {
    expect(walk(openTestLog())).toEqual({
      ...{ shown: [], missing: [], places: [], signatures: 0, checkpoint: undefined, stoppedAt: undefined },
    });
  });

  it.each([
    ['details', 'UPDATE records SET detail = NULL', [5, 290, 319]],
    ['names', 'DELETE FROM subjects', []],
    ['names of shipments', 'DELETE FROM shipments', []],
  ])('may have lost %s, which is said and is no fault', (_what, sql, missing) => {
    const log = writtenLog();
    log.damage(sql);
    expect(walk(log)).toMatchObject({ shown: all(), places: [], missing, stoppedAt: undefined });
  });

  it('may have lost its tiles, which can be made again', () => {
    const log = writtenLog();
    log.damage('DELETE FROM tiles');
    expect(walk(log)).toMatchObject({ shown: all(), places: [], stoppedAt: undefined });
  });
});

describe('one change', () => {
  const doubt = (first: number, last: number, size: number) =>
    `${first}-${last}: they do not give the root in the checkpoint of size ${size}: one of them, or it, was changed`;
  type Found = readonly [
    what: string,
    sql: string,
    places: readonly string[],
    shown: readonly number[],
    stoppedAt?: number,
  ];
  const changes: readonly Found[] = [
    [
      'of a leaf that a tile knows',
      "UPDATE records SET leaf = CAST(substr(leaf, 1, length(leaf) - 1) || x'7f' AS BLOB) WHERE sequence = 7",
      ['7: it is missing, or cannot be read'],
      all(320, [7]),
    ],
    [
      'of a leaf to a copy of its neighbour',
      'UPDATE records SET leaf = (SELECT leaf FROM records WHERE sequence = 8) WHERE sequence = 9',
      ['9: it is missing, or cannot be read'],
      all(320, [9]),
    ],
    [
      'that takes records out',
      'DELETE FROM records WHERE sequence IN (20, 21)',
      ['20-21: it is missing, or cannot be read'],
      all(320, [20, 21]),
    ],
    [
      'that takes the first record out',
      'DELETE FROM records WHERE sequence = 0',
      ['0: it is missing, or cannot be read'],
      all(320, [0]),
    ],
    [
      'of a leaf behind the tiles',
      'UPDATE records SET leaf = (SELECT leaf FROM records WHERE sequence = 291) WHERE sequence = 292',
      ['292: it is missing; record 291 stands in its place'],
      all(290),
      290,
    ],
    [
      'that takes out a record behind the tiles',
      'DELETE FROM records WHERE sequence = 300',
      ['300: it is missing; record 301 stands in its place'],
      all(290),
      290,
    ],
    [
      'that takes out the last record',
      'DELETE FROM records WHERE sequence = 319',
      ['310: it stands behind the last signed checkpoint'],
      all(310),
      310,
    ],
    [
      'of a leaf to no bytes',
      'UPDATE records SET leaf = 5 WHERE sequence = 315',
      ['315: it cannot be read'],
      all(310),
      310,
    ],
    [
      'of the root of a checkpoint',
      'UPDATE records SET root = zeroblob(32) WHERE sequence = 309',
      [doubt(290, 309, 310)],
      all(),
    ],
    [
      'of a root to no bytes',
      'UPDATE records SET root = 5 WHERE sequence = 309',
      [doubt(290, 309, 310)],
      all(),
    ],
    [
      'of the root of the last checkpoint',
      'UPDATE records SET root = zeroblob(32) WHERE sequence = 319',
      [doubt(310, 319, 320)],
      all(310),
      310,
    ],
    [
      'of the time of a checkpoint',
      'UPDATE records SET time_ms = time_ms + 1 WHERE sequence = 289',
      ['100-289: the checkpoint of size 290 is not signed by this gateway'],
      all(),
    ],
    [
      'of a time to what is none',
      'UPDATE records SET time_ms = -1 WHERE sequence = 289',
      ['100-289: the checkpoint of size 290 is not signed by this gateway'],
      all(),
    ],
    [
      'of the last signature',
      'UPDATE records SET signature = zeroblob(64) WHERE sequence = 319',
      ['310-319: the checkpoint of size 320 is not signed by this gateway'],
      all(310),
      310,
    ],
    [
      'of the size of a checkpoint',
      'UPDATE checkpoints SET size = 289 WHERE size = 290',
      [doubt(100, 288, 289)],
      all(),
    ],
    [
      'of the last size',
      'UPDATE checkpoints SET size = 321 WHERE size = 320',
      ['320: it is missing'],
      all(310),
      310,
    ],
    [
      'of the last size to one beyond all measure',
      'UPDATE checkpoints SET size = 281474976710655 WHERE size = 320',
      ['320: it is missing'],
      all(310),
      310,
    ],
    [
      'that takes the last checkpoint out',
      'UPDATE records SET root = NULL WHERE sequence = 319',
      ['310: it stands behind the last signed checkpoint'],
      all(310),
      310,
    ],
    [
      'of a detail',
      "UPDATE records SET detail = replace(detail, 'number 290', 'number 291')",
      ['290: its detail is not what was signed'],
      all(320, [290]),
    ],
    [
      'of the name of a subject',
      "UPDATE subjects SET name = 'desk-6' WHERE name = 'desk-5'",
      ['5: its name "desk-6" is not what was signed'],
      all(320, [5]),
    ],
    [
      'of the name of a shipment',
      "UPDATE shipments SET name = 'SHIP-\u001b[2J' WHERE name = 'SHIP-319'",
      ['319: the name of its shipment "SHIP-?[2J" is not what was signed'],
      all(320, [319]),
    ],
  ];
  const named = changes.map(([what, ...change]) => [what, change] as const);
  it.each(named)('%s is found at its place', (_what, [sql, places, shown, stoppedAt]) => {
    const log = writtenLog();
    if (sql.includes('checkpoints')) log.layCheckpointsApart();
    log.damage(sql);
    expect(walk(log)).toMatchObject({ places, shown, stoppedAt });
  });

  it('of a temperature in a leaf that is otherwise whole is found at its place', () => {
    const log = writtenLog();
    const [leaf = new Uint8Array()] = log.reader.leaves(40, 1);
    log.damage(
      'UPDATE records SET leaf = ? WHERE sequence = 40',
      encodeRecord({ ...decodeRecord(leaf), value: 5000 }),
    );
    const places = ['40: it is not what was signed'];
    expect(walk(log)).toMatchObject({ places, shown: all(320, [40]), stoppedAt: undefined });
  });

  it('of a number in a leaf is found at its place, and does not hide the record that has that number', () => {
    const log = writtenLog();
    const [leaf = new Uint8Array()] = log.reader.leaves(40, 1);
    log.damage(
      'UPDATE records SET leaf = ? WHERE sequence = 40',
      encodeRecord({ ...decodeRecord(leaf), sequence: 41 }),
    );
    const places = ['40: it is missing, or cannot be read'];
    expect(walk(log)).toMatchObject({ places, shown: all(320, [40]), stoppedAt: undefined });
  });

  it('of two commits in a row ends what can be verified', () => {
    const log = writtenLog();
    log.damage('UPDATE records SET signature = zeroblob(64) WHERE sequence IN (289, 309)');
    const what = 'is not signed by this gateway';
    expect(walk(log)).toMatchObject({
      places: [`100-289: the checkpoint of size 290 ${what}`, `290-309: the checkpoint of size 310 ${what}`],
      ...{ shown: all(100), stoppedAt: 100 },
    });
  });

  it('of all signatures to those of another key shows nothing', () => {
    const log = writtenLog();
    const other = openTestLog({ ...log.signer, sign: () => new Uint8Array(64).fill(1) });
    other.writer.seal(requestOf(readings(3)));
    expect(walk(other)).toMatchObject({ shown: [], checkpoint: undefined, stoppedAt: 0 });
  });

  it.each([1, 1024])(
    'of any one bit is found, and none but what was signed is shown (%i)',
    (recordsPerSignature) => {
      const log = writtenLog();
      const columns = [
        ['records', 'leaf', 'sequence', 319],
        ['records', 'root', 'sequence', 3],
        ['records', 'signature', 'sequence', 3],
        ['records', 'detail', 'sequence', 2],
      ] as const;
      const sizes = [100, 290, 310, 320];
      const truth = walk(log, recordsPerSignature);
      expect(truth.places).toEqual([]);
      fc.assert(
        fc.property(
          fc.constantFrom(...columns),
          fc.nat(),
          fc.nat(),
          ([table, column, key, max], row, bit) => {
            const at = row % (max + 1);
            const { rowid, value } = log.database
              .prepare<[number], { rowid: number | Buffer; value: Buffer }>(
                `SELECT ${key} AS rowid, CAST(${column} AS BLOB) AS value FROM ${table}
                  WHERE ${column} IS NOT NULL ORDER BY ${key} LIMIT 1 OFFSET ?`,
              )
              .get(at) ?? { rowid: 0, value: Buffer.alloc(0) };
            const flipped = Buffer.from(value);
            const byte = Math.floor(bit / 8) % flipped.length;
            flipped[byte] = (flipped[byte] ?? 0) ^ (1 << (bit % 8));
            const write = log.database.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${key} = ?`);
            write.run(column === 'detail' ? flipped.toString('utf8') : flipped, rowid);
            try {
              const { places, shown, stoppedAt } = walk(log, recordsPerSignature);
              const isPassedOver = recordsPerSignature > 1 && column === 'signature' && sizes[at] !== 320;
              if (isPassedOver) expect(places).toEqual([]);
              else expect(places).toHaveLength(1);
              if (column === 'leaf') expect(shown).not.toContain(at);
              expect(shown).toEqual(
                all(
                  stoppedAt ?? 320,
                  all().filter((sequence) => !shown.includes(sequence)),
                ),
              );
            } finally {
              write.run(column === 'detail' ? value.toString('utf8') : value, rowid);
            }
          },
        ),
        { numRuns: 100 },
      );
      expect(walk(log, recordsPerSignature)).toEqual(truth);
    },
  );
});
