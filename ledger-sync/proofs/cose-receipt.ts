// COSE receipts (RFC 9942) over RFC9162_SHA256 trees: COSE_Sign1 with the tree's root as detached payload and one
// inclusion or consistency proof in the unprotected header. The bytes only; verify-receipt.ts judges. What was
// signed is kept byte for byte, so a receipt of any maker is written again as it was read.

import { encodeCbor } from '../evidence/cbor-bytes.js';
import { CborMap, CborTag, type CborValue, decodeCbor } from '../evidence/cbor-value.js';
import { EvidenceError } from '../evidence/evidence-error.js';
import { HASH_BYTES } from '../evidence/merkle.js';

export interface ReceiptProof {
  readonly kind: 'inclusion' | 'consistency';
  /** Tree size and leaf index, or older and newer size, in the order of the bytes. */
  readonly numbers: readonly [number, number];
  readonly path: readonly Uint8Array[];
}

export interface CoseReceipt {
  /** The protected header as it was signed. */
  readonly protectedBytes: Uint8Array;
  readonly proof: ReceiptProof;
  /** Everything else in the unprotected header: nothing covers it. */
  readonly unprotected: readonly (readonly [key: CborValue, value: CborValue])[];
  /** 64 bytes, r || s. */
  readonly signature: Uint8Array;
}

/** Header labels of RFC 9052, RFC 9597 and RFC 9942. */
export const coseLabels = {
  algorithm: 1,
  critical: 2,
  keyId: 4,
  claims: 15,
  treeKind: 395,
  proofs: 396,
} as const;
/** COSE algorithms of RFC 9053 and RFC 8812. */
export const coseAlgorithms = { ES256: -7, ES256K: -47 } as const;
export const RFC9162_SHA256 = 1;

const SIGN1_TAG = 18;
const SIGNATURE_BYTES = 64;
const proofLabels = { inclusion: -1, consistency: -2 } as const;
const MAX_PATH = 64;
const MAX_RECEIPT_BYTES = 64 * 1024;

/** The bytes of a receipt. */
export function encodeReceipt({ protectedBytes, proof, unprotected, signature }: CoseReceipt): Uint8Array {
  const proofBytes = encodeCbor([...proof.numbers, proof.path]);
  const proofs = new CborMap([[proofLabels[proof.kind], [proofBytes]]]);
  const header = new CborMap([[coseLabels.proofs, proofs], ...unprotected]);
  return encodeCbor(new CborTag(SIGN1_TAG, [protectedBytes, header, null, signature]));
}

/**
 * Reads a receipt; checks no signature.
 * @throws EvidenceError PROOF_MALFORMED
 */
export function decodeReceipt(bytes: Uint8Array): CoseReceipt {
  if (bytes.length > MAX_RECEIPT_BYTES) throw malformed(`longer than ${MAX_RECEIPT_BYTES} bytes`);
  const item = decodeCbor(bytes);
  if (!(item instanceof CborTag) || item.tag !== SIGN1_TAG) throw malformed('no COSE_Sign1');
  const [protectedBytes, header, payload, signature, more] = listOf(item.value);
  if (!(protectedBytes instanceof Uint8Array) || !(header instanceof CborMap) || more !== undefined)
    throw malformed('no COSE_Sign1');
  // Whoever reads a root from the file has verified nothing: it must come from the proof.
  if (payload !== null) throw malformed('the payload is not detached');
  if (!(signature instanceof Uint8Array) || signature.length !== SIGNATURE_BYTES)
    throw malformed('a signature of another length than 64 bytes');
  return {
    protectedBytes,
    proof: readProof(header.get(coseLabels.proofs)),
    unprotected: header.entries.filter(([key]) => key !== coseLabels.proofs),
    signature,
  };
}

/** What is signed over a root: the Sig_structure of RFC 9052 section 4.4. */
export function receiptMessage(protectedBytes: Uint8Array, root: Uint8Array): Uint8Array {
  return encodeCbor(['Signature1', protectedBytes, new Uint8Array(0), root]);
}

/**
 * The protected header, with algorithm and tree that this program knows.
 * @throws EvidenceError PROOF_MALFORMED
 */
export function readProtected(bytes: Uint8Array): { header: CborMap; algorithm: number } {
  const header = decodeCbor(bytes);
  if (!(header instanceof CborMap)) throw malformed('the protected header is no map');
  if (header.get(coseLabels.critical) !== undefined) throw malformed('a critical header that is not known');
  if (header.get(coseLabels.treeKind) !== RFC9162_SHA256) throw malformed('the tree is not RFC9162_SHA256');
  const algorithm = header.get(coseLabels.algorithm);
  if (algorithm !== coseAlgorithms.ES256 && algorithm !== coseAlgorithms.ES256K)
    throw malformed('the algorithm is neither ES256 nor ES256K');
  return { header, algorithm };
}

function readProof(value: CborValue | undefined): ReceiptProof {
  if (!(value instanceof CborMap) || value.entries.length !== 1) throw malformed('not one kind of proof');
  const [label, proofs] = value.entries[0] ?? [];
  const kind = (['inclusion', 'consistency'] as const).find((known) => proofLabels[known] === label);
  const [bytes, more] = listOf(proofs);
  if (kind === undefined || !(bytes instanceof Uint8Array) || more !== undefined)
    throw malformed('not one inclusion or consistency proof');
  const [first, second, path, rest] = listOf(decodeCbor(bytes));
  if (!isCount(first) || !isCount(second) || rest !== undefined) throw malformed('a proof of another form');
  const hashes = listOf(path);
  if (hashes.length > MAX_PATH) throw malformed(`a path of ${hashes.length} hashes`);
  return { kind, numbers: [first, second], path: hashes.map(hashOf) };
}

function isCount(value: CborValue | undefined): value is number {
  return typeof value === 'number' && value >= 0;
}

function hashOf(value: CborValue): Uint8Array {
  if (value instanceof Uint8Array && value.length === HASH_BYTES) return value;
  throw malformed('a hash of another length than 32 bytes');
}

function listOf(value: CborValue | undefined): readonly CborValue[] {
  if (Array.isArray(value)) return value;
  throw malformed('no array where one must be');
}

function malformed(problem: string): EvidenceError {
  return new EvidenceError(
    'PROOF_MALFORMED',
    `COSE receipt: ${problem}`,
    'the file is damaged, or a receipt of another kind',
  );
}
