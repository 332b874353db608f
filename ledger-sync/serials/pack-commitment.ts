// What a ledger may know of a pack and of a lot (PROTOCOL.md, "Serials"): hashes of what the label says with a salt that
// the label does not say. A list of plausible GTINs, lots and serials tried against them finds nothing. Pure.

import { concatBytes } from '../evidence/bytes.js';
import { EvidenceError } from '../evidence/evidence-error.js';
import { sha256 } from '../evidence/sha256.js';

/** What is the same on every label of a lot. */
export interface LotIdentity {
  /** 14 digits. */
  readonly gtin: string;
  /** AI 10, 1 to 20 characters. */
  readonly lot: string;
  /** Last day, YYYY-MM-DD. */
  readonly expiry: string;
}

export interface PackIdentity extends LotIdentity {
  /** AI 21, 1 to 20 characters. */
  readonly serial: string;
}

export const SALT_BYTES = 16;
const utf8 = new TextEncoder();
const lotTag = utf8.encode('coldgate lot 1\0');
const packTag = utf8.encode('coldgate pack 1\0');
const tidTag = utf8.encode('coldgate tid 1\0');

/** One length byte, then the bytes: no two identities join to the same text. */
function counted(text: string): Uint8Array {
  const bytes = utf8.encode(text);
  if (bytes.length > 255) throw new EvidenceError('NAME_INVALID', 'a label field is too long', 'correct it');
  return concatBytes(Uint8Array.of(bytes.length), bytes);
}

/**
 * The lot as the ledger knows it, 32 bytes.
 * @param salt 16 bytes
 */
export function lotCommitment({ gtin, lot, expiry }: LotIdentity, salt: Uint8Array): Uint8Array {
  return sha256(concatBytes(lotTag, salt, counted(gtin), counted(lot), counted(expiry)));
}

/**
 * The pack as the ledger knows it, 32 bytes.
 * @param salt 16 bytes
 */
export function packCommitment(pack: PackIdentity, salt: Uint8Array): Uint8Array {
  const { gtin, serial, lot, expiry } = pack;
  return sha256(concatBytes(packTag, salt, counted(gtin), counted(serial), counted(lot), counted(expiry)));
}

/**
 * A pack's leaf in the tree of its lot: the commitment, and the address of the pack's own key.
 * @param packKey 20 bytes
 */
export function packLeaf(commitment: Uint8Array, packKey: Uint8Array): Uint8Array {
  return concatBytes(commitment, packKey);
}

/**
 * What may be told of a chip: 32 bytes from which nobody reads its number.
 * @param salt what only those know who may compare: the pack's salt, or the EPC as it was read
 * @param tid hexadecimal digits, as read
 */
export function tidPrint(salt: Uint8Array, tid: string): Uint8Array {
  return sha256(concatBytes(tidTag, Uint8Array.of(salt.length), salt, utf8.encode(tid.toLowerCase())));
}
