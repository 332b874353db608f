// HPKE in base mode (RFC 9180 sections 4.1, 5.1), written anew on node:crypto so that the tests have a second
// implementation. X25519 and HKDF-SHA256; the AEAD is AES-GCM of either length.

import { createDecipheriv, createHmac, createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';

const text = (words: string) => Buffer.from(words, 'utf8');
const number16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const hmac = (key: Uint8Array, ...parts: readonly Uint8Array[]) =>
  createHmac('sha256', key).update(Buffer.concat(parts)).digest();

const KEM_ID = 0x0020;
const KDF_ID = 0x0001;

function labeledExtract(suiteId: Uint8Array, salt: Uint8Array, label: string, ikm: Uint8Array): Buffer {
  return hmac(salt, text('HPKE-v1'), suiteId, text(label), ikm);
}

/** At most one block of HKDF-Expand: nothing here is longer than 32 bytes. */
function labeledExpand(
  suiteId: Uint8Array,
  secret: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Buffer {
  const block = hmac(secret, number16(length), text('HPKE-v1'), suiteId, text(label), info, Buffer.from([1]));
  return block.subarray(0, length);
}

const privatePrefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b656e032100', 'hex');

export function publicKeyOf(privateKey: Uint8Array): Buffer {
  const key = createPrivateKey({
    key: Buffer.concat([privatePrefix, privateKey]),
    format: 'der',
    type: 'pkcs8',
  });
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(publicPrefix.length);
}

function sharedSecret(privateKey: Uint8Array, enc: Uint8Array): Buffer {
  const dh = diffieHellman({
    privateKey: createPrivateKey({
      key: Buffer.concat([privatePrefix, privateKey]),
      format: 'der',
      type: 'pkcs8',
    }),
    publicKey: createPublicKey({ key: Buffer.concat([publicPrefix, enc]), format: 'der', type: 'spki' }),
  });
  const suiteId = Buffer.concat([text('KEM'), number16(KEM_ID)]);
  const prk = labeledExtract(suiteId, Buffer.alloc(0), 'eae_prk', dh);
  return labeledExpand(suiteId, prk, 'shared_secret', Buffer.concat([enc, publicKeyOf(privateKey)]), 32);
}

export interface HpkeMessage {
  readonly enc: Uint8Array;
  readonly info: Uint8Array;
  readonly aad: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** Opens the first message of a context. @param aeadId 1: AES-128-GCM, 2: AES-256-GCM */
export function openFirst(privateKey: Uint8Array, aeadId: 1 | 2, message: HpkeMessage): Buffer {
  const secret = sharedSecret(privateKey, message.enc);
  const suiteId = Buffer.concat([text('HPKE'), number16(KEM_ID), number16(KDF_ID), number16(aeadId)]);
  const nothing = Buffer.alloc(0);
  const context = Buffer.concat([
    Buffer.from([0]),
    labeledExtract(suiteId, nothing, 'psk_id_hash', nothing),
    labeledExtract(suiteId, nothing, 'info_hash', message.info),
  ]);
  const prk = labeledExtract(suiteId, secret, 'secret', nothing);
  const key = labeledExpand(suiteId, prk, 'key', context, aeadId === 1 ? 16 : 32);
  const nonce = labeledExpand(suiteId, prk, 'base_nonce', context, 12);
  const decipher = createDecipheriv(aeadId === 1 ? 'aes-128-gcm' : 'aes-256-gcm', key, nonce);
  decipher.setAAD(message.aad);
  decipher.setAuthTag(message.ciphertext.subarray(-16));
  return Buffer.concat([decipher.update(message.ciphertext.subarray(0, -16)), decipher.final()]);
}
