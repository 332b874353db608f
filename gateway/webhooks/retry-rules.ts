// What becomes of an event after an answer: delivered, refused for good, or tried again and when. Pure.

import { retryAfterMs } from '../../ledger-sync/anchor/retry-after.js';

/** Tries that were answered, if badly: with these delays about 73 minutes on average. */
const MAX_ANSWERED = 12;
const FIRST_DELAY_MS = 5_000;
const MAX_DELAY_MS = 3_600_000;
/** The most that a receiver may ask for: a slip in its Retry-After must not silence the gateway for good. */
const MAX_RETRY_AFTER_MS = 86_400_000;

/** Refusals that may be over in a while: RFC 9110 section 15.5.9, RFC 8470, RFC 6585. */
const passingRefusals: ReadonlySet<number> = new Set([408, 425, 429]);
const retryAfterStatus: ReadonlySet<number> = new Set([429, 503]);

export type Verdict = 'delivered' | 'refused' | 'again';

/**
 * @param status 0: nobody answered
 * @param isClockTrusted a receiver refuses a signature with a wrong time, and a wrong time may become right
 */
export function verdictOf(status: number, isClockTrusted: boolean): Verdict {
  if (status >= 200 && status < 300) return 'delivered';
  const isRefusal = status >= 400 && status < 500 && !passingRefusals.has(status);
  return isRefusal && isClockTrusted ? 'refused' : 'again';
}

/**
 * Whether it is time to give up. Silence is most often the truck's own: it counts in hours, and only answers count in
 * tries, so that neither a night without a network nor one event that a receiver chokes on loses or holds up the rest.
 */
export function isHopeless(
  { answered, elapsedMs }: { readonly answered: number; readonly elapsedMs: number },
  giveUpAfterMs: number,
): boolean {
  return answered >= MAX_ANSWERED || elapsedMs >= giveUpAfterMs;
}

/**
 * The delay before the next try: full jitter, so that a fleet does not come back in one wave; never less than what the
 * receiver asked for.
 * @param tries made so far, at least 1
 * @param random in [0, 1)
 */
export function retryDelayMs(
  tries: number,
  { status, retryAfter }: { readonly status: number; readonly retryAfter?: string },
  random: number,
  nowMs: number,
): number {
  const limitMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(tries - 1, 30));
  const jitterMs = Math.floor(random * limitMs);
  const askedMs = retryAfterStatus.has(status) ? retryAfterMs(retryAfter, nowMs) : undefined;
  return Math.min(askedMs ?? 0, MAX_RETRY_AFTER_MS) + jitterMs;
}
