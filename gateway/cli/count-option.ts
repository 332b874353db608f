// Whole numbers from the command line.

import { UsageError } from './cli-io.js';

/** @param range both ends included, at most 2^53 - 1. @throws UsageError */
export function countOption(name: string, text: string, [min, max]: readonly [number, number]): number {
  const count = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (count >= min && count <= max) return count;
  const hint = `write a whole number from ${min} to ${max}`;
  throw new UsageError('WRONG_USE', `${name} ${text} cannot be`, hint);
}

const MS_PER_SECOND = 1000;
const SECONDS_PER_MINUTE = 60;
const MAX_VALID_MINUTES = 43_200;

/** `--valid-minutes`: until when a signature is worth something, in Unix seconds. @throws UsageError */
export function deadlineOption(validMinutes: string): number {
  const minutes = countOption('--valid-minutes', validMinutes, [1, MAX_VALID_MINUTES]);
  return Math.floor(Date.now() / MS_PER_SECOND) + minutes * SECONDS_PER_MINUTE;
}
