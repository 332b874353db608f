// A journal of a newer program, met by the one before: refused, unless an update that goes back has ordered it to be set aside.
// Then the log goes on in the same tree behind all that the newer one may have signed, and never from a copy of before.

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { JOURNAL_LAYOUT } from '../../../gateway/journal/migrations.js';
import { orderStepBack } from '../../../gateway/recovery/step-back.js';
import { MARK_RECORDS, markPathOf } from '../../../gateway/sealing/key-mark.js';
import { compactRangeAt } from '../../../ledger-sync/evidence/node-reader.js';
import { hex } from '../hex.js';
import { DamagedLog } from './damaged-log.js';

const RECORDS = 700;
const NEWER = JOURNAL_LAYOUT + 1;

/** A log that a newer program has brought to its layout. @param change what else it has done to the tables */
function newer(change = 'CREATE TABLE later (x INTEGER)'): DamagedLog {
  const log = new DamagedLog().open().fill(RECORDS);
  log.log.follow();
  log.checkpoint();
  const database = new Database(log.journalPath);
  database.exec(change);
  database.pragma(`user_version = ${NEWER}`);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  return log;
}

const asideIn = (folder: string) => {
  const [name = ''] = readdirSync(join(folder, 'damaged'));
  return join(folder, 'damaged', name);
};

describe('a journal of a newer program', () => {
  test('is refused as it is where nobody has ordered a step back', () => {
    const log = newer();
    const before = readFileSync(log.journalPath);
    expect(() => log.open()).toThrow(expect.objectContaining({ code: 'JOURNAL_TOO_NEW' }));
    expect(readFileSync(log.journalPath).equals(before)).toBe(true);
    expect(existsSync(join(log.folder, 'damaged'))).toBe(false);
  });

  test('that is newer than what was ordered is refused as well', () => {
    const log = newer();
    orderStepBack(log.journalPath, JOURNAL_LAYOUT);
    expect(() => log.open()).toThrow(expect.objectContaining({ code: 'JOURNAL_TOO_NEW' }));
  });

  test('is set aside byte for byte, every record is taken over, and the tree goes on behind a hole', () => {
    const log = newer();
    const before = readFileSync(log.journalPath);
    const mark = log.mark;
    orderStepBack(log.journalPath, NEWER);
    log.open();
    expect(log.said[0]).toMatch(/^JOURNAL_TOO_NEW /);
    expect(readFileSync(join(asideIn(log.folder), 'journal.db')).equals(before)).toBe(true);
    expect(existsSync(`${log.journalPath}-step-back`)).toBe(false);
    const report = log.tell();
    expect(report).toMatchObject({ code: 'JOURNAL_TOO_NEW', recovered: RECORDS, lost: 0, lastSize: RECORDS });
    expect(report?.firstSequence).toBeGreaterThanOrEqual(RECORDS + MARK_RECORDS);
    log.seal(10);
    const { broken, end, shown } = log.walk();
    expect([broken, end.stoppedAt]).toEqual([[], undefined]);
    expect(shown.filter((sequence) => sequence < RECORDS)).toHaveLength(RECORDS);
    // What was signed last still follows from the tree: one log under the key.
    expect(hex(compactRangeAt(RECORDS, log.reader().log).root())).toBe(hex(mark?.root ?? new Uint8Array()));
  });

  test('of which this program can read nothing is set aside untouched, and nothing that it may have signed is signed again', () => {
    const log = newer('ALTER TABLE records RENAME TO entries; ALTER TABLE checkpoints RENAME TO heads');
    const before = readFileSync(log.journalPath);
    orderStepBack(log.journalPath, NEWER);
    log.open();
    const aside = asideIn(log.folder);
    expect(readFileSync(join(aside, 'journal.db')).equals(before)).toBe(true);
    expect(readdirSync(aside).filter((name) => name.includes('page'))).toEqual([]);
    const report = log.tell();
    expect(report).toMatchObject({ recovered: 0, lost: RECORDS, lastSize: RECORDS });
    expect(report?.firstSequence).toBeGreaterThanOrEqual(RECORDS + MARK_RECORDS);
    expect(log.walk().broken).toEqual([]);
  });

  test('is never replaced by a copy of before: the mark beside the key refuses that', () => {
    const log = new DamagedLog().open().fill(RECORDS);
    log.log.follow();
    log.checkpoint();
    const copy = readFileSync(log.journalPath);
    log.open().seal(5);
    log.end();
    log.spoil((file) => copy.copy(file));
    expect(() => log.open()).toThrow(expect.objectContaining({ code: 'JOURNAL_OUTGROWN' }));
  });
});

test('an order that was not needed is gone after the next start', () => {
  const log = new DamagedLog().open().fill(20);
  log.end();
  orderStepBack(log.journalPath, NEWER);
  log.open();
  expect(log.said).toEqual([]);
  expect(existsSync(`${log.journalPath}-step-back`)).toBe(false);
});

test('without a mark beside the key nobody knows what was signed, and the order is not carried out', () => {
  const log = newer();
  orderStepBack(log.journalPath, NEWER);
  rmSync(markPathOf(log.settings.keyFile));
  expect(() => log.open()).toThrow(expect.objectContaining({ code: 'JOURNAL_TOO_NEW' }));
});
