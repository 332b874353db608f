// A content key wrapped for one recipient: HPKE (RFC 9180) in base mode with X25519, HKDF-SHA256 and AES-256-GCM.
// Base mode tells nothing of the sender: who recorded what is shown by the signatures inside. The key of a recipient
// is for this only, never one that signs.

import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { x25519 } from '@noble/curves/ed25519.js';
import { fromHex, toHex } from '../evidence/bytes.js';
import { SealedError } from './sealed-error.js';

const KEY_BYTES = 32;
const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});
/** Keeps a wrapped key from being taken for anything else that HPKE may carry. */
const info = new TextEncoder().encode('coldgate sealed 1');

export interface WrappedKey {
  /** Public key of the recipient, 64 hex digits. */
  readonly recipient: string;
  /** HPKE's encapsulated key, 64 hex digits. */
  readonly enc: string;
  /** The wrapped content key with its tag, 96 hex digits. */
  readonly key: string;
}

/** Bytes that own their memory, as WebCrypto wants them. */
const owned = (bytes: Uint8Array) => Uint8Array.from(bytes).buffer;

/**
 * A new pair of keys.
 * @returns 32 bytes each; the private one belongs in a file that only its owner reads
 */
export async function makeRecipientKey(): Promise<{ publicKey: Uint8Array; privateKey: Uint8Array }> {
  const pair = await suite.kem.generateKeyPair();
  return {
    publicKey: new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey)),
    privateKey: new Uint8Array(await suite.kem.serializePrivateKey(pair.privateKey)),
  };
}

/**
 * Public key of a private one (RFC 7748 section 6.1).
 * @throws SealedError RECIPIENT_INVALID
 */
export function recipientOf(privateKey: Uint8Array): Uint8Array {
  if (privateKey.length !== KEY_BYTES) throw notAKey(`a private key has ${KEY_BYTES} bytes`);
  return x25519.getPublicKey(privateKey);
}

/**
 * Wraps a content key for one recipient.
 * @param contentKey 32 bytes
 * @param recipient public key, 64 hex digits
 * @param context what the key opens; unwrapping needs the same bytes
 * @throws SealedError RECIPIENT_INVALID
 */
export async function wrapKey(
  contentKey: Uint8Array,
  recipient: string,
  context: Uint8Array,
): Promise<WrappedKey> {
  try {
    const recipientPublicKey = await suite.kem.deserializePublicKey(owned(fromHex(recipient)));
    const { ct, enc } = await suite.seal({ recipientPublicKey, info }, owned(contentKey), owned(context));
    return { recipient, enc: toHex(new Uint8Array(enc)), key: toHex(new Uint8Array(ct)) };
  } catch (cause) {
    throw notAKey(`${recipient.slice(0, 80)} is no public key of a recipient`, cause);
  }
}

/**
 * The content key again.
 * @throws SealedError SEALED_BROKEN if it was wrapped for another key or context, or changed
 */
export async function unwrapKey(
  wrapped: WrappedKey,
  privateKey: Uint8Array,
  context: Uint8Array,
): Promise<Uint8Array> {
  try {
    const recipientKey = await suite.kem.deserializePrivateKey(owned(privateKey));
    const opened = await suite.open(
      { recipientKey, enc: owned(fromHex(wrapped.enc)), info },
      owned(fromHex(wrapped.key)),
      owned(context),
    );
    return new Uint8Array(opened);
  } catch (cause) {
    const hint = 'ask for it again; it was changed on the way, or made for another key';
    throw new SealedError('SEALED_BROKEN', 'the content key does not open', hint, cause);
  }
}

function notAKey(message: string, cause?: unknown): SealedError {
  const hint = 'a recipient key is 64 hex digits, made with: coldgate recipients key FILE';
  return new SealedError('RECIPIENT_INVALID', message, hint, cause);
}
