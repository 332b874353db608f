// Limits on what anchoring may cost: per gas, per header and per day. Above a limit nothing is sent and records are
// buffered; anchored late is better than a payer drained by a fee spike or a lying endpoint.
import type { AnchorProblem, Spend } from './anchor-store.js';
import type { Fees } from './fees.js';
import { LedgerError } from './ledger-error.js';

/** All in wei. */
export interface SpendingLimits {
  /** The most that is offered for one gas. */
  readonly perGas: bigint;
  /** The most that one header may cost: gas limit times offer, divided by the headers of the transaction. */
  readonly perHeader: bigint;
  /** The most in 24 hours of block time; what is in flight counts with the most that it may cost. */
  readonly perDay: bigint;
}

export const dayMs = 86_400_000;
/** A rate is not told from less than this: the first transaction after a start says nothing about a day. */
const leastHistoryMs = 3_600_000;

/**
 * The offer held to the limit per gas.
 * @throws LedgerError FEE_LIMIT when what is left would not get into a block
 */
export function withinFeeLimit(offer: Fees, baseFeePerGas: bigint, limits: SpendingLimits): Fees {
  if (offer.maxFeePerGas <= limits.perGas) return offer;
  if (limits.perGas < baseFeePerGas + offer.maxPriorityFeePerGas) {
    throw feeLimitReached();
  }
  return { ...offer, maxFeePerGas: limits.perGas };
}

export function feeLimitReached(): LedgerError {
  return held('FEE_LIMIT', 'the chain asks for more per gas than the limit');
}

/**
 * @param mostWei what the transaction may cost
 * @param spends of the last 24 hours
 * @throws LedgerError HEADER_LIMIT, DAY_LIMIT
 */
export function assertAffordable(
  mostWei: bigint,
  headers: number,
  nonce: number,
  spends: readonly Spend[],
  limits: SpendingLimits,
): void {
  if (mostWei > limits.perHeader * BigInt(headers)) {
    throw held('HEADER_LIMIT', 'a header would cost more than the limit');
  }
  const others = spends.filter((spend) => spend.nonce !== nonce);
  if (totalOf(others) + mostWei > limits.perDay) {
    throw held('DAY_LIMIT', 'anchoring would cost more in 24 hours than the limit');
  }
}

/** The warning that the payer's money ends soon. */
export function payerLow(
  payer: string,
  balanceWei: bigint,
  spends: readonly Spend[],
  nowMs: number,
  lowBalanceDays: number,
): AnchorProblem | undefined {
  const days = daysLeft(balanceWei, spends, nowMs);
  if (days === undefined || days >= lowBalanceDays) return undefined;
  const message = `${payer} has funds for less than ${lowBalanceDays} days at the rate of the last day`;
  return { code: 'PAYER_LOW', message, hint: 'Send funds to this address before anchoring stops.' };
}

/** Whole days that the balance lasts at the rate of the last 24 hours; undefined while there is no rate yet. */
function daysLeft(balanceWei: bigint, spends: readonly Spend[], nowMs: number): number | undefined {
  const [oldest] = spends;
  const total = totalOf(spends);
  if (oldest === undefined || total === 0n || nowMs - oldest.timeMs < leastHistoryMs) return undefined;
  const historyMs = BigInt(Math.min(dayMs, nowMs - oldest.timeMs));
  return Number((balanceWei * historyMs) / (total * BigInt(dayMs)));
}

function totalOf(spends: readonly Spend[]): bigint {
  return spends.reduce((sum, { wei }) => sum + wei, 0n);
}

/** Without amounts: they move with every block, and a problem is stored again whenever its words change. */
function held(code: 'FEE_LIMIT' | 'HEADER_LIMIT' | 'DAY_LIMIT', message: string): LedgerError {
  const hint =
    'Records are kept and anchored when it fits again. Raise the limit in the ledger section if it is meant.';
  return new LedgerError(code, message, hint);
}
