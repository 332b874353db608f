// What the kits of a shipment are exposed to: time outside of the range on their label, and time of which nobody can tell.
// Counted as the budget of one product, the same for each kit, so that nothing can depend on what is in it. Pure.

import type { StabilityBand } from '../../config/alarm-profile.js';
import type { BudgetStatus } from './stability-budget.js';

/** The product under which a shipment counts for its kits; no GTIN and lot is called so. */
export const KITS = 'kits';

/** Whole milliseconds. */
export interface KitUse {
  /** Measured above the range. */
  readonly warmMs: number;
  /** Measured below it. */
  readonly coldMs: number;
  /** Holes, faults, doubts: any of it may have been outside. */
  readonly unknownMs: number;
}

export const noUse: KitUse = { warmMs: 0, coldMs: 0, unknownMs: 0 };

const LOWEST_MILLI_C = -273_150;
const HIGHEST_MILLI_C = 1_000_000;

/**
 * The range on a label as bands outside of it; its own ends are inside.
 * @param left what the kit with the least of it has left
 */
export function kitBands(
  range: { readonly lowMilliC: number; readonly highMilliC: number },
  left: { readonly warmMs: number; readonly coldMs: number },
): readonly StabilityBand[] {
  return [
    { id: 'cold', fromMilliC: LOWEST_MILLI_C, toMilliC: range.lowMilliC, allowanceMs: left.coldMs },
    { id: 'warm', fromMilliC: range.highMilliC + 1, toMilliC: HIGHEST_MILLI_C, allowanceMs: left.warmMs },
  ];
}

export function useOf({ bands, unknownMs }: BudgetStatus): KitUse {
  const usedMs = (band: string) => Math.ceil(bands.find((one) => one.band === band)?.usedMs ?? 0);
  return { warmMs: usedMs('warm'), coldMs: usedMs('cold'), unknownMs: Math.ceil(unknownMs) };
}

export function addUse(one: KitUse, other: KitUse): KitUse {
  return {
    warmMs: one.warmMs + other.warmMs,
    coldMs: one.coldMs + other.coldMs,
    unknownMs: one.unknownMs + other.unknownMs,
  };
}

/** What the probes of a shipment say together: of each the worst, since nobody knows which kit lay at which probe. */
export function worstUse(uses: readonly KitUse[]): KitUse {
  const worst = (part: keyof KitUse) => Math.max(0, ...uses.map((use) => use[part]));
  return { warmMs: worst('warmMs'), coldMs: worst('coldMs'), unknownMs: worst('unknownMs') };
}
