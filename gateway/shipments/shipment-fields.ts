// The kinds of values that a shipment is described with. Each carries the sentence and the example that a person sees
// when the value is wrong. Integers are whole and safe, texts are printable: they end in signed records.

import * as z from 'zod';
import { says } from '../../config/fields.js';
import { hasCheckDigit } from '../../firmware-bridge/epc/check-digit.js';
import { decodeEpc } from '../../firmware-bridge/epc/epc.js';

/** A hundred years. */
const MAX_DURATION_MS = 3_155_760_000_000;

/** A mapping that refuses unknown keys. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape, example?: string) {
  const keys = `a mapping of ${Object.keys(shape).join(', ')}`;
  return z.strictObject(shape, example === undefined ? keys : says(keys, example));
}

/** A list of at most `max` entries. */
export function list<Entry extends z.core.$ZodType>(entry: Entry, max: number, example = '') {
  const error = says(`a list of at most ${max} entries`, example);
  return z.array(entry, error).max(max, error);
}

/** One line that a terminal and a report can show. */
export function text(maxLength: number, example = '') {
  const error = says(`a text of 1 to ${maxLength} printable characters, not blank`, example);
  return z
    .string(error)
    .max(maxLength, error)
    .refine((value) => value.trim() !== '' && !/\p{C}/u.test(value), error);
}

/** Any text that UTF-8 can hold, line ends included; not for a terminal as it is. */
export function prose(maxLength: number) {
  const error = says(`a text of at most ${maxLength} characters`, '');
  return z
    .string(error)
    .max(maxLength, error)
    .refine((value) => !/\p{Surrogate}/u.test(value), error);
}

/** JSON knows a negative zero, a record does not. */
const isWhole = (value: number) => !Object.is(value, -0);

function integer(min: number, max: number, unit: string) {
  const error = says(`a whole number, ${min} to ${max} (${unit})`, '');
  return z.int(error).min(min, error).max(max, error).refine(isWhole, error);
}

/** 0.001 degrees Celsius. */
export const temperature = integer(-273_150, 1_000_000, '0.001 degrees Celsius');
/** Milliseconds. */
export const duration = integer(0, MAX_DURATION_MS, 'milliseconds');
/** Unix milliseconds. */
export const instant = integer(0, Number.MAX_SAFE_INTEGER, 'Unix milliseconds');

const gtinSays = says('a GTIN of 8, 12, 13 or 14 digits with its check digit', "gtin: '09521141123454'");

/** Comes out with 14 digits, as in AI 01. */
export const gtin = z
  .string(gtinSays)
  .regex(/^(\d{8}|\d{12,14})$/, gtinSays)
  .refine(hasCheckDigit, gtinSays)
  .transform((digits) => digits.padStart(14, '0'));

const lotSays = says('1 to 20 of the characters that AI 10 allows', 'lot: LOT-7A');

/** Batch or lot, AI 10: characters of GS1 table 1. */
export const lot = z.string(lotSays).regex(/^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}$/, lotSays);

/** An SSCC, AI 00. */
function isSscc(tag: string): boolean {
  return /^\d{18}$/.test(tag) && hasCheckDigit(tag);
}

const ssccSays = says('an SSCC of 18 digits with its check digit', "loadUnits: ['106141412345678908']");

/** AI 00, one logistic unit. */
export const sscc = z.string(ssccSays).refine(isSscc, ssccSays);

const tagSays = says(
  'an SSCC of 18 digits with its check digit, or an EPC in hexadecimal digits as the tag holds it',
  "tags: ['106141412345678908', 3074257bf7194e4000001a85]",
);

/** An 18-digit number is an SSCC: a tag holds whole 16-bit words, which is never 18 digits. */
export const tag = z
  .string(tagSays)
  .max(124, tagSays)
  .transform((value) => value.toLowerCase())
  .refine((value) => (/^\d{18}$/.test(value) ? isSscc(value) : decodeEpc(value).ok), tagSays);
