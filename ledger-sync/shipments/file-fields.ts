// Fields that the files of agreements share, read as strictly as they are written.

import * as z from 'zod';
import { LedgerError } from '../anchor/ledger-error.js';
import { toHex } from '../evidence/bytes.js';
import { EvidenceError } from '../evidence/evidence-error.js';
import { prefixedHex } from '../evidence/hex-field.js';
import { detailHash } from '../evidence/jcs.js';

const SIGNATURE_DIGITS = 8192;

/** 0x and exactly so many bytes in lower-case hex. */

export const address = prefixedHex(20);
export const hash = prefixedHex(32);

/** Of a key 65 bytes; a contract wallet may want more. */
export const signature = z
  .string()
  .regex(/^0x([0-9a-f]{2})+$/)
  .max(SIGNATURE_DIGITS);

/** Decimal text: amounts may exceed 2^53. */
export const amount = z.string().regex(/^(0|[1-9][0-9]{0,38})$/);

export const uint = (bits: number) =>
  z
    .int()
    .min(0)
    .max(2 ** bits - 1);
export const chainId = z.int().min(1);

/** A JSON object whose hash is on the ledger; its salt keeps anybody from guessing it. */
export const saltedDocument = z.looseObject({ salt: z.string().regex(/^[0-9a-f]{32,128}$/) });
export type SaltedDocument = z.infer<typeof saltedDocument>;

/**
 * What a file says, or why it is none.
 * @param what the file should be, for the message
 * @throws LedgerError PROOF_INVALID
 */
export function readFileOf<Schema extends z.core.$ZodType>(
  schema: Schema & z.ZodType<z.output<Schema>>,
  json: string,
  what: string,
): z.output<Schema> {
  const result = schema.safeParse(parseJson(json));
  if (result.success) return result.data;
  const place = result.error.issues[0]?.path.join('.') || 'its top level';
  throw invalid(`the file is no ${what} of version 1 (at ${place})`);
}

/** What is made of a file's values; where the evidence code refuses them, the file is wrong. @throws LedgerError PROOF_INVALID */
export function madeOfFile<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (error instanceof EvidenceError) throw invalid(error.message);
    throw error;
  }
}

/** The hash of a file's document, 0x hex. @throws LedgerError PROOF_INVALID for what canonical JSON does not have */
export const documentHash = (document: SaltedDocument): string =>
  madeOfFile(() => `0x${toHex(detailHash(document))}`);

/** A file that contradicts itself or is not signed by whom it names. */
export function invalid(problem: string): LedgerError {
  return new LedgerError('PROOF_INVALID', problem, 'Ask whoever made the file to make it anew.');
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
