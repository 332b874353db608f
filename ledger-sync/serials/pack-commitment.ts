// What a ledger may know of a pack and of a lot (PROTOCOL.md, "Serials"): hashes of what the label says with a salt that
// the label does not say. A list of plausible GTINs, lots and serials tried against them finds nothing. Pure.

import { concatBytes, toHex } from '../evidence/bytes.js';
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
function counted(field: string | Uint8Array): Uint8Array {
  const bytes = typeof field === 'string' ? utf8.encode(field) : field;
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

/** The name under which a tag's chip is remembered: what the EPC names, however it is encoded. */
export const itemName = (gtin: string, serial: string): string => `(01)${gtin}(21)${serial}`;

const CHIP_PRINT_BYTES = 16;
/** Eight zero bytes in a list: no chip was bound. */
export const BOUND_PRINT_BYTES = 8;

function tidPrint(salt: Uint8Array, tid: string): Uint8Array {
  return sha256(concatBytes(tidTag, counted(salt), utf8.encode(tid.toLowerCase())));
}

/**
 * What a gateway signs of a chip that it has read, 16 bytes: nobody reads its number from it who does not have both.
 * @param name of what the tag is on: `itemName`, or the EPC in hex where it names no item
 * @param tid hexadecimal digits, as read
 */
export function chipPrint(name: string, tid: string): Uint8Array {
  return tidPrint(utf8.encode(name), tid).slice(0, CHIP_PRINT_BYTES);
}

/** What a snapshot says of the chip that was bound to a pack, 8 bytes. @param chip 16 bytes */
export function boundPrint(packSalt: Uint8Array, chip: Uint8Array): Uint8Array {
  return tidPrint(packSalt, toHex(chip)).slice(0, BOUND_PRINT_BYTES);
}
