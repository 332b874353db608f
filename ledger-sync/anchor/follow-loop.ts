// Ticks the submitter for as long as the role lives. A healthy ledger is looked at in a fixed rhythm; an
// unreachable or refusing one ever more rarely, with jitter, so that a fleet does not return in step.
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnchorSubmitter, TickOutcome } from './submitter.js';

/** Never slower than this: a truck that gets its link back must not wait for an hour. */
const maxBackoffMs = 300_000;

export interface AnchorLoopOptions {
  readonly submitter: Pick<AnchorSubmitter, 'tick'>;
  /** Between ticks while the ledger answers; about one block time. */
  readonly intervalMs: number;
  readonly signal: AbortSignal;
  /** 0 <= random < 1. */
  readonly random?: () => number;
  readonly wait?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Runs until the signal.
 * @throws what the store throws: without it nothing can be sent safely, so the role ends
 */
export async function runAnchorLoop(options: AnchorLoopOptions): Promise<void> {
  const { submitter, intervalMs, signal } = options;
  const random = options.random ?? Math.random;
  const wait = options.wait ?? waitOrAbort;
  let failures = 0;
  while (!signal.aborted) {
    const outcome = await tickUnlessStopped(submitter, signal);
    if (outcome === undefined) return;
    failures = isFailure(outcome) ? failures + 1 : 0;
    await wait(failures === 0 ? intervalMs : backoffMs(intervalMs, failures, random()), signal);
  }
}

async function tickUnlessStopped(
  submitter: AnchorLoopOptions['submitter'],
  signal: AbortSignal,
): Promise<TickOutcome | undefined> {
  try {
    const outcome = await submitter.tick();
    return signal.aborted ? undefined : outcome;
  } catch (error) {
    // A call that the stop cut off is no failure of the ledger.
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** Doubles with every failure up to five minutes, of which the upper half is random. */
function backoffMs(intervalMs: number, failures: number, random: number): number {
  const full = Math.max(intervalMs, Math.min(maxBackoffMs, intervalMs * 2 ** Math.min(failures, 30)));
  return Math.round(full / 2 + (full / 2) * random);
}

function isFailure(outcome: TickOutcome): boolean {
  return outcome.kind === 'unreachable' || outcome.kind === 'held';
}

async function waitOrAbort(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
