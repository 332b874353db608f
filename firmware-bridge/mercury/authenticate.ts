// The challenge of a chip through a Mercury reader: Gen2v2 Authenticate with TAM1 of ISO/IEC 29167-10, as the vendor's API
// sends it for NXP's UCODE DNA (opcode 2D, chip 0C, subcommand 01). The reader is told to hand the chip's block over as it is
// and gets no key: the field of the key is zero. Firmware that is told no challenge makes one, and tells it before the block.

import { hexOf, uint16Bytes } from '../bytes/words.js';
import type { ChipProof } from '../observation.js';
import { mercuryOpcodes } from './codes.js';
import { encodeMercuryCommand } from './frame.js';

export const challengeBytes = 10;
const blockBytes = 16;
const ucodeAes = 0x0c;
const authenticateSubcommand = 0x01;
/** Singulation by the TID bank: first bit (4), length in bits (1), mask. */
const selectOnTid = 0x02;
/** TAM1, and the chip's block as it is. */
const rawTam1 = 0x83;
/** Crypto suite 0 is AES-128. */
const aesSuite = 0x00;
const keyZero = 0x00;
const noKey = new Uint8Array(blockBytes);
const commandTimeoutMs = 500;
/** Chip, option, subcommand. */
const replyHeaderBytes = 3;

/**
 * Challenges the one chip with this TID.
 * @param challenge 10 bytes; undefined for firmware that makes its own
 */
export function encodeAuthenticate(tid: Uint8Array, challenge: Uint8Array | undefined): Uint8Array {
  const select = [0, 0, 0, 0, tid.length * 8, ...tid];
  const own = challenge === undefined ? [] : [challenge.length, ...challenge];
  return encodeMercuryCommand(mercuryOpcodes.tagSpecific, [
    ...[...uint16Bytes(commandTimeoutMs), ucodeAes, selectOnTid, authenticateSubcommand, ...select],
    ...[rawTam1, aesSuite, keyZero, noKey.length, ...noKey, ...own],
  ]);
}

/** What the chip answered, from the data of a reply; undefined where that is no answer to this. */
export function decodeAuthenticate(data: Uint8Array, challenge: Uint8Array): ChipProof | undefined {
  const [chip, , subcommand] = data;
  if (chip !== ucodeAes || subcommand !== authenticateSubcommand) return undefined;
  const told = data.subarray(replyHeaderBytes);
  if (told.length === blockBytes) return proofOf(challenge, told, 'gateway');
  if (told.length !== challengeBytes + blockBytes) return undefined;
  return proofOf(told.subarray(0, challengeBytes), told.subarray(challengeBytes), 'reader');
}

/** A chip that was challenged and gave no block. */
export const unansweredProof = (challenge: Uint8Array): ChipProof =>
  proofOf(challenge, new Uint8Array(0), 'gateway');

function proofOf(
  challenge: Uint8Array,
  response: Uint8Array,
  challengedBy: ChipProof['challengedBy'],
): ChipProof {
  return { suite: 'aes-128', challenge: hexOf(challenge), response: hexOf(response), challengedBy };
}

/** What a command asks for. For virtual readers. */
export function decodeAuthenticateCommand(data: Uint8Array) {
  const selectAt = 5;
  const [tidAt, tidBytes] = [selectAt + 5, (data[selectAt + 4] ?? 0) / 8];
  const keyEnd = tidAt + tidBytes + 4 + blockBytes;
  const isAuthenticate = data[2] === ucodeAes && data[4] === authenticateSubcommand;
  if (!isAuthenticate || data[3] !== selectOnTid) return undefined;
  const challenge = data.length > keyEnd ? data.slice(keyEnd + 1) : undefined;
  return { tid: data.slice(tidAt, tidAt + tidBytes), challenge };
}

/** Data of the reply. @param own challenge of firmware that makes its own. For virtual readers. */
export function encodeAuthenticateReply(block: Uint8Array, own?: Uint8Array): Uint8Array {
  return Uint8Array.of(ucodeAes, selectOnTid, authenticateSubcommand, ...(own ?? []), ...block);
}
