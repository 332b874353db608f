// Checks of what the gateway signed (PROTOCOL.md section 9, steps 7 to 11): tree, signature, the chain of
// headers, the header's summary of its own leaves, the newest checkpoint.

import { type BatchHeader, batchFlags, genesisHead, headOf, verifyBatch } from './batch.js';
import type { BatchHead, EvidenceBundle } from './bundle-schema.js';
import { equalBytes, fromHex, toHex } from './bytes.js';
import { verifyCheckpoint } from './checkpoint.js';
import { EvidenceError } from './evidence-error.js';
import { leafHash } from './merkle.js';
import { rootFromRange } from './range-proof.js';
import { qualityCodes, recordKinds } from './record.js';
import { type Check, failed, notProven, proven } from './verify-check.js';
import type { Leaf } from './verify-records.js';

const MILLI_PER_CENTI = 10;
const INT16_MIN = -32768;
const INT16_MAX = 32767;

/** The leaves must give the head's root at the head's size. */
export function checkTree({ proof, head }: EvidenceBundle, leaves: readonly Leaf[]): Check {
  const size = head.kind === 'batch' ? head.meta.size : head.size;
  if (proof.size !== size)
    return failed('tree', `the proof is for ${proof.size} records, the head for ${size}`);
  try {
    const hashes = leaves.map(({ bytes }) => leafHash(bytes));
    const sides = { left: proof.left.map(fromHex), right: proof.right.map(fromHex) };
    const root = rootFromRange(proof.begin, hashes, size, sides);
    return equalBytes(root, fromHex(head.root))
      ? proven('tree', `the records stand in the log of ${size} records that was signed`)
      : failed('tree', 'the records do not give the signed root');
  } catch (error) {
    if (error instanceof EvidenceError) return failed('tree', error.message);
    throw error;
  }
}

/** The head must be signed by the gateway. */
export function checkSignature({ gateway, head }: Pick<EvidenceBundle, 'gateway' | 'head'>): Check {
  if (head.kind === 'checkpoint') {
    return isCheckpointOf(gateway, head)
      ? proven(
          'signature',
          `${gateway} signed the checkpoint of ${head.size} records at ${isoTime(head.timeMs)}`,
        )
      : failed('signature', `the checkpoint is not signed by ${gateway}`);
  }
  const domain = { chainId: head.chainId, verifyingContract: fromHex(head.contract) };
  return verifyBatch(domain, { ...headerOf(gateway, head), signature: fromHex(head.signature) })
    ? proven('signature', `${gateway} signed header ${head.meta.seq} over ${head.meta.size} records`)
    : failed('signature', `header ${head.meta.seq} is not signed by ${gateway} for chain ${head.chainId}`);
}

/** The checkpoint beside a batch header; undefined where there is none. */
export function checkNewestCheckpoint({ gateway, head, checkpoint }: EvidenceBundle): Check | undefined {
  if (!checkpoint || head.kind !== 'batch') return undefined;
  if (!isCheckpointOf(gateway, checkpoint))
    return failed('checkpoint', `the checkpoint is not signed by ${gateway}`);
  if (checkpoint.size === head.meta.size && checkpoint.root !== head.root) {
    return failed('checkpoint', `the gateway signed two different logs of ${checkpoint.size} records`);
  }
  return proven(
    'checkpoint',
    `by ${isoTime(checkpoint.timeMs)} the gateway had signed ${checkpoint.size} records`,
  );
}

/** Where the header's own leaves begin; undefined where the bundle does not prove it. */
export interface Leg {
  readonly begin: number | undefined;
  readonly check: Check;
}

/** The header before must be the one that this header names. */
export function checkChain(gateway: string, head: BatchHead): Leg {
  const { previous, meta } = head;
  if (meta.seq === 1) {
    const isFirst = head.prev === toHex(genesisHead(fromHex(gateway))) && previous === undefined;
    return isFirst
      ? { begin: 0, check: proven('chain', 'this is the first header of the gateway') }
      : { begin: undefined, check: failed('chain', 'header 1 does not begin at the genesis head') };
  }
  if (!previous) {
    return {
      begin: undefined,
      check: notProven(
        'chain',
        `header ${meta.seq - 1} is not in the bundle, so it is open where this one begins`,
      ),
    };
  }
  const isLinked = toHex(headOf(headerOf(gateway, previous))) === head.prev;
  return isLinked && previous.meta.seq === meta.seq - 1 && previous.meta.size <= meta.size
    ? {
        begin: previous.meta.size,
        check: proven('chain', `header ${meta.seq} follows header ${previous.meta.seq}`),
      }
    : {
        begin: undefined,
        check: failed('chain', `the header before is not the one that header ${meta.seq} names`),
      };
}

/** What the header says of its own leaves must hold for those that are in the bundle. */
export function checkSummary({ meta }: BatchHead, begin: number | undefined, leaves: readonly Leaf[]): Check {
  if (begin === undefined) return notProven('summary', 'open without the header before');
  const own = leaves.filter(({ record }) => record.sequence >= begin);
  if (own.length === 0) return notProven('summary', 'the records are older than what this header sums up');
  for (const { record } of own) {
    const { sequence, observedAtMs, kind, quality, value } = record;
    if (observedAtMs < meta.tFirstMs || observedAtMs > meta.tLastMs) {
      return failed('summary', `record ${sequence} lies outside the times that the header states`);
    }
    const isReading = kind === recordKinds.temperature && quality === qualityCodes.good;
    if (
      isReading &&
      (toInt16(Math.floor(value / MILLI_PER_CENTI)) < meta.minCentiC ||
        toInt16(Math.ceil(value / MILLI_PER_CENTI)) > meta.maxCentiC)
    ) {
      return failed('summary', `record ${sequence} lies outside the temperatures that the header states`);
    }
    if ((requiredFlag(kind) & ~meta.flags) !== 0) {
      return failed('summary', `the header keeps silent about record ${sequence} of kind ${kind}`);
    }
  }
  return proven(
    'summary',
    `${own.length} records lie within the temperatures and times that the header states`,
  );
}

function requiredFlag(kind: number): number {
  if (kind === recordKinds.excursion) return batchFlags.excursion;
  return kind === recordKinds.dataLoss ? batchFlags.gap : 0;
}

const toInt16 = (value: number) => Math.min(INT16_MAX, Math.max(INT16_MIN, value));

/** The header as the gateway signed it. */
export function headerOf(gateway: string, fields: Pick<BatchHead, 'prev' | 'root' | 'meta'>): BatchHeader {
  return {
    gateway: fromHex(gateway),
    prev: fromHex(fields.prev),
    root: fromHex(fields.root),
    meta: fields.meta,
  };
}

function isCheckpointOf(gateway: string, fields: NonNullable<EvidenceBundle['checkpoint']>): boolean {
  const { size, root, timeMs, signature } = fields;
  return verifyCheckpoint({
    gateway: fromHex(gateway),
    size,
    root: fromHex(root),
    timeMs,
    signature: fromHex(signature),
  });
}

/** A checkpoint's time is a u48, all of which JavaScript can write. */
function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
