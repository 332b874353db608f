// The batch header (PROTOCOL.md section 5): what the ledger keeps, as EIP-712 `Batch` bound to one chain and
// contract. Each names the head of the one before, so that the contract and anyone else sees a fork. Times,
// temperatures and flags speak of the leaves that the header adds, not of the whole log.

import { concatBytes, readUint, writeUint } from './bytes.js';
import { digestOf } from './eip712.js';
import { keccak256, keccakUtf8 } from './keccak.js';
import { HASH_BYTES } from './merkle.js';
import { isSignedBy } from './signature.js';
import type { Signer } from './signer.js';
import { headerField, setAddressWord, setBytesWord, WORD_BYTES } from './struct-word.js';

export interface BatchMeta {
  /** Number of the header in the gateway's chain, from 1, u32. */
  readonly seq: number;
  /** Leaves in the log under the header's root, u48. */
  readonly size: number;
  /** Least and greatest observedAtMs of the leaves since the header before, u48; both 0 without any. */
  readonly tFirstMs: number;
  readonly tLastMs: number;
  /**
   * Coldest and warmest good temperature of those leaves in 0.01 degC, i16, rounded outwards and held to the
   * range of i16; 32767 and -32768 without any.
   */
  readonly minCentiC: number;
  readonly maxCentiC: number;
  /** Or of `batchFlags`, u32. */
  readonly flags: number;
}

/** What the leaves since the header before contain. */
export const batchFlags = { excursion: 1, gap: 2, clockStep: 4, heartbeat: 8 } as const;

/** Where a header is to be anchored; both are inside its signature. */
export interface LedgerDomain {
  readonly chainId: number;
  /** Address of the anchor contract, 20 bytes. */
  readonly verifyingContract: Uint8Array;
}

export interface BatchHeader {
  /** Address of the device key, 20 bytes. */
  readonly gateway: Uint8Array;
  /** Head of the header before, 28 bytes; `genesisHead` for seq 1. */
  readonly prev: Uint8Array;
  /** Root of the whole log at `meta.size`, 32 bytes. */
  readonly root: Uint8Array;
  readonly meta: BatchMeta;
}

export interface SignedBatch extends BatchHeader {
  /** 64 bytes, EIP-2098. */
  readonly signature: Uint8Array;
}

export const batchType = 'Batch(address gateway,bytes28 prev,bytes32 root,bytes32 meta)';
/** A head leaves four bytes of its storage slot to the sequence. */
const HEAD_BYTES = 28;
const GENESIS_TEXT = 'coldgate genesis';
const SIGNATURE_BYTES = 64;
const FIELDS = 4;
const typeHash = keccakUtf8(batchType);
/** The constant words of the domain separator, whose last two are chain and contract. */
const domainStart = concatBytes(
  keccakUtf8('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'),
  keccakUtf8('coldgate'),
  keccakUtf8('1'),
);
const genesisPrefix = new TextEncoder().encode(GENESIS_TEXT);

/**
 * EIP-712 hashStruct of a header.
 * @throws EvidenceError HEADER_FIELD
 */
export function batchStructHash(header: BatchHeader): Uint8Array {
  const words = new Uint8Array(FIELDS * WORD_BYTES);
  setAddressWord(words, 0, 'gateway', header.gateway);
  setBytesWord(words, 1, 'prev', header.prev, HEAD_BYTES);
  setBytesWord(words, 2, 'root', header.root, HASH_BYTES);
  setBytesWord(words, 3, 'meta', packMeta(header.meta), WORD_BYTES);
  return keccak256(concatBytes(typeHash, words));
}

/**
 * What the gateway signs.
 * @throws EvidenceError HEADER_FIELD
 */
export function batchDigest(domain: LedgerDomain, header: BatchHeader): Uint8Array {
  const words = new Uint8Array(2 * WORD_BYTES);
  if (!Number.isSafeInteger(domain.chainId) || domain.chainId < 0)
    throw headerField('chainId', `${domain.chainId} is no safe integer`);
  writeUint(words, WORD_BYTES - 7, 7, domain.chainId);
  setAddressWord(words, 1, 'verifyingContract', domain.verifyingContract);
  return digestOf(keccak256(concatBytes(domainStart, words)), batchStructHash(header));
}

/** The 28 bytes by which the contract and the next header know this one. */
export function headOf(header: BatchHeader): Uint8Array {
  return batchStructHash(header).slice(0, HEAD_BYTES);
}

/** The head of a gateway that was registered and has anchored nothing. */
export function genesisHead(gateway: Uint8Array): Uint8Array {
  return keccak256(concatBytes(genesisPrefix, gateway)).slice(0, HEAD_BYTES);
}

/**
 * Signs a header. A signed header is final: store it before it leaves, and sign no other for its seq.
 * @throws EvidenceError HEADER_FIELD
 */
export function signBatch(signer: Signer, domain: LedgerDomain, header: BatchHeader): SignedBatch {
  return { ...header, signature: signer.sign(batchDigest(domain, header)) };
}

/**
 * Whether the gateway that it names signed it for that chain and contract. A malformed signature is false.
 * @throws EvidenceError HEADER_FIELD
 */
export function verifyBatch(domain: LedgerDomain, batch: SignedBatch): boolean {
  return isSignedBy(batch.gateway, batchDigest(domain, batch), batch.signature);
}

/**
 * The 146 bytes that the contract takes: gateway 20 | meta 30 | root 32 | r 32 | parity and s 32. It reads
 * `prev` from its own storage.
 * @throws EvidenceError HEADER_FIELD
 */
export function encodeBatchWire(batch: SignedBatch): Uint8Array {
  if (batch.signature.length !== SIGNATURE_BYTES) {
    throw headerField('signature', `${batch.signature.length} bytes, not ${SIGNATURE_BYTES}`);
  }
  const meta = packMeta(batch.meta).subarray(WORD_BYTES - META_BYTES);
  return concatBytes(batch.gateway, meta, batch.root, batch.signature);
}

interface MetaField {
  readonly name: keyof BatchMeta;
  readonly width: number;
  readonly isSigned: boolean;
}

/** In the order of their bytes; 30 bytes in all. */
const metaFields: readonly MetaField[] = [
  { name: 'seq', width: 4, isSigned: false },
  { name: 'size', width: 6, isSigned: false },
  { name: 'tFirstMs', width: 6, isSigned: false },
  { name: 'tLastMs', width: 6, isSigned: false },
  { name: 'minCentiC', width: 2, isSigned: true },
  { name: 'maxCentiC', width: 2, isSigned: true },
  { name: 'flags', width: 4, isSigned: false },
];
const META_BYTES = 30;
const FIRST_BYTE = WORD_BYTES - META_BYTES;

/**
 * The 32-byte word.
 * @throws EvidenceError HEADER_FIELD if a number is out of range
 */
export function packMeta(meta: BatchMeta): Uint8Array {
  const word = new Uint8Array(WORD_BYTES);
  let at = FIRST_BYTE;
  for (const { name, width, isSigned } of metaFields) {
    const value = meta[name];
    const range = 2 ** (8 * width);
    const least = isSigned ? -range / 2 : 0;
    if (!Number.isSafeInteger(value) || value < least || value >= least + range) {
      throw headerField(name, `${value} does not fit ${width} bytes`);
    }
    writeUint(word, at, width, value < 0 ? value + range : value);
    at += width;
  }
  return word;
}

/**
 * Inverse of `packMeta`.
 * @throws EvidenceError HEADER_FIELD if it has not 32 bytes or does not begin with two zero bytes
 */
export function unpackMeta(word: Uint8Array): BatchMeta {
  if (word.length !== WORD_BYTES || word[0] !== 0 || word[1] !== 0) {
    throw headerField('meta', `${word.length} bytes, beginning with ${word[0]} ${word[1]}`);
  }
  const meta: Record<keyof BatchMeta, number> = {
    seq: 0,
    size: 0,
    tFirstMs: 0,
    tLastMs: 0,
    minCentiC: 0,
    maxCentiC: 0,
    flags: 0,
  };
  let at = FIRST_BYTE;
  for (const { name, width, isSigned } of metaFields) {
    const value = readUint(word, at, width);
    const range = 2 ** (8 * width);
    meta[name] = isSigned && value >= range / 2 ? value - range : value;
    at += width;
  }
  return meta;
}
