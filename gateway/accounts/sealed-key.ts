// A person's signing key, sealed under a password: scrypt (RFC 7914) and AES-256-GCM. Opened only in the process that
// asks, never in the gateway role. A password is guessed where the journal was copied, so each guess must be dear.

import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import * as z from 'zod';
import { fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { hex } from '../../ledger-sync/evidence/hex-field.js';
import { SoftwareSigner } from '../../ledger-sync/evidence/signer.js';
import { section } from '../shipments/shipment-fields.js';

/** OWASP password storage: N 2^17, r 8, p 1. 128 MiB; about 0.5 s on a small machine. */
const kdfCost = { name: 'scrypt', N: 131_072, r: 8, p: 1 } as const;
const scryptMemoryBytes = 192 * 1_048_576;

const hexOf = (bytes: number) => hex(bytes, `${bytes * 2} hexadecimal digits`);

/** The cost is fixed: a changed row must neither weaken it nor exhaust a machine. */
export const sealedKeySchema = section({
  kdf: section({
    name: z.literal(kdfCost.name),
    N: z.literal(kdfCost.N),
    r: z.literal(kdfCost.r),
    p: z.literal(kdfCost.p),
    salt: hexOf(32),
  }),
  cipher: section({
    name: z.literal('aes-256-gcm'),
    nonce: hexOf(12),
    tag: hexOf(16),
    ciphertext: hexOf(32),
  }),
});

export type SealedKey = z.infer<typeof sealedKeySchema>;

/** 0x and 40 lower-case hex digits. */
export const signerOf = (privateKey: Uint8Array): string =>
  `0x${toHex(new SoftwareSigner(privateKey).address)}`;

/** A new key. One number in 2^128 is no key of the curve, and `signerOf` refuses it. */
export const newPrivateKey = (): Uint8Array => Uint8Array.from(randomBytes(32));

/** Seals a key. */
export async function sealKey(privateKey: Uint8Array, password: string): Promise<SealedKey> {
  const salt = randomBytes(32);
  const nonce = randomBytes(12);
  const wrappingKey = await deriveKey(password, salt);
  const cipher = createCipheriv('aes-256-gcm', wrappingKey, nonce);
  cipher.setAAD(boundHeader(signerOf(privateKey)));
  const ciphertext = Buffer.concat([cipher.update(privateKey), cipher.final()]);
  wrappingKey.fill(0);
  return {
    kdf: { ...kdfCost, salt: toHex(salt) },
    cipher: {
      name: 'aes-256-gcm',
      nonce: toHex(nonce),
      tag: toHex(cipher.getAuthTag()),
      ciphertext: toHex(ciphertext),
    },
  };
}

/**
 * Opens the key of `signer`.
 * @returns 32 bytes, or undefined if the password does not open it or what is sealed is not that key
 */
export async function openKey(
  { kdf, cipher }: SealedKey,
  password: string,
  signer: string,
): Promise<Uint8Array | undefined> {
  const wrappingKey = await deriveKey(password, fromHex(kdf.salt));
  const decipher = createDecipheriv('aes-256-gcm', wrappingKey, fromHex(cipher.nonce), { authTagLength: 16 });
  decipher.setAAD(boundHeader(signer));
  decipher.setAuthTag(fromHex(cipher.tag));
  const privateKey = new Uint8Array(decipher.update(fromHex(cipher.ciphertext)));
  wrappingKey.fill(0);
  try {
    decipher.final();
    return privateKey;
  } catch {
    privateKey.fill(0);
    return undefined;
  }
}

/** Ties the address to the ciphertext: exchanged, the key does not open. */
function boundHeader(signer: string): Uint8Array {
  return Buffer.from(`coldgate-account-key 1 ${signer}`, 'utf8');
}

function deriveKey(password: string, salt: Uint8Array): Promise<Buffer> {
  const { N, r, p } = kdfCost;
  return new Promise((resolve, reject) => {
    // Keyboards give the same letter in different code points.
    scrypt(password.normalize('NFKC'), salt, 32, { N, r, p, maxmem: scryptMemoryBytes }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
