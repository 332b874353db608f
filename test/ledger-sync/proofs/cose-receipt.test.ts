// COSE receipts (RFC 9942): the published samples both ways, receipts of both curves, and a gateway's own ones byte by
// byte. The samples' public key is not published, so their signatures are compared with nothing.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import * as cborg from 'cborg';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { encodeCbor } from '../../../ledger-sync/evidence/cbor-bytes.js';
import { CborMap, CborTag, decodeCbor } from '../../../ledger-sync/evidence/cbor-value.js';
import { buildConsistency, rootFromConsistency } from '../../../ledger-sync/evidence/consistency.js';
import { rootFromInclusion } from '../../../ledger-sync/evidence/inclusion.js';
import { nodeHash } from '../../../ledger-sync/evidence/merkle.js';
import { sha256 } from '../../../ledger-sync/evidence/sha256.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { verifyRecordProof } from '../../../ledger-sync/evidence/verify-record.js';
import {
  type CoseReceipt,
  decodeReceipt,
  encodeReceipt,
  readProtected,
  receiptMessage,
} from '../../../ledger-sync/proofs/cose-receipt.js';
import { parseGatewayReceipt, signReceipt } from '../../../ledger-sync/proofs/gateway-receipt.js';
import {
  isReceiptBy,
  verifyConsistencyReceipt,
  verifyInclusionReceipt,
} from '../../../ledger-sync/proofs/verify-receipt.js';
import { checkpointAt, ledger, log, sampleBundle, signer } from '../evidence/sample-log.js';
import { unnoticedPlaces, verdictOf } from './byte-changes.js';

const sample = (name: string) =>
  new Uint8Array(readFileSync(join(import.meta.dirname, '../../vectors/cose-receipts', name)));
const inclusionSample = sample('inclusion-receipt.cbor');
const consistencySample = sample('consistency-receipt.cbor');
const privateKey = new Uint8Array(32).fill(9);

describe('the published samples', () => {
  test.each([
    ['inclusion', inclusionSample, 250, [5, 3], 3],
    ['consistency', consistencySample, 284, [3, 5], 4],
  ])('%s: read, and written again byte for byte', (kind, bytes, length, numbers, hashes) => {
    const receipt = decodeReceipt(bytes);
    expect(bytes).toHaveLength(length);
    expect(receipt.proof).toMatchObject({ kind, numbers });
    expect(receipt.proof.path).toHaveLength(hashes);
    expect(toHex(encodeReceipt(receipt))).toBe(toHex(bytes));
    const { header } = readProtected(receipt.protectedBytes);
    expect(header.get(4)).toEqual(new TextEncoder().encode('test-key-1'));
    expect(toHex(encodeCbor(header))).toBe(toHex(receipt.protectedBytes));
  });

  test('both speak of one tree of five leaves', () => {
    const [leaf2, leaf3, first] = decodeReceipt(consistencySample).proof.path;
    if (!leaf2 || !leaf3 || !first) throw new Error('the sample has four hashes');
    const { path } = decodeReceipt(inclusionSample).proof;
    const root = rootFromInclusion(3, 5, leaf3, path);
    const older = nodeHash(first, leaf2);
    expect(rootFromConsistency(3, 5, decodeReceipt(consistencySample).proof.path, older)).toEqual(root);
  });

  test.each([
    ['P-256', inclusionSample],
    ['P-256', consistencySample],
  ])('signed anew on %s, they verify by that key and no other', (_, bytes) => {
    const receipt = decodeReceipt(bytes);
    const [leaf2, leaf3, first] = decodeReceipt(consistencySample).proof.path;
    if (!leaf2 || !leaf3 || !first) throw new Error('the sample has four hashes');
    const older = nodeHash(first, leaf2);
    const root = rootFromConsistency(3, 5, decodeReceipt(consistencySample).proof.path, older) ?? older;
    const signature = p256.sign(sha256(receiptMessage(receipt.protectedBytes, root)), privateKey, {
      prehash: false,
    });
    const signed: CoseReceipt = { ...receipt, signature };
    const key = { publicKey: p256.getPublicKey(privateKey, false) };
    const verify = (one: CoseReceipt, by: typeof key) =>
      one.proof.kind === 'inclusion'
        ? verifyInclusionReceipt(one, leaf3, by)
        : verifyConsistencyReceipt(one, older, by);
    expect(verify(signed, key)).toBe(true);
    expect(verify(receipt, key)).toBe(false);
    expect(verify(signed, { publicKey: p256.getPublicKey(new Uint8Array(32).fill(8)) })).toBe(false);
    expect(verify(signed, { publicKey: new Uint8Array(33) })).toBe(false);
    expect(isReceiptBy(signed, root, { address: signer.address })).toBe(false);
  });
});

const leaf = log.leaves[11] ?? new Uint8Array(0);
const checkpointHead = sampleBundle(3, 4, {
  head: { kind: 'checkpoint', checkpoint: checkpointAt(log, 37) },
}).head;
const batchHead = sampleBundle(29, 30).head;
const judge = (file: Uint8Array) => verifyRecordProof(parseGatewayReceipt(file), { ledger }).verdict;

describe("a gateway's receipt", () => {
  test('is ES256K by the device key, for any COSE verifier', () => {
    const receipt = decodeReceipt(signReceipt(signer, leaf, batchHead, log));
    const publicKey = secp256k1.getPublicKey(new Uint8Array(32).fill(7));
    expect(verifyInclusionReceipt(receipt, log.leafHash(11), { publicKey })).toBe(true);
    expect(verifyInclusionReceipt(receipt, log.leafHash(11), { address: signer.address })).toBe(true);
    expect(verifyInclusionReceipt(receipt, log.leafHash(12), { publicKey })).toBe(false);
    expect(verifyConsistencyReceipt(receipt, log.rootOf(0, 11), { publicKey })).toBe(false);
    expect(readProtected(receipt.protectedBytes).algorithm).toBe(-47);
  });

  test('is deterministic CBOR that another decoder reads', () => {
    const bytes = signReceipt(signer, leaf, checkpointHead, log);
    expect(bytes).toEqual(signReceipt(signer, leaf, checkpointHead, log));
    const tags: cborg.DecodeOptions['tags'] = { 18: (decode) => decode() };
    const sign1 = cborg.decode(bytes, { tags, useMaps: true, strict: true });
    expect(sign1[2]).toBe(null);
    const header = cborg.decode(sign1[0], { useMaps: true, strict: true });
    expect([...header.keys()]).toEqual([1, 4, 15, 395]);
  });

  test('under a checkpoint says signed, under an anchored header proven', () => {
    expect(judge(signReceipt(signer, leaf, checkpointHead, log))).toBe('signed-only');
    expect(judge(signReceipt(signer, leaf, batchHead, log))).toBe('proven');
  });

  test.each([
    ['a checkpoint', signReceipt(signer, leaf, checkpointHead, log)],
    ['a batch header', signReceipt(signer, leaf, batchHead, log)],
  ])(
    'no byte of one under %s can change unnoticed',
    (_, file) => {
      const unnoticed = unnoticedPlaces(file, judge);
      // The label of the head (its length, then its text) is not signed: without its head the receipt proves less and says so.
      const label = Buffer.from(file).indexOf('coldgate-head') - 1;
      expect(unnoticed.filter((at) => at < label || at > label + 'coldgate-head'.length)).toEqual([]);
      const renamed = Uint8Array.from(file);
      renamed[label + 1] = 0x43;
      const answer = verifyRecordProof(parseGatewayReceipt(renamed), { ledger });
      expect(answer.verdict).toBe('signed-only');
      const uncovered = answer.checks.filter(
        ({ name, outcome }) => name === 'coverage' && outcome !== 'proven',
      );
      expect(uncovered.map(({ text }) => text)).toEqual([
        '1 unprotected header fields are covered by nothing',
      ]);
    },
    120_000,
  );

  test('verifies by its address whatever the parity of its signatures', () => {
    for (let size = 24; size <= 40; size++) {
      const { head } = sampleBundle(3, 4, {
        head: { kind: 'checkpoint', checkpoint: checkpointAt(log, size) },
      });
      expect(judge(signReceipt(signer, leaf, head, log))).toBe('signed-only');
    }
  });

  test('of another tree size is refuted, though the path fits that size too', () => {
    const { proof, unprotected, ...receipt } = decodeReceipt(signReceipt(signer, leaf, checkpointHead, log));
    const withoutHead = unprotected.filter(([label]) => label !== 'coldgate-head');
    const ofSize = (size: number) =>
      encodeReceipt({ ...receipt, unprotected: withoutHead, proof: { ...proof, numbers: [size, 11] } });
    expect(judge(ofSize(37))).toBe('signed-only');
    const { verdict, checks } = verifyRecordProof(parseGatewayReceipt(ofSize(38)));
    expect(verdict).toBe('refuted');
    expect(checks.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)).toEqual([
      'coverage',
    ]);
  });

  test('with a payload inside, or a critical header that is not known, is refused', () => {
    const bytes = signReceipt(signer, leaf, checkpointHead, log);
    const item = decodeCbor(bytes);
    if (!(item instanceof CborTag) || !Array.isArray(item.value)) throw new Error('no COSE_Sign1');
    const attached = encodeCbor(new CborTag(18, item.value.with(2, log.rootOf(0, 37))));
    expect(() => decodeReceipt(attached)).toThrow(/not detached/);
    const { header } = readProtected(decodeReceipt(bytes).protectedBytes);
    const critical = encodeCbor(new CborMap([...header.entries, [2, ['unknown']]]));
    expect(() => readProtected(critical)).toThrow(/critical/);
    const otherTree = encodeCbor(
      new CborMap([
        [1, -47],
        [395, 2],
      ]),
    );
    expect(() => readProtected(otherTree)).toThrow(/not RFC9162_SHA256/);
    const otherAlgorithm = encodeCbor(
      new CborMap([
        [1, -8],
        [395, 1],
      ]),
    );
    expect(() => readProtected(otherAlgorithm)).toThrow(/neither ES256 nor ES256K/);
  });

  test('is not made by the key of another gateway', () => {
    const other = new SoftwareSigner(privateKey);
    expect(() => signReceipt(other, leaf, batchHead, log)).toThrow(/the key is another/);
  });

  test('of consistency shows that the log only grew', () => {
    const { protectedBytes, signature } = decodeReceipt(signReceipt(signer, leaf, batchHead, log));
    const path = buildConsistency(24, 40, log);
    const receipt: CoseReceipt = {
      protectedBytes,
      signature,
      proof: { kind: 'consistency', numbers: [24, 40], path },
      unprotected: [],
    };
    const read = decodeReceipt(encodeReceipt(receipt));
    expect(verifyConsistencyReceipt(read, log.rootOf(0, 24), { address: signer.address })).toBe(true);
    expect(verifyConsistencyReceipt(read, log.rootOf(0, 23), { address: signer.address })).toBe(false);
    expect(verifyInclusionReceipt(read, log.leafHash(24), { address: signer.address })).toBe(false);
  });
});

test.each([
  ['an array that claims 2^32 items', '9a ffffffff'],
  ['a byte string that claims 2^50 bytes', '5b 0004000000000000'],
  ['an indefinite length', '9f ff'],
  ['a float', 'f9 3c00'],
  ['a longer head than needed', '18 17'],
  ['a key that comes twice', 'a2 01 02 01 03'],
  ['a number above 2^53', '1b 0020000000000000'],
  ['text that is no UTF-8', '61 ff'],
  ['nesting without end', '81'.repeat(5000)],
  ['bytes after the item', 'f6 00'],
  ['nothing', ''],
])('CBOR: %s is refused', (_, hex) => {
  expect(() => decodeCbor(fromHex(hex.replaceAll(' ', '')))).toThrow(/^CBOR: /);
});

test('a file of millions of tiny items is refused before they fill the memory', () => {
  const many = new Uint8Array(5 + 3_000_000);
  many.set([0x9a, 0x00, 0x2d, 0xc6, 0xc0]);
  expect(() => decodeCbor(many)).toThrow(/more than 2097152 items/);
});

test('items come back from their bytes as they were, and as another encoder writes them', () => {
  const scalar = fc.oneof(fc.maxSafeInteger(), fc.string(), fc.uint8Array(), fc.boolean(), fc.constant(null));
  fc.assert(
    fc.property(fc.array(fc.oneof(scalar, fc.array(scalar))), (items) => {
      const bytes = encodeCbor(items);
      expect(decodeCbor(bytes)).toEqual(items);
      expect(toHex(bytes)).toBe(toHex(cborg.encode(items)));
    }),
  );
  const map = new CborMap([
    [395, 1],
    [-7, 'text'],
  ]);
  expect(decodeCbor(encodeCbor(map))).toEqual(map);
});

test('any bytes are refused with the typed error', () => {
  const file = signReceipt(signer, leaf, batchHead, log);
  const cut = fc.nat(file.length - 1).map((length) => file.slice(0, length));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), cut), (bytes) => {
      expect(verdictOf(bytes, judge)).toBe('refuted');
    }),
  );
});
