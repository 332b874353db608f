// What is kept of the readings of one sensor over one span of time: enough to draw and to sum up without the readings, and
// nothing of them lost at either end of the scale. Pure. Merging is the same in any order and any grouping.

import { qualityCodes } from '../../../ledger-sync/evidence/record.js';
import { kineticFactor } from '../../excursions/mkt.js';

const MINUTE_MS = 60_000;
/** Each level is four of the one below. A chart reads at most four rows per pixel, whatever its window. */
export const levelWidthsMs = [1, 4, 16, 64, 256].map((minutes) => minutes * MINUTE_MS);

export interface IndexedReading {
  /** When it was measured, as the log tells, Unix ms. */
  readonly atMs: number;
  readonly sequence: number;
  readonly value: number;
  readonly quality: number;
}

/** Times are those of the readings themselves, which break ties. Numbers first: rows come as arrays. */
export interface Span {
  /** Least and greatest number with the time of its first reading; null while there is none. */
  min: number | null;
  minMs: number;
  max: number | null;
  maxMs: number;
  first: number | null;
  firstMs: number;
  last: number | null;
  lastMs: number;
  /** Over readings with a number. */
  sum: number;
  squares: number;
  /** Of the mean kinetic temperature, each reading alike. */
  kinetic: number;
  numbers: number;
  good: number;
  bad: number;
  /** The highest code of PROTOCOL.md section 1. */
  worst: number;
  firstSequence: number;
  lastSequence: number;
}

const withNumber: ReadonlySet<number> = new Set([
  qualityCodes.good,
  qualityCodes['suspect-rate'],
  qualityCodes['calibration-expired'],
]);

/** Whether a reading of that quality has a number: a broken probe has none, an overdue one has. */
export const hasNumber = (quality: number): boolean => withNumber.has(quality);

/** 2^40 is one. */
const KINETIC_ONE = 2 ** 40;

export function spanOf({ atMs, sequence, value, quality }: IndexedReading): Span {
  const isNumber = hasNumber(quality);
  const number = isNumber ? value : null;
  const isGood = quality === qualityCodes.good;
  return {
    ...{ min: number, minMs: atMs, max: number, maxMs: atMs },
    ...{ first: number, firstMs: atMs, last: number, lastMs: atMs },
    sum: isNumber ? value : 0,
    squares: isNumber ? value * value : 0,
    kinetic: isNumber ? Number(kineticFactor(value)) / KINETIC_ONE : 0,
    numbers: isNumber ? 1 : 0,
    good: isGood ? 1 : 0,
    bad: isGood ? 0 : 1,
    worst: quality,
    ...{ firstSequence: sequence, lastSequence: sequence },
  };
}

/** Adds `other` to `span`. */
export function mergeInto(span: Span, other: Span): void {
  if (other.min !== null && (span.min === null || isBefore(other.min, other.minMs, span.min, span.minMs))) {
    span.min = other.min;
    span.minMs = other.minMs;
  }
  if (other.max !== null && (span.max === null || isBefore(-other.max, other.maxMs, -span.max, span.maxMs))) {
    span.max = other.max;
    span.maxMs = other.maxMs;
  }
  if (
    other.first !== null &&
    (span.first === null || isBefore(other.firstMs, other.first, span.firstMs, span.first))
  ) {
    span.first = other.first;
    span.firstMs = other.firstMs;
  }
  if (
    other.last !== null &&
    (span.last === null || isBefore(-other.lastMs, -other.last, -span.lastMs, -span.last))
  ) {
    span.last = other.last;
    span.lastMs = other.lastMs;
  }
  span.sum += other.sum;
  span.squares += other.squares;
  span.kinetic += other.kinetic;
  span.numbers += other.numbers;
  span.good += other.good;
  span.bad += other.bad;
  span.worst = Math.max(span.worst, other.worst);
  span.firstSequence = Math.min(span.firstSequence, other.firstSequence);
  span.lastSequence = Math.max(span.lastSequence, other.lastSequence);
}

/** By the first number, then by the second. */
function isBefore(one: number, oneTie: number, other: number, otherTie: number): boolean {
  return one < other || (one === other && oneTie < otherTie);
}
