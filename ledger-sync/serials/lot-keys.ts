// From the one secret of a lot to all that hangs on it. Two steps, because two kinds of people hold them: whoever has the
// reading key (a gateway on the lane) can recognise the lot's packs by their tags; only the maker, and whoever holds a
// pack in his hands, has the secret under its label, without which nobody dispenses it. HMAC-SHA-256 (RFC 2104).

import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '../evidence/bytes.js';
import { addressOf } from '../evidence/signature.js';
import { SALT_BYTES } from './pack-commitment.js';

const utf8 = new TextEncoder();
const derived = (key: Uint8Array, purpose: string) => hmac(sha256, key, utf8.encode(purpose));

/**
 * Recognises packs and cannot dispense them.
 * @param lotSecret 32 random bytes
 */
export function readingKeyOf(lotSecret: Uint8Array): Uint8Array {
  return derived(lotSecret, 'coldgate reading key 1');
}

/** Salt of the lot's own commitment, 16 bytes. */
export function lotSaltOf(readingKey: Uint8Array): Uint8Array {
  return derived(readingKey, 'coldgate lot salt 1').slice(0, SALT_BYTES);
}

/** Salt of a pack's commitment, 16 bytes. */
export function packSaltOf(readingKey: Uint8Array, serial: string): Uint8Array {
  return derived(readingKey, `coldgate pack salt 1\0${serial}`).slice(0, SALT_BYTES);
}

/** What is printed under the label, 16 bytes. */
export function packSecretOf(lotSecret: Uint8Array, serial: string): Uint8Array {
  return derived(lotSecret, `coldgate pack secret 1\0${serial}`).slice(0, SALT_BYTES);
}

/** Private key of the pack, 32 bytes. */
export function packPrivateKeyOf(packSecret: Uint8Array): Uint8Array {
  return sha256(concatBytes(utf8.encode('coldgate pack key 1\0'), packSecret));
}

/** Address of the pack's key, 20 bytes: stands in its leaf. */
export function packKeyOf(packSecret: Uint8Array): Uint8Array {
  return addressOf(packPrivateKeyOf(packSecret));
}
