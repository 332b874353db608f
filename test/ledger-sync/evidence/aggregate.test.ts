// A header that the ledger knows only under an aggregator's root: what a bundle proves of it, and what it cannot.
import { describe, expect, test } from 'vitest';
import { aggregateLeaf, isAggregated } from '../../../ledger-sync/evidence/aggregate.js';
import { encodeBundle } from '../../../ledger-sync/evidence/bundle-binary.js';
import { decodeBundle } from '../../../ledger-sync/evidence/bundle-binary-reader.js';
import { type EvidenceBundle, parseBundle } from '../../../ledger-sync/evidence/bundle-schema.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { buildInclusion } from '../../../ledger-sync/evidence/inclusion.js';
import { verifyBundle } from '../../../ledger-sync/evidence/verify.js';
import type { LedgerAnswer } from '../../../ledger-sync/evidence/verify-ledger.js';
import { unnoticedPlaces } from '../proofs/byte-changes.js';
import { MemoryLog } from './memory-log.js';
import { batchHead, ledger, sampleBundle } from './sample-log.js';

const aggregator = `0x${'a9'.repeat(20)}`;
const INDEX = 5;
const SIZE = 11;

/** The header among those of other gateways. */
const { batch, anchor } = batchHead();
const others = Array.from({ length: SIZE }, (_, index) => new Uint8Array(174).fill(index));
const tree = new MemoryLog(others.map((leaf, index) => (index === INDEX ? aggregateLeaf(batch) : leaf)));
const root = tree.rootOf(0, SIZE);
const path = buildInclusion(INDEX, SIZE, tree);

const aggregate = { aggregator, root: toHex(root), size: SIZE, index: INDEX, path: path.map(toHex) };
if (!anchor) throw new Error('the sample is anchored');
const bundle = sampleBundle(26, 31, { head: { ...batchHead(), anchor: { ...anchor, aggregate } } });

/** A ledger that has no header of this gateway, and the transaction published that tree. */
const answer: LedgerAnswer = {
  ...ledger,
  headSeq: 0,
  head: '00'.repeat(28),
  anchoredHeads: [],
  publishedTrees: [{ aggregator, root: aggregate.root, size: SIZE, ...anchor }],
};

const outcomes = (one: EvidenceBundle, asked: LedgerAnswer | null = answer) => {
  const { verdict, checks } = verifyBundle(one, asked ? { ledger: asked } : {});
  const of = (name: string) => checks.find((check) => check.name === name)?.outcome;
  return [verdict, of('anchor'), of('ledger')];
};

test('a header under a published root is proven to be on the ledger', () => {
  expect(isAggregated(batch, { aggregator, root, size: SIZE, index: INDEX, path })).toBe(true);
  expect(parseBundle(JSON.stringify(bundle))).toEqual(bundle);
  expect(outcomes(bundle)).toEqual(['proven', 'proven', 'proven']);
  expect(outcomes(bundle, null)).toEqual(['signed-only', 'not-proven', 'not-proven']);
});

test('the binary form keeps it, and no byte may change', () => {
  const file = encodeBundle(bundle);
  expect(decodeBundle(file)).toEqual(bundle);
  const judge = (bytes: Uint8Array) => {
    const [verdict, ...rest] = outcomes(decodeBundle(bytes));
    return verdict === 'proven' && rest.every((one) => one === 'proven') ? 'proven' : 'refuted';
  };
  expect(judge(file)).toBe('proven');
  expect(unnoticedPlaces(file, judge)).toEqual([]);
}, 60_000);

describe('not on the ledger', () => {
  test.each<[string, Partial<LedgerAnswer>]>([
    ['no tree was published there', { publishedTrees: [] }],
    ['another root', { publishedTrees: [{ aggregator, root: 'ab'.repeat(32), size: SIZE, ...anchor }] }],
    ['another size', { publishedTrees: [{ aggregator, root: aggregate.root, size: 12, ...anchor }] }],
    [
      'another aggregator',
      {
        publishedTrees: [{ aggregator: `0x${'00'.repeat(20)}`, root: aggregate.root, size: SIZE, ...anchor }],
      },
    ],
  ])('%s', (_, change) => {
    expect(outcomes(bundle, { ...answer, ...change })).toEqual(['signed-only', 'not-proven', 'not-proven']);
  });

  test('a block that the bundle names wrongly is refuted', () => {
    const publishedTrees = [{ aggregator, root: aggregate.root, size: SIZE, ...anchor, blockNumber: 7 }];
    expect(outcomes(bundle, { ...answer, publishedTrees })[0]).toBe('refuted');
  });

  test.each([
    ['another place', { index: 4 }],
    ['another root', { root: 'cd'.repeat(32) }],
    ['a shorter path', { path: aggregate.path.slice(1) }],
  ])('%s in the tree is refuted without asking anybody', (_, change) => {
    const tampered = { ...bundle, anchor: { ...bundle.anchor, aggregate: { ...aggregate, ...change } } };
    expect(outcomes(tampered as EvidenceBundle, null).slice(0, 2)).toEqual(['refuted', 'failed']);
  });
});
