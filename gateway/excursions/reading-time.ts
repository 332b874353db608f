// When a reading was taken, on both clocks, and how long it may stand for what came after it. Pure.
// Durations are monotonic: a step of the wall clock changes no sum.

export interface ReadingTime {
  /** Unix ms. */
  readonly observedAtMs: number;
  readonly uptimeMs: number;
  readonly bootCount: number;
}

/** Time from one reading to a later one. Over a reboot only the wall clock can tell; never less than 0. */
export function elapsedMs(from: ReadingTime, to: ReadingTime): number {
  const isSameBoot = from.bootCount === to.bootCount;
  return Math.max(0, isSameBoot ? to.uptimeMs - from.uptimeMs : to.observedAtMs - from.observedAtMs);
}

/** The last that a sensor said; null where it was no temperature. Plain JSON. */
export interface HeldReading extends ReadingTime {
  readonly temperatureMilliC: number | null;
}

/** A piece of time: first `knownMs` at one temperature, then `unknownMs` of which nobody can tell. */
export interface Stretch {
  readonly temperatureMilliC: number;
  readonly knownMs: number;
  readonly unknownMs: number;
}

/** A reading holds until the next one, but no longer than `maxGapMs`: what follows is unknown, not OK. */
export function stretchBetween(held: HeldReading, next: ReadingTime, maxGapMs: number): Stretch {
  const lengthMs = elapsedMs(held, next);
  const { temperatureMilliC } = held;
  const knownMs = temperatureMilliC === null ? 0 : Math.min(lengthMs, maxGapMs);
  return { temperatureMilliC: temperatureMilliC ?? 0, knownMs, unknownMs: lengthMs - knownMs };
}
