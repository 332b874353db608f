// Spans of sequences, joined where they meet.

import type { Span } from '../journal/pruned-spans.js';

/** The same places as one list in rising order, without overlaps. */
export function joined(spans: readonly Span[]): Span[] {
  const result: { first: number; beyond: number }[] = [];
  for (const { first, beyond } of [...spans].sort((a, b) => a.first - b.first)) {
    const last = result.at(-1);
    if (last && first <= last.beyond) last.beyond = Math.max(last.beyond, beyond);
    else result.push({ first, beyond });
  }
  return result;
}

/** The places of one list that are not in another; both are in rising order. */
export function without(spans: readonly Span[], others: readonly Span[]): Span[] {
  return spans.flatMap((span) => {
    const left: Span[] = [];
    let at = span.first;
    for (const { first, beyond } of others) {
      if (beyond <= at || first >= span.beyond) continue;
      if (first > at) left.push({ first: at, beyond: first });
      at = beyond;
    }
    return at < span.beyond ? [...left, { first: at, beyond: span.beyond }] : left;
  });
}

/** Whether a sequence lies in one of the spans, which are in rising order. */
export function isWithin(spans: readonly Span[], sequence: number): boolean {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((spans[middle]?.first ?? 0) <= sequence) low = middle + 1;
    else high = middle;
  }
  return sequence < (spans[low - 1]?.beyond ?? 0);
}

export const lengthOf = (spans: readonly Span[]): number =>
  spans.reduce((sum, { first, beyond }) => sum + beyond - first, 0);
