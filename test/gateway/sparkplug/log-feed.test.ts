// The log for the edge node: everything once it can be told, history as history, from a cursor.

import { expect, it } from 'vitest';
import { OwnCheckpoints } from '../../../gateway/publish/own-checkpoints.js';
import { bdSeqFile } from '../../../gateway/sparkplug/bd-seq-file.js';
import { LogFeed, type RecordTaker } from '../../../gateway/sparkplug/log-feed.js';
import { readings, requestOf } from '../drafts.js';
import { tempFolder } from '../temp-folder.js';
import { journalReaderOf, openTestLog } from '../test-log.js';

function feedBench(groups: readonly number[], from = 0) {
  const log = openTestLog();
  for (const count of groups) log.writer.seal(requestOf(readings(count)));
  const told: (readonly [sequence: number, isHistorical: boolean])[] = [];
  const cursors: number[] = [];
  const state = { isReady: true };
  const node: RecordTaker = {
    take: (records, _nameOf, { isHistorical }) => {
      if (!state.isReady) return false;
      told.push(...records.map(({ sequence }) => [sequence, isHistorical] as const));
      return true;
    },
  };
  const feed = new LogFeed({
    ...{ node, journal: journalReaderOf(log), own: new OwnCheckpoints(), from },
    ...{ nameOf: () => undefined, detailOf: () => undefined, onTold: (size: number) => cursors.push(size) },
  });
  return { log, told, cursors, state, feed };
}

it('tells the end of the log as news, and what is before it as history', () => {
  const { told, cursors, feed } = feedBench([200, 200, 3]);
  feed.pump();
  expect(told.map(([sequence]) => sequence)).toEqual([...Array(403).keys()]);
  expect(told.filter(([, isHistorical]) => isHistorical)).toHaveLength(200);
  expect(cursors).toEqual([200, 403]);
});

it('brings again what could not be told, and nothing twice', () => {
  const { log, told, cursors, state, feed } = feedBench([3]);
  state.isReady = false;
  feed.pump();
  expect([told, cursors]).toEqual([[], []]);
  state.isReady = true;
  feed.pump();
  log.writer.seal(requestOf(readings(2)));
  feed.pump();
  feed.pump();
  expect(told.map(([sequence]) => sequence)).toEqual([0, 1, 2, 3, 4]);
  expect(cursors).toEqual([3, 5]);
});

it('goes on behind its cursor', () => {
  const { told, feed } = feedBench([3, 2], 3);
  feed.pump();
  expect(told.map(([sequence]) => sequence)).toEqual([3, 4]);
});

it('keeps the number of the next connection in a file, and begins with 0', () => {
  const folder = tempFolder();
  expect(bdSeqFile(folder).load()).toBe(0);
  bdSeqFile(folder).save(255);
  expect(bdSeqFile(folder).load()).toBe(255);
});
