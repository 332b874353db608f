// Verifies an evidence bundle (PROTOCOL.md section 9): offline with the bundle alone, and against a ledger with
// what its node answered. Every field of a bundle is either checked here or refused by the schema.

import type { EvidenceBundle } from './bundle-schema.js';
import { qualityCodes, recordKinds } from './record.js';
import { type Check, failed, notProven, proven } from './verify-check.js';
import { checkChain, checkNewestCheckpoint, checkSignature, checkSummary, checkTree } from './verify-head.js';
import { checkAnchor, checkLedger, checkRegistration, type LedgerAnswer } from './verify-ledger.js';
import {
  checkDetails,
  checkLeaves,
  checkNames,
  checkReadable,
  checkSequence,
  type Leaf,
} from './verify-records.js';

/**
 * proven: signed by the gateway, and the ledger holds the header that covers it. signed-only: all that the
 * gateway signed holds, but no ledger was asked or none holds it yet. refuted: something contradicts.
 */
type Verdict = 'proven' | 'signed-only' | 'refuted';

export interface VerifyOptions {
  /** The gateway that the caller expects, 0x and 40 hex digits; capitals do not matter. */
  readonly expectedGateway?: string;
  readonly ledger?: LedgerAnswer;
}

export interface Verification {
  readonly verdict: Verdict;
  readonly gateway: string;
  readonly records: number;
  /** Of the records that could be read; undefined if the first could not. */
  readonly firstSequence: number | undefined;
  readonly lastSequence: number | undefined;
  /** Least and greatest time of the gateway's clock; order is by sequence, a clock may step. */
  readonly firstObservedAtMs: number | undefined;
  readonly lastObservedAtMs: number | undefined;
  /** Over good temperature records; undefined without any. */
  readonly temperatureMinMilliC: number | undefined;
  readonly temperatureMaxMilliC: number | undefined;
  readonly checks: readonly Check[];
}

/**
 * Verifies a bundle as `parseBundle` gives it. A bundle that does not hold is an answer, not an exception.
 * @throws EvidenceError only for a bundle that `parseBundle` would have refused
 */
export function verifyBundle(bundle: EvidenceBundle, options: VerifyOptions = {}): Verification {
  const { leaves, check } = checkLeaves(bundle);
  const checks = [checkGateway(bundle, options.expectedGateway), check];
  if (check.outcome === 'proven') checks.push(...recordChecks(bundle, leaves));
  checks.push(...headChecks(bundle, leaves, options.ledger));
  return {
    verdict: verdictOf(checks),
    gateway: bundle.gateway,
    records: bundle.records.length,
    firstSequence: leaves[0]?.record.sequence,
    lastSequence: leaves.at(-1)?.record.sequence,
    ...extremes(leaves),
    checks,
  };
}

function recordChecks(bundle: EvidenceBundle, leaves: readonly Leaf[]): Check[] {
  return [
    checkSequence(leaves, bundle.proof),
    checkReadable(bundle, leaves),
    checkNames(bundle, leaves),
    checkDetails(bundle, leaves),
    checkTree(bundle, leaves),
  ];
}

function headChecks(
  bundle: EvidenceBundle,
  leaves: readonly Leaf[],
  ledger: LedgerAnswer | undefined,
): Check[] {
  const checks = [checkSignature(bundle)];
  if (bundle.head.kind === 'batch') {
    const leg = checkChain(bundle.gateway, bundle.head);
    checks.push(leg.check, checkSummary(bundle.head, leg.begin, leaves));
  }
  const others = [
    checkNewestCheckpoint(bundle),
    checkRegistration(bundle, ledger),
    checkAnchor(bundle, ledger),
  ];
  return [...checks, ...others.filter((check) => check !== undefined), checkLedger(bundle, ledger)];
}

/** Whether it is the gateway that the reader expects. */
export function checkGateway(
  { gateway }: Pick<EvidenceBundle, 'gateway'>,
  expected: string | undefined,
): Check {
  if (expected === undefined) {
    return notProven(
      'gateway',
      `the file names ${gateway}; --gateway ADDRESS compares with the one you expect`,
    );
  }
  return expected.toLowerCase() === gateway
    ? proven('gateway', `the gateway is the one expected, ${gateway}`)
    : failed('gateway', `the gateway is ${gateway}, not ${expected}`);
}

/** What the checks come to. */
export function verdictOf(checks: readonly Check[]): Verdict {
  if (checks.some(({ outcome }) => outcome === 'failed')) return 'refuted';
  return checks.some(({ name, outcome }) => name === 'ledger' && outcome === 'proven')
    ? 'proven'
    : 'signed-only';
}

function extremes(leaves: readonly Leaf[]) {
  const times = new Extremes();
  const temperatures = new Extremes();
  for (const { record } of leaves) {
    times.add(record.observedAtMs);
    if (record.kind === recordKinds.temperature && record.quality === qualityCodes.good)
      temperatures.add(record.value);
  }
  return {
    firstObservedAtMs: times.least,
    lastObservedAtMs: times.greatest,
    temperatureMinMilliC: temperatures.least,
    temperatureMaxMilliC: temperatures.greatest,
  };
}

class Extremes {
  least: number | undefined;
  greatest: number | undefined;

  add(value: number): void {
    this.least = Math.min(this.least ?? value, value);
    this.greatest = Math.max(this.greatest ?? value, value);
  }
}
