// Less of a bundle, without the gateway: what is shown still verifies, what is hidden cannot be read.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseBundle } from '../../../ledger-sync/evidence/bundle-schema.js';
import { reducedBundle } from '../../../ledger-sync/evidence/reduced-bundle.js';
import { verifyBundle } from '../../../ledger-sync/evidence/verify.js';
import { sampleBundle } from './sample-log.js';

const whole = sampleBundle(5, 22);
const { begin, end } = whole.proof;
const verdictOf = (bundle: object) => verifyBundle(parseBundle(JSON.stringify(bundle)));

test('every window of a bundle verifies under the same head', () => {
  fc.assert(
    fc.property(fc.integer({ min: begin, max: end - 1 }), fc.nat({ max: end - begin - 1 }), (first, more) => {
      const last = Math.min(end - 1, first + more);
      const part = reducedBundle(whole, { first, last });
      const { verdict, records, checks } = verdictOf(part);
      expect(checks.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
      expect([verdict, records]).toEqual([verdictOf(whole).verdict, last - first + 1]);
      expect(part.head).toEqual(whole.head);
    }),
  );
});

test('names and documents that are not told are nowhere in it', () => {
  const [name] = whole.names;
  if (!name) throw new Error('the sample has no names');
  const part = reducedBundle(whole, { names: [name.name] });
  const text = JSON.stringify(part);
  for (const other of whole.names.filter(({ subject }) => subject !== name.subject)) {
    expect(text).not.toContain(JSON.stringify(other.name));
  }
  expect(part.names).toEqual([name]);
  expect(verdictOf(part).checks.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(reducedBundle(whole, { names: [] }).names).toEqual([]);
  expect(reducedBundle(whole, { names: [] }).details).toEqual([]);
});

test('one reading is one record, whose neighbours are hashes', () => {
  const part = reducedBundle(whole, { first: begin + 1, last: begin + 1 });
  expect(part.records).toHaveLength(1);
  expect(part.records[0]?.readable.sequence).toBe(begin + 1);
  const hidden = whole.records.filter((_record, at) => at !== 1);
  for (const { leaf } of hidden) expect(JSON.stringify(part)).not.toContain(leaf);
});

test('nothing is made up: records and names that the bundle does not hold are refused', () => {
  expect(() => reducedBundle(whole, { first: end })).toThrow(/no records/);
  expect(() => reducedBundle(whole, { first: begin, last: end })).toThrow(/no records/);
  expect(() => reducedBundle(whole, { first: begin + 1, last: begin })).toThrow(/no records/);
  expect(() => reducedBundle(whole, { names: ['nobody'] })).toThrow(/do not tell the name/);
});
