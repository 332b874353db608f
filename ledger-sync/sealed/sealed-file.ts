// A file that only named recipients can read (PROTOCOL.md section 14): one line of JSON, then the ciphertext. The content
// is under a key of its own (AES-256-GCM), which is wrapped for each recipient, so that one can be added without
// touching the content. Who was once a recipient may have kept the content: removing is for what comes later.

import { z } from 'zod';
import { equalBytes, fromHex, toHex } from '../evidence/bytes.js';
import { hex } from '../evidence/hex-field.js';
import { canonicalJson } from '../evidence/jcs.js';
import { contentKeyCommitment } from './content-key.js';
import { recipientOf, unwrapKey, type WrappedKey, wrapKey } from './key-wrap.js';
import { SealedError } from './sealed-error.js';
import { isSealed } from './sealed-mark.js';

const MAX_RECIPIENTS = 64;
/** 64 recipients take 18 kB. */
const MAX_HEAD_BYTES = 32_768;
const LINE_END = 0x0a;

const headSchema = z.strictObject({
  format: z.literal('coldgate-sealed'),
  version: z.literal(1),
  /** Media type of what is inside. */
  contentType: z.string().regex(/^[a-z0-9.+/-]{1,100}$/),
  id: hex(16),
  nonce: hex(12),
  /** Hash of the content key: AES-GCM alone would let one file open to two contents under two keys. */
  commitment: hex(32),
  recipients: z
    .array(z.strictObject({ recipient: hex(32), enc: hex(32), key: hex(48) }))
    .min(1)
    .max(MAX_RECIPIENTS),
});

type Head = z.infer<typeof headSchema>;

const utf8 = new TextEncoder();

/** What a wrapped key is bound to, and the ciphertext too: all but who may read it. */
function contextOf({ format, version, contentType, id, nonce, commitment }: Head): Uint8Array {
  return utf8.encode(canonicalJson({ format, version, contentType, id, nonce, commitment }));
}

async function aesKey(key: Uint8Array, use: 'encrypt' | 'decrypt') {
  return crypto.subtle.importKey('raw', Uint8Array.from(key), 'AES-GCM', false, [use]);
}

/**
 * Seals `content` for each of `recipients` (public keys, 64 hex digits; 1 to 64, each once).
 * @throws SealedError RECIPIENT_INVALID
 */
export async function sealFile(
  content: Uint8Array,
  contentType: string,
  recipients: readonly string[],
): Promise<Uint8Array> {
  const unique = [...new Set(recipients)];
  if (unique.length === 0 || unique.length > MAX_RECIPIENTS) {
    const message = `${unique.length} recipients`;
    throw new SealedError('RECIPIENT_INVALID', message, `name 1 to ${MAX_RECIPIENTS} recipients`);
  }
  const key = crypto.getRandomValues(new Uint8Array(32));
  const head: Head = {
    format: 'coldgate-sealed',
    version: 1,
    contentType,
    id: toHex(crypto.getRandomValues(new Uint8Array(16))),
    nonce: toHex(crypto.getRandomValues(new Uint8Array(12))),
    commitment: toHex(contentKeyCommitment(key)),
    recipients: [],
  };
  const context = contextOf(head);
  const wrapped = await Promise.all(unique.map((recipient) => wrapKey(key, recipient, context)));
  const parameters = {
    name: 'AES-GCM',
    iv: Uint8Array.from(fromHex(head.nonce)),
    additionalData: Uint8Array.from(context),
  };
  const ciphertext = await crypto.subtle.encrypt(
    parameters,
    await aesKey(key, 'encrypt'),
    Uint8Array.from(content),
  );
  key.fill(0);
  return written({ ...head, recipients: wrapped.map((one) => ({ ...one })) }, new Uint8Array(ciphertext));
}

/**
 * What is inside, for the owner of one of the keys.
 * @param privateKey 32 bytes
 * @throws SealedError SEALED_MALFORMED, NOT_FOR_THIS_KEY, SEALED_BROKEN
 */
export async function openSealed(
  file: Uint8Array,
  privateKey: Uint8Array,
): Promise<{ readonly contentType: string; readonly content: Uint8Array }> {
  const { head, ciphertext } = readSealed(file);
  const key = await keyOf(head, privateKey);
  try {
    const parameters = {
      name: 'AES-GCM',
      iv: Uint8Array.from(fromHex(head.nonce)),
      additionalData: Uint8Array.from(contextOf(head)),
    };
    const content = await crypto.subtle.decrypt(
      parameters,
      await aesKey(key, 'decrypt'),
      Uint8Array.from(ciphertext),
    );
    return { contentType: head.contentType, content: new Uint8Array(content) };
  } catch (cause) {
    throw broken('the content was changed', cause);
  } finally {
    key.fill(0);
  }
}

/**
 * The same file for one recipient more, by whoever can read it. The content stays byte for byte.
 * @throws SealedError as `openSealed`, RECIPIENT_INVALID
 */
export async function addRecipient(
  file: Uint8Array,
  privateKey: Uint8Array,
  recipient: string,
): Promise<Uint8Array> {
  const { head, ciphertext } = readSealed(file);
  const key = await keyOf(head, privateKey);
  const wrapped = await wrapKey(key, recipient, contextOf(head));
  key.fill(0);
  const others = head.recipients.filter((one) => one.recipient !== recipient);
  if (others.length >= MAX_RECIPIENTS) {
    const hint = 'seal it anew for those who still need it';
    throw new SealedError('RECIPIENT_INVALID', `it has ${MAX_RECIPIENTS} recipients already`, hint);
  }
  return written({ ...head, recipients: [...others, { ...wrapped }] }, ciphertext);
}

/** Public keys of those who can read it. @throws SealedError SEALED_MALFORMED */
export function recipientsOf(file: Uint8Array): string[] {
  return readSealed(file).head.recipients.map(({ recipient }) => recipient);
}

async function keyOf(head: Head, privateKey: Uint8Array): Promise<Uint8Array> {
  const own = toHex(recipientOf(privateKey));
  const wrapped: WrappedKey | undefined = head.recipients.find(({ recipient }) => recipient === own);
  if (!wrapped) {
    const hint = `it is for ${head.recipients.length} other keys; ask one of their owners to add yours`;
    throw new SealedError('NOT_FOR_THIS_KEY', `the file is not sealed for ${own}`, hint);
  }
  const key = await unwrapKey(wrapped, privateKey, contextOf(head));
  if (equalBytes(contentKeyCommitment(key), fromHex(head.commitment))) return key;
  throw broken('the key inside is not the one that the file was sealed with');
}

function readSealed(file: Uint8Array): { readonly head: Head; readonly ciphertext: Uint8Array } {
  const end = file.subarray(0, MAX_HEAD_BYTES).indexOf(LINE_END);
  if (end < 0 || !isSealed(file)) throw malformed('it does not begin with the line of a sealed file');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(0, end)));
  } catch (cause) {
    throw malformed('its first line is not JSON', cause);
  }
  const parsed = headSchema.safeParse(value);
  if (parsed.success) return { head: parsed.data, ciphertext: file.subarray(end + 1) };
  const place = parsed.error.issues[0]?.path.join('.') || 'its top level';
  throw malformed(`its first line is not of version 1 (at ${place})`);
}

function written(head: Head, ciphertext: Uint8Array): Uint8Array {
  const line = utf8.encode(`${JSON.stringify(head)}\n`);
  const file = new Uint8Array(line.length + ciphertext.length);
  file.set(line);
  file.set(ciphertext, line.length);
  return file;
}

function malformed(what: string, cause?: unknown): SealedError {
  const hint = 'give the file that coldgate export --for or coldgate seal wrote';
  return new SealedError('SEALED_MALFORMED', `this is no sealed file: ${what}`, hint, cause);
}

function broken(what: string, cause?: unknown): SealedError {
  return new SealedError('SEALED_BROKEN', what, 'ask for the file again; trust nothing of this one', cause);
}
