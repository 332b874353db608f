// How slow a card must be before people hear of it, and how long it must be quick before they hear that it is over.

import { expect, test } from 'vitest';
import { CommitPace, type PaceChange } from '../../../gateway/sealing/commit-pace.js';

const MINUTE_MS = 60_000;

/** Commits of so many ms, one a second. */
function paced(pace: CommitPace, commits: readonly number[], fromMs = 0): [at: number, change: PaceChange][] {
  return commits.flatMap((ms, at) => {
    const change = pace.took(ms, fromMs + at * 1000);
    return change ? [[at, change] as [number, PaceChange]] : [];
  });
}

test('a card that is busy now and then, as all are, is not told', () => {
  const commits = Array.from({ length: 10_000 }, (_, at) => (at % 3 === 0 ? 900 : 4));
  expect(paced(new CommitPace(false), commits)).toEqual([]);
});

test('a card of which half of the commits are slow is told once', () => {
  const commits = Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? 4 : 251));
  const told = paced(new CommitPace(false), commits);
  expect(told).toEqual([[19, { event: 'opened', medianMs: 251, longestMs: 251 }]]);
});

test('one commit of five seconds is told', () => {
  expect(paced(new CommitPace(false), [4, 4999])).toEqual([]);
  expect(paced(new CommitPace(false), [4, 4, 5000])).toMatchObject([
    [2, { event: 'opened', longestMs: 5000 }],
  ]);
});

test('it is over when nothing was slow for ten minutes, a restart between them or not', () => {
  const pace = new CommitPace(false);
  paced(pace, new Array(20).fill(600));
  const quick = new Array(700).fill(4);
  quick[300] = 300;
  expect(paced(pace, quick, 20_000).map(([at, { event }]) => [at, event])).toEqual([]);
  expect(paced(pace, quick, 720_000)).toMatchObject([[200, { event: 'closed', medianMs: 4 }]]);
  const restarted = new CommitPace(true);
  expect(restarted.took(4, 0)).toBeUndefined();
  expect(restarted.took(4, 10 * MINUTE_MS)).toMatchObject({ event: 'closed' });
});
