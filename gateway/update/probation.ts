// Whether a version is healthy: its gateway role has come up and brought a record to the disk within a time limit, and the same
// process is still there a while later. One that ends again and again is not waited for.

import type { VersionSign } from './version-sign.js';

export type Verdict =
  | { readonly isHealthy: true }
  | {
      readonly isHealthy: false;
      readonly code: 'VERSION_CRASHES' | 'VERSION_SLOW';
      readonly message: string;
    };

/** The first end may be an accident. */
const MAX_ENDS = 3;

export interface ProbationTerms {
  /** Of the version's package. */
  readonly folder: string;
  /** Of the sign that was there before the roles were started: not theirs. */
  readonly signBefore: string | undefined;
  /** From the start of the roles until one has told that it runs; begins anew with nothing. */
  readonly readyLimitMs: number;
  /** So long it must go on. */
  readonly probationMs: number;
}

/** Judges what is seen, look by look; knows no clock and no file. */
export class Probation {
  readonly #terms: ProbationTerms;
  readonly #beganMs: number;
  readonly #ended = new Set<string>();
  #last: string | undefined;
  #running: { readonly id: string; readonly sinceMs: number } | undefined;

  constructor(terms: ProbationTerms, nowMs: number) {
    this.#terms = terms;
    this.#beganMs = nowMs;
  }

  /**
   * @param nowMs monotonic
   * @returns undefined while nothing is decided
   */
  look(sign: VersionSign | undefined, isAlive: boolean, nowMs: number): Verdict | undefined {
    const { folder, signBefore, readyLimitMs, probationMs } = this.#terms;
    if (sign && sign.folder === folder && sign.id !== signBefore) {
      const { id } = sign;
      // Another start: the one before has ended, whether that was seen or not.
      if (this.#last !== undefined && this.#last !== id) this.#ended.add(this.#last);
      this.#last = id;
      if (!isAlive) this.#ended.add(id);
      const isRunning = isAlive && sign.phase === 'running';
      if (!isRunning) this.#running = undefined;
      else if (this.#running?.id !== id) this.#running = { id, sinceMs: nowMs };
    }
    if (this.#ended.size >= MAX_ENDS)
      return {
        isHealthy: false,
        code: 'VERSION_CRASHES',
        message: `its gateway role ended ${this.#ended.size} times`,
      };
    if (this.#running) return nowMs - this.#running.sinceMs >= probationMs ? { isHealthy: true } : undefined;
    if (nowMs - this.#beganMs < readyLimitMs) return undefined;
    return {
      isHealthy: false,
      code: 'VERSION_SLOW',
      message: `its gateway role brought no record to the disk within ${Math.round(readyLimitMs / 1000)} s`,
    };
  }
}
