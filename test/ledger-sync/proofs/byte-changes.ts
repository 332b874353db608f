// A true file with one bit of each byte changed, one at a time, and how a verifier takes it.

import { EvidenceError } from '../../../ledger-sync/evidence/evidence-error.js';

/** The places whose change `judge` takes for true. Anything thrown but the typed error goes through. */
export function unnoticedPlaces(file: Uint8Array, judge: (changed: Uint8Array) => string): number[] {
  const places: number[] = [];
  for (let at = 0; at < file.length; at++) {
    const changed = Uint8Array.from(file);
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    if (verdictOf(changed, judge) !== 'refuted') places.push(at);
  }
  return places;
}

/** The judge's word; `refuted` for what it refuses to read. */
export function verdictOf(file: Uint8Array, judge: (file: Uint8Array) => string): string {
  try {
    return judge(file);
  } catch (error) {
    if (error instanceof EvidenceError) return 'refuted';
    throw error;
  }
}
