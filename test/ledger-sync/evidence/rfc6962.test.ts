// Published inclusion and consistency vectors, good and bad (test/vectors/rfc6962). Sizes go up to 2^64 - 1, so
// the numbers are read as text.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { CompactRange } from '../../../ledger-sync/evidence/compact-range.js';
import { verifyConsistency } from '../../../ledger-sync/evidence/consistency.js';
import { verifyInclusion } from '../../../ledger-sync/evidence/inclusion.js';
import { emptyRoot, leafHash } from '../../../ledger-sync/evidence/merkle.js';

const folder = join(import.meta.dirname, '../../vectors/rfc6962');
const bytes = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const number = z.string().transform(BigInt);
const proof = z
  .array(bytes)
  .nullable()
  .transform((hashes) => hashes ?? []);
const inclusionSchema = z.object({
  leafIdx: number,
  treeSize: number,
  root: bytes,
  leafHash: bytes,
  proof,
  wantErr: z.boolean(),
});
const consistencySchema = z.object({
  size1: number,
  size2: number,
  root1: bytes,
  root2: bytes,
  proof,
  wantErr: z.boolean(),
});

function vectorsIn(kind: string): [name: string, vector: unknown][] {
  const base = join(folder, 'testdata', kind);
  return readdirSync(base, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(base, name), 'utf8');
      return [name, JSON.parse(text.replace(/("(?:leafIdx|treeSize|size1|size2)":\s*)(\d+)/g, '$1"$2"'))];
    });
}

describe('published inclusion proofs', () => {
  const vectors = vectorsIn('inclusion');
  test('98 of them are here', () => expect(vectors).toHaveLength(98));
  test.each(vectors)('%s is judged as published', (_, vector) => {
    const { leafIdx, treeSize, leafHash: leaf, proof: hashes, root, wantErr } = inclusionSchema.parse(vector);
    expect(verifyInclusion(leafIdx, treeSize, leaf, hashes, root)).toBe(!wantErr);
  });
});

describe('published consistency proofs', () => {
  const vectors = vectorsIn('consistency');
  test('98 of them are here', () => expect(vectors).toHaveLength(98));
  test.each(vectors)('%s is judged as published', (_, vector) => {
    const { size1, size2, proof: hashes, root1, root2, wantErr } = consistencySchema.parse(vector);
    expect(verifyConsistency(size1, size2, hashes, root1, root2)).toBe(!wantErr);
  });
});

describe('the reference tree of eight leaves', () => {
  const reference = z
    .object({
      leafInputsHex: z.array(z.string()).length(8),
      leafHashesHex: z.array(z.string()).length(8),
      rootsHexBySize: z.array(z.string()).length(9),
    })
    .parse(JSON.parse(readFileSync(join(folder, 'reference-roots.json'), 'utf8')));

  test('the tree without leaves has the hash of nothing as its root', () => {
    expect(toHex(emptyRoot)).toBe(reference.rootsHexBySize[0]);
    expect(toHex(new CompactRange().root())).toBe(reference.rootsHexBySize[0]);
  });

  test('leaf hashes and the root of each size are the published ones', () => {
    const range = new CompactRange();
    for (const [index, input] of reference.leafInputsHex.entries()) {
      const hash = leafHash(fromHex(input));
      expect(toHex(hash)).toBe(reference.leafHashesHex[index]);
      range.append(hash);
      expect(toHex(range.root())).toBe(reference.rootsHexBySize[index + 1]);
    }
  });
});
