// What a gateway's own signatures contradict (PROTOCOL.md section 7, fraud proofs), found in one bundle or between two. Pure:
// the contract decides, by the same rules.

import { type BatchHeader, headOf, type SignedBatch } from './batch.js';
import { bundleNodes } from './bundle-nodes.js';
import type { BatchHead, EvidenceBundle } from './bundle-schema.js';
import { equalBytes, fromBase64url, fromHex } from './bytes.js';
import { buildInclusion } from './inclusion.js';
import { leafHash } from './merkle.js';
import { decodeRecord, qualityCodes, recordKinds } from './record.js';
import { headerOf } from './verify-head.js';

/** A leaf under a signed header. */
export interface PlacedLeaf {
  readonly batch: SignedBatch;
  readonly leaf: Uint8Array;
  readonly index: number;
  /** RFC 9162 inclusion proof under the header's root. */
  readonly path: readonly Uint8Array[];
}

export type Contradiction =
  /** Two headers for one place. */
  | { readonly kind: 'equivocation'; readonly headers: readonly [SignedBatch, SignedBatch] }
  /** Two leaves at one index. */
  | { readonly kind: 'rewrite'; readonly leaves: readonly [PlacedLeaf, PlacedLeaf] }
  /** A good temperature that its own header excludes. */
  | {
      readonly kind: 'outside-range';
      readonly placed: PlacedLeaf;
      /** undefined before the first header. */
      readonly before: BatchHeader | undefined;
      readonly valueMilliC: number;
    };

const MILLI_PER_CENTI = 10;
/** A bound at the end of i16 bounds nothing. */
const NO_MIN = -32768;
const NO_MAX = 32767;

type Headed = EvidenceBundle & { readonly head: BatchHead };

/** Whether a bundle is proven by a header of the ledger: a checkpoint is no matter for a contract. */
export function hasHeader(bundle: EvidenceBundle): bundle is Headed {
  return bundle.head.kind === 'batch';
}

/**
 * The first contradiction between two bundles of one gateway, or within one of them; undefined where there is none.
 * @throws EvidenceError for a bundle that does not verify
 */
export function findContradiction(a: Headed, b?: Headed): Contradiction | undefined {
  const inOne = outsideRange(a) ?? (b && outsideRange(b));
  if (inOne || !b || a.gateway !== b.gateway) return inOne;
  return equivocation(a, b) ?? rewrite(a, b);
}

function equivocation(a: Headed, b: Headed): Contradiction | undefined {
  const headers = [signedOf(a), signedOf(b)] as const;
  const isOnePlace =
    headers[0].meta.seq === headers[1].meta.seq || equalBytes(headers[0].prev, headers[1].prev);
  const isSame = equalBytes(headOf(headers[0]), headOf(headers[1]));
  return isOnePlace && !isSame ? { kind: 'equivocation', headers } : undefined;
}

function rewrite(a: Headed, b: Headed): Contradiction | undefined {
  const end = Math.min(a.proof.end, b.proof.end);
  for (let index = Math.max(a.proof.begin, b.proof.begin); index < end; index += 1) {
    const leaves = [placedLeaf(a, index), placedLeaf(b, index)] as const;
    if (!equalBytes(leafHash(leaves[0].leaf), leafHash(leaves[1].leaf))) return { kind: 'rewrite', leaves };
  }
  return undefined;
}

function outsideRange(bundle: Headed): Contradiction | undefined {
  const { head, proof } = bundle;
  const { seq, minCentiC, maxCentiC } = head.meta;
  // Without the header before nobody knows which leaves this one adds.
  if (seq > 1 && !head.previous) return undefined;
  const begin = head.previous?.meta.size ?? 0;
  for (let index = Math.max(begin, proof.begin); index < proof.end; index += 1) {
    const { kind, quality, value } = decodeRecord(leafBytes(bundle, index));
    if (kind !== recordKinds.temperature || quality !== qualityCodes.good) continue;
    const isBelow = minCentiC !== NO_MIN && value < minCentiC * MILLI_PER_CENTI;
    const isAbove = maxCentiC !== NO_MAX && value > maxCentiC * MILLI_PER_CENTI;
    if (!isBelow && !isAbove) continue;
    const before = head.previous && previousOf(bundle, head.previous);
    return { kind: 'outside-range', placed: placedLeaf(bundle, index), before, valueMilliC: value };
  }
  return undefined;
}

function placedLeaf(bundle: Headed, index: number): PlacedLeaf {
  const path = buildInclusion(index, bundle.proof.size, bundleNodes(bundle));
  return { batch: signedOf(bundle), leaf: leafBytes(bundle, index), index, path };
}

function leafBytes({ records, proof }: Headed, index: number): Uint8Array {
  return fromBase64url(records[index - proof.begin]?.leaf ?? '');
}

function signedOf({ gateway, head }: Headed): SignedBatch {
  return { ...headerOf(gateway, head), signature: fromHex(head.signature) };
}

function previousOf(
  { gateway }: Headed,
  { prev, root, meta }: NonNullable<BatchHead['previous']>,
): BatchHeader {
  return { gateway: fromHex(gateway), prev: fromHex(prev), root: fromHex(root), meta };
}
