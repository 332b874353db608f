// What is told of excursions and when: over restarts, reboots, clocks that step, holes, faults, flapping, and readings
// that come late.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmProfile } from '../../../config/alarm-profile.js';
import { limitsProfile } from '../../../config/limits-profile.js';
import { canonicalJson } from '../../../ledger-sync/evidence/jcs.js';
import { qualityCodes, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { DeskBench, type DeskBenchOptions } from './desk-bench.js';

const MINUTE_MS = 60_000;
const limits = (delayMin: number, more: Partial<AlarmProfile> = {}): AlarmProfile => ({
  ...limitsProfile({
    lowMilliC: 2_000,
    highMilliC: 8_000,
    delayMs: delayMin * MINUTE_MS,
    maxGapMs: 10 * MINUTE_MS,
  }),
  ...more,
});
const cumulative = (delayMin: number): AlarmProfile => {
  const profile = limits(delayMin);
  return {
    ...profile,
    hash: 'c0'.repeat(32),
    rules: profile.rules.map((rule) => ({ ...rule, type: 'cumulative' })),
  };
};

function benchWith(profile: AlarmProfile, more: Partial<DeskBenchOptions> = {}): DeskBench {
  return new DeskBench({ watched: [{ sensorId: 'cargo', profile }], ...more });
}

/** One reading a minute from the bench's now on, each followed by a tick; gives what was told. */
function minutes(bench: DeskBench, ...values: readonly (number | undefined)[]) {
  return values.flatMap((value) => {
    bench.nowMs += MINUTE_MS;
    return [...bench.read('cargo', value), ...bench.tick()];
  });
}

const events = (documents: readonly { readonly [key: string]: unknown }[]) =>
  documents.map(({ event, rule }) => `${rule} ${event}`);

describe('the excursion desk', () => {
  it('tells with a record which rule of which profile was broken, since when and how far', () => {
    const bench = benchWith(limits(2), {
      watched: [{ sensorId: 'cargo', profile: limits(2), uncertaintyMilliC: 300 }],
    });
    const [opened] = minutes(bench, 5_000, 8_100, 8_250, 8_200);
    const { hash } = limits(2);
    expect(opened).toEqual({
      type: 'excursion',
      event: 'opened',
      excursionId: expect.stringMatching(/^cargo-high-[0-9a-f]{4}-/),
      sensor: 'cargo',
      rule: 'high',
      severity: 'major',
      profile: 'limits',
      profileVersion: '1',
      profileHash: hash,
      side: 'high',
      limitMilliC: 8_000,
      inclusive: false,
      counted: 'single',
      delayMs: 2 * MINUTE_MS,
      startedAtMs: 1_700_000_000_000 + 2 * MINUTE_MS,
      firedAtMs: 1_700_000_000_000 + 4 * MINUTE_MS,
      outsideMs: 2 * MINUTE_MS,
      extremeMilliC: 8_250,
      openings: 1,
      uncertaintyMilliC: 300,
      isBeyondUncertainty: false,
    });
    expect(canonicalJson(opened)).toContain('"sensor":"cargo"');
    expect(bench.states('cargo')).toEqual(['EXCURSION']);
    const [closed] = minutes(bench, 5_000);
    expect(closed).toMatchObject({
      event: 'closed',
      excursionId: opened?.excursionId,
      endedAtMs: 1_700_000_000_000 + 5 * MINUTE_MS,
      outsideMs: 3 * MINUTE_MS,
    });
    expect(bench.states('cargo')).toEqual(['OK']);
  });

  it('says nothing of other kinds and of other sensors', () => {
    const bench = benchWith(limits(0));
    expect(
      bench.take(bench.base({ subjectName: 'cargo', kind: recordKinds.humidity, value: 90_000 })),
    ).toEqual([]);
    expect(bench.read('roof', 90_000)).toEqual([]);
    expect(bench.states('roof')).toEqual([]);
  });

  it('wears no card while all is well', () => {
    const bench = benchWith(limits(10));
    minutes(bench, 5_000, 5_000);
    const before = new Map(bench.rows);
    minutes(bench, 5_100, 5_200, 5_300);
    expect(bench.rows).toEqual(before);
  });

  it('tells a flapping probe once, not with every turn', () => {
    const bench = benchWith(limits(0));
    const told = minutes(
      bench,
      ...Array.from({ length: 200 }, (_unused, at) => (at % 2 === 0 ? 9_000 : 5_000)),
    );
    expect(events(told)).toEqual(['high opened', 'high closed', 'high opened', 'high closed', 'high opened']);
    expect(new Set(told.map(({ excursionId }) => excursionId)).size).toBe(1);
    const end = minutes(bench, ...Array.from({ length: 31 }, () => 5_000));
    expect(end).toMatchObject([{ event: 'closed', openings: 100 }]);
  });

  it('tells of another excursion once the last one is long past', () => {
    const bench = benchWith(limits(0));
    const told = minutes(bench, 9_000, ...Array.from({ length: 32 }, () => 5_000), 9_000);
    expect(events(told)).toEqual(['high opened', 'high closed', 'high opened']);
    expect(new Set(told.map(({ excursionId }) => excursionId)).size).toBe(2);
  });

  it('tells of a cumulative rule in the minute in which it is fulfilled, though no reading comes', () => {
    const bench = benchWith(cumulative(3));
    minutes(bench, 9_000, 5_000, 9_000);
    bench.nowMs += 2 * MINUTE_MS;
    const [opened] = bench.tick();
    expect(opened).toMatchObject({ event: 'opened', counted: 'cumulative', outsideMs: 3 * MINUTE_MS });
    expect(minutes(bench, 9_000, 5_000)).toEqual([]);
    expect(bench.states('cargo')).toEqual(['EXCURSION']);
  });

  it('is UNKNOWN in a hole, at a fault and under doubt, tells it once, and tells its end', () => {
    const bench = benchWith(limits(0));
    minutes(bench, 5_000);
    bench.nowMs += 10 * MINUTE_MS;
    expect(bench.tick()).toEqual([]);
    expect(bench.states('cargo')).toEqual(['OK']);
    bench.nowMs += 1;
    const [opened] = bench.tick();
    expect(opened).toMatchObject({ rule: 'unknown', event: 'opened', cause: 'gap', severity: 'minor' });
    expect(bench.states('cargo')).toEqual(['UNKNOWN gap']);
    expect(bench.tick()).toEqual([]);
    expect(minutes(bench, undefined)).toEqual([]);
    expect(bench.states('cargo')).toEqual(['UNKNOWN fault']);
    const [closed] = minutes(bench, 5_000);
    expect(closed).toMatchObject({ event: 'closed', excursionId: opened?.excursionId });
    const expired = bench.base({
      subjectName: 'cargo',
      value: 5_000,
      quality: qualityCodes['calibration-expired'],
    });
    expect(bench.take(expired)).toMatchObject([{ event: 'opened', rule: 'unknown' }]);
    expect(bench.states('cargo')).toEqual(['UNKNOWN calibration']);
    bench.clockTrust = 0;
    minutes(bench, 5_000);
    expect(bench.states('cargo')).toEqual(['UNKNOWN clock']);
  });

  it('tells of a probe that never said anything', () => {
    const bench = benchWith(limits(0));
    bench.tick();
    bench.nowMs += 11 * MINUTE_MS;
    expect(bench.tick()).toMatchObject([{ rule: 'unknown', event: 'opened', cause: 'gap' }]);
  });

  it('judges what a doubted probe says all the same', () => {
    const bench = benchWith(limits(0));
    bench.clockTrust = 0;
    expect(events(minutes(bench, 9_000))).toEqual(['high opened']);
    expect(bench.states('cargo')).toEqual(['EXCURSION clock']);
  });

  it('is not moved by a wall clock that steps', () => {
    const bench = benchWith(limits(3));
    minutes(bench, 9_000, 9_000);
    bench.wallErrorMs = -1_000_000_000;
    expect(minutes(bench, 9_000)).toEqual([]);
    bench.wallErrorMs = 9_000_000_000;
    expect(events(minutes(bench, 9_000))).toEqual(['high opened']);
  });

  it('shows door and defrost beside an excursion, and hides nothing for them', () => {
    const bench = benchWith(limits(2), { marks: { door: 'door', coil: 'defrost' } });
    minutes(bench, 5_000);
    bench.contact('door', true);
    minutes(bench, 9_000, 9_000);
    bench.contact('door', false);
    bench.contact('coil', true);
    bench.contact('lid', true);
    const [opened] = minutes(bench, 9_000);
    expect(opened).toMatchObject({ event: 'opened', doorOpenMs: MINUTE_MS, defrostMs: MINUTE_MS });
  });

  it('believes a suspect reading only when the next one confirms it', () => {
    const resolution = (bench: DeskBench, outcome: string) =>
      bench.take(
        bench.base({
          subjectName: 'cargo',
          kind: recordKinds.deviceCondition,
          detail: { type: 'reading-resolved', outcome },
        }),
      );
    for (const outcome of ['confirmed', 'refuted']) {
      const bench = benchWith(limits(0));
      minutes(bench, 5_000);
      const suspect = bench.base({
        subjectName: 'cargo',
        value: 30_000,
        quality: qualityCodes['suspect-rate'],
      });
      expect(bench.take(suspect)).toEqual([]);
      expect(bench.states('cargo')).toEqual(['UNKNOWN fault']);
      resolution(bench, outcome);
      const told = minutes(bench, 5_000);
      expect(events(told)).toEqual(outcome === 'confirmed' ? ['high opened', 'high closed'] : []);
    }
  });
});

describe('a watch of a shipment', () => {
  it('begins and ends with the shipment, and says at its end what it has seen', () => {
    const bench = new DeskBench({ watched: [] });
    const watched = { sensorId: 'cargo', profile: limits(0), shipment: 'S-1' };
    bench.assign([watched]);
    const [opened] = minutes(bench, 9_000);
    expect(opened?.excursionId).toContain('cargo-S-1-high-');
    expect(bench.log.at(-1)?.shipmentName).toBe('S-1');
    const ended = bench.assign([]);
    expect(ended.map(({ kind, detail }) => [kind, detail?.type, detail?.event])).toEqual([
      [recordKinds.excursion, 'excursion', 'closed'],
      [recordKinds.shipmentEvent, 'judged', undefined],
    ]);
    expect(ended[1]?.detail).toMatchObject({ sensor: 'cargo', profile: 'limits', state: 'EXCURSION' });
    expect([...bench.rows.keys()]).toEqual(['judge-clock']);
    expect(minutes(bench, 9_000)).toEqual([]);
  });
});

describe('a reading that comes late', () => {
  it('withdraws what it shows never to have been', () => {
    const bench = benchWith(limits(4));
    minutes(bench, 9_000, 9_000);
    bench.nowMs += 2 * MINUTE_MS;
    const [opened] = minutes(bench, 9_000);
    expect(opened?.event).toBe('opened');
    bench.read('cargo', 5_000, 1.5 * MINUTE_MS);
    expect(bench.tick()).toMatchObject([{ event: 'withdrawn', excursionId: opened?.excursionId }]);
    expect(bench.states('cargo')).toEqual(['OK']);
  });

  it('tells of an excursion that nobody could see, with its true times', () => {
    const bench = benchWith(limits(4));
    minutes(bench, 5_000);
    bench.nowMs += 9 * MINUTE_MS;
    minutes(bench, 5_000);
    for (const age of [8, 7, 6, 5, 4, 3]) bench.read('cargo', 9_000, age * MINUTE_MS);
    const told = bench.tick();
    expect(events(told)).toEqual(['high opened', 'high closed']);
    expect(told[0]).toMatchObject({ startedAtMs: 1_700_000_000_000 + 3 * MINUTE_MS });
  });

  it('corrects the times of an excursion', () => {
    const bench = benchWith(limits(1));
    minutes(bench, 5_000);
    bench.nowMs += 4 * MINUTE_MS;
    const [opened] = minutes(bench, 9_000, 9_000);
    bench.read('cargo', 9_000, 3 * MINUTE_MS);
    expect(bench.tick()).toMatchObject([
      {
        event: 'corrected',
        excursionId: opened?.excursionId,
        startedAtMs: 1_700_000_000_000 + 4 * MINUTE_MS,
      },
    ]);
  });

  it('is a fault of now when nobody knows how late it is', () => {
    const bench = benchWith(limits(4));
    minutes(bench, 5_000);
    const detail = { type: 'backlog-reading', measuredAtMs: 1 };
    bench.nowMs += MINUTE_MS;
    bench.take(bench.base({ subjectName: 'cargo', value: 9_000, quality: qualityCodes.stale, detail }));
    expect(bench.states('cargo')).toEqual(['UNKNOWN fault']);
    expect([...bench.rows.keys()].filter((key) => key.startsWith('late/'))).toEqual([]);
  });

  it('is judged after a power cut that came before it was', () => {
    const bench = benchWith(limits(4));
    minutes(bench, 9_000, 9_000);
    bench.nowMs += 2 * MINUTE_MS;
    minutes(bench, 9_000);
    bench.read('cargo', 5_000, 1.5 * MINUTE_MS);
    bench.restart();
    expect(events(bench.tick())).toEqual(['high withdrawn']);
  });
});

describe('a machine that was off', () => {
  it('counts the time as a hole when the clock can tell', () => {
    const bench = benchWith(limits(4));
    minutes(bench, 9_000, 9_000);
    bench.reboot(60 * MINUTE_MS);
    expect(bench.tick()).toMatchObject([{ rule: 'unknown', cause: 'gap' }]);
    // The run before the hole is over: nobody knows what was in between.
    expect(events(minutes(bench, 9_000, 9_000, 9_000, 9_000))).toEqual(['unknown closed']);
    expect(events(minutes(bench, 9_000))).toEqual(['high opened']);
  });

  it('goes on while the clock cannot tell, and judges again once it can', () => {
    const bench = benchWith(limits(4));
    minutes(bench, 9_000, 9_000);
    bench.clockTrust = 0;
    bench.reboot(60 * MINUTE_MS);
    expect(events(minutes(bench, 9_000, 9_000))).toEqual([]);
    expect(events(minutes(bench, 9_000))).toEqual(['high opened']);
    bench.clockTrust = 2;
    bench.tick();
    expect(events(bench.tick())).toEqual(['high withdrawn']);
  });
});

type Step = {
  readonly kind: 'read' | 'tick' | 'contact' | 'late';
  readonly value: number;
  readonly pauseMin: number;
};

const anyStep = (kinds: readonly Step['kind'][]): fc.Arbitrary<Step> =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    value: fc.constantFrom(1_000, 2_000, 5_000, 5_000, 8_000, 8_100, 9_000),
    pauseMin: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 4 }) },
      fc.integer({ min: 5, max: 40 }),
    ),
  });

function apply(bench: DeskBench, { kind, value, pauseMin }: Step): void {
  bench.nowMs += pauseMin * MINUTE_MS + 1;
  if (kind === 'read') bench.read('cargo', value === 2_000 ? undefined : value);
  else if (kind === 'late') bench.read('cargo', value, 3 * MINUTE_MS);
  else if (kind === 'contact') bench.contact('door', value > 5_000);
  else bench.tick();
}

describe('over any course', () => {
  const course = (kinds: readonly Step['kind'][]) =>
    fc.array(fc.tuple(anyStep(kinds), fc.boolean()), { maxLength: 60 });
  const anyProfile = fc.constantFrom(limits(0), limits(5), cumulative(6));

  function twice(profile: AlarmProfile, steps: readonly (readonly [Step, boolean])[]) {
    const whole = benchWith(profile, { marks: { door: 'door' } });
    const broken = benchWith(profile, { marks: { door: 'door' } });
    for (const [step, isCut] of steps) {
      if (isCut) broken.restart();
      apply(whole, step);
      apply(broken, step);
    }
    for (const bench of [whole, broken]) for (let tick = 0; tick < 2; tick++) bench.tick();
    expect(broken.states('cargo')).toEqual(whole.states('cargo'));
    return { whole, broken };
  }

  it('interrupted at any points, it tells the same as uninterrupted', () => {
    fc.assert(
      fc.property(anyProfile, course(['read', 'read', 'read', 'tick', 'contact']), (profile, steps) => {
        const { whole, broken } = twice(profile, steps);
        expect(broken.told()).toEqual(whole.told());
      }),
    );
  });

  it('interrupted while readings come late, it ends with the same excursions', () => {
    fc.assert(
      fc.property(anyProfile, course(['read', 'read', 'read', 'tick', 'late']), (profile, steps) => {
        const { whole, broken } = twice(profile, steps);
        expect(standing(broken)).toEqual(standing(whole));
      }),
    );
  });

  it('comes to the same excursions whether readings came in order or late', () => {
    const reading = fc.record({
      atMin: fc.integer({ min: 0, max: 120 }),
      value: fc.constantFrom(1_000, 5_000, 5_000, 8_100, 9_000),
      delayMin: fc.integer({ min: 0, max: 60 }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(reading, { selector: ({ atMin }) => atMin, minLength: 1, maxLength: 40 }),
        (course) => {
          const inOrder = benchWith(limits(5));
          const late = benchWith(limits(5));
          const byTime = [...course].sort((a, b) => a.atMin - b.atMin);
          // The first one begins the profile's own time, so it is never the late one.
          const arrivals = byTime
            .map((one, index) => ({ ...one, arrivesMin: one.atMin + (index === 0 ? 0 : one.delayMin) }))
            .sort((a, b) => a.arrivesMin - b.arrivesMin);
          for (const { atMin, value } of byTime) {
            inOrder.nowMs = atMin * MINUTE_MS;
            inOrder.read('cargo', value);
          }
          for (const { atMin, value, arrivesMin } of arrivals) {
            late.nowMs = arrivesMin * MINUTE_MS;
            late.read('cargo', value, (arrivesMin - atMin) * MINUTE_MS);
          }
          for (const bench of [inOrder, late]) {
            bench.nowMs = 400 * MINUTE_MS;
            bench.tick();
            bench.tick();
          }
          expect(standing(late)).toEqual(standing(inOrder));
        },
      ),
    );
  });
});

/** What stands of the excursions in the end, by their times; one that goes on has no last number yet. */
function standing(bench: DeskBench) {
  const last = new Map<unknown, { readonly [key: string]: unknown }>();
  for (const document of bench.told())
    if (document.rule !== 'unknown') last.set(document.excursionId, document);
  return [...last.values()]
    .filter(({ event }) => event !== 'withdrawn')
    .map(({ rule, startedAtMs, firedAtMs, endedAtMs, outsideMs, extremeMilliC }) => ({
      ...{ rule, startedAtMs, firedAtMs, endedAtMs },
      ...(endedAtMs === undefined ? {} : { outsideMs, extremeMilliC }),
    }))
    .sort((a, b) => Number(a.startedAtMs) - Number(b.startedAtMs));
}
