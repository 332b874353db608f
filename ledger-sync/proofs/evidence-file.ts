// Recognises a stranger's file by its first bytes and reads it: a bundle (JSON or CBOR), a C2SP tlog-proof, or a COSE
// receipt. Pure, so that the command line and the browser read alike. Judges nothing.

import { binaryBundleTag } from '../evidence/bundle-binary.js';
import { decodeBundle } from '../evidence/bundle-binary-reader.js';
import { type EvidenceBundle, parseBundle } from '../evidence/bundle-schema.js';
import type { RecordProof } from '../evidence/verify-record.js';
import { parseGatewayReceipt } from './gateway-receipt.js';
import { parseTlogProof, tlogProofMark } from './tlog-proof.js';

/** What the file is, and what in it a verifier needs. */
export type EvidenceFile =
  | { readonly kind: 'bundle' | 'bundle-cbor'; readonly bundle: EvidenceBundle }
  | { readonly kind: 'tlog-proof' | 'cose-receipt'; readonly proof: RecordProof };

/** CBOR head of the tag with 16 bits, then the tag. */
const binaryBundleMark = Uint8Array.of(0xd9, binaryBundleTag >> 8, binaryBundleTag & 0xff);
/** Tag 18, COSE_Sign1. */
const receiptMark = Uint8Array.of(0xd2);

/**
 * Reads the file by its kind. The caller limits the bytes.
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
