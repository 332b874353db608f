// Call data for what signed headers prove on the ledger: that a record is in an anchored log, and the three fraud
// proofs. Pure. Addresses 20 bytes, hashes 32, heads 28.
import { hexlify } from 'ethers/utils';
import { withLedgerSignature } from '../evidence/anchor-record.js';
import { type BatchHeader, type LedgerDomain, packMeta, type SignedBatch } from '../evidence/batch.js';
import { concatBytes } from '../evidence/bytes.js';
import type { Contradiction, PlacedLeaf } from '../evidence/contradiction.js';
import { leafHash } from '../evidence/merkle.js';
import { anchorInterface } from './contract-client.js';

/** Bytes of a meta word that the contract reads; the first two are zero. */
const META_BYTES = 30;

/** A leaf with its place. */
export interface LeafProof {
  readonly index: number;
  /** RFC 9162 inclusion proof, nearest to the leaf first. */
  readonly path: readonly Uint8Array[];
}

/** A header as the contract's functions take it. */
export function headerArgument(batch: SignedBatch) {
  return {
    prev: hexlify(batch.prev),
    root: hexlify(batch.root),
    meta: hexlify(packMeta(batch.meta)),
    signature: hexlify(batch.signature),
  };
}

/**
 * Headers that follow each other: prev of the first (28), then meta (30) and root (32) of each.
 * @param headers at least one
 */
export function headerChain(headers: readonly BatchHeader[]): Uint8Array {
  const links = headers.flatMap(({ meta, root }) => [packMeta(meta).slice(-META_BYTES), root]);
  return concatBytes(headers[0]?.prev ?? new Uint8Array(0), ...links);
}

/** `verifyRecord`: whether a leaf is in the log that the gateway has anchored. Answers a bool. */
export function encodeVerifyRecord(
  headers: readonly BatchHeader[],
  leaf: Uint8Array,
  { index, path }: LeafProof,
): string {
  const values = [hexlify(gatewayOf(headers)), headerChain(headers), leaf, index, path];
  return anchorInterface.encodeFunctionData('verifyRecord', values);
}

/** `proveEquivocation`: two headers for one place. */
export function encodeEquivocation(a: SignedBatch, b: SignedBatch): string {
  const values = [hexlify(a.gateway), headerArgument(a), headerArgument(b)];
  return anchorInterface.encodeFunctionData('proveEquivocation', values);
}

/** `proveRewrite`: two leaves (by hash) at one index under two roots. */
export function encodeRewrite(
  [a, leafA, pathA]: readonly [SignedBatch, Uint8Array, readonly Uint8Array[]],
  [b, leafB, pathB]: readonly [SignedBatch, Uint8Array, readonly Uint8Array[]],
  index: number,
): string {
  const values = [
    hexlify(a.gateway),
    headerArgument(a),
    headerArgument(b),
    index,
    leafA,
    pathA,
    leafB,
    pathB,
  ];
  return anchorInterface.encodeFunctionData('proveRewrite', values);
}

/**
 * `proveOutsideRange`: a good temperature that the header's own bounds exclude.
 * @param before the header before; undefined for the first one
 */
export function encodeOutsideRange(
  header: SignedBatch,
  before: BatchHeader | undefined,
  leaf: Uint8Array,
  { index, path }: LeafProof,
): string {
  const chain = before ? headerChain([before]) : new Uint8Array(0);
  const values = [hexlify(header.gateway), headerArgument(header), chain, leaf, index, path];
  return anchorInterface.encodeFunctionData('proveOutsideRange', values);
}

function gatewayOf(headers: readonly BatchHeader[]): Uint8Array {
  return headers[0]?.gateway ?? new Uint8Array(20);
}

/** The call that shows a contradiction to the contract. @param domain of the ledger that the headers are signed for */
export function encodeFraudProof(domain: LedgerDomain, found: Contradiction): string {
  const signed = (batch: SignedBatch) => withLedgerSignature(domain, batch);
  switch (found.kind) {
    case 'equivocation': {
      const [a, b] = found.headers;
      return encodeEquivocation(signed(a), signed(b));
    }
    case 'rewrite': {
      const [a, b] = found.leaves;
      const sideOf = ({ batch, leaf, path }: PlacedLeaf) => [signed(batch), leafHash(leaf), path] as const;
      return encodeRewrite(sideOf(a), sideOf(b), a.index);
    }
    case 'outside-range': {
      const { batch, leaf, index, path } = found.placed;
      return encodeOutsideRange(signed(batch), found.before, leaf, { index, path });
    }
  }
}
