// The owner's keys of chips that prove themselves (AES-128), from a file that nobody else may read: JSON with `format`
// `coldgate-tag-keys`, `version` 1 and `keys`, each a `key` of 32 hex digits for the chips whose TID begins with `tid`.

import * as z from 'zod';
import { fromHex } from '../../../ledger-sync/evidence/bytes.js';
import { damaged, readSecretFile } from '../../sealing/secret-file.js';

/** 100,000 chips with a key each. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Two words, which name maker and model, to the longest TID that is read. */
const tidPrefix = /^[0-9a-f]{8,64}$/;
const fileSchema = z.strictObject({
  format: z.literal('coldgate-tag-keys'),
  version: z.literal(1),
  keys: z.array(
    z.strictObject({
      tid: z.string().toLowerCase().regex(tidPrefix),
      key: z.string().regex(/^[0-9a-fA-F]{32}$/),
    }),
  ),
});

export class TagKeys {
  readonly #keys: ReadonlyMap<string, Uint8Array>;
  /** Lengths of the prefixes, the longest first. */
  readonly #lengths: readonly number[];

  /** @param keys 16 bytes each, by the beginning of a TID in lower-case hex */
  constructor(keys: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.#keys = keys;
    this.#lengths = [...new Set([...keys.keys()].map(({ length }) => length))].sort((a, b) => b - a);
  }

  /** The key of the chip with this TID, by the longest beginning that is named; undefined if none is held. */
  keyOf(tid: string): Uint8Array | undefined {
    for (const length of this.#lengths) {
      const key = this.#keys.get(tid.slice(0, length));
      if (key) return key;
    }
    return undefined;
  }
}

/** @throws KeyError as `readSecretFile`; KEY_FILE_DAMAGED for what is no such file, or names a beginning twice */
export function readTagKeys(path: string): TagKeys {
  const text = readSecretFile(path, MAX_BYTES);
  const keys = new Map<string, Uint8Array>();
  for (const { tid, key } of parsed(path, text)) {
    if (keys.has(tid)) throw damaged(path, `names the TIDs ${tid}... twice`);
    keys.set(tid, fromHex(key.toLowerCase()));
  }
  return new TagKeys(keys);
}

function parsed(path: string, text: string): z.infer<typeof fileSchema>['keys'] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, 'is no JSON', cause);
  }
  const read = fileSchema.safeParse(document);
  if (read.success) return read.data.keys;
  // Neither message nor cause shows a value: it may be a key.
  const [issue] = read.error.issues;
  throw damaged(path, `is no file of tag keys: ${issue?.path.join('.') || 'top'} is not as it should be`);
}
