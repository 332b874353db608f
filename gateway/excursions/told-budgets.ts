// What people have been told of the budgets that a probe debits: each debit once, each band's level when it rises. Pure.

import type { DetailDocument } from '../sealing/draft-record.js';
import type { BandLevel } from './band-level.js';
import { budgetDocument } from './budget-document.js';
import type { BudgetWatch } from './budget-watch.js';
import type { LedgerEntry } from './stability-ledger.js';
import type { WatchTerms } from './watch-terms.js';

/** Plain JSON; by product: the debits of this probe, and the level of each band. */
export type ToldBudgetState = Readonly<
  Record<
    string,
    { readonly entries: readonly LedgerEntry[]; readonly levels: Readonly<Record<string, BandLevel>> }
  >
>;

/** The debits of a product's whole life, as one probe has them. */
export interface ProductLedger {
  readonly product: string;
  /** Of the band that is used up farthest, in millionths of its allowance. */
  readonly usedPpm: number;
  readonly entries: readonly LedgerEntry[];
}

export class ToldBudgets {
  readonly #terms: WatchTerms;
  #told: ToldBudgetState;

  constructor(terms: WatchTerms, saved: ToldBudgetState = {}) {
    this.#terms = terms;
    this.#told = saved;
  }

  save(): ToldBudgetState {
    return this.#told;
  }

  /** Documents of what is new: debits as they are carried on, and warnings. */
  tell(budgets: BudgetWatch, unixMs: number): readonly DetailDocument[] {
    if (budgets.isEmpty) return [];
    return budgets.counted().flatMap(({ product, carried, entered, bands }) => {
      const { entries, levels } = this.#told[product] ?? { entries: [], levels: {} };
      const last = carried.length + entries.length;
      const debits = entered.filter(({ number }) => number > last);
      const warnings = bands.filter(({ band, level }) => level !== 'within' && level !== levels[band]);
      if (debits.length + warnings.length === 0) return [];
      const raised = Object.fromEntries(warnings.map(({ band, level }) => [band, level]));
      const now = { entries: [...entries, ...debits], levels: { ...levels, ...raised } };
      this.#told = { ...this.#told, [product]: now };
      return [...debits, ...warnings.map((warning) => budgetDocument(this.#terms, product, warning, unixMs))];
    });
  }

  ledgers(budgets: BudgetWatch): ProductLedger[] {
    return budgets.counted().map(({ product, carried, bands }) => ({
      product,
      usedPpm: Math.max(
        0,
        ...bands.map(({ usedMs, allowanceMs }) => Math.round((usedMs / Math.max(1, allowanceMs)) * 1e6)),
      ),
      entries: [...carried, ...(this.#told[product]?.entries ?? [])],
    }));
  }
}
