// Whether a reading is inside a limit even if the probe is off by as much as its certificate admits: T + U against the
// limit, U the expanded uncertainty (k = 2). Shown beside the raw decision, never in its place. Pure.

export interface GuardedLimit {
  readonly side: 'high' | 'low';
  readonly limitMilliC: number;
  /** A reading at the limit itself violates it. */
  readonly inclusive: boolean;
}

export interface GuardedDecision {
  /** What the number alone says. */
  readonly raw: 'inside' | 'outside';
  /** `undecided`: the limit lies within the probe's uncertainty. */
  readonly guarded: 'inside' | 'outside' | 'undecided';
  /** From the reading to the limit, positive inside. */
  readonly marginMilliC: number;
  readonly uncertaintyMilliC: number;
}

/** @param uncertaintyMilliC expanded uncertainty of the probe (k = 2), not negative */
export function decideWithGuardBand(
  temperatureMilliC: number,
  { side, limitMilliC, inclusive }: GuardedLimit,
  uncertaintyMilliC: number,
): GuardedDecision {
  const distanceMilliC = side === 'high' ? limitMilliC - temperatureMilliC : temperatureMilliC - limitMilliC;
  const marginMilliC = distanceMilliC + 0;
  const isInside = (margin: number) => (inclusive ? margin > 0 : margin >= 0);
  const raw = isInside(marginMilliC) ? 'inside' : 'outside';
  const isSure = isInside(marginMilliC - uncertaintyMilliC) === isInside(marginMilliC + uncertaintyMilliC);
  return { raw, guarded: isSure ? raw : 'undecided', marginMilliC, uncertaintyMilliC };
}
