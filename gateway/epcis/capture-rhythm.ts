// When to try again: full jitter, so that a fleet does not come back in one wave, and never before the other end asked.

const MS_PER_S = 1000;
const FIRST_MS = 1000;
const MAX_MS = 300_000;
/** A truck of an hour ago is still worth telling; a server that says a year means nothing. */
const MAX_ASKED_MS = 3_600_000;

/** The Retry-After of an answer in ms, as seconds or as a date; 0 where there is none or it cannot be read. */
export function askedDelayMs(retryAfter: string | undefined, nowMs: number): number {
  const text = retryAfter?.trim() ?? '';
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * MS_PER_S : Date.parse(text) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), MAX_ASKED_MS) : 0;
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
