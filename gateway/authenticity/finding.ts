// What can speak against a tag, how much it weighs, and what follows. One strong finding is enough for suspicion; of weak ones
// two different ones are needed, since each of them has an innocent explanation.

import type { DetailDocument } from '../sealing/draft-record.js';

/** strong: cannot be without a copy, a theft or a fault of the maker. weak: worth a word. recall: no question of the tag. */
const weights = {
  'malformed-epc': 'weak',
  'unknown-serial': 'strong',
  recalled: 'recall',
  dispensed: 'strong',
  decommissioned: 'strong',
  expired: 'note',
  'chip-mismatch': 'strong',
  'two-chips': 'strong',
  'proof-failed': 'strong',
  /** It has proven itself before, and leaves challenges without an answer now. */
  'proof-withheld': 'weak',
  'challenge-repeated': 'weak',
  /** A proof that passed, of a challenge that the reader chose: it is as fresh as the reader says. */
  'reader-challenged': 'note',
  'two-places': 'strong',
  'impossible-speed': 'strong',
  'not-in-order': 'weak',
  'late-appearance': 'weak',
  'moved-without-custody': 'weak',
} as const;

export type FindingCode = keyof typeof weights;

export interface Finding {
  readonly code: FindingCode;
  /** The numbers behind it. */
  readonly numbers?: Readonly<Record<string, number>>;
}

export const verdicts = ['verified', 'unverified', 'suspect', 'recalled'] as const;
export type Verdict = (typeof verdicts)[number];

/** These ask for a person's eyes. */
export const isAlarming = (verdict: unknown): boolean => verdict === 'suspect' || verdict === 'recalled';

/** @param isKnown whether the maker's list speaks for the tag, and freshly enough */
export function verdictOf(findings: readonly Finding[], isKnown: boolean): Verdict {
  const weighing = (weight: string) => findings.filter(({ code }) => weights[code] === weight).length;
  if (weighing('strong') > 0 || weighing('weak') > 1) return 'suspect';
  if (weighing('recall') > 0) return 'recalled';
  return isKnown ? 'verified' : 'unverified';
}

export function findingDocument({ code, numbers }: Finding): DetailDocument {
  return { code, weight: weights[code], ...numbers };
}
