// Time out of storage: what is debited, what is carried on, what is warned of and what is refused.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StabilityBand } from '../../../config/alarm-profile.js';
import {
  type BudgetTerms,
  openBudget,
  StabilityBudget,
} from '../../../gateway/excursions/stability-budget.js';
import type { LedgerEntry } from '../../../gateway/excursions/stability-ledger.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { canonicalJson } from '../../../ledger-sync/evidence/jcs.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const wallMs = 1_700_000_000_000;
const cool: StabilityBand = { id: 'cool', fromMilliC: 8_000, toMilliC: 15_000, allowanceMs: 10 * hourMs };
const warm: StabilityBand = { id: 'warm', fromMilliC: 15_000, toMilliC: 25_000, allowanceMs: hourMs };
const terms: BudgetTerms = {
  product: 'LOT-7',
  shipment: 'SHIP-1',
  gateway: 'truck-17',
  sensor: 'cargo',
  bands: [cool, warm],
  maxGapMs: 10 * minuteMs,
};

const at = (minutes: number, temperatureMilliC: number, isGood = true) => ({
  temperatureMilliC,
  isGood,
  observedAtMs: wallMs + minutes * minuteMs,
  uptimeMs: minutes * minuteMs,
  bootCount: 1,
});

function opened(carried: readonly LedgerEntry[] = [], more: Partial<BudgetTerms> = {}): StabilityBudget {
  const answer = openBudget({ ...terms, ...more }, carried);
  if (!answer.ok) throw new Error(answer.reason);
  return answer.budget;
}

/** One reading a minute; all entries and warnings. */
function pass(budget: StabilityBudget, fromMinutes: number, toMinutes: number, temperatureMilliC: number) {
  const entries: LedgerEntry[] = [];
  const warnings: string[] = [];
  for (let minutes = fromMinutes; minutes <= toMinutes; minutes += 1) {
    const change = budget.take(at(minutes, temperatureMilliC));
    entries.push(...change.entries);
    warnings.push(...change.warnings.map(({ band, level }) => `${minutes} ${band} ${level}`));
  }
  return { entries, warnings };
}

const usedMs = (budget: StabilityBudget) =>
  Object.fromEntries(budget.status().bands.map((one) => [one.band, one.usedMs]));

describe('a debit', () => {
  it('is of the band that the temperature is in; the lower end belongs to it, the upper one to the next', () => {
    const budget = opened();
    const steps = [5_000, 7_999, 8_000, 14_999, 15_000, 24_999, 5_000];
    steps.forEach((temperatureMilliC, minutes) => {
      budget.take(at(minutes, temperatureMilliC));
    });
    expect(usedMs(budget)).toEqual({ cool: 2 * minuteMs, warm: 2 * minuteMs });
  });

  it('is entered when the product leaves the band, as a document that can be hashed', () => {
    const budget = opened();
    budget.take(at(0, 9_000));
    expect(budget.take(at(5, 9_000)).entries).toEqual([]);
    const { entries } = budget.take(at(7, 5_000));
    const moment = (minutes: number) => ({
      observedAtMs: wallMs + minutes * minuteMs,
      uptimeMs: minutes * minuteMs,
      bootCount: 1,
    });
    expect(entries).toEqual([
      {
        type: 'stability-debit',
        ...{ product: 'LOT-7', shipment: 'SHIP-1', gateway: 'truck-17', sensor: 'cargo', number: 1 },
        ...{ band: 'cool', bandFromMilliC: 8_000, bandToMilliC: 15_000, allowanceMs: 10 * hourMs },
        ...{ from: moment(0), to: moment(7) },
        ...{ debitMs: 7 * minuteMs, previousTotalMs: 0, totalMs: 7 * minuteMs, unknownMs: 0, beyondMs: 0 },
      },
    ]);
    const [detail] = entries satisfies readonly DetailDocument[];
    expect(JSON.parse(canonicalJson(detail))).toEqual(detail);
  });

  it('is never made of a hole: that is counted apart', () => {
    const budget = opened();
    budget.take(at(0, 9_000));
    budget.take(at(40, 9_000));
    budget.take(at(45, 9_000, false));
    budget.take(at(50, 5_000));
    expect(usedMs(budget)).toEqual({ cool: 15 * minuteMs, warm: 0 });
    expect(budget.status().unknownMs).toBe(35 * minuteMs);
  });

  it('does not cover what is hotter than every band, and that needs a person', () => {
    const budget = opened();
    budget.take(at(0, 25_000));
    budget.take(at(1, 5_000));
    expect(budget.status()).toMatchObject({
      beyondMs: minuteMs,
      state: 'within',
      allowsAutomaticRelease: false,
    });
  });
});

describe('the allowance', () => {
  it('warns once at 50 and at 80 percent, and is exhausted at 100, each with its debit', () => {
    const budget = opened();
    const { warnings, entries } = pass(budget, 0, 70, 20_000);
    expect(warnings).toEqual(['30 warm warned-50', '48 warm warned-80', '60 warm exhausted']);
    expect(entries.map(({ totalMs }) => totalMs / minuteMs)).toEqual([30, 48, 60]);
    expect(budget.status()).toMatchObject({ state: 'exhausted', allowsAutomaticRelease: false });
  });

  it('that is exhausted stays so, whatever comes', () => {
    const budget = opened();
    pass(budget, 0, 60, 20_000);
    pass(budget, 61, 500, 5_000);
    expect(budget.status()).toMatchObject({ state: 'exhausted', allowsAutomaticRelease: false });
  });

  it('that the holes could have used up is uncertain: no automatic release', () => {
    const budget = opened();
    budget.take(at(0, 5_000));
    expect(budget.take(at(69, 5_000)).warnings).toMatchObject([{ band: 'warm', level: 'warned-80' }]);
    expect(budget.status()).toMatchObject({ allowsAutomaticRelease: true });
    const { warnings } = budget.take(at(80, 5_000));
    expect(warnings).toMatchObject([{ band: 'warm', level: 'uncertain', usedMs: 0, usedAtMostMs: hourMs }]);
    expect(budget.status()).toMatchObject({ state: 'uncertain', allowsAutomaticRelease: false });
  });

  it('of nothing is exhausted by the first debit, not before', () => {
    const budget = opened([], { bands: [{ ...warm, allowanceMs: 0 }] });
    budget.take(at(0, 20_000));
    expect(budget.status().state).toBe('within');
    budget.take(at(1, 20_000));
    expect(budget.status().state).toBe('exhausted');
  });
});

describe('the ledger', () => {
  /** Two stays in a band and a handover, 20 minutes of `cool` and 10 of `warm`. */
  function firstLeg(): LedgerEntry[] {
    const budget = opened();
    const { entries } = pass(budget, 0, 19, 9_000);
    entries.push(...pass(budget, 20, 29, 20_000).entries);
    entries.push(...pass(budget, 30, 60, 5_000).entries);
    return [...entries, ...budget.settle()];
  }
  const next = { ...terms, gateway: 'depot-2', shipment: 'SHIP-2' };

  it('is carried on: the next gateway counts from where the last one ended', () => {
    const carried = firstLeg();
    expect(carried.map(({ band, debitMs }) => [band, debitMs / minuteMs])).toEqual([
      ['cool', 20],
      ['warm', 10],
      ['cool', 0],
    ]);
    const budget = opened(JSON.parse(canonicalJson(carried)), next);
    expect(usedMs(budget)).toEqual({ cool: 20 * minuteMs, warm: 10 * minuteMs });
    const { entries, warnings } = pass(budget, 60, 90, 20_000);
    expect(warnings).toEqual(['80 warm warned-50']);
    expect(entries).toMatchObject([{ number: 4, gateway: 'depot-2', previousTotalMs: 10 * minuteMs }]);
    const whole = openBudget(next, [...carried, ...entries, ...budget.settle()]);
    expect(whole.ok && usedMs(whole.budget)).toEqual({ cool: 20 * minuteMs, warm: 40 * minuteMs });
  });

  it('shows the hole between two gateways as a hole', () => {
    const budget = opened(firstLeg(), next);
    budget.take({ ...at(85, 5_000), uptimeMs: 5, bootCount: 1 });
    expect(budget.status().unknownMs).toBe(25 * minuteMs);
    expect(budget.settle()).toMatchObject([{ debitMs: 0, unknownMs: 25 * minuteMs }]);
    expect(budget.settle()).toEqual([]);
    expect(opened(firstLeg(), next).settle()).toEqual([]);
  });

  it.each<[string, string, (entries: LedgerEntry[]) => unknown[]]>([
    ['an entry twice', 'ENTRY_REPEATED', (all) => [...all, all[1]]],
    ['all entries twice', 'ENTRY_REPEATED', (all) => [...all, ...all]],
    [
      'an entry again under a new number',
      'ENTRY_REPEATED',
      (all) => [...all, { ...all[1], number: 4, previousTotalMs: 600_000, totalMs: 1_200_000 }],
    ],
    ['a hole', 'ENTRY_MISSING', (all) => [all[0], all[2]]],
    ['no beginning', 'ENTRY_MISSING', (all) => all.slice(1)],
    ['a smaller debit', 'TOTAL_MISMATCH', (all) => [{ ...all[0], debitMs: 1 }]],
    ['a smaller total', 'TOTAL_MISMATCH', (all) => [{ ...all[0], totalMs: 1 }]],
    ['another beginning', 'TOTAL_MISMATCH', (all) => [{ ...all[0], previousTotalMs: 1, totalMs: 1_200_001 }]],
    ['a negative debit', 'ENTRY_MALFORMED', (all) => [{ ...all[0], debitMs: -1, totalMs: -1 }]],
    ['half a milliseconds', 'ENTRY_MALFORMED', (all) => [{ ...all[0], debitMs: 0.5, totalMs: 0.5 }]],
    ['no moment', 'ENTRY_MALFORMED', (all) => [{ ...all[0], from: null }]],
    ['no entry', 'ENTRY_MALFORMED', () => [null]],
    ['a band of no statement', 'BAND_UNKNOWN', (all) => [{ ...all[0], band: 'hot' }]],
    ['a larger allowance', 'BAND_CHANGED', (all) => [{ ...all[0], allowanceMs: 99 * hourMs }]],
    ['another product', 'OTHER_PRODUCT', (all) => [{ ...all[0], product: 'LOT-8' }]],
  ])('with %s is refused: %s', (_what, code, change) => {
    const answer = openBudget(next, change(firstLeg()) as LedgerEntry[]);
    expect(answer).toMatchObject({ ok: false, code });
    expect(!answer.ok && answer.hint).toContain('quality decides');
  });
});

describe('any journey', () => {
  const steps = fc.array(
    fc.record({
      pauseMs: fc.nat({ max: 900_000 }),
      temperatureMilliC: fc.constantFrom(5_000, 8_000, 14_999, 15_000, 24_999, 25_000),
      isGood: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
      isInterrupted: fc.boolean(),
    }),
    { maxLength: 60 },
  );
  const reading = (uptimeMs: number, temperatureMilliC: number, isGood: boolean) => ({
    ...{ temperatureMilliC, isGood, uptimeMs },
    ...{ observedAtMs: wallMs + uptimeMs, bootCount: 1 },
  });

  it('says and keeps the same interrupted at any points, and its entries add up to its totals', () => {
    fc.assert(
      fc.property(steps, (journey) => {
        const whole = opened();
        let broken = opened();
        const ledger: LedgerEntry[] = [];
        let uptimeMs = 0;
        for (const { pauseMs, temperatureMilliC, isGood, isInterrupted } of journey) {
          uptimeMs += pauseMs;
          if (isInterrupted) broken = new StabilityBudget(terms, JSON.parse(canonicalJson(broken.save())));
          const change = broken.take(reading(uptimeMs, temperatureMilliC, isGood));
          expect(change).toEqual(whole.take(reading(uptimeMs, temperatureMilliC, isGood)));
          expect(broken.status()).toEqual(whole.status());
          ledger.push(...change.entries);
        }
        ledger.push(...whole.settle());
        expect(opened(ledger).status()).toEqual(whole.status());
      }),
    );
  });

  it('costs the same wherever a pause is cut by a reading that says the same', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(steps, share, (journey, part) => {
        const long = { maxGapMs: 900_000 };
        const [coarse, fine] = [opened([], long), opened([], long)];
        let [uptimeMs, last, wasGood] = [0, 5_000, true];
        for (const budget of [coarse, fine]) budget.take(reading(uptimeMs, last, wasGood));
        for (const { pauseMs, temperatureMilliC, isGood } of journey) {
          fine.take(reading(uptimeMs + Math.floor(pauseMs * part), last, wasGood));
          uptimeMs += pauseMs;
          [last, wasGood] = [temperatureMilliC, isGood];
          for (const budget of [coarse, fine]) budget.take(reading(uptimeMs, last, wasGood));
          expect(fine.status()).toEqual(coarse.status());
        }
      }),
    );
  });
});
