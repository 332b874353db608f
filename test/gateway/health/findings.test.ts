// What is wrong is found from facts, each matter once, with its beginning, and with what mends it.

import { describe, expect, test } from 'vitest';
import type { DiskWear } from '../../../gateway/health/disk-wear.js';
import { headlineOf, healthStateOf, sinceBefore } from '../../../gateway/health/finding.js';
import { findingsOf } from '../../../gateway/health/findings.js';
import type { HealthFacts } from '../../../gateway/health/health-facts.js';
import { device, facts, goodJournal, goodProcess, NOW_MS } from './facts.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const failure = (condition: string, forMs: number) => ({
  condition,
  reason: 'no such port',
  sinceMs: NOW_MS - forMs,
});
const role = (endsAgoMs: readonly number[], isRunning = true, name = 'console') => ({
  ...{ role: name, isRunning, lastEnd: 'signal SIGKILL', pid: 1, process: null },
  endsAtMs: endsAgoMs.map((agoMs) => NOW_MS - agoMs),
});
const calibration = (dueOn: string, isValid: boolean) => ({
  calibrations: [{ sensorId: 'cargo', dueOn, isValid }],
});
const wear = (changed: Partial<DiskWear>): DiskWear => ({
  ...{
    disk: 'mmcblk0',
    writtenBytes: 1,
    flushes: 1,
    bytesPerDay: 1,
    yearsOfEndurance: null,
    usedPercent: null,
  },
  ...changed,
});
const trouble = { code: 'DISK_FULL', message: 'the disk is full', hint: 'free space', sinceMs: NOW_MS - 5 };

test('a gateway with which all is well has no findings', () => {
  expect(findingsOf(facts())).toEqual([]);
  expect(headlineOf([])).toBe('ok');
});

const cases: readonly (readonly [id: string, severity: string, changed: Partial<HealthFacts>])[] = [
  ['gateway-down', 'critical', { isGatewayRunning: false }],
  ['journal-failing', 'critical', { journal: { ...goodJournal, trouble } }],
  ['journal-stalled', 'critical', { journal: { ...goodJournal, unansweredMs: 10_000 } }],
  ['commit-slow', 'warning', { journal: { ...goodJournal, commitP99Ms: 2_000 } }],
  ['wal-large', 'warning', { walBytes: 32 * 1024 * 1024 }],
  ['device:bus', 'warning', { devices: [device({ failure: failure('absent', MINUTE_MS) })] }],
  ['device:bus', 'warning', { devices: [device({ failure: failure('silent', 10 * MINUTE_MS - 1) })] }],
  ['device:bus', 'critical', { devices: [device({ failure: failure('faulted', 10 * MINUTE_MS) })] }],
  ['role:console', 'warning', { roles: [role([1000], false)] }],
  ['role:console', 'warning', { roles: [role([HOUR_MS - 1, 2000, 1000])] }],
  ['role:gateway', 'critical', { roles: [role([3000, 2000, 1000], true, 'gateway')] }],
  ['clock-untrusted', 'warning', { clockTrust: 0 }],
  ['loop-slow', 'warning', { process: { ...goodProcess, loopDelayP99Ms: 1_000 } }],
  ['memory-high', 'warning', { process: { ...goodProcess, residentBytes: 320 * 1024 * 1024 } }],
  [
    'disk-low',
    'warning',
    { disk: { diskBytes: 9, freeBytes: 1, reusableBytes: 0, journalBytes: 1, wantedFreeBytes: 2 } },
  ],
  ['disk-wear', 'warning', { wear: wear({ usedPercent: 90 }) }],
  ['disk-wear', 'warning', { wear: wear({ yearsOfEndurance: 0.9 }) }],
  ['backlog:hq', 'warning', { sinks: [{ sink: 'hq', waiting: 5, oldestAtMs: NOW_MS - 30 * MINUTE_MS }] }],
  [
    'problem:ledger-sync:RPC_UNREACHABLE',
    'warning',
    { problems: [{ role: 'ledger-sync', code: 'RPC_UNREACHABLE', message: 'gone', hint: 'look' }] },
  ],
  ['calibration:cargo', 'warning', calibration('2026-05-01', false)],
  ['calibration:cargo', 'notice', calibration('2026-06-30', true)],
];

test.each(cases)('%s is found, and nothing else', (id, severity, changed) => {
  expect(findingsOf(facts(changed))).toMatchObject([
    { id, severity, what: expect.stringMatching(/.{20}/), whatToDo: expect.stringMatching(/./) },
  ]);
});

test.each<readonly [string, Partial<HealthFacts>]>([
  ['a device that is gone for seconds', { devices: [device({ failure: failure('absent', MINUTE_MS - 1) })] }],
  ['a role that ended twice and runs', { roles: [role([2000, 1000])] }],
  ['a role that ended often, long ago', { roles: [role([HOUR_MS, HOUR_MS, HOUR_MS])] }],
  ['a backlog of minutes', { sinks: [{ sink: 'hq', waiting: 5, oldestAtMs: NOW_MS - 29 * MINUTE_MS }] }],
  ['a receiver that has all', { sinks: [{ sink: 'hq', waiting: 0, oldestAtMs: undefined }] }],
  ['a certificate that holds for long', calibration('2026-08-01', true)],
  ['holdover', { clockTrust: 1 }],
  ['a card of which nobody knows anything', { wear: wear({}) }],
  ['a card that lasts', { wear: wear({ usedPercent: 80, yearsOfEndurance: 1 }) }],
])('nothing is wrong with %s', (_what, changed) => {
  expect(findingsOf(facts(changed))).toEqual([]);
});

describe('beginnings and order', () => {
  const finding = (id: string, severity: 'notice' | 'warning' | 'critical', sinceMs?: number) => ({
    ...{ id, severity, sinceMs, what: `${id} is wrong`, whatToDo: 'mend it' },
  });

  test('a matter keeps its beginning while it lasts, and its own word for it counts most', () => {
    const first = sinceBefore([finding('a', 'warning'), finding('b', 'warning', 7)], [], 100);
    expect(first.map(({ id, sinceMs }) => [id, sinceMs])).toEqual([
      ['b', 7],
      ['a', 100],
    ]);
    const later = sinceBefore([finding('a', 'warning'), finding('c', 'warning')], first, 200);
    expect(later.map(({ id, sinceMs }) => [id, sinceMs])).toEqual([
      ['a', 100],
      ['c', 200],
    ]);
    expect(sinceBefore([finding('a', 'warning')], [], 300)[0]?.sinceMs).toBe(300);
  });

  test('the gravest comes first, and makes the state', () => {
    const told = sinceBefore(
      [finding('a', 'notice'), finding('b', 'critical', 50), finding('c', 'warning')],
      [],
      9,
    );
    expect(told.map(({ id }) => id)).toEqual(['b', 'c', 'a']);
    expect(headlineOf(told)).toBe('failing: b is wrong (and 2 more: coldgate status)');
    expect(healthStateOf(told)).toBe('failing');
    expect(healthStateOf(told.slice(1))).toBe('degraded');
    expect(healthStateOf(told.slice(2))).toBe('ok');
  });
});
