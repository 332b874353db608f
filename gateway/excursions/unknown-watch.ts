// Tells once that nobody can say how a probe is, and once that somebody can again. A short hole is counted and told
// to nobody; a clock that is not synchronised is told by the gateway itself, not by each of its probes. Pure.

import type { UnknownCause } from './profile-judge.js';
import { joinMs, patientOpenings } from './rule-excursions.js';

/** Plain JSON. Moments on the judges' axis, ms. */
export interface ToldSilence {
  readonly cause: UnknownCause;
  readonly sinceMs: number;
  /** null while it goes on. */
  readonly endedMs: number | null;
  /** Since when the probe is known again, while that is not told yet. */
  readonly quietSinceMs: number | null;
  readonly openings: number;
}

export interface SilenceTelling {
  readonly event: 'opened' | 'closed';
  readonly silence: ToldSilence;
}

export class UnknownWatch {
  readonly #maxGapMs: number;
  #told: ToldSilence | null;

  constructor(maxGapMs: number, saved: ToldSilence | null) {
    this.#maxGapMs = maxGapMs;
    this.#told = saved;
  }

  /** The same object while nothing has changed. */
  get told(): ToldSilence | null {
    return this.#told;
  }

  /**
   * @param cause why the probe is UNKNOWN now; undefined: it is not
   * @param lastGoodMs of the last reading with a number, or when the watch began
   */
  look(cause: UnknownCause | undefined, lastGoodMs: number, nowMs: number): SilenceTelling | undefined {
    const isLong = cause === 'calibration' || nowMs - lastGoodMs > this.#maxGapMs;
    if (cause !== undefined && cause !== 'clock' && isLong) return this.#open(cause, lastGoodMs, nowMs);
    const told = this.#told;
    if (told?.endedMs !== null) return undefined;
    const endedMs = told.quietSinceMs ?? nowMs;
    if (told.openings < patientOpenings || nowMs - endedMs >= joinMs) {
      this.#told = { ...told, endedMs, quietSinceMs: null };
      return { event: 'closed', silence: this.#told };
    }
    if (told.quietSinceMs === null) this.#told = { ...told, quietSinceMs: nowMs };
    return undefined;
  }

  #open(cause: UnknownCause, lastGoodMs: number, nowMs: number): SilenceTelling | undefined {
    const told = this.#told;
    if (told?.endedMs === null) {
      // It has come again before its end was told.
      if (told.quietSinceMs !== null)
        this.#told = { ...told, quietSinceMs: null, openings: told.openings + 1 };
      return undefined;
    }
    const isAgain = told !== null && nowMs - told.endedMs <= joinMs;
    const sinceMs = cause === 'calibration' ? nowMs : lastGoodMs;
    const fresh = { cause, sinceMs, endedMs: null, quietSinceMs: null, openings: 1 };
    this.#told = isAgain ? { ...told, endedMs: null, openings: told.openings + 1 } : fresh;
    return { event: 'opened', silence: this.#told };
  }
}
