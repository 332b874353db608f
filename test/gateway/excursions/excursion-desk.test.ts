// What joins the commit of a reading, and that a restart at any point changes nothing of it.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExcursionDesk, type Judgement } from '../../../gateway/excursions/excursion-desk.js';
import type { LimitRule } from '../../../gateway/excursions/limit-judge.js';
import { canonicalJson } from '../../../ledger-sync/evidence/jcs.js';
import { qualityCodes, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { draftWith } from '../drafts.js';

const rules: readonly LimitRule[] = [
  { sensorId: 'cargo', lowMilliC: 2_000, highMilliC: 8_000, delayMs: 10_000 },
  { sensorId: 'freezer', lowMilliC: undefined, highMilliC: -18_000, delayMs: 0 },
];
const newDesk = (stored = new Map<string, string>()) => new ExcursionDesk(rules, stored);
const reading = (value: number, uptimeMs: number, subjectName = 'cargo') =>
  draftWith({ subjectName, value, uptimeMs, observedAtMs: 1_700_000_000_000 + uptimeMs });

describe('the excursion desk', () => {
  it('has no verdict on a sensor without a rule, and UNKNOWN before the first reading', () => {
    const desk = newDesk();
    expect(desk.verdict('door')).toBeUndefined();
    expect(desk.verdict('cargo')).toBe('UNKNOWN');
    desk.judge(reading(5_000, 0));
    expect(desk.verdict('cargo')).toBe('OK');
    expect(desk.verdict('freezer')).toBe('UNKNOWN');
  });

  it('turns an opening into a record beside the reading, with a detail that can be hashed', () => {
    const cause = reading(-17_999, 5, 'freezer');
    const { drafts, judgeState } = newDesk().judge(cause);
    expect(drafts).toEqual([
      {
        ...cause,
        kind: recordKinds.excursion,
        detail: {
          type: 'excursion',
          rule: 'freezer/none..-18000/0',
          sensor: 'freezer',
          event: 'opened',
          excursionId: 'freezer-1-5--18000-0',
          side: 'high',
          limitMilliC: -18_000,
          delayMs: 0,
          startedAtMs: cause.observedAtMs,
          outsideMs: 0,
          extremeMilliC: -17_999,
        },
      },
    ]);
    expect(canonicalJson(drafts[0]?.detail)).toContain('"sensor":"freezer"');
    expect(judgeState.map(([key]) => key)).toEqual(['excursion/freezer/none..-18000/0']);
  });

  it('judges a sensor by each of its rules, and its verdict is the gravest', () => {
    const frost: LimitRule = { sensorId: 'cargo', lowMilliC: 0, highMilliC: undefined, delayMs: 0 };
    const desk = new ExcursionDesk([...rules, frost], new Map());
    const { drafts } = desk.judge(reading(-1, 0));
    expect(drafts.map(({ detail }) => detail?.limitMilliC)).toEqual([0]);
    expect(desk.verdict('cargo')).toBe('EXCURSION');
    const both = desk.judge(reading(-1, 10_000)).drafts;
    expect(both.map(({ detail }) => detail?.limitMilliC)).toEqual([2_000]);
    const ids = [...drafts, ...both].map(({ detail }) => detail?.excursionId);
    expect(new Set(ids).size).toBe(2);
    desk.judge(reading(500, 11_000));
    expect(desk.verdict('cargo')).toBe('EXCURSION');
    desk.judge(reading(5_000, 12_000));
    expect(desk.verdict('cargo')).toBe('OK');
  });

  it('knows nothing of the past of other limits', () => {
    const stored = new Map(newDesk().judge(reading(-17_000, 5, 'freezer')).judgeState);
    expect(newDesk(stored).verdict('freezer')).toBe('EXCURSION');
    const others = rules.map((rule) => ({ ...rule, highMilliC: -15_000 }));
    expect(new ExcursionDesk(others, stored).verdict('freezer')).toBe('UNKNOWN');
  });

  it('says nothing of other kinds and of other sensors', () => {
    const desk = newDesk();
    const humidity = { ...reading(90_000, 0), kind: recordKinds.humidity };
    for (const draft of [humidity, reading(90_000, 0, 'door')]) {
      expect(desk.judge(draft)).toEqual({ drafts: [], judgeState: [] });
    }
    expect(desk.verdict('cargo')).toBe('UNKNOWN');
  });

  it('wears no card while all is well', () => {
    const desk = newDesk();
    expect(desk.judge(reading(5_000, 0)).judgeState.length).toBe(1);
    for (const uptimeMs of [1_000, 2_000])
      expect(desk.judge(reading(5_100, uptimeMs)).judgeState).toEqual([]);
  });

  it('interrupted at any points, its state in JSON, says the same as uninterrupted', () => {
    const step = fc.record({
      sensorId: fc.constantFrom('cargo', 'cargo', 'freezer', 'door'),
      value: fc.constantFrom(1_000, 2_000, 5_000, 8_000, 8_001, 12_000, -18_000, -20_000),
      quality: fc.constantFrom(qualityCodes.good, qualityCodes.good, qualityCodes['probe-open']),
      pauseMs: fc.nat({ max: 8_000 }),
      isRebooted: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.boolean()),
      isInterrupted: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let [uptimeMs, wallMs, bootCount] = [0, 1_700_000_000_000, 1];
        const whole = newDesk();
        let broken = newDesk();
        const stored = new Map<string, string>();
        for (const { sensorId, value, quality, pauseMs, isRebooted, isInterrupted } of steps) {
          uptimeMs = isRebooted ? pauseMs : uptimeMs + pauseMs;
          wallMs += pauseMs;
          if (isRebooted) bootCount += 1;
          if (isInterrupted || isRebooted) broken = newDesk(new Map(stored));
          const draft = { ...reading(value, uptimeMs, sensorId), observedAtMs: wallMs, bootCount, quality };
          const said: Judgement = broken.judge(draft);
          for (const [key, text] of said.judgeState) stored.set(key, text);
          expect(said).toEqual(whole.judge(draft));
          for (const { sensorId: known } of rules) expect(broken.verdict(known)).toBe(whole.verdict(known));
        }
      }),
      { verbose: 1 },
    );
  });
});

it('every rule of a sensor judges for itself, and their excursions have names of their own', () => {
  const frost = { sensorId: 'cargo', lowMilliC: -500, highMilliC: undefined, delayMs: 0 };
  const cold = { sensorId: 'cargo', lowMilliC: 2_000, highMilliC: 8_000, delayMs: 0 };
  const desk = new ExcursionDesk([frost, cold], new Map());
  const { drafts, judgeState } = desk.judge(reading(-900, 1_000, 'cargo'));
  expect(drafts.map(({ detail }) => [detail?.event, detail?.limitMilliC])).toEqual([
    ['opened', -500],
    ['opened', 2_000],
  ]);
  expect(new Set(drafts.map(({ detail }) => detail?.excursionId)).size).toBe(2);
  const resumed = new ExcursionDesk([cold, frost], new Map(judgeState));
  const back = resumed.judge(reading(1_000, 2_000, 'cargo'));
  expect(back.drafts.map(({ detail }) => [detail?.event, detail?.limitMilliC])).toEqual([['closed', -500]]);
  expect(resumed.verdict('cargo')).toBe('EXCURSION');
});
