// Commitments, keys and trees of lots, made again from PROTOCOL.md, "Serials" with nothing but Node's own hashes.
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { addressOf } from '../../../ledger-sync/evidence/signature.js';
import { CommissionedLot } from '../../../ledger-sync/serials/commissioned-lot.js';
import { lotKeyFileOf, parseLotFile, parseLotKeyFile } from '../../../ledger-sync/serials/lot-file.js';
import { LotTree } from '../../../ledger-sync/serials/lot-tree.js';
import { isUnderRoot, parsePackCard, proofOf } from '../../../ledger-sync/serials/pack-card.js';
import {
  boundPrint,
  chipPrint,
  itemName,
  packCommitment,
} from '../../../ledger-sync/serials/pack-commitment.js';
import { MemoryLog } from '../evidence/memory-log.js';
import { lotFileOf } from './serials-rig.js';

const place = { chainId: 31337, contract: `0x${'cc'.repeat(20)}`, maker: `0x${'aa'.repeat(20)}` };
const secret = Buffer.from('07'.repeat(32), 'hex');
const file = lotFileOf(3, { secret: '07'.repeat(32) });
const lot = new CommissionedLot(file);
const card = lot.card('100007', place);

const mac = (key: Buffer, text: string) => createHmac('sha256', key).update(text, 'utf8').digest();
const sha = (...parts: (string | Buffer)[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const counted = (text: string) => Buffer.concat([Buffer.of(text.length), Buffer.from(text)]);

describe('as the protocol writes it', () => {
  const readingKey = mac(secret, 'coldgate reading key 1');
  const salt = mac(readingKey, 'coldgate pack salt 1\u0000100007').subarray(0, 16);
  const packSecret = mac(secret, 'coldgate pack secret 1\u0000100007').subarray(0, 16);

  test('the lot', () => {
    const lotSalt = mac(readingKey, 'coldgate lot salt 1').subarray(0, 16);
    const fields = ['09521234543213', 'LOT7', '2029-12-31'].map(counted);
    expect(lot.lotId).toBe(sha('coldgate lot 1\0', lotSalt, ...fields).toString('hex'));
  });

  test('a pack, its key and its leaf', () => {
    const fields = ['09521234543213', '100007', 'LOT7', '2029-12-31'].map(counted);
    const commitment = sha('coldgate pack 1\0', salt, ...fields);
    expect(proofOf(card).commitment).toBe(`0x${commitment.toString('hex')}`);
    const privateKey = sha('coldgate pack key 1\0', packSecret);
    expect(card.packKey).toBe(`0x${toHex(addressOf(privateKey))}`);
    expect(card.salt).toBe(salt.toString('hex'));
    expect(card.secret).toBe(packSecret.toString('hex'));
    const leaf = sha(Buffer.of(0), commitment, Buffer.from(card.packKey.slice(2), 'hex'));
    expect(toHex(lot.tree.node(0, 1))).toBe(leaf.toString('hex'));
  });

  test('the print of a chip, and what binds it to a pack', () => {
    const tid = 'e2801160600002055555aaaa';
    const name = '(01)09521234543213(21)100007';
    const chip = sha('coldgate tid 1\0', counted(name), tid).subarray(0, 16);
    expect(toHex(chipPrint(itemName('09521234543213', '100007'), tid.toUpperCase()))).toBe(
      chip.toString('hex'),
    );
    const bound = sha('coldgate tid 1\0', Buffer.of(16), salt, chip.toString('hex')).subarray(0, 8);
    expect(toHex(boundPrint(salt, chip))).toBe(bound.toString('hex'));
  });
});

test('no two packs have one commitment, however their fields are cut', () => {
  const salt = fromHex('00'.repeat(16));
  const one = packCommitment({ gtin: '1', serial: '23', lot: '4', expiry: '5' }, salt);
  const two = packCommitment({ gtin: '12', serial: '3', lot: '4', expiry: '5' }, salt);
  expect(toHex(one)).not.toBe(toHex(two));
});

test('the reading key finds every commitment and no secret', () => {
  const key = lotKeyFileOf(file, place.maker);
  expect(JSON.stringify(key)).not.toContain(file.secret);
  expect(fromHex(key.readingKey)).toEqual(lot.readingKey);
  expect(parseLotKeyFile(JSON.stringify(key))).toEqual(key);
});

test('a lot of any size has the tree of RFC 9162, and a path for every pack', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), (size) => {
      const leaves = Array.from({ length: size }, (_, index) => Uint8Array.of(index, 1));
      const tree = new LotTree(leaves);
      expect(toHex(tree.root)).toBe(toHex(new MemoryLog(leaves).rootOf(0, size)));
      expect(tree.path(size - 1).length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
    }),
  );
});

describe('a card', () => {
  test('leads to the root without asking anybody, and no other card does', () => {
    expect(isUnderRoot(card, lot.tree.root)).toBe(true);
    for (const change of [{ serial: '100014' }, { index: 0 }, { salt: '00'.repeat(16) }]) {
      expect(isUnderRoot({ ...card, ...change }, lot.tree.root)).toBe(false);
    }
  });

  test('with the secret of another pack is refused', () => {
    const { secret: other } = lot.card('100014', place);
    expect(() => parsePackCard(JSON.stringify({ ...card, secret: other }))).toThrow('another pack');
    expect(parsePackCard(JSON.stringify(card))).toEqual(card);
  });
});

test.each([
  ['no JSON', '{'],
  ['another version', JSON.stringify({ ...file, version: 2 })],
  ['a key too many', JSON.stringify({ ...file, colour: 'red' })],
  ['a short secret', JSON.stringify({ ...file, secret: '07' })],
  ['a serial with a space', JSON.stringify({ ...file, packs: [{ serial: 'a b' }] })],
  ['a day that is none', JSON.stringify({ ...file, expiry: '2029-02-30' })],
])('a lot file with %s is refused, and its content is not shown', (_what, text) => {
  expect(() => parseLotFile(text)).toThrow(/not a lot file/);
});
