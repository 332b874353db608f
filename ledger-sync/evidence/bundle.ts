// Makes an evidence bundle (PROTOCOL.md section 8) from leaves and what the store knows about them. Pure: the
// caller reads the store and writes the file. Discloses only what the given leaves refer to.

import type { BatchHeader, LedgerDomain, SignedBatch } from './batch.js';
import type { EvidenceBundle } from './bundle-schema.js';
import { toBase64url, toHex } from './bytes.js';
import type { SignedCheckpoint } from './checkpoint.js';
import { EvidenceError } from './evidence-error.js';
import { detailHash } from './jcs.js';
import type { NodeReader } from './node-reader.js';
import { buildRangeProof, type RangeProof } from './range-proof.js';
import { readableOf } from './readable.js';
import { decodeRecord, type EvidenceRecord, subjectOf } from './record.js';

/** A readable name with the salt that its subject or shipment was made with. */
export interface SaltedName {
  readonly name: string;
  readonly salt?: Uint8Array | undefined;
}

/** The signed statement that the leaves are proven under. */
export type BundleHead =
  | { readonly kind: 'checkpoint'; readonly checkpoint: SignedCheckpoint }
  | {
      readonly kind: 'batch';
      readonly domain: LedgerDomain;
      readonly batch: SignedBatch;
      /** The header before; none for seq 1. Without it nothing is said about min, max and times. */
      readonly previous?: BatchHeader | undefined;
      /** The newest checkpoint: what the gateway has signed since. */
      readonly checkpoint?: SignedCheckpoint | undefined;
      readonly registration?: EvidenceBundle['registration'];
      readonly anchor?:
        | Omit<NonNullable<EvidenceBundle['anchor']>, 'chainId' | 'contract' | 'seq'>
        | undefined;
    };

export interface BundleInput {
  /** Consecutive leaves of one gateway, at least one. */
  readonly leaves: readonly Uint8Array[];
  /** May hold more than is needed; only names of these leaves' subjects and shipments go in. */
  readonly names: readonly SaltedName[];
  /** Detail documents; may hold more than is needed. */
  readonly details: readonly unknown[];
  readonly proof: NodeReader | RangeProof;
  readonly head: BundleHead;
}

/**
 * The bundle, ready for JSON.stringify.
 * @throws EvidenceError RANGE_INVALID (no leaves, or beyond the head), RECORD_MALFORMED, JSON_UNSUPPORTED
 */
export function buildBundle(input: BundleInput): EvidenceBundle {
  const records = input.leaves.map(decodeRecord);
  const [first] = records;
  if (!first)
    throw new EvidenceError('RANGE_INVALID', 'a bundle of no records', 'choose at least one record');
  const begin = first.sequence;
  const end = begin + records.length;
  const { head } = input;
  const size = head.kind === 'batch' ? head.batch.meta.size : head.checkpoint.size;
  const proof = 'node' in input.proof ? buildRangeProof(begin, end, size, input.proof) : input.proof;
  const names = namesOf(records, input.names);
  const nameOf = new Map(names.map(({ subject, name }) => [subject, name]));
  return {
    format: 'coldgate-bundle',
    version: 1,
    gateway: prefixed(first.gateway),
    records: records.map((record, at) => ({
      leaf: toBase64url(input.leaves[at] ?? new Uint8Array(0)),
      readable: readableOf(record, nameOf.get(toHex(record.subject))),
    })),
    names,
    details: detailsOf(records, input.details),
    proof: { begin, end, size, left: proof.left.map(toHex), right: proof.right.map(toHex) },
    ...(head.kind === 'batch'
      ? batchParts(head)
      : { head: { kind: 'checkpoint', ...checkpointFields(head.checkpoint) } }),
  };
}

function batchParts(
  head: Extract<BundleHead, { kind: 'batch' }>,
): Pick<EvidenceBundle, 'head' | 'checkpoint' | 'registration' | 'anchor'> {
  const { domain, batch, previous, checkpoint, registration, anchor } = head;
  const { chainId } = domain;
  const contract = prefixed(domain.verifyingContract);
  return {
    head: {
      kind: 'batch',
      chainId,
      contract,
      ...headerFields(batch),
      signature: toHex(batch.signature),
      ...(previous ? { previous: headerFields(previous) } : {}),
    },
    ...(checkpoint ? { checkpoint: checkpointFields(checkpoint) } : {}),
    ...(registration ? { registration } : {}),
    ...(anchor ? { anchor: { chainId, contract, seq: batch.meta.seq, ...anchor } } : {}),
  };
}

function headerFields(header: BatchHeader) {
  return { prev: toHex(header.prev), root: toHex(header.root), meta: { ...header.meta } };
}

function checkpointFields({ size, root, timeMs, signature }: SignedCheckpoint) {
  return { size, root: toHex(root), timeMs, signature: toHex(signature) };
}

function namesOf(records: readonly EvidenceRecord[], names: readonly SaltedName[]): EvidenceBundle['names'] {
  const wanted = new Set(records.flatMap(({ subject, shipment }) => [toHex(subject), toHex(shipment)]));
  const found: EvidenceBundle['names'] = [];
  for (const { name, salt } of names) {
    const subject = toHex(subjectOf(name, salt));
    if (wanted.delete(subject)) found.push({ subject, name, ...(salt?.length ? { salt: toHex(salt) } : {}) });
  }
  return found;
}

function detailsOf(records: readonly EvidenceRecord[], documents: readonly unknown[]): unknown[] {
  const wanted = new Set(records.map(({ detail }) => toHex(detail)));
  return documents.filter((document) => wanted.delete(toHex(detailHash(document))));
}

function prefixed(bytes: Uint8Array): string {
  return `0x${toHex(bytes)}`;
}
