// A key file that names a key in a PKCS#11 token instead of holding one. It has no secret; the passphrase file holds the
// PIN. The address stands in it, so that what only asks who the gateway is needs no token, and so that another token under
// the same label is noticed.

import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { prefixedHex } from '../../ledger-sync/evidence/hex-field.js';
import type { CurveName } from '../../ledger-sync/evidence/signature.js';
import { createSecretFile } from './secret-file.js';

/** Blanks pad a token's label to 32 bytes (PKCS #11 v2.40 section 3.2, CK_TOKEN_INFO). */
const MAX_TOKEN_LABEL_BYTES = 32;
const MAX_LABEL_LENGTH = 64;

const label = z
  .string()
  .min(1)
  .max(MAX_LABEL_LENGTH)
  .refine((text) => text.trim() === text);

export const tokenKeyFileSchema = z.strictObject({
  format: z.literal('coldgate-token-key'),
  version: z.literal(1),
  address: prefixedHex(20),
  curve: z.enum(['secp256k1', 'P-256']).default('secp256k1'),
  pkcs11: z.strictObject({
    /** A name alone would be looked up along LD_LIBRARY_PATH. */
    module: z.string().refine(isAbsolute),
    tokenLabel: label.refine((text) => Buffer.byteLength(text, 'utf8') <= MAX_TOKEN_LABEL_BYTES),
    keyLabel: label,
  }),
});

export type TokenKeyFile = z.infer<typeof tokenKeyFileSchema>;

/** Where a key is: the PKCS#11 module (absolute path), the label of the token, the label of the key pair in it. */
export type TokenPlace = TokenKeyFile['pkcs11'];

export interface TokenKey extends TokenPlace {
  /** 0x and 40 lower-case hex digits. */
  readonly address: string;
  readonly curve: CurveName;
}

export const tokenKeyOf = ({ address, curve, pkcs11 }: TokenKeyFile): TokenKey => ({
  address,
  curve,
  ...pkcs11,
});

/** Whether a path and labels can stand in a key file. */
export const isTokenPlace = (place: unknown): place is TokenPlace =>
  tokenKeyFileSchema.shape.pkcs11.safeParse(place).success;

/**
 * Writes a key file that names a key in a token; never overwrites.
 * @throws KeyError KEY_FILE_EXISTS, KEY_FILE_UNWRITABLE
 */
export function createTokenKeyFile(path: string, { address, curve, ...pkcs11 }: TokenKey): void {
  const content: TokenKeyFile = { format: 'coldgate-token-key', version: 1, address, curve, pkcs11 };
  createSecretFile(path, `${JSON.stringify(content, undefined, 2)}\n`);
}
