// Which roles are started anew: those that hang on what a restart can heal, and no others.

import { describe, expect, test } from 'vitest';
import { hangOf } from '../../../gateway/health/pulse-judgement.js';
import { readPulse } from '../../../gateway/health/role-pulse.js';
import { RoleWatch } from '../../../gateway/health/role-watch.js';
import { device, goodJournal, pulse } from './facts.js';

const MINUTE_MS = 60_000;
const failing = (condition: string, quietMs: number, frames = 10) =>
  device({
    ...{ state: 'opening', quietMs, failure: { condition, reason: 'x', sinceMs: 1 } },
    counters: { ...device().counters, frames },
  });

describe('a restart is for what it can heal', () => {
  test.each([
    [
      'a writer that owes an answer for a minute',
      pulse({ journal: { ...goodJournal, unansweredMs: MINUTE_MS } }),
    ],
    [
      'a device that worked and is silent behind its port',
      pulse({ devices: [failing('silent', 15 * MINUTE_MS)] }),
    ],
    [
      'a port that cannot be opened any more',
      pulse({ devices: [device(), failing('faulted', 16 * MINUTE_MS)] }),
    ],
  ])('%s', (_what, told) => {
    expect(hangOf(told)).toBeDefined();
  });

  test.each([
    ['all is well', pulse()],
    ['a card that takes 59 seconds', pulse({ journal: { ...goodJournal, unansweredMs: MINUTE_MS - 1 } })],
    ['a probe that was unplugged, for ever', pulse({ devices: [failing('absent', 1e12)] })],
    ['a device that never said anything in this process', pulse({ devices: [failing('silent', 1e12, 0)] })],
    ['a device that is silent for a while', pulse({ devices: [failing('silent', 15 * MINUTE_MS - 1)] })],
    ['a door that nobody opens', pulse({ devices: [device({ quietMs: 1e12 })] })],
    [
      'a disk that is full',
      pulse({
        journal: {
          ...goodJournal,
          waitingRecords: 50_000,
          lastCommitAtMs: 1,
          trouble: { code: 'DISK_FULL', message: 'full', hint: 'free some', sinceMs: 1 },
        },
      }),
    ],
    ['a role without a journal', pulse({ journal: undefined, devices: [] })],
  ])('not for: %s', (_what, told) => {
    expect(hangOf(told)).toBeUndefined();
  });
});

describe('the watch', () => {
  function watched() {
    const watch = new RoleWatch({ silenceTicks: 3, startTicks: 5 });
    watch.started('gateway');
    const ticks = (count: number) => Array.from({ length: count }, () => watch.tick()).flat();
    return { watch, ticks };
  }

  test('a role that gives signs is left alone', () => {
    const { watch, ticks } = watched();
    for (let round = 0; round < 20; round++) {
      watch.pulse('gateway', pulse());
      expect(ticks(2)).toEqual([]);
    }
  });

  test('a role that gives none hangs, and is named once until it starts again', () => {
    const { watch, ticks } = watched();
    watch.ready('gateway');
    watch.pulse('gateway', pulse());
    expect(ticks(2)).toEqual([]);
    expect(ticks(20)).toMatchObject([
      { role: 'gateway', reason: expect.stringContaining('no sign for 3 s') },
    ]);
    watch.started('gateway');
    expect(ticks(4)).toEqual([]);
    expect(ticks(1)).toHaveLength(1);
  });

  test('a role that has given a sign and loads the rest of its program has the time of a start until it runs', () => {
    const { watch, ticks } = watched();
    watch.pulse('gateway', pulse());
    expect(ticks(4)).toEqual([]);
    expect(ticks(1)).toHaveLength(1);
    watch.started('gateway');
    watch.pulse('gateway', pulse());
    expect(ticks(4)).toEqual([]);
    watch.ready('gateway');
    watch.pulse('gateway', pulse());
    expect(ticks(2)).toEqual([]);
    expect(ticks(1)).toHaveLength(1);
  });

  test('a role that took long to start has its time for the first pulse from when it runs', () => {
    const { watch, ticks } = watched();
    expect(ticks(4)).toEqual([]);
    watch.ready('gateway');
    expect(ticks(2)).toEqual([]);
    expect(ticks(1)).toHaveLength(1);
  });

  test('a role that ended or is not watched any more does not hang', () => {
    const { watch, ticks } = watched();
    watch.ended('gateway');
    watch.pulse('stranger', pulse());
    expect(ticks(20)).toEqual([]);
    watch.started('gateway');
    watch.clear();
    expect(ticks(20)).toEqual([]);
  });

  test('a role that hangs after each of three starts is hopeless, one that ends by itself is not', () => {
    const { watch, ticks } = watched();
    for (let round = 0; round < 10; round++) {
      watch.ended('gateway');
      watch.started('gateway');
    }
    expect(watch.hopeless).toBeUndefined();
    for (let round = 0; round < 3; round++) {
      expect(watch.hopeless).toBeUndefined();
      expect(ticks(5)).toHaveLength(1);
      watch.started('gateway');
    }
    expect(watch.hopeless).toBe('gateway');
    for (let round = 0; round < 60; round++) {
      watch.pulse('gateway', pulse());
      ticks(1);
    }
    expect(watch.hopeless).toBeUndefined();
  });
});

test('what is no pulse is none', () => {
  expect(readPulse(pulse())).toEqual(pulse());
  for (const message of [undefined, 'role-pulse', { kind: 'role-ready' }, { kind: 'role-pulse' }])
    expect(readPulse(message)).toBeUndefined();
});
