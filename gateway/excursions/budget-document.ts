// Documents about stability budgets: warnings at 50 and 80 percent and at the end, and what a watch has come to. Pure.

import type { Severity } from '../../config/alarm-profile.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import type { BandLevel } from './band-level.js';
import { documentHead } from './excursion-document.js';
import type { BandStatus, BudgetStatus } from './stability-budget.js';
import type { WatchTerms } from './watch-terms.js';

const severities: Readonly<Record<BandLevel, Severity>> = {
  within: 'notice',
  'warned-50': 'minor',
  'warned-80': 'major',
  uncertain: 'critical',
  exhausted: 'critical',
};

/** A lot may hold what an MQTT topic may not; two lots must not become one. */
const topicSafe = (product: string) =>
  product.replace(/[^A-Za-z0-9_.]/g, (character) => `-${character.charCodeAt(0).toString(16)}`);

/** One alert per product and band: each graver level is another record of it. It never closes by itself. */
export function budgetDocument(
  terms: WatchTerms,
  product: string,
  { band, level, usedMs, usedAtMostMs, allowanceMs }: BandStatus,
  unixMs: number,
): DetailDocument {
  const id = [terms.sensorId, terms.shipment ?? '', 'budget', band, topicSafe(product)].join('-');
  return {
    ...documentHead(terms, { event: 'opened', id, rule: `budget-${band}`, severity: severities[level] }),
    product,
    level,
    startedAtMs: Math.max(0, Math.round(unixMs)),
    usedMs: Math.round(usedMs),
    usedAtMostMs: Math.round(usedAtMostMs),
    allowanceMs,
  };
}

export function budgetSummary({
  product,
  state,
  bands,
  allowsAutomaticRelease,
}: BudgetStatus & { readonly product: string }): DetailDocument {
  return {
    product,
    state,
    allowsAutomaticRelease,
    bands: bands.map(({ band, level, usedMs, usedAtMostMs, allowanceMs }) => ({
      band,
      level,
      usedMs: Math.round(usedMs),
      usedAtMostMs: Math.round(usedAtMostMs),
      allowanceMs,
    })),
  };
}
