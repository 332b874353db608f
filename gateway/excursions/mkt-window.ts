// Mean kinetic temperature over the window that ends at a sensor's last reading, in bounded memory: 288 buckets of
// integer sums and one more that the window's old end cuts. Where the cut bucket was not of one temperature, the
// answer has bounds, and the upper one is what a limit is compared with. Pure; time is that of the readings.

import {
  kineticFactor,
  type MktAnswer,
  type MktTerms,
  microCOfKineticSum,
  missingPpmOf,
  refusalOf,
} from './mkt.js';
import { type HeldReading, type ReadingTime, stretchBetween } from './reading-time.js';

/** Of the window: 5 minutes of 24 hours, 150 minutes of 30 days. */
const bucketsPerWindow = 288;

export interface MktWindowTerms extends MktTerms {
  /** A reading holds no longer than this. */
  readonly maxGapMs: number;
}

export interface MktReading extends ReadingTime {
  readonly temperatureMilliC: number;
  readonly isGood: boolean;
}

/** Plain JSON, integers; the kinetic sum as decimal digits. */
interface Bucket {
  /** Its place on the axis that begins at the first reading. */
  readonly index: number;
  readonly knownMs: number;
  readonly kineticSum: string;
  readonly coldestMilliC: number;
  readonly hottestMilliC: number;
}

/** What must survive a restart; plain JSON of safe integers and decimal strings. */
export interface MktWindowState {
  /** Time since the first reading. */
  readonly axisMs: number;
  readonly last: HeldReading | null;
  /** Of the whole run, not of the window: what froze once does not thaw out of the record. */
  readonly coldestMilliC: number | null;
  readonly buckets: readonly Bucket[];
}

export type WindowAnswer =
  | (MktAnswer & {
      readonly kind: 'mkt';
      /** The true value lies between these two. Judge `highestMicroC`. */
      readonly lowestMicroC: number;
      readonly highestMicroC: number;
    })
  | (MktAnswer & { readonly kind: 'refused' });

const emptyMktWindow: MktWindowState = { axisMs: 0, last: null, coldestMilliC: null, buckets: [] };

export class MktWindow {
  readonly #terms: MktWindowTerms;
  readonly #bucketMs: number;
  #axisMs: number;
  #last: HeldReading | null;
  #coldestMilliC: number | null;
  /** Oldest first; at most one more than a window has. */
  #buckets: Bucket[];

  /** @param saved what `save` gave under the same terms */
  constructor(terms: MktWindowTerms, saved: MktWindowState = emptyMktWindow) {
    this.#terms = terms;
    this.#bucketMs = Math.max(1, Math.ceil(terms.windowMs / bucketsPerWindow));
    this.#axisMs = saved.axisMs;
    this.#last = saved.last;
    this.#coldestMilliC = saved.coldestMilliC;
    this.#buckets = [...saved.buckets];
  }

  /** Takes a reading of the one sensor; one that is not good ends what the last one said. */
  take({ temperatureMilliC, isGood, observedAtMs, uptimeMs, bootCount }: MktReading): void {
    const at: ReadingTime = { observedAtMs, uptimeMs, bootCount };
    if (this.#last) {
      const stretch = stretchBetween(this.#last, at, this.#terms.maxGapMs);
      this.#add(stretch.temperatureMilliC, stretch.knownMs);
      this.#axisMs += stretch.knownMs + stretch.unknownMs;
    }
    this.#last = { ...at, temperatureMilliC: isGood ? temperatureMilliC : null };
    if (isGood) this.#coldestMilliC = Math.min(this.#coldestMilliC ?? temperatureMilliC, temperatureMilliC);
    const oldestIndex = Math.floor(this.#startMs() / this.#bucketMs);
    if ((this.#buckets[0]?.index ?? oldestIndex) < oldestIndex) {
      this.#buckets = this.#buckets.filter(({ index }) => index >= oldestIndex);
    }
  }

  /** The MKT as of the last reading, or why there is none. */
  answer(): WindowAnswer {
    const whole = { knownMs: 0, kineticSum: 0n };
    let cut: Bucket | undefined;
    for (const bucket of this.#buckets) {
      if (bucket.index * this.#bucketMs < this.#startMs()) cut = bucket;
      else {
        whole.knownMs += bucket.knownMs;
        whole.kineticSum += BigInt(bucket.kineticSum);
      }
    }
    const inside = cut ? insideOf(cut, this.#bucketMs, this.#startMs()) : nothingInside;
    const knownMs = whole.knownMs + inside.knownMs;
    const refusal = refusalOf(this.#terms, { knownMs, coldestMilliC: this.#coldestMilliC ?? undefined });
    if (refusal) return refusal;
    const mktMicroC = microCOfKineticSum(whole.kineticSum + inside.kineticSum, knownMs);
    const lowest = microCOfKineticSum(whole.kineticSum + inside.leastSum, whole.knownMs + inside.mostMs);
    const highest = microCOfKineticSum(whole.kineticSum + inside.mostSum, whole.knownMs + inside.leastMs);
    if (mktMicroC === undefined) return { kind: 'refused', reason: 'no-readings' };
    const missingPpm = missingPpmOf(this.#terms, knownMs);
    const lowestMicroC = Math.min(lowest ?? mktMicroC, mktMicroC);
    const highestMicroC = Math.max(highest ?? mktMicroC, mktMicroC);
    return { kind: 'mkt', mktMicroC, missingPpm, lowestMicroC, highestMicroC };
  }

  /** For the commit of the reading that was taken last. */
  save(): MktWindowState {
    return {
      axisMs: this.#axisMs,
      last: this.#last,
      coldestMilliC: this.#coldestMilliC,
      buckets: [...this.#buckets],
    };
  }

  /** Where the window begins on the axis. */
  #startMs(): number {
    return Math.max(0, this.#axisMs - this.#terms.windowMs);
  }

  /** Spreads a piece of time that begins at the end of the axis over its buckets. */
  #add(temperatureMilliC: number, knownMs: number): void {
    const endMs = this.#axisMs + knownMs;
    const factor = kineticFactor(temperatureMilliC);
    // What lies before the window that the piece itself ends would be dropped at once.
    let fromMs = Math.max(this.#axisMs, endMs - this.#terms.windowMs - this.#bucketMs);
    while (fromMs < endMs) {
      const index = Math.floor(fromMs / this.#bucketMs);
      const toMs = Math.min(endMs, (index + 1) * this.#bucketMs);
      this.#put(index, temperatureMilliC, toMs - fromMs, factor);
      fromMs = toMs;
    }
  }

  #put(index: number, temperatureMilliC: number, knownMs: number, factor: bigint): void {
    const newest = this.#buckets.at(-1);
    const before = newest?.index === index ? newest : undefined;
    const bucket: Bucket = {
      index,
      knownMs: (before?.knownMs ?? 0) + knownMs,
      kineticSum: String(BigInt(before?.kineticSum ?? 0) + factor * BigInt(knownMs)),
      coldestMilliC: Math.min(before?.coldestMilliC ?? temperatureMilliC, temperatureMilliC),
      hottestMilliC: Math.max(before?.hottestMilliC ?? temperatureMilliC, temperatureMilliC),
    };
    if (before) this.#buckets[this.#buckets.length - 1] = bucket;
    else this.#buckets.push(bucket);
  }
}

/** What of a bucket lies within the window: the likely value and what it can be at least and at most. */
interface Inside {
  readonly knownMs: number;
  readonly kineticSum: bigint;
  readonly leastMs: number;
  readonly mostMs: number;
  readonly leastSum: bigint;
  readonly mostSum: bigint;
}

const nothingInside: Inside = {
  knownMs: 0,
  kineticSum: 0n,
  leastMs: 0,
  mostMs: 0,
  leastSum: 0n,
  mostSum: 0n,
};

/** The part of a cut bucket from `startMs` on. Only its extremes are known, not when it was how warm. */
function insideOf(bucket: Bucket, bucketMs: number, startMs: number): Inside {
  const outsideLengthMs = startMs - bucket.index * bucketMs;
  const insideLengthMs = bucketMs - outsideLengthMs;
  const sum = BigInt(bucket.kineticSum);
  const leastMs = Math.max(0, bucket.knownMs - outsideLengthMs);
  const mostMs = Math.min(bucket.knownMs, insideLengthMs);
  const knownMs = Math.round((bucket.knownMs * insideLengthMs) / bucketMs);
  const coldest = kineticFactor(bucket.coldestMilliC);
  const hottest = kineticFactor(bucket.hottestMilliC);
  const outside = (insideMs: number) => BigInt(bucket.knownMs - insideMs);
  return {
    knownMs,
    kineticSum: bucket.knownMs === 0 ? 0n : (sum * BigInt(knownMs)) / BigInt(bucket.knownMs),
    leastMs,
    mostMs,
    // Inside is at least as cold a rest as the hottest outside leaves, and the other way round.
    leastSum: greater(coldest * BigInt(leastMs), sum - hottest * outside(leastMs)),
    mostSum: less(hottest * BigInt(mostMs), sum - coldest * outside(mostMs)),
  };
}

const greater = (one: bigint, other: bigint) => (one > other ? one : other);
const less = (one: bigint, other: bigint) => (one < other ? one : other);
