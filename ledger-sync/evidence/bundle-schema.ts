// The evidence bundle as a JSON file (PROTOCOL.md section 8): its strict schema, the reader, and the JSON Schema
// for others. Says what a bundle looks like; whether it is true is decided in verify.ts.

import { z } from 'zod';
import { EvidenceError } from './evidence-error.js';
import { hex, prefixedHex } from './hex-field.js';
import { canonicalJson } from './jcs.js';
import { printable } from './printable.js';

/** Lower case only: one text for each byte string. */
const hash = hex(32);
const signature = hex(64);
const address = prefixedHex(20);
const transactionHash = prefixedHex(32);
const uint = (bits: number) =>
  z
    .int()
    .min(0)
    .max(2 ** bits - 1);
const uint48 = uint(48);
const safeUint = uint(53);
const int16 = z
  .int()
  .min(-(2 ** 15))
  .max(2 ** 15 - 1);
/** Half a surrogate pair has no UTF-8, so it has no hash either. */
const text = z
  .string()
  .max(4096)
  .refine((value) => !/\p{Surrogate}/u.test(value), 'half a surrogate pair');

const readable = z.strictObject({
  sequence: uint48,
  observedAt: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  kind: z.string().max(64),
  subject: hex(16),
  name: text.optional(),
  value: z.int(),
  unit: z.string().max(64).optional(),
  quality: z.string().max(64),
  shipment: hex(16).optional(),
});

const meta = z.strictObject({
  seq: uint(32),
  size: uint48,
  tFirstMs: uint48,
  tLastMs: uint48,
  minCentiC: int16,
  maxCentiC: int16,
  flags: uint(32),
});

const checkpoint = z.strictObject({ size: uint48, root: hash, timeMs: uint48, signature });

const checkpointHead = z.strictObject({ kind: z.literal('checkpoint'), ...checkpoint.shape });

const batchHead = z.strictObject({
  kind: z.literal('batch'),
  chainId: safeUint,
  contract: address,
  prev: hex(28),
  root: hash,
  meta,
  signature,
  /** The header before, which says where this one's own leaves begin; none before seq 1. */
  previous: z.strictObject({ prev: hex(28), root: hash, meta }).optional(),
});

/** Kept as it is: a copy could lose a key like `__proto__` and with it a change of the document. */
const detail = z
  .unknown()
  .superRefine((document, context) => {
    const problem = detailProblem(document);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  })
  .meta({ type: 'object' });

const recordEntry = z.strictObject({
  leaf: z
    .string()
    .max(256)
    .regex(/^[A-Za-z0-9_-]+$/),
  readable,
});

const nameEntry = z.strictObject({
  subject: hex(16),
  name: text,
  salt: z
    .string()
    .regex(/^([0-9a-f]{2}){1,64}$/)
    .optional(),
});

const bundleSchema = z.strictObject({
  format: z.literal('coldgate-bundle'),
  version: z.literal(1),
  gateway: address,
  records: z.array(recordEntry).min(1),
  names: z.array(nameEntry),
  details: z.array(detail),
  proof: z.strictObject({
    begin: uint48,
    end: uint48,
    size: uint48,
    left: z.array(hash).max(48),
    right: z.array(hash).max(96),
  }),
  head: z.discriminatedUnion('kind', [checkpointHead, batchHead]),
  checkpoint: checkpoint.optional(),
  registration: z.strictObject({ transactionHash, blockNumber: safeUint }).optional(),
  anchor: z
    .strictObject({
      chainId: safeUint,
      contract: address,
      seq: uint(32),
      transactionHash,
      blockNumber: safeUint,
      blockHash: prefixedHex(32),
      blockTimeMs: uint48,
      /** Where the ledger has only the root of an aggregator's log. */
      aggregate: z
        .strictObject({
          aggregator: address,
          root: hash,
          size: safeUint,
          index: safeUint,
          path: z.array(hash).max(53),
        })
        .optional(),
    })
    .optional(),
});

export type EvidenceBundle = z.infer<typeof bundleSchema>;

const besideBatch = ['checkpoint', 'registration', 'anchor'] as const;
/** All but the entries of the long lists. */
const frameSchema = bundleSchema.extend({
  records: z.array(z.unknown()).min(1),
  names: z.array(z.unknown()),
  details: z.array(z.unknown()),
});
/** Lists with a bound; zod looks at every entry before it looks at the length. */
const shortLists = [
  ['proof', 'left'],
  ['proof', 'right'],
  ['anchor', 'aggregate', 'path'],
] as const;
const MAX_SHORT_LIST = 96;
export type BatchHead = z.infer<typeof batchHead>;

/**
 * Reads a bundle. Unknown keys, other lengths and other alphabets are refused; nothing is verified yet. The
 * caller limits the bytes of the file.
 * @throws EvidenceError BUNDLE_MALFORMED, naming the path
 */
export function parseBundle(json: string): EvidenceBundle {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw malformed([], 'not JSON', error);
  }
  return checkBundle(value);
}

/**
 * The same for a value that was made from another form of the bundle. It stops at the first fault: zod would go on and
 * keep each, and two million bad names in a file of 50 MB would take gigabytes.
 * @throws EvidenceError BUNDLE_MALFORMED, naming the path
 */
export function checkBundle(value: unknown): EvidenceBundle {
  for (const path of shortLists) {
    const list = path.reduce((holder: unknown, key) => Reflect.get(Object(holder), key), value);
    if (Array.isArray(list) && list.length > MAX_SHORT_LIST) throw malformed(path, 'too long', undefined);
  }
  const { records, names, details, ...frame } = parsedBy(frameSchema, value, []);
  if (frame.head.kind !== 'batch') {
    const stray = besideBatch.find((key) => frame[key] !== undefined);
    if (stray) throw malformed([stray], 'only beside a batch header', undefined);
  }
  const entries = <T>(key: string, entry: z.ZodType<T>, list: readonly unknown[]): T[] =>
    list.map((one, at) => parsedBy(entry, one, [key, at]));
  return {
    ...frame,
    records: entries('records', recordEntry, records),
    names: entries('names', nameEntry, names),
    details: entries('details', detail, details),
  };
}

function parsedBy<T>(schema: z.ZodType<T>, value: unknown, path: readonly PropertyKey[]): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw malformed([...path, ...(issue?.path ?? [])], issue?.message ?? 'refused', parsed.error);
}

/** JSON Schema (2020-12) of the bundle. */
export function bundleJsonSchema(): object {
  return { ...z.toJSONSchema(bundleSchema), $id: 'urn:coldgate:bundle:1', title: 'coldgate evidence bundle' };
}

function detailProblem(document: unknown): string | undefined {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return 'not an object';
  try {
    canonicalJson(document);
    return undefined;
  } catch (error) {
    if (error instanceof EvidenceError) return error.message;
    throw error;
  }
}

function malformed(path: readonly PropertyKey[], problem: string, cause: unknown): EvidenceError {
  const where = path.length === 0 ? 'its top' : z.core.toDotPath(path);
  return new EvidenceError(
    'BUNDLE_MALFORMED',
    printable(`bundle at ${where}: ${problem}`),
    'the file is no coldgate evidence bundle of version 1, or it was damaged',
    cause,
  );
}
