// The published inclusion and consistency vectors, good and bad (test/vectors/rfc6962). Sizes go up to 2^64 - 1, so
// the numbers are read as text.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export const rfc6962Folder = join(import.meta.dirname, '../../vectors/rfc6962');
const bytes = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const number = z.string().transform(BigInt);
const proof = z
  .array(bytes)
  .nullable()
  .transform((hashes) => hashes ?? []);
export const inclusionSchema = z.object({
  leafIdx: number,
  treeSize: number,
  root: bytes,
  leafHash: bytes,
  proof,
  wantErr: z.boolean(),
});
export const consistencySchema = z.object({
  size1: number,
  size2: number,
  root1: bytes,
  root2: bytes,
  proof,
  wantErr: z.boolean(),
});

export function vectorsIn(kind: string): [name: string, vector: unknown][] {
  const base = join(rfc6962Folder, 'testdata', kind);
  return readdirSync(base, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(base, name), 'utf8');
      return [name, JSON.parse(text.replace(/("(?:leafIdx|treeSize|size1|size2)":\s*)(\d+)/g, '$1"$2"'))];
    });
}
