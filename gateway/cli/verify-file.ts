// Recognises what `coldgate verify` was given by its first bytes, and reads it: a bundle (JSON or CBOR), a C2SP
// tlog-proof, or a COSE receipt. Judges nothing.

import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { binaryBundleTag } from '../../ledger-sync/evidence/bundle-binary.js';
import { decodeBundle } from '../../ledger-sync/evidence/bundle-binary-reader.js';
import { type EvidenceBundle, parseBundle } from '../../ledger-sync/evidence/bundle-schema.js';
import type { RecordProof } from '../../ledger-sync/evidence/verify-record.js';
import { parseGatewayReceipt } from '../../ledger-sync/proofs/gateway-receipt.js';
import { parseTlogProof, tlogProofMark } from '../../ledger-sync/proofs/tlog-proof.js';
import { ExportError } from '../export-error.js';

/** What the file is, and what in it a verifier needs. */
export type EvidenceFile =
  | { readonly kind: 'bundle' | 'bundle-cbor'; readonly bundle: EvidenceBundle }
  | { readonly kind: 'tlog-proof' | 'cose-receipt'; readonly proof: RecordProof };

const MAX_FILE_BYTES = 256 * 1024 * 1024;
/** CBOR head of the tag with 16 bits, then the tag. */
const binaryBundleMark = Uint8Array.of(0xd9, binaryBundleTag >> 8, binaryBundleTag & 0xff);
/** Tag 18, COSE_Sign1. */
const receiptMark = Uint8Array.of(0xd2);

/**
 * The file's bytes.
 * @throws ExportError FILE_UNREADABLE, also for one that is too long
 */
export function readEvidenceBytes(path: string): Uint8Array {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    if (size > MAX_FILE_BYTES) throw new Error(`it has ${size} bytes, at most ${MAX_FILE_BYTES} are read`);
    return readFileSync(file);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new ExportError('FILE_UNREADABLE', `${path} cannot be read: ${said}`, 'check the name', error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/**
 * Reads the file by its kind.
 * @param leaf the record's bytes, for a proof that does not carry them
 * @throws EvidenceError
 */
export function readEvidence(bytes: Uint8Array, leaf?: Uint8Array): EvidenceFile {
  if (startsWith(bytes, binaryBundleMark)) return { kind: 'bundle-cbor', bundle: decodeBundle(bytes) };
  if (startsWith(bytes, receiptMark))
    return { kind: 'cose-receipt', proof: parseGatewayReceipt(bytes, leaf) };
  const text = new TextDecoder().decode(bytes);
  if (text.startsWith(tlogProofMark)) return { kind: 'tlog-proof', proof: parseTlogProof(text, leaf) };
  return { kind: 'bundle', bundle: parseBundle(text) };
}

function startsWith(bytes: Uint8Array, mark: Uint8Array): boolean {
  return mark.every((byte, at) => bytes[at] === byte);
}
