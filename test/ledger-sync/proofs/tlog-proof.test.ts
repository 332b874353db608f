// C2SP tlog-proofs of a gateway's records: the text, what it proves, and every byte of it.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EvidenceBundle } from '../../../ledger-sync/evidence/bundle-schema.js';
import { concatBytes, fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { buildInclusion } from '../../../ledger-sync/evidence/inclusion.js';
import { sha256 } from '../../../ledger-sync/evidence/sha256.js';
import { verifyRecordProof } from '../../../ledger-sync/evidence/verify-record.js';
import { formatTlogProof, parseTlogProof } from '../../../ledger-sync/proofs/tlog-proof.js';
import {
  checkpointAt,
  ledger,
  log,
  sampleBundle,
  sampleLog,
  sampleRecord,
  signer,
} from '../evidence/sample-log.js';
import { unnoticedPlaces, verdictOf } from './byte-changes.js';

const utf8 = new TextEncoder();
const checkpointHead = sampleBundle(3, 4, {
  head: { kind: 'checkpoint', checkpoint: checkpointAt(log, 37) },
}).head;
const batchHead = sampleBundle(29, 30).head;
const leafAt = (index: number) => log.leaves[index] ?? new Uint8Array(0);
const proofOf = (index: number, head: EvidenceBundle['head']) => formatTlogProof(leafAt(index), head, log);
const judge = (file: Uint8Array) =>
  verifyRecordProof(parseTlogProof(new TextDecoder('utf-8', { fatal: false }).decode(file)), { ledger })
    .verdict;

test('the text is that of the specification, line for line', () => {
  const text = proofOf(11, checkpointHead);
  const origin = `coldgate/0x${toHex(signer.address)}`;
  const [mark, extra, index, ...rest] = text.split('\n');
  const path = buildInclusion(11, 37, log).map((hash) => Buffer.from(hash).toString('base64'));
  expect(mark).toBe('c2sp.org/tlog-proof@v1');
  expect(extra).toBe(`extra ${Buffer.from(leafAt(11)).toString('base64')}`);
  expect(index).toBe('index 11');
  expect(rest.slice(0, path.length)).toEqual(path);
  const root = Buffer.from(log.rootOf(0, 37)).toString('base64');
  expect(rest.slice(path.length, -2)).toEqual(['', origin, '37', root, '']);
  const signature = Buffer.from(rest.at(-2)?.split(' ')[2] ?? '', 'base64');
  const key = concatBytes(
    utf8.encode(`${origin}\n`),
    Uint8Array.of(0xff),
    utf8.encode('coldgate/checkpoint-v1'),
    signer.address,
  );
  expect(toHex(signature.subarray(0, 4))).toBe(toHex(sha256(key).subarray(0, 4)));
  expect(toHex(signature.subarray(12))).toBe(toHex(checkpointAt(log, 37).signature));
  expect(rest.at(-1)).toBe('');
});

test('under a checkpoint a record is signed, under an anchored header it is proven', () => {
  expect(judge(utf8.encode(proofOf(3, checkpointHead)))).toBe('signed-only');
  expect(judge(utf8.encode(proofOf(29, batchHead)))).toBe('proven');
  const alone = verifyRecordProof(parseTlogProof(proofOf(29, batchHead)));
  expect(alone.verdict).toBe('signed-only');
  expect(alone).toMatchObject({ records: 1, firstSequence: 29, lastSequence: 29 });
});

test('a gateway other than the expected one is refuted', () => {
  const proof = parseTlogProof(proofOf(3, checkpointHead));
  expect(verifyRecordProof(proof, { expectedGateway: `0x${'11'.repeat(20)}` }).verdict).toBe('refuted');
});

test.each([
  ['a checkpoint', proofOf(3, checkpointHead)],
  ['a batch header', proofOf(29, batchHead)],
])(
  'no byte of a proof under %s can change unnoticed',
  (_, text) => {
    const file = utf8.encode(text);
    expect(judge(file)).not.toBe('refuted');
    expect(unnoticedPlaces(file, judge)).toEqual([]);
  },
  120_000,
);

test('a record of another place, and the path of another, are refuted', () => {
  const mine = proofOf(3, checkpointHead);
  const other = proofOf(4, checkpointHead);
  const parts = (text: string) => text.split('\nindex ');
  const mixed = `${parts(mine)[0]}\nindex ${parts(other)[1]}`;
  expect(judge(utf8.encode(mixed))).toBe('refuted');
  expect(judge(utf8.encode(mine.replace('index 3', 'index 4')))).toBe('refuted');
});

test('signatures of witnesses do not disturb, alone they are not enough', () => {
  const text = proofOf(3, checkpointHead);
  const witness = `— witness.example ${Buffer.from(new Uint8Array(76)).toString('base64')}\n`;
  expect(judge(utf8.encode(text + witness.repeat(16)))).toBe('signed-only');
  const unsigned = `${text.slice(0, text.lastIndexOf('\n—') + 1)}${witness}`;
  expect(() => parseTlogProof(unsigned)).toThrow(/no signature of 0x/);
  expect(() => parseTlogProof(text + witness.repeat(64))).toThrow(/more than 64/);
});

test('without its extra line a proof needs the record beside it', () => {
  const bare = proofOf(3, checkpointHead).replace(/extra .*\n/, '');
  expect(() => parseTlogProof(bare)).toThrow(/give the leaf/);
  expect(verifyRecordProof(parseTlogProof(bare, leafAt(3))).verdict).toBe('signed-only');
  expect(verifyRecordProof(parseTlogProof(bare, leafAt(4))).verdict).toBe('refuted');
});

test.each([
  ['an extension line', (text: string) => text.replace('\n37\n', '\n37\n').replace('\n\n—', '\nmore\n\n—')],
  ['a size with a leading zero', (text: string) => text.replace('\n37\n', '\n037\n')],
  ['an index beyond 2^53', (text: string) => text.replace('index 3', 'index 9007199254740992')],
  ['no last newline', (text: string) => text.slice(0, -1)],
  ['a carriage return', (text: string) => text.replace('\n37\n', '\r\n37\n')],
  [
    'a path without end',
    (text: string) => text.replace('index 3\n', `index 3\n${`${'A'.repeat(43)}=\n`.repeat(65)}`),
  ],
  ['a control character in a line of another key', (text: string) => `${text}— wit\u0001ness AAAAAAAA\n`],
  ['half a megabyte', (text: string) => text.replace('extra ', `extra ${'A'.repeat(600_000)}`)],
])('%s is refused', (_, change) => {
  expect(verdictOf(utf8.encode(change(proofOf(3, checkpointHead))), judge)).toBe('refuted');
});

test('any text is refused with the typed error', () => {
  const line = fc.constantFrom(...proofOf(3, batchHead).split('\n'), 'extra ', 'index 0', 'index -1', '—');
  const text = fc.oneof(
    fc.string(),
    fc.array(line, { maxLength: 24 }).map((lines) => lines.join('\n')),
  );
  fc.assert(
    fc.property(text, (any) => {
      expect(verdictOf(utf8.encode(any), judge)).toBe('refuted');
    }),
  );
  expect(verdictOf(fromHex('ff00'), judge)).toBe('refuted');
});

test.each<[string, string, (sequence: number) => ReturnType<typeof sampleRecord>]>([
  ['numbers its records otherwise', 'sequence', (sequence) => sampleRecord(sequence + 1)],
  [
    'holds records of another gateway',
    'leaves',
    (sequence) => ({ ...sampleRecord(sequence), gateway: new Uint8Array(20) }),
  ],
])('a gateway that signs a log which %s is refuted', (_, check, record) => {
  const bad = sampleLog(8, record);
  const { signature, ...checkpoint } = checkpointAt(bad, 8);
  const root = toHex(checkpoint.root);
  const { verdict, checks } = verifyRecordProof({
    gateway: `0x${toHex(signer.address)}`,
    leaf: bad.leaves[2] ?? new Uint8Array(0),
    index: 2,
    size: 8,
    path: buildInclusion(2, 8, bad),
    root: checkpoint.root,
    heads: [{ kind: 'checkpoint', size: 8, root, timeMs: checkpoint.timeMs, signature: toHex(signature) }],
    others: [],
  });
  expect(verdict).toBe('refuted');
  expect(checks.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)).toEqual([check]);
});
