// Whether a sensor says the same for ever while a sibling moves: a frozen converter, a register that nobody renews.
// Sixty equal readings alone prove nothing; a good refrigerator makes them too. Pure.

import type { ReadingTime } from './reading-time.js';

/** So many equal readings in a row. */
const equalReadings = 60;
/** The least that a sibling must have moved meanwhile. */
const siblingMovedMilliC = 500;

interface Span {
  readonly sensorId: string;
  readonly lowestMilliC: number;
  readonly highestMilliC: number;
}

/** Plain JSON. */
export interface StuckState {
  readonly temperatureMilliC: number | null;
  readonly count: number;
  /** The first of the equal readings; null before any. */
  readonly since: { readonly [field in keyof ReadingTime]: number } | null;
  /** What each sibling said meanwhile. */
  readonly siblings: readonly Span[];
}

export const freshStuck: StuckState = { temperatureMilliC: null, count: 0, since: null, siblings: [] };

/** Takes a good reading of the sensor itself. */
export function countEqual(state: StuckState, temperatureMilliC: number, at: ReadingTime): StuckState {
  if (state.temperatureMilliC === temperatureMilliC) return { ...state, count: state.count + 1 };
  const { observedAtMs, uptimeMs, bootCount } = at;
  return { temperatureMilliC, count: 1, since: { observedAtMs, uptimeMs, bootCount }, siblings: [] };
}

/** Takes a believed reading of a sibling. */
export function noteSibling(state: StuckState, sensorId: string, temperatureMilliC: number): StuckState {
  const before = state.siblings.find((span) => span.sensorId === sensorId);
  const lowestMilliC = Math.min(before?.lowestMilliC ?? temperatureMilliC, temperatureMilliC);
  const highestMilliC = Math.max(before?.highestMilliC ?? temperatureMilliC, temperatureMilliC);
  if (before?.lowestMilliC === lowestMilliC && before.highestMilliC === highestMilliC) return state;
  const others = state.siblings.filter((span) => span !== before);
  return { ...state, siblings: [...others, { sensorId, lowestMilliC, highestMilliC }] };
}

export function isStuck({ count, siblings }: StuckState): boolean {
  const hasMoved = ({ lowestMilliC, highestMilliC }: Span) =>
    highestMilliC - lowestMilliC > siblingMovedMilliC;
  return count >= equalReadings && siblings.some(hasMoved);
}
