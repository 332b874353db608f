// A log that changed on the card while nobody looked: refused at the start, and left as it is.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readings, requestOf } from '../drafts.js';
import { tempFolder } from '../temp-folder.js';
import { openTestLog, TestLog } from '../test-log.js';
import { thrownBy } from '../thrown.js';

/** 300 records: one full tile and 44 records behind it, in three commits. */
function closedLog(): TestLog {
  const log = new TestLog(tempFolder()).open();
  for (const count of [100, 190, 10]) log.writer.seal(requestOf(readings(count)));
  log.close();
  return log;
}

function flipped(log: TestLog, sql: string): Buffer {
  log.open();
  const value = log.database.prepare<[], Buffer>(sql).pluck().get();
  log.close();
  if (!value) throw new Error('nothing to flip');
  const bytes = Buffer.from(value);
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
  return bytes;
}

describe('a log that is taken up again', () => {
  const flips: readonly (readonly [what: string, select: string, update: string])[] = [
    [
      'leaf',
      'SELECT leaf FROM records WHERE sequence = 299',
      'UPDATE records SET leaf = ? WHERE sequence = 299',
    ],
    ['tile', 'SELECT hashes FROM tiles WHERE id = 0', 'UPDATE tiles SET hashes = ? WHERE id = 0'],
    [
      'root',
      'SELECT root FROM records WHERE sequence = 299',
      'UPDATE records SET root = ? WHERE sequence = 299',
    ],
    [
      'signature',
      'SELECT signature FROM records WHERE sequence = 299',
      'UPDATE records SET signature = ? WHERE sequence = 299',
    ],
  ];
  it.each(flips)(
    'is refused after one flipped bit of a %s, and nothing is written',
    (_what, select, update) => {
      const log = closedLog();
      log.damage(update, flipped(log, select));
      const before = readFileSync(log.path);
      const fault = thrownBy(() => log.open());
      expect(fault).toMatchObject({ name: 'JournalError', code: 'JOURNAL_DAMAGED' });
      expect(fault.message).toContain(log.path);
      log.close();
      expect(readFileSync(log.path).equals(before)).toBe(true);
    },
  );

  const losses: readonly (readonly [what: string, sql: string])[] = [
    [
      'the time of the last checkpoint changed',
      'UPDATE records SET time_ms = time_ms + 1 WHERE sequence = 299',
    ],
    ['its time is not even a time', 'UPDATE records SET time_ms = -1 WHERE sequence = 299'],
    ['it lies behind another record', 'UPDATE records SET sequence = 300 WHERE sequence = 299'],
    ['its signature was cut short', 'UPDATE records SET signature = substr(signature, 1, 63)'],
    ['its root was cut short', 'UPDATE records SET root = substr(root, 1, 31)'],
    ['the last record is gone', 'DELETE FROM records WHERE sequence = 299'],
    ['a record behind the last full tile is gone', 'DELETE FROM records WHERE sequence = 256'],
    ['the last checkpoint is gone', 'UPDATE records SET root = NULL WHERE sequence = 299'],
    ['a tile was cut short', 'UPDATE tiles SET hashes = substr(hashes, 1, 8000)'],
    ['a tile is no longer bytes', 'UPDATE tiles SET hashes = CAST(hashes AS TEXT)'],
    ['a tile is empty', "UPDATE tiles SET hashes = x''"],
    [
      'two records changed places',
      'UPDATE records SET leaf = (SELECT leaf FROM records WHERE sequence = 298) WHERE sequence = 299',
    ],
  ];
  it.each(losses)('is refused when %s', (_what, sql) => {
    const log = closedLog();
    log.damage(sql);
    expect(thrownBy(() => log.open()).code).toBe('JOURNAL_DAMAGED');
    log.close();
  });

  it('does without a lost tile as long as its records are there', () => {
    const log = openTestLog();
    log.writer.seal(requestOf(readings(300)));
    const root = log.writer.root();
    log.damage('DELETE FROM tiles');
    expect(log.open().writer.root()).toEqual(root);
  });

  it('refuses the journal of another gateway and leaves it as it is', () => {
    const log = closedLog();
    const other = new TestLog(log.path.replace('/journal.db', ''), {
      address: new Uint8Array(20).fill(0xab),
      curve: 'secp256k1',
      sign: () => new Uint8Array(64),
    });
    const before = readFileSync(log.path);
    const fault = thrownBy(() => other.open());
    other.close();
    expect(fault.code).toBe('JOURNAL_OTHER_GATEWAY');
    expect(fault.message).toContain(`0x${'ab'.repeat(20)}`);
    expect(fault.message).toContain(Buffer.from(log.signer.address).toString('hex'));
    expect(readFileSync(log.path).equals(before)).toBe(true);
  });
});
