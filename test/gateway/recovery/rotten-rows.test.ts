// A flipped bit in a row beside the log: nobody reads it, the next start puts it back, and what cannot be put back is told.

import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { anchorRows } from '../../../gateway/journal/anchor-rows.js';
import { openDatabase } from '../../../gateway/journal/database.js';
import { RequestRows } from '../../../gateway/journal/request-rows.js';
import { type CheckedTable, checkedTables } from '../../../gateway/journal/row-check.js';
import { signedDetail } from '../../../gateway/publish/signed-detail.js';
import { noteRotten } from '../../../gateway/recovery/suspect-note.js';
import { decodeRecord, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { domain, sealHeaders, tellHead, writeFirst, writeMore } from '../../faults/campaign/ledger-side.js';
import { draftWith, readings, requestOf } from '../drafts.js';
import { deviceKey } from '../test-log.js';
import { thrownBy } from '../thrown.js';
import { DamagedLog, PAGE_BYTES } from './damaged-log.js';
import { flipIn, type Value } from './flip-in-row.js';

const gateway = new SoftwareSigner(deviceKey).address;
const tables = Object.keys(checkedTables) as CheckedTable[];

/** A log with a row in each table that is checked. */
function written(): DamagedLog {
  const damaged = new DamagedLog().open().fill(600);
  const asked = new RequestRows(damaged.journalPath, 'peer');
  asked.add('shipment.open', '{"id":"SHIP-2"}', undefined, 5);
  asked.close();
  const { writer } = damaged.log;
  writer.seal(
    requestOf([
      ...readings(3),
      draftWith({ kind: recordKinds.deviceCondition }),
      draftWith({ kind: recordKinds.timeReference }),
      draftWith({ shipmentName: 'SHIP-3' }),
    ]),
  );
  writer.seal(
    requestOf(readings(2), { prunes: [{ of: 'readings', first: 0, beyond: 1 }], erases: ['SHIP-3'] }),
  );
  sealHeaders(writer, gateway);
  writeFirst(damaged.journalPath, gateway);
  writeMore(damaged.journalPath, gateway);
  damaged.end();
  return damaged;
}

function rowsOf({ journalPath }: DamagedLog, table: CheckedTable): Record<string, Value>[] {
  const database = new Database(journalPath, { readonly: true });
  try {
    return database.prepare<[], Record<string, Value>>(`SELECT * FROM ${table} ORDER BY 1, 2`).all();
  } finally {
    database.close();
  }
}

function change({ journalPath }: DamagedLog, sql: string, ...values: unknown[]): void {
  const database = new Database(journalPath);
  try {
    if (database.prepare(sql).run(...values).changes === 0) throw new Error(`nothing was changed: ${sql}`);
  } finally {
    database.close();
  }
}

describe.each(tables)('one flipped bit in a row of %s', (table) => {
  it('is put back by the next start, wherever it was', () => {
    const log = written();
    const before = rowsOf(log, table);
    expect(before.length).toBeGreaterThan(0);
    fc.assert(
      fc.property(
        fc.nat({ max: before.length - 1 }),
        fc.constantFrom(...checkedTables[table], 'checksum'),
        fc.nat(),
        (at, column, bit) => {
          const row = before[at] ?? {};
          const value = row[column] ?? null;
          if (value === null) return;
          const { sql, values } = flipIn(table, row, column, bit);
          try {
            change(log, sql, ...values);
          } catch {
            // A key that another row has.
            return;
          }
          log.open();
          expect(log.log.mended).toEqual({ putBack: [table], askedAgain: [] });
          // A start forgets what the contract said, and it is asked again.
          tellHead(log.journalPath, gateway);
          log.end();
          expect(log.said).toEqual([]);
          const after = rowsOf(log, table);
          if (table === 'erasures' || table === 'pruned') expect(after).toHaveLength(before.length);
          else expect(after).toEqual(before);
        },
      ),
      { numRuns: 6 },
    );
  });
});

const refusals: readonly (readonly [what: string, sql: string, read: (log: DamagedLog) => unknown])[] = [
  ['states', "UPDATE judge_state SET value = '{}'", (log) => log.reader().judgeStates()],
  ['a state', "UPDATE judge_state SET value = '{}'", (log) => log.reader().judgeState('account/p0')],
  ['a cursor', 'UPDATE cursors SET size = size + 3', (log) => log.reader().cursor('mqtt:fleet')],
];

test.each(refusals)('nobody reads %s that is not what was written', (_what, sql, read) => {
  const log = written();
  change(log, sql);
  expect(thrownBy(() => read(log))).toMatchObject({ code: 'JOURNAL_DAMAGED' });
});

test('a request that is not what was asked is not carried out', () => {
  const log = written();
  change(log, `UPDATE requests SET document = '{"id":"SHIP-9"}'`);
  const rows = new RequestRows(log.journalPath, 'reader');
  expect(rows.waiting(0, 10)).toEqual([]);
  rows.close();
});

test('a sink whose place nobody knows is told all again, and that is told', () => {
  const log = written();
  change(log, 'UPDATE cursors SET size = 77, checksum = 5');
  log.open();
  expect(log.said).toHaveLength(1);
  expect(log.reader().knownCursor('mqtt:fleet')).toBe(0);
  expect(log.tell()?.incomplete).toEqual(['cursors']);
});

test('a state that nobody knows any more is not believed, and that is told', () => {
  const log = written();
  change(log, 'UPDATE judge_state SET value = \'{"name":"Eve"}\' WHERE key = \'account/p0\'');
  log.open();
  expect(log.said).toHaveLength(1);
  expect(log.reader().judgeState('account/p0')).toBeUndefined();
  expect(log.reader().judgeStatesOf('account/').length).toBeGreaterThan(3);
  expect(log.tell()?.incomplete).toEqual(['judge_state']);
});

test('a shipment whose row was changed has its span again from the records', () => {
  const log = written();
  const spans = () => {
    const journal = log.reader();
    const { first_sequence: first, last_sequence: last } = journal.shipment('SHIP-1') ?? {};
    return [first, last];
  };
  const before = spans();
  change(log, "UPDATE shipments SET first_sequence = 400, last_sequence = 9000 WHERE name = 'SHIP-1'");
  log.open();
  expect(log.said).toHaveLength(1);
  expect(spans()).toEqual(before);
});

test('a boot that nobody remembers is not counted again', () => {
  const log = written();
  change(log, 'UPDATE boots SET boot_count = 90, checksum = 3');
  log.open();
  expect(log.said).toHaveLength(1);
  expect(log.log.bootCount).toBeGreaterThan(1);
});

test('what the ledger says again is asked again, and no journal is set aside for it', () => {
  const log = written();
  change(log, 'UPDATE submissions SET checksum = 5 WHERE nonce = 4');
  change(log, "UPDATE problems SET message = 'other words', checksum = 5");
  log.open();
  expect(log.said).toEqual([]);
  expect(log.log.mended).toEqual({ putBack: [], askedAgain: ['submissions', 'problems'] });
  expect(rowsOf(log, 'submissions').map(({ nonce }) => nonce)).toEqual([3, 3]);
  expect(rowsOf(log, 'problems')).toEqual([]);
});

test('offers for one nonce keep their order when one of them is put back', () => {
  const log = written();
  const offers = () => {
    const database = openDatabase(log.journalPath, { access: 'peer' });
    try {
      return anchorRows(database, gateway, domain).openSubmissions();
    } finally {
      database.close();
    }
  };
  const before = offers();
  change(
    log,
    'UPDATE submissions SET to_seq = to_seq + 8 WHERE nonce = 3 AND rowid = (SELECT min(rowid) FROM submissions)',
  );
  expect(offers()).toEqual(before);
  log.open();
  expect(log.log.mended.putBack).toEqual(['submissions']);
  expect(offers()).toEqual(before);
});

test('what was told of a header is left out where nobody can tell it any more, and that is told', () => {
  const log = written();
  change(log, 'UPDATE inclusions SET block_number = 7, checksum = 5 WHERE to_seq = 2');
  log.open();
  expect(log.said).toHaveLength(1);
  expect(log.tell()?.incomplete).toEqual(['inclusions']);
  expect(rowsOf(log, 'inclusions').map(({ to_seq: seq }) => seq)).toEqual([1, 3]);
});

test('a table of which a bit has made one letter great is taken over by a recovery like any other', () => {
  const log = written();
  const before = rowsOf(log, 'ledger_spends');
  expect(before.length).toBeGreaterThan(0);
  const database = new Database(log.journalPath);
  database.unsafeMode();
  database.pragma('writable_schema = ON');
  database.exec("UPDATE sqlite_schema SET name = 'ledger_sPends' WHERE name = 'ledger_spends'");
  database.close();
  noteRotten(log.journalPath);
  log.open();
  expect(log.said).toHaveLength(1);
  expect(log.tell()?.incomplete).toEqual([]);
  expect(rowsOf(log, 'ledger_spends')).toEqual(before);
});

test('a column of which a bit has made one letter great is believed by nobody, and put back by the next start', () => {
  const log = written();
  const before = rowsOf(log, 'judge_state');
  const database = new Database(log.journalPath);
  database.unsafeMode();
  database.pragma('writable_schema = ON');
  database.exec(
    "UPDATE sqlite_schema SET sql = replace(sql, 'checksum', 'Checksum') WHERE name = 'judge_state'",
  );
  database.close();
  expect(thrownBy(() => log.reader())).toMatchObject({ code: 'JOURNAL_DAMAGED' });
  log.open();
  expect(log.said).toEqual([]);
  expect(log.log.mended.putBack).toEqual(['judge_state']);
  log.end();
  expect(rowsOf(log, 'judge_state')).toEqual(before);
  expect(log.reader().judgeStates().size).toBe(before.length);
});

test('a record whose place has changed in the file is not one whose detail was erased', () => {
  const log = written();
  log.checkpoint();
  const sequence = 14;
  const leafAt = log.offsetOf(sequence);
  log.spoil((file) => {
    // A row is its number, the length of its head, the kinds of its columns, and these (SQLite file format, section 2.1).
    const headBytes = [9, 10, 11].find((bytes) => file[leafAt - bytes] === bytes) ?? 0;
    const numberAt = leafAt - headBytes - 1;
    expect(file[numberAt]).toBe(sequence);
    file.writeUInt8(sequence ^ 0x40, numberAt);
  });
  const journal = log.reader();
  const record = decodeRecord(log.leaves[sequence] ?? new Uint8Array());
  expect(record).toMatchObject({ sequence, detail: { length: 32 } });
  expect(thrownBy(() => signedDetail(journal.log, record))).toMatchObject({ code: 'JOURNAL_DAMAGED' });
  expect(log.walk().broken[0]).toMatchObject({ firstSequence: sequence, lastSequence: sequence });
});

test('a lot whose recall nobody knows any more takes with it all that is known of packs', () => {
  const log = written();
  change(log, 'UPDATE serials_followed SET state = \'{"recalls":0}\', checksum = 5');
  log.open();
  expect(log.said).toHaveLength(1);
  expect(log.tell()?.incomplete).toEqual(['serials_followed']);
  const { serials } = log.reader();
  expect([serials.snapshots(), serials.lotKeys(), serials.followed()]).toEqual([[], [], []]);
});

test('a page that has lost count of its rows is told by whoever shows or exports what the ledger said', () => {
  const log = written();
  log.checkpoint();
  const [page = 1] = log.pagesOf('ledger_heads');
  // Offset of the number of cells in the head of a leaf page (SQLite file format, section 1.6).
  log.spoil((file) => file.writeUInt16BE(0, (page - 1) * PAGE_BYTES + 3));
  const journal = log.reader();
  expect(journal.ledgerHead(domain.chainId, domain.verifyingContract)).toBeUndefined();
  expect(journal.ledgerDamage()).toMatchObject([{ code: 'JOURNAL_DAMAGED' }]);
});

describe('an index of headers that leads elsewhere', () => {
  /** Another number in the entry of a header. */
  function spoilt(seq: number, other: number): DamagedLog {
    const log = written();
    log.checkpoint();
    const [page = 1] = log.pagesOf('sqlite_autoindex_batches_1');
    log.spoil((file) => {
      const at = file.indexOf(Buffer.from([...domain.verifyingContract, seq]), (page - 1) * PAGE_BYTES);
      expect(at).toBeLessThan(page * PAGE_BYTES);
      file.writeUInt8(other, at + domain.verifyingContract.length);
    });
    return log;
  }
  const seqs = (log: DamagedLog) => {
    const journal = log.reader();
    const { chainId, verifyingContract: contract } = domain;
    const each = [1, 2, 3, 4].map((seq) => journal.batch(chainId, contract, seq)?.seq);
    return [journal.latestBatch(chainId, contract)?.seq, ...each];
  };

  it.each([
    [2, 6],
    [3, 11],
    [4, 12],
  ])('hides none, where header %i has become %i', (seq, other) => {
    expect(seqs(spoilt(seq, other))).toEqual([4, 1, 2, 3, 4]);
  });

  it('is told by whoever exports, and put right by a start', () => {
    const log = spoilt(4, 0);
    expect(log.reader().ledgerDamage()).toMatchObject([{ code: 'JOURNAL_DAMAGED' }]);
    log.open();
    expect(log.log.mended.putBack).toEqual(['batches']);
    expect(log.said).toEqual([]);
    expect(seqs(log)).toEqual([4, 1, 2, 3, 4]);
    expect(log.reader().ledgerDamage()).toEqual([]);
  });
});
