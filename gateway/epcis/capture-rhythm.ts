// When to try again: full jitter, so that a fleet does not come back in one wave, and never before the other end asked.

import { retryAfterMs } from '../../ledger-sync/anchor/retry-after.js';

const FIRST_MS = 1000;
const MAX_MS = 300_000;
/** A truck of an hour ago is still worth telling; a server that says a year means nothing. */
const MAX_ASKED_MS = 3_600_000;

/** What the Retry-After of an answer asks for, in ms; 0 where it asks for nothing. */
export function askedDelayMs(retryAfter: string | undefined, nowMs: number): number {
  return Math.min(retryAfterMs(retryAfter, nowMs) ?? 0, MAX_ASKED_MS);
}

/**
 * The delay before the next try.
 * @param failures in a row, from 1
 * @param random in [0, 1)
 */
export function retryDelayMs(failures: number, askedMs: number, random: number): number {
  const limitMs = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20));
  return askedMs + Math.floor(random * limitMs);
}
