// A flipped bit among the names behind the subjects of records: no check column, each is told by its own hash. The next start puts it
// back, or takes over what can be proven and tells; no record goes out as if its name had been erased.

import { cpSync, readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { draftWith, requestOf } from '../drafts.js';
import { DamagedLog, PAGE_BYTES } from './damaged-log.js';

interface NameRow {
  readonly subject: Buffer;
  readonly name: string;
  readonly salt: Buffer | null;
}

/** A log in one file, with names that are salted and names that are not. */
function written(): DamagedLog {
  const log = new DamagedLog().open().fill(40);
  const kit = { subjectName: 'KIT-0001', isSalted: true, shipmentName: 'SHIP-1' };
  log.log.writer.seal(requestOf([draftWith(kit), draftWith({ subjectName: 'cargo-rear' })]));
  log.end();
  log.checkpoint();
  return log;
}

function namesOf({ journalPath }: DamagedLog): NameRow[] {
  const database = new Database(journalPath, { readonly: true });
  try {
    return database.prepare<[], NameRow>('SELECT subject, name, salt FROM subjects ORDER BY subject').all();
  } finally {
    database.close();
  }
}

function flip(log: DamagedLog, at: number, bit: number): void {
  log.spoil((file) => file.writeUInt8(file.readUInt8(at) ^ (1 << bit), at));
}

/** Where in the file a column of a name lies. */
function placeOf(
  log: DamagedLog,
  { subject, name, salt }: NameRow,
  column: 'subject' | 'name' | 'salt',
): number {
  const file = readFileSync(log.journalPath);
  const at = file.indexOf(Buffer.concat([subject, Buffer.from(name), salt ?? Buffer.alloc(0)]));
  if (at < 0) throw new Error('the name is not in the file');
  return at + { subject: 0, name: subject.length, salt: subject.length + name.length }[column];
}

test('a start puts a flipped bit of a name, of its place and of its salt back, and says that it did', () => {
  const log = written();
  const before = namesOf(log);
  const salted = before.filter(({ salt }) => salt !== null);
  expect(salted.length).toBeGreaterThan(0);
  fc.assert(
    fc.property(
      fc.constantFrom(...salted),
      fc.constantFrom('subject' as const, 'name' as const, 'salt' as const),
      fc.nat({ max: 7 }),
      fc.nat({ max: 7 }),
      (row, column, offset, bit) => {
        flip(log, placeOf(log, row, column) + offset, bit);
        log.open();
        expect(log.log.mended).toEqual({ putBack: ['subjects'], askedAgain: [] });
        log.end();
        log.checkpoint();
        expect(log.said).toEqual([]);
        expect(namesOf(log)).toEqual(before);
      },
    ),
    { numRuns: 12 },
  );
});

test('wherever a bit flips in the page of names, the next start has all names again or tells', () => {
  const log = written();
  const before = namesOf(log);
  const [page = 1, ...others] = log.pagesOf('subjects');
  expect(others).toEqual([]);
  const first = (page - 1) * PAGE_BYTES;
  const file = readFileSync(log.journalPath);
  const used = Array.from({ length: PAGE_BYTES }, (_, at) => first + at).filter((at) => file[at] !== 0);
  // The head of the page and the places of its cells lost names without a word.
  const head = Array.from({ length: 8 + 2 * before.length }, (_, at) => first + at);
  fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(...head), fc.constantFrom(...used)),
      fc.nat({ max: 7 }),
      (at, bit) => {
        const copy = new DamagedLog();
        cpSync(log.folder, copy.folder, { recursive: true });
        flip(copy, at, bit);
        copy.open().close();
        if (copy.said.length === 0) expect(namesOf(copy)).toEqual(before);
      },
    ),
    { numRuns: 60 },
  );
});

test('a name that a flipped bit has made bytes is read as the text that it was', () => {
  const log = written();
  const database = new Database(log.journalPath);
  database.exec("UPDATE subjects SET name = CAST(name AS BLOB) WHERE name = 'cargo-rear'");
  database.close();
  expect(log.walk().broken).toEqual([]);
  log.open();
  expect(log.log.mended.putBack).toEqual(['subjects']);
});

test('a name that nobody can tell any more is left out, and the record of the recovery says so', () => {
  const log = written();
  const [row] = namesOf(log).filter(({ name }) => name === 'cargo-rear');
  if (!row) throw new Error('no name');
  const at = placeOf(log, row, 'name');
  for (const offset of [0, 1]) flip(log, at + offset, 1);
  log.open();
  expect(log.said).toHaveLength(1);
  expect(log.reader().log.nameOf(row.subject)).toBeUndefined();
  expect(log.tell()?.incomplete).toEqual(['subjects']);
});
