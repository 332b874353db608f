// What stands behind a commitment of a trial (PROTOCOL.md, "Trials"): a JSON document with a salt, whose hash is all that the
// ledger gets. Whoever attests keeps the document and shows it to whom he likes; who deletes it has erased what the
// ledger's hash says. No document has a place for a treatment arm. Pure.

import { z } from 'zod';
import { concatBytes, fromHex, toHex } from '../evidence/bytes.js';
import { hex } from '../evidence/hex-field.js';
import { canonicalJson, detailHash } from '../evidence/jcs.js';
import { sha256 } from '../evidence/sha256.js';
import { TrialError } from './trial-error.js';

export const SALT_BYTES = 16;

/** In the order of the contract's enum, from 1 on. */
export const attestedKinds = ['document', 'consent-form', 'consent', 'data-set'] as const;
export type AttestedKind = (typeof attestedKinds)[number];

const words = z.string().min(1).max(200);
const salt = hex(SALT_BYTES);
const head = { format: z.literal('coldgate-opening'), version: z.literal(1), salt };

const versioned = { title: words, edition: words, sha256: hex(32) };

const openingSchema = z.discriminatedUnion('kind', [
  /** A protocol, an analysis plan, a randomisation list that stays shut. */
  z.strictObject({ ...head, kind: z.literal('document'), ...versioned }),
  z.strictObject({ ...head, kind: z.literal('consent-form'), ...versioned }),
  /** `subject` is the site's pseudonym; `sha256` is of the signed sheet, which stays at the site. */
  z.strictObject({
    ...{ ...head, kind: z.literal('consent'), subject: words, form: hex(32) },
    ...{ givenAt: z.iso.datetime(), sha256: hex(32) },
  }),
  z.strictObject({
    ...{ ...head, kind: z.literal('data-set'), title: words, root: hex(32) },
    size: z.int().min(1).max(1_000_000),
  }),
]);

export type Opening = z.infer<typeof openingSchema>;

/** @throws TrialError TRIAL_FILE_INVALID */
export function parseOpening(text: string): Opening {
  return readTrialFile(openingSchema, text, 'opening of a commitment');
}

/** The commitment, 64 hex digits. */
export function commitmentOf(opening: Opening): string {
  return toHex(detailHash(opening));
}

/** The number that the contract has for a kind. */
export const kindNumber = (kind: AttestedKind): number => attestedKinds.indexOf(kind) + 1;

const utf8 = new TextEncoder();

/**
 * The trial's word on the ledger, 64 hex digits.
 * @param name as the sponsor calls the trial
 * @param saltHex at least 16 random bytes, which all who take part keep
 */
export function trialWord(name: string, saltHex: string): string {
  return toHex(sha256(concatBytes(utf8.encode('coldgate trial 1\0'), fromHex(saltHex), utf8.encode(name))));
}

/**
 * A recipient's word on the ledger, 64 hex digits: nobody tells from it whose key it is, nor that two grants are of one.
 * @param publicKey X25519, 64 hex digits
 * @param saltHex 16 random bytes, new for each grant
 */
export function recipientWord(publicKey: string, saltHex: string): string {
  const tag = utf8.encode('coldgate trial recipient 1\0');
  return toHex(sha256(concatBytes(tag, fromHex(saltHex), fromHex(publicKey))));
}

/** Reads strict JSON. @throws TrialError TRIAL_FILE_INVALID, with the place and never with the content */
export function readTrialFile<T>(schema: z.ZodType<T>, text: string, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
    // Also what parses must have one canonical form, or its hash is nobody's.
    canonicalJson(value);
  } catch (cause) {
    throw invalid(what, 'it is no JSON of texts and whole numbers', cause);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const place = result.error.issues[0]?.path.join('.') || 'its top level';
  throw invalid(what, `it is not of version 1 (at ${place})`);
}

function invalid(what: string, problem: string, cause?: unknown): TrialError {
  const hint = 'let its maker make it anew';
  return new TrialError('TRIAL_FILE_INVALID', `no ${what}: ${problem}`, hint, {
    cause,
  });
}
