// The sliding window: against the formula over the same time, over restarts, holes and reboots, and in bounded memory.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mktMicroC } from '../../../gateway/excursions/mkt.js';
import { type MktReading, MktWindow, type MktWindowTerms } from '../../../gateway/excursions/mkt-window.js';
import { canonicalJson } from '../../../ledger-sync/evidence/jcs.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const wallMs = 1_700_000_000_000;
const terms: MktWindowTerms = {
  isFrozen: false,
  low: { limitMilliC: 2_000, inclusive: false },
  windowMs: dayMs,
  maxMissingPpm: 10_000,
  maxGapMs: 2 * minuteMs,
};
const at = (uptimeMs: number, temperatureMilliC: number, more: Partial<MktReading> = {}): MktReading => ({
  temperatureMilliC,
  isGood: true,
  observedAtMs: wallMs + uptimeMs,
  uptimeMs,
  bootCount: 1,
  ...more,
});

/** One reading a minute from `fromMs` on, until the last at `toMs`. */
function fill(window: MktWindow, fromMs: number, toMs: number, temperatureMilliC: (ms: number) => number) {
  for (let ms = fromMs; ms <= toMs; ms += minuteMs) window.take(at(ms, temperatureMilliC(ms)));
}

function exactMicroC(endMs: number, windowMs: number, temperatureMilliC: (ms: number) => number) {
  const readings = [];
  for (let ms = endMs - windowMs; ms < endMs; ms += minuteMs) {
    readings.push({ temperatureMilliC: temperatureMilliC(ms), weightMs: minuteMs });
  }
  return mktMicroC(readings) ?? Number.NaN;
}

describe('the window', () => {
  it('that is just full tells what the formula tells', () => {
    const window = new MktWindow(terms);
    fill(window, 0, dayMs, (ms) => (ms < 18 * hourMs ? 5_000 : 14_000));
    const mkt = 8_285_216;
    expect(window.answer()).toEqual({
      ...{ kind: 'mkt', mktMicroC: mkt, missingPpm: 0 },
      ...{ lowestMicroC: mkt, highestMicroC: mkt },
    });
  });

  it('forgets what is older than its length', () => {
    const window = new MktWindow(terms);
    fill(window, 0, 2 * dayMs, (ms) => (ms < dayMs ? 14_000 : 5_000));
    expect(window.answer()).toMatchObject({ mktMicroC: 5_000_000, highestMicroC: 5_000_000 });
  });

  it('is refused while it is not full, and tells how much is missing', () => {
    const window = new MktWindow(terms);
    expect(window.answer()).toEqual({ kind: 'refused', reason: 'no-readings' });
    window.take(at(0, 5_000));
    expect(window.answer()).toEqual({ kind: 'refused', reason: 'no-readings' });
    fill(window, minuteMs, 6 * hourMs, () => 5_000);
    expect(window.answer()).toMatchObject({ reason: 'window-incomplete', missingPpm: 750_000 });
  });

  it.each<[string, (window: MktWindow) => void, number]>([
    ['a silence', (window) => fill(window, 26 * hourMs, 27 * hourMs, () => 5_000), 82_000],
    [
      'readings that are not good',
      (window) => {
        for (let ms = dayMs + minuteMs; ms < 26 * hourMs; ms += minuteMs) {
          window.take(at(ms, 5_000, { isGood: false }));
        }
        fill(window, 26 * hourMs, 27 * hourMs, () => 5_000);
      },
      82_000,
    ],
  ])('counts %s as missing, not as well', (_what, pass, leastPpm) => {
    const window = new MktWindow(terms);
    fill(window, 0, dayMs, () => 5_000);
    pass(window);
    const answer = window.answer();
    expect(answer).toMatchObject({ kind: 'refused', reason: 'window-incomplete' });
    expect('missingPpm' in answer && answer.missingPpm).toBeGreaterThanOrEqual(leastPpm - 1_000);
    expect('missingPpm' in answer && answer.missingPpm).toBeLessThanOrEqual(leastPpm + 2_000);
  });

  it('never excuses the cold, however long ago', () => {
    const window = new MktWindow(terms);
    window.take(at(0, 1_000));
    fill(window, minuteMs, 3 * dayMs, () => 5_000);
    expect(window.answer()).toEqual({ kind: 'refused', reason: 'low-side-violated', coldestMilliC: 1_000 });
  });

  it('does not believe the cold of a reading that is not good', () => {
    const window = new MktWindow(terms);
    window.take(at(0, -127_000, { isGood: false }));
    fill(window, minuteMs, dayMs + minuteMs, () => 5_000);
    expect(window.answer()).toMatchObject({ kind: 'mkt', mktMicroC: 5_000_000 });
  });

  it('takes no step of the wall clock for time, but over a reboot it has no other clock', () => {
    const window = new MktWindow(terms);
    fill(window, 0, 23 * hourMs, () => 5_000);
    window.take(at(23 * hourMs + minuteMs, 5_000, { observedAtMs: 0 }));
    expect(window.save().axisMs).toBe(23 * hourMs + minuteMs);
    window.take(at(5_000, 5_000, { bootCount: 2, observedAtMs: 90_000 }));
    expect(window.save().axisMs).toBe(23 * hourMs + minuteMs + 90_000);
    window.take(at(6_000, 5_000, { bootCount: 3, observedAtMs: 10 }));
    expect(window.save().axisMs).toBe(23 * hourMs + minuteMs + 90_000);
  });

  it('holds at most 290 buckets, after months and after a hole of a year', () => {
    const window = new MktWindow({ ...terms, maxGapMs: dayMs * 400 });
    for (let day = 0; day < 30; day += 1) fill(window, day * dayMs, day * dayMs + 2 * hourMs, () => 5_000);
    expect(window.save().buckets.length).toBeLessThanOrEqual(290);
    window.take(at(400 * dayMs, 5_000));
    expect(window.save().buckets.length).toBeLessThanOrEqual(290);
    expect(window.answer()).toMatchObject({ kind: 'mkt', mktMicroC: 5_000_000 });
  });
});

describe('where the window cuts a bucket', () => {
  it.each<[string, number]>([
    ['24 hours', dayMs],
    ['30 days', 30 * dayMs],
  ])('the exact value over %s lies within the bounds that are told', (_what, windowMs) => {
    const curve = fc.tuple(
      fc.nat({ max: 40_000 }),
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 97 }),
    );
    fc.assert(
      fc.property(curve, fc.nat({ max: 400 }), ([spike, every, length], pastMinutes) => {
        const temperatureMilliC = (ms: number) =>
          (ms / minuteMs) % (every + length) < length ? 3_000 + spike : 3_000;
        const stepMs = windowMs === dayMs ? minuteMs : 30 * minuteMs;
        const endMs = windowMs + pastMinutes * stepMs;
        const window = new MktWindow({ ...terms, windowMs, maxGapMs: stepMs });
        for (let ms = 0; ms <= endMs; ms += stepMs)
          window.take(at(ms, temperatureMilliC(ms / (stepMs / minuteMs))));
        const answer = window.answer();
        const exact =
          stepMs === minuteMs
            ? exactMicroC(endMs, windowMs, temperatureMilliC)
            : exactMicroC(endMs / 30, windowMs / 30, temperatureMilliC);
        if (answer.kind !== 'mkt') throw new Error(`refused: ${answer.reason}`);
        expect(answer.lowestMicroC).toBeLessThanOrEqual(exact);
        expect(answer.highestMicroC).toBeGreaterThanOrEqual(exact);
      }),
      { numRuns: 25 },
    );
  });

  it('an excursion of six hours to 14 degrees moves no answer by more than 0.02 degrees while it leaves', () => {
    const temperatureMilliC = (ms: number) => (ms < 6 * hourMs ? 14_000 : 5_000);
    const window = new MktWindow(terms);
    fill(window, 0, dayMs - minuteMs, temperatureMilliC);
    let worstMicroC = 0;
    for (let ms = dayMs; ms <= 31 * hourMs; ms += minuteMs) {
      window.take(at(ms, temperatureMilliC(ms)));
      const answer = window.answer();
      if (answer.kind !== 'mkt') throw new Error(`refused: ${answer.reason}`);
      worstMicroC = Math.max(
        worstMicroC,
        Math.abs(answer.mktMicroC - exactMicroC(ms, dayMs, temperatureMilliC)),
      );
    }
    expect(worstMicroC).toBeLessThanOrEqual(20_000);
  });
});

describe('a restart', () => {
  const step = fc.record({
    pauseMs: fc.oneof(fc.nat({ max: 300_000 }), fc.nat({ max: 40_000_000 })),
    temperatureMilliC: fc.integer({ min: 2_000, max: 40_000 }),
    isGood: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
    isInterrupted: fc.boolean(),
  });

  it('at any points changes nothing: neither what is kept nor what is told', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const loose = { ...terms, maxMissingPpm: 1_000_000, maxGapMs: hourMs };
        const whole = new MktWindow(loose);
        let broken = new MktWindow(loose);
        let uptimeMs = 0;
        for (const { pauseMs, temperatureMilliC, isGood, isInterrupted } of steps) {
          uptimeMs += pauseMs;
          if (isInterrupted) broken = new MktWindow(loose, JSON.parse(canonicalJson(broken.save())));
          for (const window of [whole, broken]) window.take(at(uptimeMs, temperatureMilliC, { isGood }));
          expect(broken.answer()).toEqual(whole.answer());
        }
        expect(broken.save()).toEqual(whole.save());
      }),
    );
  });

  it('nor does a reading in between that says the same as the one before', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), share, (steps, part) => {
        const loose = { ...terms, maxMissingPpm: 1_000_000, maxGapMs: 50_000_000 };
        const [coarse, fine] = [new MktWindow(loose), new MktWindow(loose)];
        let [uptimeMs, last] = [0, 5_000];
        for (const window of [coarse, fine]) window.take(at(uptimeMs, last));
        for (const { pauseMs, temperatureMilliC } of steps) {
          fine.take(at(uptimeMs + Math.floor(pauseMs * part), last));
          uptimeMs += pauseMs;
          last = temperatureMilliC;
          for (const window of [coarse, fine]) window.take(at(uptimeMs, last));
          expect(fine.answer()).toEqual(coarse.answer());
        }
      }),
    );
  });
});
