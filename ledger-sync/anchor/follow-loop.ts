// Ticks the submitter for as long as the role lives, in a fixed rhythm with jitter, so that a fleet does not act in
// step. Endpoints that do not answer are spared by their breakers, so a tick without any costs nothing and a link that
// comes back is used within seconds. Where a person must act, the ledger is looked at ever more rarely.
import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerErrorCode } from './ledger-error.js';
import type { TickOutcome } from './payer-lane.js';

/** Whoever registers a gateway or sends money wants to see it work while he waits. */
const maxBackoffMs = 30_000;
/** Fees fall by themselves, within blocks. */
const waitsForTheMarket: readonly LedgerErrorCode[] = ['FEE_CEILING', 'FEE_LIMIT', 'HEADER_LIMIT'];

export interface AnchorLoopOptions {
  readonly submitter: { tick(): Promise<TickOutcome> };
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
  let holds = 0;
  while (!signal.aborted) {
    const outcome = await tickUnlessStopped(submitter, signal);
    if (outcome === undefined) return;
    holds = isHold(outcome) ? holds + 1 : 0;
    const isHealthy = holds === 0 && outcome.kind !== 'unreachable';
    await wait(isHealthy ? intervalMs : backoffMs(intervalMs, holds, random()), signal);
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

/** Doubles with every hold up to half a minute; the upper half is random. */
function backoffMs(intervalMs: number, holds: number, random: number): number {
  const full = Math.max(intervalMs, Math.min(maxBackoffMs, intervalMs * 2 ** Math.min(holds, 30)));
  return Math.round(full / 2 + (full / 2) * random);
}

function isHold(outcome: TickOutcome): boolean {
  return outcome.kind === 'held' && !waitsForTheMarket.includes(outcome.code);
}

async function waitOrAbort(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
