// A key under a password.

import { expect, test } from 'vitest';
import {
  newPrivateKey,
  openKey,
  sealedKeySchema,
  sealKey,
  signerOf,
} from '../../../gateway/accounts/sealed-key.js';

const password = 'Kühlkette über Nacht';

test('opens with its password, however the keyboard composes the letters, and with no other', async () => {
  const privateKey = newPrivateKey();
  const sealed = await sealKey(privateKey, password);
  const signer = signerOf(privateKey);
  expect(await openKey(sealed, password.normalize('NFD'), signer)).toEqual(privateKey);
  expect(await openKey(sealed, `${password} `, signer)).toBeUndefined();
});

test('does not open for another address, or with one bit changed', async () => {
  const privateKey = newPrivateKey();
  const sealed = await sealKey(privateKey, password);
  const signer = signerOf(privateKey);
  expect(await openKey(sealed, password, signerOf(newPrivateKey()))).toBeUndefined();
  const first = sealed.cipher.ciphertext.startsWith('0') ? '1' : '0';
  const ciphertext = `${first}${sealed.cipher.ciphertext.slice(1)}`;
  expect(
    await openKey({ ...sealed, cipher: { ...sealed.cipher, ciphertext } }, password, signer),
  ).toBeUndefined();
});

test('two seals of one key under one password have nothing in common', async () => {
  const privateKey = newPrivateKey();
  const [one, other] = [await sealKey(privateKey, password), await sealKey(privateKey, password)];
  expect(one.kdf.salt).not.toBe(other.kdf.salt);
  expect(one.cipher.nonce).not.toBe(other.cipher.nonce);
  expect(one.cipher.ciphertext).not.toBe(other.cipher.ciphertext);
  expect(JSON.stringify(one)).not.toContain(Buffer.from(privateKey).toString('hex'));
});

test.each([
  ['N', 16_384],
  ['N', 1_048_576],
  ['r', 1],
  ['p', 4],
])(
  'a row with the cost %s %i is not read: it would be cheap to guess, or exhaust the machine',
  (name, value) => {
    const hex = (bytes: number) => 'ab'.repeat(bytes);
    const sealed = {
      kdf: { name: 'scrypt', N: 131_072, r: 8, p: 1, salt: hex(32) },
      cipher: { name: 'aes-256-gcm', nonce: hex(12), tag: hex(16), ciphertext: hex(32) },
    };
    expect(sealedKeySchema.safeParse(sealed).success).toBe(true);
    const changed = { ...sealed, kdf: { ...sealed.kdf, [name]: value } };
    expect(sealedKeySchema.safeParse(changed).success).toBe(false);
  },
);
