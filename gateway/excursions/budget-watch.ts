// The stability budgets that one probe debits: one per product of its shipment. They count in the order in which
// readings arrive, and what they have entered is never taken back: a reading that comes late changes no entry, and the
// hole that it would have filled stays unknown, which blocks the automatic release. Pure.

import type { StabilityBand } from '../../config/alarm-profile.js';
import {
  type BudgetState,
  type BudgetStatus,
  type BudgetTerms,
  openBudget,
  StabilityBudget,
} from './stability-budget.js';
import type { LedgerEntry } from './stability-ledger.js';

/** A product whose life is counted, with what other gateways have debited. */
export interface BudgetPlan {
  readonly product: string;
  readonly bands: readonly StabilityBand[];
  readonly carried: readonly LedgerEntry[];
  /** A reading that lets nobody say OK (calibration, clock) counts as none. */
  readonly isStrict?: boolean;
}

/** Plain JSON; by product. */
export type BudgetStates = Readonly<Record<string, BudgetState>>;

/** Where the budget of one product stands. */
export interface CountedBudget extends BudgetStatus {
  readonly product: string;
  readonly carried: readonly LedgerEntry[];
  /** Debits since this object was made. */
  readonly entered: readonly LedgerEntry[];
}

interface Counted {
  readonly plan: BudgetPlan;
  readonly terms: BudgetTerms;
  readonly budget: StabilityBudget;
  readonly entries: LedgerEntry[];
}

export class BudgetWatch {
  readonly #counted: readonly Counted[];

  constructor(
    plans: readonly BudgetPlan[],
    terms: Omit<BudgetTerms, 'product' | 'bands'>,
    saved: BudgetStates = {},
  ) {
    this.#counted = plans.map((plan) => {
      const own = { ...terms, product: plan.product, bands: plan.bands };
      const state = saved[plan.product];
      const budget = state ? new StabilityBudget(own, state) : opened(own, plan);
      return { plan, terms: own, budget, entries: [] };
    });
  }

  /**
   * @param timeMs of the profile's own time, never before the last
   * @param isDoubted whether the reading lets nobody say OK
   */
  take(timeMs: number, observedAtMs: number, temperatureMilliC: number | undefined, isDoubted = false): void {
    for (const counted of this.#counted) {
      const isGood = temperatureMilliC !== undefined && !(isDoubted && counted.plan.isStrict === true);
      const { entries } = counted.budget.take({
        observedAtMs,
        uptimeMs: timeMs,
        bootCount: 0,
        temperatureMilliC: temperatureMilliC ?? 0,
        isGood,
      });
      if (entries.length > 0) counted.entries.push(...entries);
    }
  }

  /** Where a product's budget stands at a later moment if no reading comes until then; asking changes nothing. */
  foreseen(product: string, timeMs: number, observedAtMs: number): BudgetStatus | undefined {
    const counted = this.#counted.find(({ plan }) => plan.product === product);
    if (!counted) return undefined;
    const budget = new StabilityBudget(counted.terms, counted.budget.save());
    budget.take({ observedAtMs, uptimeMs: timeMs, bootCount: 0, temperatureMilliC: 0, isGood: false });
    return budget.status();
  }

  /** Whether a product is counted at all. */
  get isEmpty(): boolean {
    return this.#counted.length === 0;
  }

  /** Debits what is not entered yet: the goods are handed over. */
  settle(): void {
    for (const counted of this.#counted) counted.entries.push(...counted.budget.settle());
  }

  counted(): readonly CountedBudget[] {
    return this.#counted.map(({ plan: { product, carried }, budget, entries }) => ({
      product,
      carried,
      entered: entries,
      ...budget.status(),
    }));
  }

  save(): BudgetStates {
    return Object.fromEntries(this.#counted.map(({ plan, budget }) => [plan.product, budget.save()]));
  }
}

/** @throws RangeError for a ledger that does not add up: it was checked when the shipment was made */
function opened(terms: BudgetTerms, { carried }: BudgetPlan): StabilityBudget {
  const budget = openBudget(terms, carried);
  if (budget.ok) return budget.budget;
  throw new RangeError(`${terms.product}: ${budget.reason}`);
}
