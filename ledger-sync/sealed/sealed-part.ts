// A sealed part of a message (PROTOCOL.md section 17): what only named recipients can read of it. Many parts share one
// content key and its wraps, so that a gateway need not wrap a key for every message; each part has a nonce of its own.

import { z } from 'zod';
import { equalBytes, fromBase64url, fromHex, toHex } from '../evidence/bytes.js';
import { hex } from '../evidence/hex-field.js';
import { canonicalJson } from '../evidence/jcs.js';
import { contentKeyCommitment } from './content-key.js';
import { recipientOf, unwrapKey } from './key-wrap.js';
import { SealedError } from './sealed-error.js';

/** The shape only: whether it opens is the reader's to see. */
export const partSchema = z.strictObject({
  version: z.literal(1),
  commitment: hex(32),
  recipients: z
    .array(z.strictObject({ recipient: hex(32), enc: hex(32), key: hex(48) }))
    .min(1)
    .max(64),
  nonce: hex(12),
  /** base64url, with the tag at its end. */
  ciphertext: z.string().regex(/^[A-Za-z0-9_-]{22,}$/),
});

export type SealedPart = z.infer<typeof partSchema>;

type AesKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** Keys that a reader keeps unwrapped; a gateway makes a new one each day. */
const KEPT_KEYS = 64;
/** Text is padded with spaces to a multiple of it: its length shall not tell what it is. */
export const PAD_BYTES = 256;

const utf8 = new TextEncoder();

/** What a wrapped key of parts is bound to. */
export function partContext(commitment: string): Uint8Array {
  return utf8.encode(canonicalJson({ format: 'coldgate-sealed-part', version: 1, commitment }));
}

/**
 * What the ciphertext is bound to, so that a part moved to another message does not open.
 * @param about of a log message `{topic}/{firstSequence}`, of any other its topic
 */
export function partAad(commitment: string, about: string): Uint8Array {
  return utf8.encode(canonicalJson({ format: 'coldgate-sealed-part', version: 1, commitment, about }));
}

/** Opens parts with the key of one recipient. */
export class SealedReader {
  readonly #privateKey: Uint8Array;
  readonly #recipient: string;
  readonly #keys = new Map<string, Promise<AesKey>>();

  /** @param privateKey 32 bytes. @throws SealedError RECIPIENT_INVALID */
  constructor(privateKey: Uint8Array) {
    this.#privateKey = privateKey;
    this.#recipient = toHex(recipientOf(privateKey));
  }

  /**
   * The text inside: JSON, with spaces at its end.
   * @param part the `sealed` field of a message
   * @param about as in `partAad`
   * @throws SealedError SEALED_MALFORMED, NOT_FOR_THIS_KEY, SEALED_BROKEN
   */
  async text(part: unknown, about: string): Promise<string> {
    const parsed = partSchema.safeParse(part);
    if (!parsed.success) {
      const hint = 'give the `sealed` field of a message of coldgate';
      throw new SealedError('SEALED_MALFORMED', 'this is no sealed part of version 1', hint);
    }
    const { commitment, nonce, ciphertext } = parsed.data;
    const key = await this.#keyOf(parsed.data);
    try {
      const parameters = {
        name: 'AES-GCM',
        iv: Uint8Array.from(fromHex(nonce)),
        additionalData: Uint8Array.from(partAad(commitment, about)),
      };
      const bytes = Uint8Array.from(fromBase64url(ciphertext));
      return new TextDecoder().decode(await crypto.subtle.decrypt(parameters, key, bytes));
    } catch (cause) {
      const hint = 'it was changed, or belongs to another message';
      throw new SealedError('SEALED_BROKEN', 'the part does not open', hint, cause);
    }
  }

  #keyOf(part: SealedPart): Promise<AesKey> {
    const known = this.#keys.get(part.commitment);
    if (known) return known;
    const opening = this.#unwrap(part);
    this.#keys.set(part.commitment, opening);
    opening.catch(() => this.#keys.delete(part.commitment));
    if (this.#keys.size > KEPT_KEYS) {
      const [oldest = ''] = this.#keys.keys();
      this.#keys.delete(oldest);
    }
    return opening;
  }

  async #unwrap({ recipients, commitment }: SealedPart): Promise<AesKey> {
    const wrapped = recipients.find(({ recipient }) => recipient === this.#recipient);
    if (!wrapped) {
      const hint = 'ask the gateway’s administrator: coldgate recipients add';
      throw new SealedError('NOT_FOR_THIS_KEY', `the part is not sealed for ${this.#recipient}`, hint);
    }
    const key = await unwrapKey(wrapped, this.#privateKey, partContext(commitment));
    if (!equalBytes(contentKeyCommitment(key), fromHex(commitment))) {
      const hint = 'trust nothing of this message';
      throw new SealedError('SEALED_BROKEN', 'the key inside is not the one that it was sealed with', hint);
    }
    return crypto.subtle.importKey('raw', Uint8Array.from(key), 'AES-GCM', false, ['decrypt']);
  }
}
