// Checkpoints that this process has signed itself: not verified again, unless the disk gives something else back.

import { expect, it } from 'vitest';
import { LogPager } from '../../../gateway/publish/log-page.js';
import { OwnCheckpoints } from '../../../gateway/publish/own-checkpoints.js';
import { readings, requestOf } from '../drafts.js';
import { openTestLog } from '../test-log.js';
import { thrownBy } from '../thrown.js';

function sealedLog() {
  const log = openTestLog();
  const own = new OwnCheckpoints();
  const { checkpoint } = log.writer.seal(requestOf(readings(3)));
  if (!checkpoint) throw new Error('a group of readings was not signed');
  own.note(checkpoint);
  return { log, own, checkpoint };
}

it('gives a page under a checkpoint of its own', () => {
  const { log, own } = sealedLog();
  expect(new LogPager(log.reader, 0, own).next()?.checkpoint.size).toBe(3);
});

it.each(['signature', 'root'])('one whose stored %s was changed is refused all the same', (column) => {
  const { log, own, checkpoint } = sealedLog();
  const bytes = Uint8Array.from(column === 'root' ? checkpoint.root : checkpoint.signature);
  bytes[5] = (bytes[5] ?? 0) ^ 4;
  log.database.prepare(`UPDATE records SET ${column} = ? WHERE root IS NOT NULL`).run(bytes);
  expect(thrownBy(() => new LogPager(log.reader, 0, own).next()).code).toBe('JOURNAL_DAMAGED');
});

it('one whose stored time was changed is refused: the time is signed too', () => {
  const { log, own } = sealedLog();
  log.database.prepare('UPDATE records SET time_ms = time_ms + 1 WHERE root IS NOT NULL').run();
  expect(thrownBy(() => new LogPager(log.reader, 0, own).next()).code).toBe('JOURNAL_DAMAGED');
});

it('knows the newest, and forgets those that every publisher has passed', () => {
  const { own, checkpoint } = sealedLog();
  expect(own.has(checkpoint)).toBe(true);
  for (let size = 4; size < 1000; size++) own.note({ ...checkpoint, size });
  expect(own.has(checkpoint)).toBe(false);
  expect(own.has({ ...checkpoint, size: 999 })).toBe(true);
});

it('knows which are on the disk before the writer has told of them', () => {
  const { own, checkpoint } = sealedLog();
  expect(own.isToCome(checkpoint)).toBe(false);
  expect(own.isToCome({ ...checkpoint, size: checkpoint.size + 1 })).toBe(true);
  expect(new OwnCheckpoints().isToCome(checkpoint)).toBe(false);
});
