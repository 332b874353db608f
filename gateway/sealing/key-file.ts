// The encrypted file of a secp256k1 key, and the passphrase file that opens it at an unattended start.
// scrypt (RFC 7914) and AES-256-GCM, mode 0600. A thief of the whole card has both files: only a token helps against that,
// and then the key file names it (token-key-file.ts). Signs nothing.

import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { z } from 'zod';
import { fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { hex, prefixedHex } from '../../ledger-sync/evidence/hex-field.js';
import { addressOf } from '../../ledger-sync/evidence/signature.js';
import { KeyError } from './key-error.js';
import { createSecretFile, damaged, readSecretFile } from './secret-file.js';
import { type TokenKey, type TokenKeyFile, tokenKeyFileSchema, tokenKeyOf } from './token-key-file.js';

/** 32 MiB and about 0.14 s on a small machine: dear for a guesser, bearable at each start. */
const kdfDefaults = { name: 'scrypt', N: 32_768, r: 8, p: 1 } as const;
/** The most a file may ask for: N 2^17 with r 8 takes 128 MiB. A hostile file must not exhaust a gateway. */
const maxN = 131_072;
const minN = 16_384;
const scryptMemoryBytes = 192 * 1_048_576;
const maxKeyFileBytes = 4_096;
const maxPassphraseBytes = 1_024;

const keyFileSchema = z.strictObject({
  format: z.literal('coldgate-key'),
  version: z.literal(1),
  address: prefixedHex(20),
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    N: z
      .int()
      .min(minN)
      .max(maxN)
      .refine((n) => Number.isInteger(Math.log2(n))),
    r: z.literal(8),
    p: z.int().min(1).max(4),
    salt: hex(32),
  }),
  cipher: z.strictObject({
    name: z.literal('aes-256-gcm'),
    nonce: hex(12),
    tag: hex(16),
    ciphertext: hex(32),
  }),
});

type KeyFile = z.infer<typeof keyFileSchema>;

/** The public part of a key file. */
export interface KeyFileAddress {
  /** 0x and 40 lower-case hex digits. */
  readonly address: string;
}

/**
 * Makes a new key and writes it encrypted; never overwrites.
 * @param imported 32 bytes of a key that exists, instead of a new one; filled with zeros
 * @throws KeyError PASSPHRASE_EMPTY, KEY_FILE_EXISTS, KEY_FILE_UNWRITABLE
 */
export async function createKeyFile(
  path: string,
  passphrase: string,
  imported?: Uint8Array,
): Promise<KeyFileAddress> {
  if (passphrase === '') throw emptyPassphrase('the passphrase');
  const privateKey = imported ?? secp256k1.utils.randomSecretKey();
  if (!secp256k1.utils.isValidSecretKey(privateKey)) throw noKey();
  const address = `0x${toHex(addressOf(privateKey))}`;
  const salt = randomBytes(32);
  const nonce = randomBytes(12);
  const kdf: KeyFile['kdf'] = { ...kdfDefaults, salt: toHex(salt) };
  const wrappingKey = await deriveKey(passphrase, kdf);
  const cipher = createCipheriv('aes-256-gcm', wrappingKey, nonce);
  cipher.setAAD(boundHeader(address));
  const ciphertext = Buffer.concat([cipher.update(privateKey), cipher.final()]);
  const content: KeyFile = {
    format: 'coldgate-key',
    version: 1,
    address,
    kdf,
    cipher: {
      name: 'aes-256-gcm',
      nonce: toHex(nonce),
      tag: toHex(cipher.getAuthTag()),
      ciphertext: toHex(ciphertext),
    },
  };
  wrappingKey.fill(0);
  privateKey.fill(0);
  createSecretFile(path, `${JSON.stringify(content, undefined, 2)}\n`);
  return { address };
}

/**
 * Decrypts a key file. The caller owns the 32 bytes and may fill them with zeros after use.
 * @throws KeyError for a wrong mode, owner, passphrase or a damaged file
 */
export async function openKeyFile(path: string, passphrase: string): Promise<Uint8Array> {
  const content = readKeyFile(path);
  if (content.format === 'coldgate-token-key') throw inToken(path);
  const wrappingKey = await deriveKey(passphrase, content.kdf);
  const decipher = createDecipheriv('aes-256-gcm', wrappingKey, fromHex(content.cipher.nonce), {
    authTagLength: 16,
  });
  decipher.setAAD(boundHeader(content.address));
  decipher.setAuthTag(fromHex(content.cipher.tag));
  const privateKey = new Uint8Array(decipher.update(fromHex(content.cipher.ciphertext)));
  wrappingKey.fill(0);
  try {
    decipher.final();
  } catch (cause) {
    privateKey.fill(0);
    // GCM cannot tell the two apart.
    const message = `the passphrase does not open ${path}, or the file was changed`;
    throw new KeyError(
      'PASSPHRASE_WRONG',
      message,
      'check passphraseFile, or bring both files back from a backup',
      cause,
    );
  }
  if (
    !secp256k1.utils.isValidSecretKey(privateKey) ||
    `0x${toHex(addressOf(privateKey))}` !== content.address
  ) {
    throw damaged(path, `does not hold the key of ${content.address}`);
  }
  return privateKey;
}

/**
 * Reads the address of a key file without opening the key. Makes all checks but the passphrase's.
 * @throws KeyError for a wrong mode or owner, or a damaged file
 */
export function readKeyFileAddress(path: string): KeyFileAddress {
  return { address: readKeyFile(path).address };
}

/**
 * The key in a token that a key file names; undefined if it holds the key itself.
 * @throws KeyError for a wrong mode or owner, or a damaged file
 */
export function readTokenKey(path: string): TokenKey | undefined {
  const content = readKeyFile(path);
  return content.format === 'coldgate-token-key' ? tokenKeyOf(content) : undefined;
}

/**
 * Writes a new passphrase of 32 random bytes, base64url; never overwrites.
 * @returns the passphrase
 * @throws KeyError KEY_FILE_EXISTS, KEY_FILE_UNWRITABLE
 */
export function createPassphraseFile(path: string): string {
  const passphrase = randomBytes(32).toString('base64url');
  createSecretFile(path, `${passphrase}\n`);
  return passphrase;
}

/**
 * Reads a passphrase or password: one line, its line end removed, at most 1024 bytes.
 * @throws KeyError for a wrong mode or owner, or an empty file
 */
export function readPassphrase(path: string): string {
  const passphrase = readSecretFile(path, maxPassphraseBytes).replace(/\r?\n$/, '');
  if (passphrase === '') throw emptyPassphrase(path);
  return passphrase;
}

function readKeyFile(path: string): KeyFile | TokenKeyFile {
  const text = readSecretFile(path, maxKeyFileBytes);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // The parser's message quotes the text; it stays out of every log.
    throw damaged(path, 'is not JSON');
  }
  const parsed = z.discriminatedUnion('format', [keyFileSchema, tokenKeyFileSchema]).safeParse(content);
  if (parsed.success) return parsed.data;
  const place = parsed.error.issues[0]?.path.join('.') || 'its top level';
  throw damaged(path, `is not a coldgate key file of version 1 (at ${place})`);
}

function noKey(): KeyError {
  return new KeyError('KEY_INVALID', 'these 32 bytes are no secp256k1 key', 'check the imported file');
}

function inToken(path: string): KeyError {
  const hint = 'only the device key can be in a token; this one needs a key file of its own';
  return new KeyError('TOKEN_NOT_POSSIBLE', `${path} names a key in a token`, hint);
}

function emptyPassphrase(what: string): KeyError {
  return new KeyError('PASSPHRASE_EMPTY', `${what} is empty`, 'one line of text is needed');
}

/** Ties the readable address to the ciphertext: exchanged, the file does not open. */
function boundHeader(address: string): Uint8Array {
  return Buffer.from(`coldgate-key 1 ${address}`, 'utf8');
}

function deriveKey(passphrase: string, kdf: KeyFile['kdf']): Promise<Buffer> {
  const options = { N: kdf.N, r: kdf.r, p: kdf.p, maxmem: scryptMemoryBytes };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), fromHex(kdf.salt), 32, options, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
