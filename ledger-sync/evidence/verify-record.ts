// Verifies a proof of one record (a C2SP tlog-proof or a COSE receipt, read by ledger-sync/proofs) with the checks
// and the answer of a bundle's verification. Such proofs carry no names and no documents.

import type { EvidenceBundle } from './bundle-schema.js';
import { equalBytes, fromHex, toHex } from './bytes.js';
import { EvidenceError } from './evidence-error.js';
import { verifyInclusion } from './inclusion.js';
import { leafHash } from './merkle.js';
import { decodeRecord, type EvidenceRecord, qualityCodes, recordKinds } from './record.js';
import { checkGateway, type Verification, type VerifyOptions, verdictOf } from './verify.js';
import { type Check, failed, notProven, proven } from './verify-check.js';
import { checkSignature } from './verify-head.js';
import { checkLedger } from './verify-ledger.js';

/** One leaf, its path to a root, and who signed what over that root. */
export interface RecordProof {
  /** 0x and 40 hex digits. */
  readonly gateway: string;
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  /** Nearest to the leaf first. */
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
  /** Heads of this root and size, a checkpoint or a batch header. */
  readonly heads: readonly EvidenceBundle['head'][];
  /** What the proof's own format adds: a receipt's signature, and fields that nothing covers. */
  readonly others: readonly Check[];
}

/** Verifies the proof. What does not hold is an answer, not an exception. */
export function verifyRecordProof(proof: RecordProof, options: VerifyOptions = {}): Verification {
  const { gateway, heads, others } = proof;
  const record = readLeaf(proof.leaf);
  const checks = [
    checkGateway(proof, options.expectedGateway),
    ...recordChecks(proof, record),
    checkPath(proof),
    ...heads.map((head) => checkSignature({ gateway, head })),
    ...others,
    checkOnLedger(proof, options),
  ];
  const known = typeof record === 'string' ? undefined : record;
  const isReading = known?.kind === recordKinds.temperature && known.quality === qualityCodes.good;
  const temperatureMilliC = isReading ? known.value : undefined;
  return {
    verdict: verdictOf(checks),
    gateway,
    records: 1,
    firstSequence: known?.sequence,
    lastSequence: known?.sequence,
    firstObservedAtMs: known?.observedAtMs,
    lastObservedAtMs: known?.observedAtMs,
    temperatureMinMilliC: temperatureMilliC,
    temperatureMaxMilliC: temperatureMilliC,
    checks,
  };
}

function readLeaf(leaf: Uint8Array): EvidenceRecord | string {
  try {
    return decodeRecord(leaf);
  } catch (error) {
    if (error instanceof EvidenceError) return error.message;
    throw error;
  }
}

function recordChecks({ gateway, index }: RecordProof, record: EvidenceRecord | string): Check[] {
  if (typeof record === 'string') return [failed('leaves', record)];
  const isOwn = equalBytes(record.gateway, fromHex(gateway));
  return [
    isOwn
      ? proven('leaves', `a canonical record of ${gateway}`)
      : failed('leaves', `the record is of gateway 0x${toHex(record.gateway)}, not ${gateway}`),
    record.sequence === index
      ? proven('sequence', `it is record ${index}; nothing is said about its neighbours`)
      : failed('sequence', `the record has sequence ${record.sequence}, the proof is for ${index}`),
    notProven(
      'names',
      `subject ${toHex(record.subject)} has no name here; a bundle carries names and documents`,
    ),
  ];
}

function checkPath({ index, size, leaf, path, root }: RecordProof): Check {
  return verifyInclusion(index, size, leafHash(leaf), path, root)
    ? proven('tree', `the record stands in the log of ${size} records that was signed`)
    : failed('tree', 'the record does not give the signed root');
}

function checkOnLedger({ gateway, heads }: RecordProof, { ledger }: VerifyOptions): Check {
  const head = heads.find(({ kind }) => kind === 'batch');
  return head
    ? checkLedger({ gateway, head }, ledger)
    : notProven('ledger', 'the proof carries no batch header, so no ledger can be compared with it');
}
