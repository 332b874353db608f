// Published inclusion and consistency vectors, good and bad.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { CompactRange } from '../../../ledger-sync/evidence/compact-range.js';
import { verifyConsistency } from '../../../ledger-sync/evidence/consistency.js';
import { verifyInclusion } from '../../../ledger-sync/evidence/inclusion.js';
import { emptyRoot, leafHash } from '../../../ledger-sync/evidence/merkle.js';
import { consistencySchema, inclusionSchema, rfc6962Folder, vectorsIn } from './merkle-vectors.js';

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
    .parse(JSON.parse(readFileSync(join(rfc6962Folder, 'reference-roots.json'), 'utf8')));

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
