// A program that reads the journal in one long transaction: the write-ahead log grows, whoever reads is named, and the file is
// small again when the reader is gone.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, onTestFinished, test } from 'vitest';
import { WalWatch } from '../../../gateway/sealing/wal-watch.js';
import { readings, requestOf } from '../drafts.js';
import { openTestLog, type TestLog } from '../test-log.js';

const MIB = 1024 * 1024;
const driver = createRequire(import.meta.url).resolve('better-sqlite3');
const reader = `
  const database = new (require(${JSON.stringify(driver)}))(process.argv[1], { readonly: true });
  database.exec('BEGIN');
  database.prepare('SELECT count(*) FROM records').get();
  process.stdout.write('reading');
  setInterval(() => {}, 1000);
`;

const walBytes = ({ path }: TestLog) => statSync(`${path}-wal`).size;

function grow(log: TestLog, bytes: number): void {
  while (walBytes(log) <= bytes) log.writer.seal(requestOf(readings(500)));
}

test('a reader that pins the write-ahead log is named, and the file is small again when it is gone', async () => {
  const log = openTestLog();
  log.writer.seal(requestOf(readings(10)));
  const watch = new WalWatch(log.database, log.path);
  const program = spawn(process.execPath, ['-e', reader, log.path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void program.kill('SIGKILL'));
  await once(program.stdout, 'data');
  grow(log, 17 * MIB);
  const pin = watch.look();
  expect(pin).toMatchObject({ walBytes: expect.any(Number), holders: [`${program.pid} (node)`] });
  // Told once, and the log goes on.
  expect(watch.look()).toBeUndefined();
  log.writer.seal(requestOf(readings(10)));
  program.kill('SIGKILL');
  await once(program, 'exit');
  expect(watch.look()).toBe('free');
  expect(walBytes(log)).toBeLessThan(MIB);
  expect(watch.look()).toBeUndefined();
}, 60_000);

test('without such a reader it stays small however much is written', () => {
  const log = openTestLog();
  const watch = new WalWatch(log.database, log.path);
  for (let commit = 0; commit < 200; commit++) {
    log.writer.seal(requestOf(readings(500)));
    expect(watch.look()).toBeUndefined();
  }
  expect(walBytes(log)).toBeLessThanOrEqual(8 * MIB);
}, 60_000);
