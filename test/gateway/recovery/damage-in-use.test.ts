// A journal that turns out to be damaged only while it is written. The writer thread comes from the build.

import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { JournalError } from '../../../gateway/journal/journal-error.js';
import { readings, requestOf } from '../drafts.js';
import { WriterBench } from '../running-writer.js';

const PAGE_BYTES = 4096;

/** Overwrites the page in which a table begins, beside a writer that has looked at it; what another writes makes it read anew. */
function spoilTable(path: string, name: string): void {
  const database = new Database(path);
  database.exec("INSERT INTO problems (role, code, message, hint) VALUES ('test', 'NONE', '', '')");
  database.pragma('wal_checkpoint(TRUNCATE)');
  const page = database
    .prepare<[string], number>('SELECT rootpage FROM sqlite_schema WHERE name = ?')
    .pluck()
    .get(name);
  database.close();
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(PAGE_BYTES, 0x5a), 0, PAGE_BYTES, ((page ?? 1) - 1) * PAGE_BYTES);
  closeSync(file);
}

const withState = requestOf(readings(3), { judgeState: [['account/ada', '{"name":"Ada"}']] });

test('a commit that meets a damaged page ends the writer, and the next start puts a new journal in its place', async () => {
  const bench = new WriterBench();
  await bench.start();
  await bench.seal(withState);
  await bench.stop();
  const lost = new Promise<Error>((resolve) => {
    void bench.start(undefined, resolve).then((writer) => {
      spoilTable(bench.journalPath, 'judge_state');
      writer.send({ kind: 'seal', request: withState });
    });
  });
  expect((await lost) as JournalError).toMatchObject({ code: 'JOURNAL_DAMAGED' });
  await bench.stop();
  const next = await bench.start();
  expect(bench.recoveries).toHaveLength(1);
  expect(next.size).toBeGreaterThan(3);
  await bench.seal(withState);
  await bench.stop();
  await bench.start();
  expect(bench.recoveries).toHaveLength(1);
});

test('a note of a journal that is whole sets nothing aside, but for the second time', async () => {
  const bench = new WriterBench();
  await bench.start();
  await bench.seal(withState);
  await bench.stop();
  const { noteSuspect } = await import('../../../gateway/recovery/suspect-note.js');
  noteSuspect(bench.journalPath);
  await bench.start();
  expect(bench.recoveries).toEqual([]);
  await bench.stop();
  noteSuspect(bench.journalPath);
  await bench.start();
  expect(bench.recoveries).toHaveLength(1);
  expect(statSync(bench.journalPath).size).toBeGreaterThan(0);
});

test('each note of a journal that was whole for more than a day of records is a first one', async () => {
  const bench = new WriterBench();
  await bench.start();
  const { noteSuspect } = await import('../../../gateway/recovery/suspect-note.js');
  for (let day = 0; day < 2; day++) {
    for (let commit = 0; commit < 20; commit++) await bench.seal(requestOf(readings(5000)));
    await bench.stop();
    noteSuspect(bench.journalPath);
    await bench.start();
    expect(bench.recoveries).toEqual([]);
  }
  await bench.seal(requestOf(readings(5000)));
  await bench.stop();
  noteSuspect(bench.journalPath);
  await bench.start();
  expect(bench.recoveries).toHaveLength(1);
});
