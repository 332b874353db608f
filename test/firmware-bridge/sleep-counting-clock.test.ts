// The time since the boot over a night in suspend, in which CLOCK_MONOTONIC stands still.

import { expect, it } from 'vitest';
import { sleepCountingClock } from '../../firmware-bridge/clock.js';

const HOUR_MS = 3_600_000;

function machine() {
  let [wallMs, awakeMs, bootMs] = [1_700_000_000_000, 5_000, 5_004];
  const clock = sleepCountingClock({
    wallMs: () => wallMs,
    awakeMs: () => awakeMs,
    // As /proc/uptime has it.
    bootMs: () => Math.floor(bootMs / 10) * 10,
  });
  return {
    uptimeMs: () => clock.now().uptimeMs,
    pass: (ms: number) => {
      wallMs += ms;
      awakeMs += ms;
      bootMs += ms;
    },
    sleep: (ms: number, hasBattery: boolean) => {
      wallMs += hasBattery ? ms : 0;
      bootMs += ms;
    },
    step: (ms: number) => {
      wallMs += ms;
    },
  };
}

it('counts what the machine slept, at once where the wall clock went on', () => {
  const m = machine();
  const before = m.uptimeMs();
  m.sleep(8 * HOUR_MS, true);
  expect(m.uptimeMs() - before).toBeGreaterThanOrEqual(8 * HOUR_MS);
  m.pass(1000);
  m.sleep(HOUR_MS, true);
  m.pass(1000);
  expect(Math.abs(m.uptimeMs() - before - 9 * HOUR_MS - 2000)).toBeLessThanOrEqual(10);
});

it('counts it within ten seconds where all clocks but one slept', () => {
  const m = machine();
  const before = m.uptimeMs();
  m.sleep(8 * HOUR_MS, false);
  m.pass(10_000);
  expect(Math.abs(m.uptimeMs() - before - 8 * HOUR_MS - 10_000)).toBeLessThanOrEqual(10);
});

it('takes neither a step of the wall clock nor the coarseness of the slow one for sleep', () => {
  const m = machine();
  const before = m.uptimeMs();
  for (const stepMs of [86_400_000, -300_000_000_000, 400]) {
    m.step(stepMs);
    m.pass(1003);
    m.uptimeMs();
  }
  expect(m.uptimeMs() - before).toBe(3009);
});
