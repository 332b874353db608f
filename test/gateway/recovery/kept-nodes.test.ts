// Hashes that a recovery has kept of what was lost have no check of their own: every proof through one leads to a signed root, or is
// refused.

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { Config } from '../../../config/schema.js';
import { exportEvidence } from '../../../gateway/evidence-export.js';
import { noteRotten } from '../../../gateway/recovery/suspect-note.js';
import { DamagedLog, PAGE_BYTES } from './damaged-log.js';

/** More than three full tiles, one of which lost records. @param isTileLost its hashes are gone as well: all below it is */
function recovered(isTileLost: boolean): DamagedLog {
  const log = new DamagedLog().open().fill(1_000);
  log.end();
  const tilePages = isTileLost ? log.pagesOf('tiles') : [];
  log.spoil((file) => {
    const recordPage = Math.floor(log.offsetOf(700) / PAGE_BYTES) + 1;
    for (const page of [...tilePages, recordPage])
      file.fill(0x5a, (page - 1) * PAGE_BYTES, page * PAGE_BYTES);
  });
  noteRotten(log.journalPath);
  log.open();
  log.tell();
  log.seal(40);
  log.end();
  return log;
}

/** Of records beside the hole. */
function exported(log: DamagedLog): string[] {
  const journal = log.reader();
  return [0, 500, 760, 999].map((sequence) => {
    if (!journal.log.leaf(sequence)) return 'lost';
    try {
      return JSON.stringify(exportEvidence(journal, {} as Config, { kind: 'record', sequence }, true));
    } catch (error) {
      return String(Reflect.get(Object(error), 'code'));
    }
  });
}

function change(log: DamagedLog, sql: string, ...values: unknown[]): void {
  const database = new Database(log.journalPath);
  database.prepare(sql).run(...values);
  database.close();
}

function keptIn(log: DamagedLog): { readonly id: number; readonly hash: Buffer }[] {
  const database = new Database(log.journalPath, { readonly: true });
  const rows = database.prepare<[], { id: number; hash: Buffer }>('SELECT id, hash FROM kept_nodes').all();
  database.close();
  return rows;
}

const UPDATE = 'UPDATE kept_nodes SET hash = ? WHERE id = ?';

function flipped(hash: Buffer, at: number): Buffer {
  const copy = Buffer.from(hash);
  copy[at % hash.length] = (copy[at % hash.length] ?? 0) ^ 16;
  return copy;
}

test('a flipped bit in one is told by an export, or changes nothing', () => {
  const log = recovered(true);
  const before = exported(log);
  expect(before.filter((text) => text.length > 500).length).toBeGreaterThan(2);
  // Of single leaves a few, of what is above them all.
  const rows = keptIn(log).filter(({ id }, at) => id >= 2 ** 46 || at % 40 === 0);
  expect(rows.length).toBeGreaterThan(3);
  let told = 0;
  for (const [at, { id, hash }] of rows.entries()) {
    change(log, UPDATE, flipped(hash, at), id);
    for (const [index, text] of exported(log).entries()) {
      if (text === 'JOURNAL_DAMAGED') told += 1;
      else expect(text).toBe(before[index]);
    }
    change(log, UPDATE, hash, id);
  }
  expect(told).toBeGreaterThan(0);
}, 60_000);

test('a second recovery loses no record more, with flipped bits in all of them', () => {
  const log = recovered(false);
  const before = exported(log);
  for (const [at, { id, hash }] of keptIn(log).entries()) change(log, UPDATE, flipped(hash, at), id);
  log.open();
  expect(log.said).toHaveLength(2);
  log.tell();
  log.end();
  const isThere = (texts: readonly string[]) => texts.map((text) => text.length > 500);
  expect(isThere(exported(log))).toEqual(isThere(before));
  expect(log.walk().broken).toEqual([]);
});
