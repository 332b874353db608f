// C2SP tlog-proof (c2sp.org/tlog-proof@v1): one record, its RFC 6962 path and the gateway's checkpoint as one text.
// The record's leaf bytes are the `extra` line; the path authenticates them. Any tlog tool can read the rest.

import type { EvidenceBundle } from '../evidence/bundle-schema.js';
import { toHex } from '../evidence/bytes.js';
import { EvidenceError } from '../evidence/evidence-error.js';
import { buildInclusion } from '../evidence/inclusion.js';
import { HASH_BYTES } from '../evidence/merkle.js';
import type { NodeReader } from '../evidence/node-reader.js';
import { decodeRecord } from '../evidence/record.js';
import type { RecordProof } from '../evidence/verify-record.js';
import { fromBase64, toBase64 } from './base64.js';
import { decimal, formatLogNote, parseLogNote } from './log-note.js';

/** First line of every such file. */
export const tlogProofMark = 'c2sp.org/tlog-proof@v1';
/** A path has at most 64 hashes, a note at most 64 signatures; a post-quantum one may have 5 kB. */
const MAX_LENGTH = 512 * 1024;
const MAX_PATH = 64;

/**
 * The file's text.
 * @param leaf of the gateway that signed the head
 * @throws EvidenceError RANGE_INVALID, RECORD_MALFORMED
 */
export function formatTlogProof(leaf: Uint8Array, head: EvidenceBundle['head'], nodes: NodeReader): string {
  const { gateway, sequence } = decodeRecord(leaf);
  const size = head.kind === 'batch' ? head.meta.size : head.size;
  const path = buildInclusion(sequence, size, nodes);
  const lines = [tlogProofMark, `extra ${toBase64(leaf)}`, `index ${sequence}`, ...path.map(toBase64), ''];
  return `${lines.join('\n')}\n${formatLogNote(`0x${toHex(gateway)}`, head)}`;
}

/**
 * Reads a proof; what it says is verified by `verifyRecordProof`.
 * @param leaf the record's bytes, for a proof without `extra` line
 * @throws EvidenceError PROOF_MALFORMED, BASE64_MALFORMED, HEADER_FIELD
 */
export function parseTlogProof(text: string, leaf?: Uint8Array): RecordProof {
  if (text.length > MAX_LENGTH) throw malformed(`longer than ${MAX_LENGTH} characters`);
  const split = text.indexOf('\n\n');
  const [mark, ...rest] = text.slice(0, Math.max(0, split)).split('\n');
  if (mark !== tlogProofMark) throw malformed(`the first line is not ${tlogProofMark}`);
  const extra = rest[0]?.startsWith('extra ') ? fromBase64(rest.shift()?.slice(6) ?? '') : undefined;
  const [index = '', ...hashes] = rest;
  if (!index.startsWith('index ')) throw malformed('no index');
  if (hashes.length > MAX_PATH) throw malformed(`a path of ${hashes.length} hashes`);
  const bytes = extra ?? leaf;
  if (!bytes) throw malformed('no extra line with the record; give the leaf beside it');
  return {
    ...parseLogNote(text.slice(split + 2)),
    leaf: bytes,
    index: decimal(index.slice(6)),
    path: hashes.map(hashOf),
    others: [],
  };
}

function hashOf(text: string): Uint8Array {
  const hash = fromBase64(text);
  if (hash.length !== HASH_BYTES) throw malformed(`a hash of ${hash.length} bytes`);
  return hash;
}

function malformed(problem: string): EvidenceError {
  return new EvidenceError(
    'PROOF_MALFORMED',
    `tlog-proof: ${problem}`,
    'the file is damaged, or of another kind',
  );
}
