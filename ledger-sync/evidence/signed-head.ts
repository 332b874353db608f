// A signed head in bytes, for proofs that are no JSON: the two statements that a gateway signs (PROTOCOL.md sections
// 4 and 5) without gateway, root and size, which the proof around them gives. Fixed lengths, big-endian.

import { packMeta, unpackMeta } from './batch.js';
import type { BatchHead, EvidenceBundle } from './bundle-schema.js';
import { concatBytes, fromHex, readUint, toHex, writeUint } from './bytes.js';
import { EvidenceError } from './evidence-error.js';

type Head = EvidenceBundle['head'];

/** timeMs 8 | signature 64. */
const CHECKPOINT_BYTES = 72;
/** chainId 8 | contract 20 | prev 28 | meta 30 | signature 64. */
const BATCH_BYTES = 150;
const UINT64_BYTES = 8;
const META_BYTES = 30;

/** 72 bytes of a checkpoint or 150 of a batch header. */
export function encodeSignedHead(head: Head): Uint8Array {
  const number = new Uint8Array(UINT64_BYTES);
  if (head.kind === 'checkpoint') {
    writeUint(number, 0, UINT64_BYTES, head.timeMs);
    return concatBytes(number, fromHex(head.signature));
  }
  writeUint(number, 0, UINT64_BYTES, head.chainId);
  const meta = packMeta(head.meta).subarray(-META_BYTES);
  return concatBytes(number, fromHex(head.contract), fromHex(head.prev), meta, fromHex(head.signature));
}

/**
 * Inverse of `encodeSignedHead`; the length says which it is.
 * @throws EvidenceError PROOF_MALFORMED
 */
export function decodeSignedHead(bytes: Uint8Array, root: Uint8Array, size: number): Head {
  if (bytes.length !== CHECKPOINT_BYTES && bytes.length !== BATCH_BYTES)
    throw malformed(`${bytes.length} bytes`);
  // Exact only up to 2^53 - 1, and rounds never down into that range.
  const number = readUint(bytes, 0, UINT64_BYTES);
  const signature = toHex(bytes.subarray(-64));
  if (bytes.length === CHECKPOINT_BYTES) {
    if (number >= 2 ** 48) throw malformed('a time beyond 48 bits');
    return { kind: 'checkpoint', size, root: toHex(root), timeMs: number, signature };
  }
  if (number > Number.MAX_SAFE_INTEGER) throw malformed('a chain id above 2^53 - 1');
  const meta: BatchHead['meta'] = unpackMeta(concatBytes(Uint8Array.of(0, 0), bytes.subarray(56, 86)));
  if (meta.size !== size) throw malformed(`the header is of ${meta.size} records, the proof of ${size}`);
  return {
    kind: 'batch',
    chainId: number,
    contract: `0x${toHex(bytes.subarray(8, 28))}`,
    prev: toHex(bytes.subarray(28, 56)),
    root: toHex(root),
    meta,
    signature,
  };
}

function malformed(problem: string): EvidenceError {
  return new EvidenceError('PROOF_MALFORMED', `signed head: ${problem}`, 'the proof is damaged');
}
