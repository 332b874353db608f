// Sealed files: who may read them, what a change does, and a second implementation of HPKE that opens them.

import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { canonicalJson } from '../../../ledger-sync/evidence/jcs.js';
import { makeRecipientKey, recipientOf, wrapKey } from '../../../ledger-sync/sealed/key-wrap.js';
import { addRecipient, openSealed, recipientsOf, sealFile } from '../../../ledger-sync/sealed/sealed-file.js';
import { isSealed } from '../../../ledger-sync/sealed/sealed-mark.js';
import { openFirst, publicKeyOf } from './hpke-reference.js';
import { baseVector } from './hpke-vectors.js';

const content = new TextEncoder().encode('{"what":"a bundle"}');
const type = 'application/json';

async function person() {
  const { publicKey, privateKey } = await makeRecipientKey();
  return { privateKey, name: toHex(publicKey) };
}

const opened = async (file: Uint8Array, key: Uint8Array) =>
  new TextDecoder().decode((await openSealed(file, key)).content);

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing',
    (error) => error.code,
  );

describe('HPKE', () => {
  test('the second implementation opens the vector of RFC 9180', () => {
    const { recipientPrivateKey, plaintext, ...message } = baseVector;
    expect(openFirst(recipientPrivateKey, 1, message)).toEqual(plaintext);
  });

  test('the library opens the vector of RFC 9180', async () => {
    const suite = new CipherSuite({
      kem: new DhkemX25519HkdfSha256(),
      kdf: new HkdfSha256(),
      aead: new Aes128Gcm(),
    });
    const recipientKey = await suite.kem.deserializePrivateKey(
      Uint8Array.from(baseVector.recipientPrivateKey).buffer,
    );
    const { enc, info, ciphertext, aad } = baseVector;
    expect(
      Buffer.from(await suite.open({ recipientKey, enc, info }, ciphertext, aad)).equals(
        baseVector.plaintext,
      ),
    ).toBe(true);
  });

  test('a public key is that of RFC 9180 and of OpenSSL', () => {
    const { recipientPrivateKey, recipientPublicKey } = baseVector;
    expect(toHex(recipientOf(recipientPrivateKey))).toBe(recipientPublicKey.toString('hex'));
    expect(publicKeyOf(recipientPrivateKey)).toEqual(recipientPublicKey);
  });

  test('another implementation unwraps what is wrapped for it', async () => {
    const { privateKey, name } = await person();
    const contentKey = crypto.getRandomValues(new Uint8Array(32));
    const aad = new TextEncoder().encode('context');
    const wrapped = await wrapKey(contentKey, name, aad);
    const info = new TextEncoder().encode('coldgate sealed 1');
    const message = {
      ...{ info, aad },
      enc: Buffer.from(wrapped.enc, 'hex'),
      ciphertext: Buffer.from(wrapped.key, 'hex'),
    };
    expect(toHex(openFirst(privateKey, 2, message))).toBe(toHex(contentKey));
  });
});

describe('a sealed file', () => {
  test('opens for each of its recipients, and for nobody else', async () => {
    const [quality, inspector, stranger] = [await person(), await person(), await person()];
    const file = await sealFile(content, type, [quality.name, inspector.name]);
    expect(isSealed(file)).toBe(true);
    for (const { privateKey } of [quality, inspector]) {
      expect(await openSealed(file, privateKey)).toEqual({ contentType: type, content });
    }
    expect(await refusal(openSealed(file, stranger.privateKey))).toBe('NOT_FOR_THIS_KEY');
  });

  test('shows nothing of its content', async () => {
    const { name } = await person();
    const secret = new TextEncoder().encode('lot 7A of Example Pharma');
    const shown = Buffer.from(await sealFile(secret, type, [name])).toString('latin1');
    expect(shown).not.toContain('Example');
  });

  test('is another file each time, so that two cannot be compared', async () => {
    const { name } = await person();
    const [first, second] = [await sealFile(content, type, [name]), await sealFile(content, type, [name])];
    expect(Buffer.compare(first, second)).not.toBe(0);
    expect(Buffer.compare(first.subarray(-35), second.subarray(-35))).not.toBe(0);
  });

  test('takes one more recipient without a change of the content', async () => {
    const [quality, inspector] = [await person(), await person()];
    const file = await sealFile(content, type, [quality.name]);
    const wider = await addRecipient(file, quality.privateKey, inspector.name);
    expect(recipientsOf(wider)).toEqual([quality.name, inspector.name]);
    expect(await opened(wider, inspector.privateKey)).toBe('{"what":"a bundle"}');
    expect(wider.subarray(wider.indexOf(0x0a))).toEqual(file.subarray(file.indexOf(0x0a)));
    const again = await addRecipient(wider, inspector.privateKey, quality.name);
    expect(recipientsOf(again)).toHaveLength(2);
  });

  test('cannot be widened by somebody who cannot read it', async () => {
    const [quality, stranger] = [await person(), await person()];
    const file = await sealFile(content, type, [quality.name]);
    expect(await refusal(addRecipient(file, stranger.privateKey, stranger.name))).toBe('NOT_FOR_THIS_KEY');
  });

  test('refuses every change of a byte', async () => {
    const { privateKey, name } = await person();
    const file = await sealFile(content, type, [name]);
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), async (at, difference) => {
        const changed = Uint8Array.from(file);
        changed[at] = (changed[at] ?? 0) ^ difference;
        expect(['SEALED_MALFORMED', 'SEALED_BROKEN', 'NOT_FOR_THIS_KEY']).toContain(
          await refusal(openSealed(changed, privateKey)),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('a key that was wrapped for one file opens no other', async () => {
    const { privateKey, name } = await person();
    const [one, other] = [await sealFile(content, type, [name]), await sealFile(content, type, [name])];
    const headOf = (file: Uint8Array) =>
      JSON.parse(new TextDecoder().decode(file.subarray(0, file.indexOf(0x0a))));
    const mixed = { ...headOf(one), recipients: headOf(other).recipients };
    const file = Buffer.concat([
      Buffer.from(`${JSON.stringify(mixed)}\n`),
      one.subarray(one.indexOf(0x0a) + 1),
    ]);
    expect(await refusal(openSealed(file, privateKey))).toBe('SEALED_BROKEN');
  });

  test.each([
    ['empty', ''],
    ['no line', '{"format":"coldgate-sealed"'],
    ['no JSON', '{"format":"coldgate-sealed",\n'],
    ['another version', '{"format":"coldgate-sealed","version":2}\n'],
    ['no recipients', '{"format":"coldgate-sealed","version":1,"recipients":[]}\n'],
  ])('is refused as malformed: %s', async (_name, text) => {
    const { privateKey } = await person();
    expect(await refusal(openSealed(new TextEncoder().encode(text), privateKey))).toBe('SEALED_MALFORMED');
  });

  test('is refused without recipients, with more than 64, and for what is no key', async () => {
    expect(await refusal(sealFile(content, type, []))).toBe('RECIPIENT_INVALID');
    const many = Array.from({ length: 65 }, (_, at) => toHex(new Uint8Array(32).fill(at + 1)));
    expect(await refusal(sealFile(content, type, many))).toBe('RECIPIENT_INVALID');
    expect(await refusal(sealFile(content, type, ['abcd']))).toBe('RECIPIENT_INVALID');
    // The point of order one: everybody would know the shared secret (RFC 7748 section 6.1).
    expect(await refusal(sealFile(content, type, ['00'.repeat(32)]))).toBe('RECIPIENT_INVALID');
  });
});

test('a file whose wrapped keys differ opens for none but the key that it was sealed with', async () => {
  const { privateKey, name } = await person();
  const file = await sealFile(content, type, [name]);
  const end = file.indexOf(0x0a);
  const head = JSON.parse(new TextDecoder().decode(file.subarray(0, end)));
  const { recipients: _recipients, ...bound } = head;
  // What a hostile sender would do: another key for this recipient, under which the bytes mean something else.
  const other = new Uint8Array(32).fill(9);
  const context = new TextEncoder().encode(canonicalJson(bound));
  const key = await crypto.subtle.importKey('raw', other, 'AES-GCM', false, ['encrypt']);
  const iv = Buffer.from(head.nonce, 'hex');
  const lie = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: context },
    key,
    new TextEncoder().encode('another content'),
  );
  const recipients = [await wrapKey(other, name, context)];
  const forged = Buffer.concat([
    Buffer.from(`${JSON.stringify({ ...head, recipients })}\n`),
    Buffer.from(lie),
  ]);
  expect(await refusal(openSealed(forged, privateKey))).toBe('SEALED_BROKEN');
});
