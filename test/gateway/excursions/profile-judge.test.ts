// The judge of a probe against the plain recomputation of its rules, over restarts, faults and holes.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmProfile, AlarmRule } from '../../../config/alarm-profile.js';
import {
  type ProbeReading,
  ProfileJudge,
  type RuleFired,
} from '../../../gateway/excursions/profile-judge.js';
import { referenceVerdict } from './reference-verdict.js';

const MINUTE_MS = 60_000;

function ruleWith(fields: Partial<AlarmRule>): AlarmRule {
  return {
    id: 'high',
    side: 'high',
    highMilliC: 8_000,
    lowMilliC: undefined,
    inclusive: false,
    type: 'single',
    delayMs: 10 * MINUTE_MS,
    clearHysteresisMilliC: 0,
    severity: 'major',
    ...fields,
  };
}

function profileWith(rules: readonly AlarmRule[], more: Partial<AlarmProfile> = {}): AlarmProfile {
  return {
    name: 'test',
    version: '1',
    title: 'test',
    source: 'test',
    rules,
    intervalMs: 5 * MINUTE_MS,
    maxGapMs: 10 * MINUTE_MS,
    ignoreMs: 0,
    mkt: undefined,
    stability: [],
    isFrozen: false,
    hash: '00'.repeat(32),
    ...more,
  };
}

const at = (minute: number, temperatureMilliC: number | undefined): ProbeReading => ({
  timeMs: minute * MINUTE_MS,
  temperatureMilliC,
});

function judged(judge: ProfileJudge, readings: readonly ProbeReading[], endMs?: number): RuleFired[] {
  const fired = readings.flatMap((reading) => judge.take(reading));
  return endMs === undefined ? fired : [...fired, ...judge.passTime(endMs)];
}

const anyRule = fc
  .record({
    side: fc.constantFrom('high' as const, 'low' as const, 'both' as const),
    inclusive: fc.boolean(),
    type: fc.constantFrom('single' as const, 'cumulative' as const),
    delayMin: fc.integer({ min: 0, max: 60 }),
  })
  .map(({ side, inclusive, type, delayMin }) =>
    ruleWith({
      side,
      inclusive,
      type,
      delayMs: delayMin * MINUTE_MS,
      highMilliC: side === 'low' ? undefined : 8_000,
      lowMilliC: side === 'high' ? undefined : 2_000,
    }),
  );
const anyProfile = fc
  .tuple(fc.array(anyRule, { minLength: 1, maxLength: 6 }), fc.integer({ min: 0, max: 30 }))
  .map(([rules, ignoreMin]) =>
    profileWith(
      rules.map((rule, index) => ({ ...rule, id: `rule-${index}` })),
      { ignoreMs: ignoreMin * MINUTE_MS },
    ),
  );
const anySeries = fc
  .array(
    fc.record({
      stepMin: fc.oneof(
        { weight: 5, arbitrary: fc.integer({ min: 1, max: 10 }) },
        { weight: 1, arbitrary: fc.integer({ min: 11, max: 40 }) },
      ),
      temperatureMilliC: fc.constantFrom(1_000, 2_000, 5_000, 8_000, 8_100),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    let minute = 0;
    return steps.map(({ stepMin, temperatureMilliC }, index) => {
      if (index > 0) minute += stepMin;
      return at(minute, temperatureMilliC);
    });
  });

describe('the judge of a probe', () => {
  it('says what the plain recomputation of its rules says', () => {
    fc.assert(
      fc.property(anyProfile, anySeries, fc.integer({ min: 0, max: 40 }), (profile, readings, tailMin) => {
        const endMs = (readings.at(-1)?.timeMs ?? 0) + tailMin * MINUTE_MS;
        const judge = new ProfileJudge(profile);
        const fired = new Map(judged(judge, readings, endMs).map(({ ruleId, atMs }) => [ruleId, atMs]));
        const expected = referenceVerdict(profile, readings, endMs);
        const { unknownMs, violationMs } = judge.totals;
        const said = profile.rules.map(({ id }) => ({
          id,
          violationMs: violationMs.get(id),
          firedAtMs: fired.get(id),
        }));
        expect({ unknownMs, rules: said }).toEqual(expected);
      }),
    );
  });

  it('goes on after a restart as if there had been none', () => {
    fc.assert(
      fc.property(anyProfile, anySeries, fc.infiniteStream(fc.boolean()), (profile, readings, restarts) => {
        const whole = new ProfileJudge(profile);
        let cut = new ProfileJudge(profile);
        for (const reading of readings) {
          const fired = whole.take(reading);
          if (restarts.next().value) cut = new ProfileJudge(profile, JSON.parse(JSON.stringify(cut.save())));
          expect(cut.take(reading)).toEqual(fired);
          expect(cut.state).toBe(whole.state);
        }
        expect(cut.totals).toEqual(whole.totals);
      }),
    );
  });

  it('ends a stay only behind the hysteresis, on the side of its limit', () => {
    const rule = ruleWith({ clearHysteresisMilliC: 500, delayMs: 15 * MINUTE_MS });
    const inside = [at(0, 8_100), at(5, 7_600), at(10, 7_600), at(15, 7_600)];
    expect(judged(new ProfileJudge(profileWith([rule])), inside)).toEqual([
      { ruleId: 'high', atMs: 15 * MINUTE_MS },
    ]);
    const cleared = [at(0, 8_100), at(5, 7_400), at(10, 8_100), at(15, 8_100)];
    expect(judged(new ProfileJudge(profileWith([rule])), cleared)).toEqual([]);
  });

  it('is UNKNOWN at a fault and in a hole, never OK, and counts both', () => {
    const judge = new ProfileJudge(profileWith([ruleWith({})]));
    expect(judge.state).toBe('UNKNOWN');
    judge.take(at(0, 5_000));
    expect(judge.state).toBe('OK');
    judge.take(at(5, undefined));
    expect(judge.state).toBe('UNKNOWN');
    judge.take(at(8, 5_000));
    expect(judge.state).toBe('OK');
    judge.passTime(18 * MINUTE_MS);
    expect(judge.state).toBe('OK');
    judge.passTime(18 * MINUTE_MS + 1);
    expect(judge.state).toBe('UNKNOWN');
    judge.passTime(28 * MINUTE_MS);
    expect(judge.totals.unknownMs).toBe((3 + 10) * MINUTE_MS);
  });

  it('neither opens nor ends a stay by a fault, and does not count its time as outside', () => {
    const judge = new ProfileJudge(profileWith([ruleWith({})]));
    const readings = [at(0, 8_100), at(4, undefined), at(8, 8_100), at(10, 8_100)];
    expect(judged(judge, readings)).toEqual([{ ruleId: 'high', atMs: 10 * MINUTE_MS }]);
    expect(judge.state).toBe('EXCURSION');
    expect(judge.totals.violationMs.get('high')).toBe(6 * MINUTE_MS);
    judge.take(at(11, 5_000));
    expect(judge.state).toBe('OK');
  });

  it('ends a stay in a row of faults that is longer than a gap may be', () => {
    const judge = new ProfileJudge(profileWith([ruleWith({})]));
    const faults = [4, 8, 12].map((minute) => at(minute, undefined));
    expect(judged(judge, [at(0, 8_100), ...faults, at(13, 8_100)])).toEqual([]);
  });

  it('refuses a reading from before the last one', () => {
    const judge = new ProfileJudge(profileWith([ruleWith({})]));
    judge.take(at(5, 5_000));
    expect(() => judge.take(at(4, 5_000))).toThrow(RangeError);
  });
});
