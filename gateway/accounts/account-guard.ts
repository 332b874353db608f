// What stands between a guesser and an account: failures, the lock, and what was used up. A row of its own,
// `user-guard/NAME`: it changes with every request of the person, also together with a change of the account itself,
// and neither may undo the other.

import * as z from 'zod';
import type { StateChange, StateView } from '../requests/request.js';
import { instant, section } from '../shipments/shipment-fields.js';
import { AccountError } from './account-error.js';

const keyPrefix = 'user-guard/';

/** The next failure locks, and each one after it. */
const FAILURES_BEFORE_LOCK = 4;
const LOCK_MS = 15 * 60_000;

const guardSchema = section({
  /** Since the last success. */
  failures: z.int().nonnegative(),
  /** Unix ms; 0 while it is not locked. */
  lockedUntilMs: instant,
  /** 30 s steps since 1970; no code of this step or one before it is taken. */
  lastTotpStep: z.int().nonnegative(),
  /** Unix ms of the newest signature that was taken; none before it or of the same ms is. */
  lastSignedAtMs: instant,
});

export type AccountGuard = z.infer<typeof guardSchema>;

export const freshGuard: AccountGuard = { failures: 0, lockedUntilMs: 0, lastTotpStep: 0, lastSignedAtMs: 0 };

/** The row to keep. */
export function guardRow(name: string, guard: AccountGuard): StateChange {
  return [`${keyPrefix}${name}`, JSON.stringify(guard)];
}

/** @throws AccountError ACCOUNT_UNREADABLE: what was used up must not be forgotten */
export function readGuard(state: StateView, name: string): AccountGuard {
  const row = state.get(`${keyPrefix}${name}`);
  if (row === undefined) return freshGuard;
  try {
    return guardSchema.parse(JSON.parse(row));
  } catch {
    throw new AccountError(name);
  }
}

/** More than a whole lock ahead means that the clock was set back since: such a lock would last for years. */
export function isLocked({ lockedUntilMs }: AccountGuard, nowMs: number): boolean {
  return nowMs < lockedUntilMs && lockedUntilMs - nowMs <= LOCK_MS;
}

/** While it is locked nothing is tried, so nothing fails. */
export function afterFailure(guard: AccountGuard, nowMs: number): AccountGuard {
  if (isLocked(guard, nowMs)) return guard;
  const failures = guard.failures + 1;
  return { ...guard, failures, lockedUntilMs: failures > FAILURES_BEFORE_LOCK ? nowMs + LOCK_MS : 0 };
}

/** @param totpStep of the code that was right */
export function afterSuccess(totpStep: number, signedAtMs: number): AccountGuard {
  return { failures: 0, lockedUntilMs: 0, lastTotpStep: totpStep, lastSignedAtMs: signedAtMs };
}
