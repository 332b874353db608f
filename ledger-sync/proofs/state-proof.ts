// Shows what the anchor contract's storage held under a block whose hash the reader trusts: header, account and slot,
// each proven by hashes, so that the node that answered need not be trusted. That the hash is of the right chain is
// the reader's own knowledge; no proof says it.

import { equalBytes, fromHex, readUint, toHex } from '../evidence/bytes.js';
import { EvidenceError } from '../evidence/evidence-error.js';
import { keccak256 } from '../evidence/keccak.js';
import type { StateProof } from '../evidence/state-proof-schema.js';
import { valueInTrie } from './merkle-patricia.js';
import { decodeRlp, type RlpItem } from './rlp.js';

/** What the proof proves. */
export interface ProvenState {
  readonly blockNumber: number;
  readonly blockTimeMs: number;
  readonly registered: boolean;
  /** 4294967295 where it is stopped: the word does not say how far it came. */
  readonly headSeq: number;
  /** Rotated, frozen or revoked. */
  readonly isStopped: boolean;
  /** 56 hex digits. */
  readonly head: string;
}

const STATE_ROOT_AT = 3;
const NUMBER_AT = 8;
const TIME_AT = 11;
const STORAGE_ROOT_AT = 2;
const CODE_HASH_AT = 3;
/** Of the mapping `_slots` (HeadStore.sol), which stands first in every contract. */
const MAPPING_SLOT = 0;
const WORD_BYTES = 32;
const HEAD_BYTES = 28;
/** In place of the sequence of a gateway that the contract has stopped. */
const STOPPED_SEQ = 0xffffffff;

/** Storage key of a gateway's slot in the contract: its `slotOf`. */
export function headSlotOf(gateway: Uint8Array): Uint8Array {
  const words = new Uint8Array(2 * WORD_BYTES);
  words.set(gateway, WORD_BYTES - gateway.length);
  words[2 * WORD_BYTES - 1] = MAPPING_SLOT;
  return keccak256(words);
}

/**
 * The slot of a gateway under a trusted block.
 * @param blockHash trusted by the reader: 0x and 64 hex digits
 * @param codeHashes of contracts that this release knows; other code could keep anything in that slot
 * @throws EvidenceError PROOF_MALFORMED for whatever does not hold
 */
export function verifyStateProof(
  proof: StateProof,
  blockHash: string,
  codeHashes: readonly string[],
): ProvenState {
  const headerBytes = fromHex(proof.header);
  if (!equalBytes(keccak256(headerBytes), fromHex(blockHash)))
    throw malformed(`the header is not that of block ${blockHash}`);
  const header = listOf(decodeRlp(headerBytes));
  const contract = fromHex(proof.contract);
  const account = valueInTrie(bytesAt(header, STATE_ROOT_AT), contract, proof.accountProof.map(fromHex));
  if (!account) throw malformed(`block ${blockHash} has no contract at ${proof.contract}`);
  const fields = listOf(decodeRlp(account));
  const code = bytesAt(fields, CODE_HASH_AT);
  if (!codeHashes.some((codeHash) => equalBytes(code, fromHex(codeHash))))
    throw malformed(`the code at ${proof.contract} is no anchor contract of this release`);
  const slot = headSlotOf(fromHex(proof.gateway));
  const stored = valueInTrie(bytesAt(fields, STORAGE_ROOT_AT), slot, proof.storageProof.map(fromHex));
  const word = stored ? wordOf(decodeRlp(stored)) : new Uint8Array(WORD_BYTES);
  const headSeq = readUint(word, HEAD_BYTES, WORD_BYTES - HEAD_BYTES);
  return {
    blockNumber: numberAt(header, NUMBER_AT),
    blockTimeMs: numberAt(header, TIME_AT) * 1000,
    registered: stored !== undefined,
    headSeq,
    isStopped: headSeq === STOPPED_SEQ,
    head: toHex(word.subarray(0, HEAD_BYTES)),
  };
}

/** Storage values lose their leading zeros. */
function wordOf(item: RlpItem): Uint8Array {
  if (!(item instanceof Uint8Array) || item.length > WORD_BYTES) throw malformed('a slot of another form');
  const word = new Uint8Array(WORD_BYTES);
  word.set(item, WORD_BYTES - item.length);
  return word;
}

function listOf(item: RlpItem): readonly RlpItem[] {
  if (item instanceof Uint8Array) throw malformed('bytes where a list must be');
  return item;
}

function bytesAt(items: readonly RlpItem[], at: number): Uint8Array {
  const item = items[at];
  if (item instanceof Uint8Array) return item;
  throw malformed('a header or account of another form');
}

function numberAt(items: readonly RlpItem[], at: number): number {
  const bytes = bytesAt(items, at);
  if (bytes.length > 6) throw malformed('a number above 48 bits');
  return readUint(bytes, 0, bytes.length);
}

function malformed(problem: string): EvidenceError {
  return new EvidenceError(
    'PROOF_MALFORMED',
    `state proof: ${problem}`,
    'check the block hash; else the proof is damaged or was made for something else',
  );
}
