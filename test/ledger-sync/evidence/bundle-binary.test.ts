// The binary bundle: the same bundle in fewer bytes, and no byte that may change.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeBundle } from '../../../ledger-sync/evidence/bundle-binary.js';
import { decodeBundle } from '../../../ledger-sync/evidence/bundle-binary-reader.js';
import type { EvidenceBundle } from '../../../ledger-sync/evidence/bundle-schema.js';
import { encodeCbor } from '../../../ledger-sync/evidence/cbor-bytes.js';
import { CborTag, decodeCbor } from '../../../ledger-sync/evidence/cbor-value.js';
import { verifyBundle } from '../../../ledger-sync/evidence/verify.js';
import { unnoticedPlaces, verdictOf } from '../proofs/byte-changes.js';
import { batchHead, checkpointAt, firstHeader, ledger, log, sampleBundle } from './sample-log.js';

const bundles: [string, EvidenceBundle][] = [
  ['one record under a batch header', sampleBundle(29, 30)],
  ['a run of records under a batch header', sampleBundle(27, 36)],
  [
    'the first header, without an anchor',
    sampleBundle(3, 5, { head: { ...batchHead(firstHeader), anchor: undefined, registration: undefined } }),
  ],
  [
    'records under a checkpoint',
    sampleBundle(3, 7, { head: { kind: 'checkpoint', checkpoint: checkpointAt(log, 37) } }),
  ],
];
const judge = (file: Uint8Array) => verifyBundle(decodeBundle(file), { ledger }).verdict;

describe.each(bundles)('%s', (_, bundle) => {
  const file = encodeBundle(bundle);

  test('comes back as it was', () => expect(decodeBundle(file)).toEqual(bundle));

  test('is refuted or refused after the change of any byte', () => {
    expect(judge(file)).not.toBe('refuted');
    expect(unnoticedPlaces(file, judge)).toEqual([]);
  }, 60_000);

  test('cut short anywhere is refused', () => {
    for (let length = 0; length < file.length; length++)
      expect(verdictOf(file.subarray(0, length), judge)).toBe('refuted');
  });
});

function itemsOf(file: Uint8Array): unknown[] {
  const item = decodeCbor(file);
  if (!(item instanceof CborTag) || !Array.isArray(item.value)) throw new Error('no tagged array');
  return [...item.value];
}

test.each([
  ['another version', 0, 2],
  ['no records', 1, []],
  ['a record that is none', 1, [new Uint8Array(3)]],
  ['a path of half a hash', 2, new Uint8Array(16)],
  ['a path of a thousand hashes', 2, new Uint8Array(32_000)],
  ['a head of another form', 3, [1, 2, 3, 4]],
  ['a name without text', 4, [[7]]],
  ['a document with spaces', 5, ['{ "a": 1 }']],
  ['a document that is no JSON', 5, ['{']],
])('%s is refused', (_, at, value) => {
  const items = itemsOf(encodeBundle(sampleBundle(29, 30))).with(at, value);
  const file = encodeCbor(new CborTag(0xc01d, items as never));
  expect(verdictOf(file, judge)).toBe('refuted');
});

test('any bytes are refused with the typed error', () => {
  const tagged = fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.of(0xd9, 0xc0, 0x1d, ...bytes));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), tagged), (bytes) => {
      expect(verdictOf(bytes, judge)).toBe('refuted');
    }),
  );
});
