// Properties of the tree and its three kinds of proof against a tree computed by the recursive definition.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalBytes, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { CompactRange } from '../../../ledger-sync/evidence/compact-range.js';
import { buildConsistency, verifyConsistency } from '../../../ledger-sync/evidence/consistency.js';
import { EvidenceError } from '../../../ledger-sync/evidence/evidence-error.js';
import { buildInclusion, verifyInclusion } from '../../../ledger-sync/evidence/inclusion.js';
import { emptyRoot, leafHash, nodeHash } from '../../../ledger-sync/evidence/merkle.js';
import { compactRangeAt, subtreesOf } from '../../../ledger-sync/evidence/node-reader.js';
import {
  buildRangeProof,
  type RangeProof,
  rootFromRange,
} from '../../../ledger-sync/evidence/range-proof.js';
import { flipBit, MemoryLog } from './memory-log.js';

const MAX_SIZE = 300;
const log = MemoryLog.ofSize(MAX_SIZE);
const other = leafHash(new TextEncoder().encode('another leaf'));
const hashesOf = (begin: number, end: number) =>
  Array.from({ length: end - begin }, (_, offset) => log.leafHash(begin + offset));

/** 0 <= first < second <= MAX_SIZE */
const pair = fc
  .tuple(fc.integer({ min: 0, max: MAX_SIZE }), fc.integer({ min: 0, max: MAX_SIZE }))
  .filter(([first, second]) => first !== second)
  .map(([first, second]): [number, number] => [Math.min(first, second), Math.max(first, second)]);
const triple = fc
  .tuple(pair, fc.nat(MAX_SIZE))
  .map(([[begin, end], more]) => ({ begin, end, size: Math.min(MAX_SIZE, end + more) }));
const bit = fc.nat(255);

describe('compact range', () => {
  test('appending leaf by leaf gives the root of the recursive definition at every size', () => {
    const range = new CompactRange();
    for (let size = 1; size <= MAX_SIZE; size++) {
      range.append(log.leafHash(size - 1));
      expect(toHex(range.root())).toBe(toHex(log.rootOf(0, size)));
      expect(range.size).toBe(size);
    }
  });

  test('a range read from the nodes goes on exactly as the one that was kept', () => {
    fc.assert(
      fc.property(pair, ([first, second]) => {
        const range = compactRangeAt(first, log);
        const clone = range.clone();
        for (const hash of hashesOf(first, second)) range.append(hash);
        expect(toHex(range.root())).toBe(toHex(log.rootOf(0, second)));
        expect(clone.size).toBe(first);
        expect(toHex(clone.root())).toBe(toHex(first === 0 ? emptyRoot : log.rootOf(0, first)));
      }),
    );
  });

  test.each([-1, 1.5, Number.NaN, 2 ** 53, 3])('one hash is no range of %s leaves', (size) => {
    expect(() => CompactRange.of(size, [other])).toThrow(EvidenceError);
  });

  test('sizes beyond 2^32 are counted exactly', () => {
    const size = 2 ** 40;
    const range = CompactRange.of(
      size - 1,
      Array.from({ length: 40 }, () => other),
    );
    range.append(other);
    expect(range.size).toBe(size);
    expect(range.hashes).toHaveLength(1);
  });

  test('a hash of another length is refused and changes nothing', () => {
    const range = compactRangeAt(3, log);
    const before = toHex(range.root());
    expect(() => range.append(other.subarray(1))).toThrow(EvidenceError);
    expect(toHex(range.root())).toBe(before);
  });

  test('node hashes take 32 bytes and nothing else', () => {
    expect(() => nodeHash(other, other.subarray(1))).toThrow(EvidenceError);
  });
});

describe('inclusion', () => {
  const leafAndSize = pair.map(([index, size]) => ({ index, size }));

  test('every proof built verifies', () => {
    fc.assert(
      fc.property(leafAndSize, ({ index, size }) => {
        const proof = buildInclusion(index, size, log);
        expect(verifyInclusion(index, size, log.leafHash(index), proof, log.rootOf(0, size))).toBe(true);
      }),
    );
  });

  test('a flipped bit in leaf, root or proof, another index, a missing or an extra hash fails', () => {
    fc.assert(
      fc.property(leafAndSize, bit, fc.nat(), ({ index, size }, at, which) => {
        const proof = buildInclusion(index, size, log);
        const root = log.rootOf(0, size);
        const leaf = log.leafHash(index);
        expect(verifyInclusion(index, size, flipBit(leaf, at), proof, root)).toBe(false);
        expect(verifyInclusion(index, size, leaf, proof, flipBit(root, at))).toBe(false);
        expect(verifyInclusion(index, size, leaf, [...proof, other], root)).toBe(false);
        expect(verifyInclusion(index, size, leaf, [other, ...proof], root)).toBe(false);
        if (size > 1) expect(verifyInclusion((index + 1) % size, size, leaf, proof, root)).toBe(false);
        if (proof.length === 0) return;
        expect(verifyInclusion(index, size, leaf, proof.slice(1), root)).toBe(false);
        expect(verifyInclusion(index, size, leaf, proof.slice(0, -1), root)).toBe(false);
        const changed = proof.map((hash, place) =>
          place === which % proof.length ? flipBit(hash, at) : hash,
        );
        expect(verifyInclusion(index, size, leaf, changed, root)).toBe(false);
      }),
    );
  });

  test.each([
    [-1, 4],
    [4, 4],
    [0.5, 4],
    [0, 0],
    [0, -1],
    [Number.NaN, 4],
  ])('leaf %s of %s is refused', (index, size) => {
    expect(verifyInclusion(index, size, other, [], other)).toBe(false);
    expect(() => buildInclusion(index, size, log)).toThrow(EvidenceError);
  });
});

describe('consistency', () => {
  const sizes = pair.filter(([first]) => first > 0);

  test('every proof built verifies', () => {
    fc.assert(
      fc.property(sizes, ([first, second]) => {
        const proof = buildConsistency(first, second, log);
        expect(verifyConsistency(first, second, proof, log.rootOf(0, first), log.rootOf(0, second))).toBe(
          true,
        );
      }),
    );
  });

  test('a flipped bit, another older size, a missing or an extra hash fails', () => {
    fc.assert(
      fc.property(sizes, bit, fc.nat(), ([first, second], at, which) => {
        const proof = buildConsistency(first, second, log);
        const [root1, root2] = [log.rootOf(0, first), log.rootOf(0, second)];
        expect(verifyConsistency(first, second, proof, flipBit(root1, at), root2)).toBe(false);
        expect(verifyConsistency(first, second, proof, root1, flipBit(root2, at))).toBe(false);
        expect(verifyConsistency(first, second, [...proof, other], root1, root2)).toBe(false);
        expect(verifyConsistency(first, second, proof.slice(0, -1), root1, root2)).toBe(false);
        expect(verifyConsistency(second, first, proof, root1, root2)).toBe(false);
        const changed = proof.map((hash, place) =>
          place === which % proof.length ? flipBit(hash, at) : hash,
        );
        expect(verifyConsistency(first, second, changed, root1, root2)).toBe(false);
      }),
    );
  });

  test.each([
    [0, 0],
    [0, 5],
    [6, 5],
    [0.5, 5],
    [-1, 5],
  ])('a tree of %s within one of %s is refused', (first, second) => {
    expect(verifyConsistency(first, second, [], emptyRoot, emptyRoot)).toBe(false);
    expect(() => buildConsistency(first, second, log)).toThrow(EvidenceError);
  });

  test('a tree that was rewritten is not consistent', () => {
    const rewritten = new MemoryLog([new Uint8Array([9]), ...log.leaves.slice(1)]);
    expect(
      verifyConsistency(5, 9, buildConsistency(5, 9, rewritten), log.rootOf(0, 5), rewritten.rootOf(0, 9)),
    ).toBe(false);
  });
});

describe('range proof', () => {
  const rootOf = (begin: number, hashes: readonly Uint8Array[], size: number, proof: RangeProof) => {
    try {
      return rootFromRange(begin, hashes, size, proof);
    } catch (error) {
      if (error instanceof EvidenceError) return undefined;
      throw error;
    }
  };
  const proves = (
    begin: number,
    hashes: readonly Uint8Array[],
    size: number,
    proof: RangeProof,
    root: Uint8Array,
  ) => {
    const found = rootOf(begin, hashes, size, proof);
    return found !== undefined && equalBytes(found, root);
  };

  test('every proof built gives the root', () => {
    fc.assert(
      fc.property(triple, ({ begin, end, size }) => {
        const proof = buildRangeProof(begin, end, size, log);
        expect(proves(begin, hashesOf(begin, end), size, proof, log.rootOf(0, size))).toBe(true);
      }),
    );
  });

  test('a missing, extra, swapped or changed leaf gives another root or is refused', () => {
    fc.assert(
      fc.property(triple, bit, fc.nat(), ({ begin, end, size }, at, which) => {
        const proof = buildRangeProof(begin, end, size, log);
        const root = log.rootOf(0, size);
        const hashes = hashesOf(begin, end);
        const place = which % hashes.length;
        const without = hashes.filter((_, index) => index !== place);
        expect(proves(begin, without, size, proof, root)).toBe(false);
        expect(proves(begin + 1, without, size, proof, root)).toBe(false);
        expect(proves(begin, [...hashes, other], size, proof, root)).toBe(false);
        expect(
          proves(
            begin,
            hashes.map((hash, index) => (index === place ? flipBit(hash, at) : hash)),
            size,
            proof,
            root,
          ),
        ).toBe(false);
        if (hashes.length > 1) expect(proves(begin, [...hashes].reverse(), size, proof, root)).toBe(false);
      }),
    );
  });

  test('a changed, missing or extra proof hash and another begin fails', () => {
    fc.assert(
      fc.property(triple, bit, fc.nat(), ({ begin, end, size }, at, which) => {
        const { left, right } = buildRangeProof(begin, end, size, log);
        const root = log.rootOf(0, size);
        const hashes = hashesOf(begin, end);
        const fails = (proof: RangeProof, from = begin) =>
          expect(proves(from, hashes, size, proof, root)).toBe(false);
        fails({ left: [...left, other], right });
        fails({ left, right: [...right, other] });
        if (begin > 0) fails({ left, right }, begin - 1);
        if (end < size) fails({ left, right }, begin + 1);
        if (left.length > 0) {
          fails({ left: left.slice(1), right });
          fails({
            left: left.map((hash, place) => (place === which % left.length ? flipBit(hash, at) : hash)),
            right,
          });
        }
        if (right.length > 0) {
          fails({ left, right: right.slice(1) });
          fails({
            left,
            right: right.map((hash, place) => (place === which % right.length ? flipBit(hash, at) : hash)),
          });
        }
      }),
    );
  });

  test('a hash of another length is refused, on either side and as a leaf', () => {
    const proof = buildRangeProof(4, 6, 11, log);
    const short = other.subarray(1);
    expect(() => rootFromRange(4, [other, short], 11, proof)).toThrow(EvidenceError);
    expect(() => rootFromRange(4, hashesOf(4, 6), 11, { ...proof, left: [short] })).toThrow(EvidenceError);
    expect(() =>
      rootFromRange(4, hashesOf(4, 6), 11, { ...proof, right: proof.right.map(() => short) }),
    ).toThrow(EvidenceError);
  });

  test.each([
    [3, 3, 9],
    [4, 3, 9],
    [-1, 3, 9],
    [3, 10, 9],
    [0.5, 3, 9],
    [0, 3, Number.NaN],
  ])('leaves %s to %s of %s are refused', (begin, end, size) => {
    expect(() => buildRangeProof(begin, end, size, log)).toThrow(EvidenceError);
  });

  test('the subtrees of a range cover it once, in order, each whole', () => {
    fc.assert(
      fc.property(fc.tuple(fc.maxSafeNat(), fc.nat(2 ** 31)), ([from, count]) => {
        const begin = Math.min(from, Number.MAX_SAFE_INTEGER - count);
        let at = begin;
        for (const { level, index } of subtreesOf(begin, begin + count)) {
          expect(index * 2 ** level).toBe(at);
          at += 2 ** level;
        }
        expect(at).toBe(begin + count);
      }),
    );
  });
});
