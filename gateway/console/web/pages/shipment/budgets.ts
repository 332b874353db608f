// The stability budget of a shipment in lines: per product and band what is used of what is allowed. The debits come as
// they are signed and carried on; the newest of a band holds its sum. Pure.

import type { ShipmentDetail } from '../../../api/shipments.js';

export interface BudgetLine {
  readonly product: string;
  readonly band: string;
  readonly fromMilliC: number;
  readonly toMilliC: number;
  readonly usedMs: number;
  readonly allowanceMs: number;
}

type Debit = ShipmentDetail['budgets'][number];

const numberOf = (debit: Debit, name: string) => {
  const value = debit[name];
  return typeof value === 'number' ? value : 0;
};

/** Every band of every product that has debits; the bands of the profile, unused, where there are none. */
export function budgetsOf({ id, stabilityBands, budgets }: ShipmentDetail): BudgetLine[] {
  const newest = new Map<string, Debit>();
  for (const debit of budgets) {
    const key = `${debit.product} ${debit.band}`;
    const before = newest.get(key);
    if (!before || numberOf(before, 'number') < numberOf(debit, 'number')) newest.set(key, debit);
  }
  const used = [...newest.values()].map((debit) => ({
    product: String(debit.product),
    band: String(debit.band),
    fromMilliC: numberOf(debit, 'bandFromMilliC'),
    toMilliC: numberOf(debit, 'bandToMilliC'),
    usedMs: numberOf(debit, 'totalMs'),
    allowanceMs: numberOf(debit, 'allowanceMs'),
  }));
  const counted = new Set(used.map(({ band }) => band));
  const unused = stabilityBands
    .filter((band) => !counted.has(band.id))
    .map(({ id: band, fromMilliC, toMilliC, allowanceMs }) => ({
      ...{ product: id, band, fromMilliC, toMilliC, usedMs: 0, allowanceMs },
    }));
  return [...used, ...unused];
}
