// Steps of the wall clock, seen by a clock under the test's hand.

import { describe, expect, it } from 'vitest';
import type { Arrival } from '../../../firmware-bridge/observation.js';
import { ClockWatch } from '../../../gateway/intake/clock-watch.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { contextWith } from '../record-context.js';

function bench() {
  let now: Arrival = { unixMs: 1_700_000_000_000, uptimeMs: 10_000 };
  const watch = new ClockWatch({ now: () => now }, contextWith());
  return {
    check: () => watch.check(),
    pass: (uptimeMs: number, unixMs = uptimeMs) => {
      now = { unixMs: now.unixMs + unixMs, uptimeMs: now.uptimeMs + uptimeMs };
    },
  };
}

describe('the clock watch', () => {
  it('says nothing while both clocks go alike, however long between two looks', () => {
    const b = bench();
    for (const ms of [0, 1_000, 86_400_000]) {
      b.pass(ms);
      expect(b.check()).toBeUndefined();
    }
  });

  it.each([999, -999])('takes %i ms for slewing', (ms) => {
    const b = bench();
    b.pass(1_000, 1_000 + ms);
    expect(b.check()).toBeUndefined();
  });

  it.each([1_000, -1_000, 86_400_000, -86_400_000])('records a step of %i ms', (stepMs) => {
    const b = bench();
    b.pass(1_000, 1_000 + stepMs);
    expect(b.check()).toMatchObject({
      kind: recordKinds.clockEvent,
      subjectName: 'clock',
      value: stepMs,
      uptimeMs: 11_000,
      observedAtMs: 1_700_000_001_000 + stepMs,
      detail: { type: 'clock-step', stepMs, beforeMs: 1_700_000_000_000 },
    });
  });

  it('records each step once', () => {
    const b = bench();
    b.pass(1_000, 61_000);
    expect(b.check()).toBeDefined();
    b.pass(1_000);
    expect(b.check()).toBeUndefined();
    b.pass(1_000, -59_000);
    expect(b.check()).toMatchObject({ value: -60_000 });
  });
});
