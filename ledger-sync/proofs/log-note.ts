// The C2SP checkpoint of a gateway's log: a signed note (c2sp.org/signed-note, c2sp.org/tlog-checkpoint) whose
// signature is what the gateway has signed anyway, an EIP-712 checkpoint or batch header. Signature type 0xff with
// a name of ours: no key is needed to write one, and there is no second key that could say something else.

import type { EvidenceBundle } from '../evidence/bundle-schema.js';
import { concatBytes, equalBytes, fromHex } from '../evidence/bytes.js';
import { EvidenceError } from '../evidence/evidence-error.js';
import { HASH_BYTES } from '../evidence/merkle.js';
import { sha256 } from '../evidence/sha256.js';
import { decodeSignedHead, encodeSignedHead } from '../evidence/signed-head.js';
import { fromBase64, toBase64 } from './base64.js';

type Head = EvidenceBundle['head'];

export interface LogNote {
  /** 0x and 40 hex digits. */
  readonly gateway: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** At least one of ours. Signatures of other keys, such as witnesses, are left out, as the format demands. */
  readonly heads: readonly Head[];
}

const ORIGIN = /^coldgate\/(0x[0-9a-f]{40})$/;
/** Signature types without an assigned byte begin with this one (c2sp.org/signed-note, "Signature types"). */
const UNASSIGNED_TYPE = 0xff;
const typeNames = { checkpoint: 'coldgate/checkpoint-v1', batch: 'coldgate/batch-v1' } as const;
const KEY_ID_BYTES = 4;
/** The format asks for at least 16. */
const MAX_SIGNATURES = 64;

/** Text of the note, with the head's signature line. */
export function formatLogNote(gateway: string, head: Head): string {
  const origin = `coldgate/${gateway}`;
  const size = head.kind === 'batch' ? head.meta.size : head.size;
  const signature = concatBytes(keyId(gateway, head.kind), encodeSignedHead(head));
  return `${origin}\n${size}\n${toBase64(fromHex(head.root))}\n\n— ${origin} ${toBase64(signature)}\n`;
}

/**
 * Reads a note; checks no signature.
 * @throws EvidenceError PROOF_MALFORMED, BASE64_MALFORMED, HEADER_FIELD
 */
export function parseLogNote(note: string): LogNote {
  if (/\p{Cc}/u.test(note.replaceAll('\n', ''))) throw malformed('a control character');
  const at = note.lastIndexOf('\n\n');
  if (at < 0 || !note.endsWith('\n')) throw malformed('no text and signatures with an empty line between');
  const [origin = '', size = '', root = '', ...extensions] = note.slice(0, at).split('\n');
  const gateway = ORIGIN.exec(origin)?.[1];
  if (gateway === undefined) throw malformed('the origin is no coldgate gateway');
  // The gateway's signature does not cover them, and we write none.
  if (extensions.length > 0) throw malformed('extension lines');
  const rootBytes = fromBase64(root);
  if (rootBytes.length !== HASH_BYTES) throw malformed(`a root of ${rootBytes.length} bytes`);
  const lines = note.slice(at + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw malformed(`more than ${MAX_SIGNATURES} signatures`);
  const read = { gateway, size: decimal(size), root: rootBytes };
  const heads = lines.flatMap((line) => headOfLine(line, origin, read));
  if (heads.length === 0) throw malformed(`no signature of ${gateway}`);
  return { ...read, heads };
}

function headOfLine(line: string, origin: string, { gateway, root, size }: Omit<LogNote, 'heads'>): Head[] {
  const [, name, text = ''] = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? [];
  if (name === undefined) throw malformed('a signature line of another form');
  const signature = fromBase64(text);
  if (signature.length <= KEY_ID_BYTES) throw malformed('a signature without bytes');
  if (name !== origin) return [];
  const id = signature.subarray(0, KEY_ID_BYTES);
  const kind = (['checkpoint', 'batch'] as const).find((known) => equalBytes(keyId(gateway, known), id));
  if (kind === undefined) return [];
  const head = decodeSignedHead(signature.subarray(KEY_ID_BYTES), root, size);
  if (head.kind !== kind) throw malformed('the signature has another length than its key');
  return [head];
}

/** SHA-256(name || newline || 0xff || type name || address), first four bytes. */
function keyId(gateway: string, kind: Head['kind']): Uint8Array {
  const text = new TextEncoder();
  const preimage = concatBytes(
    text.encode(`coldgate/${gateway}\n`),
    Uint8Array.of(UNASSIGNED_TYPE),
    text.encode(typeNames[kind]),
    fromHex(gateway),
  );
  return sha256(preimage).slice(0, KEY_ID_BYTES);
}

/**
 * A whole number as the format writes it.
 * @throws EvidenceError PROOF_MALFORMED
 */
export function decimal(text: string): number {
  const value = Number(text);
  if (/^(0|[1-9]\d{0,15})$/.test(text) && Number.isSafeInteger(value)) return value;
  throw malformed('a number with another form than 0 or 123, or above 2^53 - 1');
}

function malformed(problem: string): EvidenceError {
  return new EvidenceError(
    'PROOF_MALFORMED',
    `log checkpoint: ${problem}`,
    'it is damaged, or was not made by coldgate',
  );
}
