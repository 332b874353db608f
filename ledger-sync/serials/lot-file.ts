// What a maker keeps of a lot, and what it gives to the gateways of a lane: two JSON files. The lot file holds every
// serial and the secret; the key file neither. Both are read strictly.

import { z } from 'zod';
import { fromHex, toHex } from '../evidence/bytes.js';
import { hex, prefixedHex } from '../evidence/hex-field.js';
import { lotSaltOf, readingKeyOf } from './lot-keys.js';
import { type LotIdentity, lotCommitment } from './pack-commitment.js';
import { SerialsError } from './serials-error.js';

/** A lot of a million is a tree of depth 20; files beyond it are split. */
export const MAX_PACKS = 1_000_000;

export const address = prefixedHex(20);
/** Of AI 10 and 21: GS1 character set 82. */
const labelText = z.string().regex(/^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}$/);
export const labelFields = {
  gtin: z.string().regex(/^\d{14}$/),
  lot: labelText,
  expiry: z.iso.date(),
};

export const serialField = labelText;

const lotFileSchema = z.strictObject({
  format: z.literal('coldgate-lot'),
  version: z.literal(1),
  ...labelFields,
  secret: hex(32),
  packs: z
    .array(
      z.strictObject({
        serial: labelText,
        tid: z
          .string()
          .regex(/^[0-9a-f]{8,64}$/)
          .optional(),
      }),
    )
    .min(1)
    .max(MAX_PACKS),
});

const keyFileSchema = z.strictObject({
  format: z.literal('coldgate-lot-key'),
  version: z.literal(1),
  maker: address,
  ...labelFields,
  readingKey: hex(32),
});

/** Secret: whoever has it can make cards for every pack. */
export type LotFile = z.infer<typeof lotFileSchema>;
/** Confidential: whoever has it can tell the lot's packs from others. */
export type LotKeyFile = z.infer<typeof keyFileSchema>;

/** @throws SerialsError SERIALS_FILE_INVALID */
export function parseLotFile(text: string): LotFile {
  const file = parsed(lotFileSchema, text, 'lot file');
  const serials = new Set(file.packs.map(({ serial }) => serial));
  // Two leaves of one serial could each be dispensed once.
  if (serials.size !== file.packs.length) throw invalid('lot file', 'a serial stands in it twice');
  return file;
}

/** @throws SerialsError SERIALS_FILE_INVALID */
export function parseLotKeyFile(text: string): LotKeyFile {
  return parsed(keyFileSchema, text, 'lot key file');
}

/** @param maker 0x address of the account that commissions the lot */
export function lotKeyFileOf({ gtin, lot, expiry, secret }: LotFile, maker: string): LotKeyFile {
  const readingKey = toHex(readingKeyOf(fromHex(secret)));
  return { format: 'coldgate-lot-key', version: 1, maker, gtin, lot, expiry, readingKey };
}

/** The lot's name on the ledger, 64 hex digits. */
export function lotIdOf(identity: LotIdentity, readingKey: Uint8Array): string {
  return toHex(lotCommitment(identity, lotSaltOf(readingKey)));
}

/** Reads strict JSON. @throws SerialsError SERIALS_FILE_INVALID, with the place and never with the content */
export function parsed<T>(schema: z.ZodType<T>, text: string, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(what, 'it is no JSON');
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const place = result.error.issues[0]?.path.join('.') || 'its top level';
  throw invalid(what, `it is not of version 1 (at ${place})`);
}

function invalid(what: string, problem: string): SerialsError {
  return new SerialsError('SERIALS_FILE_INVALID', `not a ${what}: ${problem}`, 'let its sender make it anew');
}
