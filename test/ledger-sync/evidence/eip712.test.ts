// EIP-712: the published cases, and the two fixed paths against the general one and against ethers.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { TypedDataEncoder } from 'ethers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  type BatchHeader,
  batchDigest,
  batchStructHash,
  encodeBatchWire,
  genesisHead,
  headOf,
  packMeta,
  signBatch,
  unpackMeta,
  verifyBatch,
} from '../../../ledger-sync/evidence/batch.js';
import { fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import {
  checkpointDigest,
  signCheckpoint,
  verifyCheckpoint,
} from '../../../ledger-sync/evidence/checkpoint.js';
import { hashStruct, type TypedDomain, typedDataDigest } from '../../../ledger-sync/evidence/eip712.js';
import { EvidenceError } from '../../../ledger-sync/evidence/evidence-error.js';
import { keccak256 } from '../../../ledger-sync/evidence/keccak.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { flipBit } from './memory-log.js';

const caseSchema = z.object({
  name: z.string(),
  domain: z.custom<TypedDomain>((value) => typeof value === 'object' && value !== null),
  primaryType: z.string(),
  types: z.record(z.string(), z.array(z.object({ name: z.string(), type: z.string() }))),
  data: z.unknown(),
  encoded: z.string(),
  digest: z.string(),
});
const packed = readFileSync(join(import.meta.dirname, '../../vectors/eip712/typed-data.json.gz'));
const cases = z.array(caseSchema).parse(JSON.parse(gunzipSync(packed).toString()));
const signer = new SoftwareSigner(new Uint8Array(32).fill(7));
const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const uint = (bits: number) =>
  fc.nat(2 ** 24 - 1).map((low) => (bits > 32 ? low * 2 ** 24 + 5 : low * 2 ** 8 + 5));
const int16 = fc.integer({ min: -32768, max: 32767 });
const header: fc.Arbitrary<BatchHeader> = fc.record({
  gateway: bytesOf(20),
  prev: bytesOf(28),
  root: bytesOf(32),
  meta: fc.record({
    seq: uint(32),
    size: uint(48),
    tFirstMs: uint(48),
    tLastMs: uint(48),
    minCentiC: int16,
    maxCentiC: int16,
    flags: uint(32),
  }),
});
const domain = { chainId: 31337, verifyingContract: new Uint8Array(20).fill(0xcc) };
const some: BatchHeader = {
  gateway: signer.address,
  prev: genesisHead(signer.address),
  root: new Uint8Array(32).fill(3),
  meta: { seq: 1, size: 9, tFirstMs: 1, tLastMs: 2, minCentiC: -1, maxCentiC: 812, flags: 9 },
};

describe('published typed data', () => {
  test('130 cases are here', () => expect(cases).toHaveLength(130));
  test.each(cases)(
    '$name hashes as published',
    ({ domain: where, types, primaryType, data, encoded, digest }) => {
      expect(toHex(hashStruct(types, primaryType, data))).toBe(toHex(keccak256(fromHex(encoded))));
      expect(`0x${toHex(typedDataDigest(where, types, primaryType, data))}`).toBe(digest);
    },
  );

  test.each<[string, unknown]>([
    ['uint8', 256],
    ['uint8', -1],
    ['int8', 128],
    ['int8', -129],
    ['uint7', 1],
    ['uint264', 1],
    ['uint256', 1.5],
    ['uint256', '0x10'],
    ['bytes4', '0x112233'],
    ['bytes33', '0x'],
    ['bytes', 'no hex'],
    ['address', '0x11'],
    ['bool', 1],
    ['string', 5],
    ['bool[2]', [true]],
    ['bool[]', true],
    ['Unknown', {}],
  ])('a %s of %j is refused', (type, value) => {
    const types = { Holder: [{ name: 'member', type }] };
    expect(() => hashStruct(types, 'Holder', { member: value })).toThrow(EvidenceError);
  });
});

describe('checkpoint', () => {
  const checkpointTypes = {
    Checkpoint: [
      { name: 'gateway', type: 'address' },
      { name: 'size', type: 'uint64' },
      { name: 'root', type: 'bytes32' },
      { name: 'timeMs', type: 'uint64' },
    ],
  };

  test('the fixed path gives the digest of ethers and of the general path', () => {
    fc.assert(
      fc.property(bytesOf(20), uint(48), bytesOf(32), uint(48), (gateway, size, root, timeMs) => {
        const fixed = toHex(checkpointDigest({ gateway, size, root, timeMs }));
        const value = { gateway: `0x${toHex(gateway)}`, size, root, timeMs };
        const name = { name: 'coldgate', version: '1' };
        expect(`0x${fixed}`).toBe(TypedDataEncoder.hash(name, checkpointTypes, value));
        expect(fixed).toBe(toHex(typedDataDigest(name, checkpointTypes, 'Checkpoint', value)));
      }),
    );
  });

  test('a changed field or signature is not what was signed', () => {
    const signed = signCheckpoint(signer, {
      gateway: signer.address,
      size: 7,
      root: some.root,
      timeMs: 1_790_000_000_000,
    });
    expect(verifyCheckpoint(signed)).toBe(true);
    expect(verifyCheckpoint({ ...signed, size: 8 })).toBe(false);
    expect(verifyCheckpoint({ ...signed, timeMs: 1_790_000_000_001 })).toBe(false);
    expect(verifyCheckpoint({ ...signed, root: flipBit(signed.root, 255) })).toBe(false);
    expect(verifyCheckpoint({ ...signed, gateway: flipBit(signed.gateway, 0) })).toBe(false);
    for (let bit = 0; bit < 512; bit += 37) {
      expect(verifyCheckpoint({ ...signed, signature: flipBit(signed.signature, bit) })).toBe(false);
    }
    expect(verifyCheckpoint({ ...signed, signature: signed.signature.subarray(1) })).toBe(false);
  });

  test.each<[string, object]>([
    ['a short root', { root: new Uint8Array(31) }],
    ['a short gateway', { gateway: new Uint8Array(19) }],
    ['a size of 2^48', { size: 2 ** 48 }],
    ['a negative time', { timeMs: -1 }],
  ])('%s is refused, not padded', (_, change) => {
    const checkpoint = { gateway: signer.address, size: 7, root: some.root, timeMs: 1 };
    expect(() => checkpointDigest({ ...checkpoint, ...change })).toThrow(EvidenceError);
  });
});

describe('batch header', () => {
  const batchTypes = {
    Batch: [
      { name: 'gateway', type: 'address' },
      { name: 'prev', type: 'bytes28' },
      { name: 'root', type: 'bytes32' },
      { name: 'meta', type: 'bytes32' },
    ],
  };

  test('the fixed path gives the digest of ethers, and the head begins the struct hash', () => {
    fc.assert(
      fc.property(header, (value) => {
        const where = {
          name: 'coldgate',
          version: '1',
          chainId: 31337,
          verifyingContract: `0x${'cc'.repeat(20)}`,
        };
        const message = { ...value, gateway: `0x${toHex(value.gateway)}`, meta: packMeta(value.meta) };
        expect(`0x${toHex(batchDigest(domain, value))}`).toBe(
          TypedDataEncoder.hash(where, batchTypes, message),
        );
        const structHash = TypedDataEncoder.hashStruct('Batch', batchTypes, message);
        expect(`0x${toHex(batchStructHash(value))}`).toBe(structHash);
        expect(`0x${toHex(headOf(value))}`).toBe(structHash.slice(0, 2 + 56));
      }),
    );
  });

  test('meta comes back unchanged and begins with two zero bytes', () => {
    fc.assert(
      fc.property(header, ({ meta }) => {
        const word = packMeta(meta);
        expect(toHex(word.subarray(0, 2))).toBe('0000');
        expect(unpackMeta(word)).toEqual(meta);
      }),
    );
  });

  test('the ends of the temperature range, which say that there was none, come back', () => {
    const meta = { ...some.meta, minCentiC: 32767, maxCentiC: -32768 };
    expect(unpackMeta(packMeta(meta))).toEqual(meta);
  });

  test('meta has its numbers where the protocol says', () => {
    const meta = { seq: 1, size: 2, tFirstMs: 3, tLastMs: 4, minCentiC: -2, maxCentiC: 5, flags: 6 };
    expect(toHex(packMeta(meta))).toBe(
      '0000' + '00000001' + '000000000002' + '000000000003' + '000000000004' + 'fffe' + '0005' + '00000006',
    );
  });

  test.each<[string, object]>([
    ['seq 2^32', { seq: 2 ** 32 }],
    ['size 2^48', { size: 2 ** 48 }],
    ['a negative time', { tFirstMs: -1 }],
    ['32768', { maxCentiC: 32768 }],
    ['-32769', { minCentiC: -32769 }],
    ['a fraction', { flags: 0.5 }],
  ])('%s is refused', (_, change) => {
    expect(() => packMeta({ ...some.meta, ...change })).toThrow(EvidenceError);
  });

  test('a meta word of another length or with bytes before is refused', () => {
    expect(() => unpackMeta(new Uint8Array(31))).toThrow(EvidenceError);
    expect(() => unpackMeta(flipBit(packMeta(some.meta), 0))).toThrow(EvidenceError);
    expect(() => unpackMeta(flipBit(packMeta(some.meta), 8))).toThrow(EvidenceError);
  });

  test('the wire form has 146 bytes in the order that the contract reads', () => {
    const signed = signBatch(signer, domain, some);
    const wire = toHex(encodeBatchWire(signed));
    expect(wire).toBe(
      toHex(some.gateway) + toHex(packMeta(some.meta)).slice(4) + toHex(some.root) + toHex(signed.signature),
    );
    expect(wire).toHaveLength(292);
  });

  test('a header holds for its chain, contract and fields only', () => {
    const signed = signBatch(signer, domain, some);
    expect(verifyBatch(domain, signed)).toBe(true);
    expect(verifyBatch({ ...domain, chainId: 1 }, signed)).toBe(false);
    expect(verifyBatch({ ...domain, verifyingContract: new Uint8Array(20) }, signed)).toBe(false);
    expect(verifyBatch(domain, { ...signed, prev: flipBit(signed.prev, 3) })).toBe(false);
    expect(verifyBatch(domain, { ...signed, meta: { ...signed.meta, maxCentiC: 811 } })).toBe(false);
  });

  test('the genesis head is that of the contract', () => {
    // bytes28(keccak256(abi.encodePacked("coldgate genesis", gateway)))
    const text = toHex(new TextEncoder().encode('coldgate genesis'));
    const hash = toHex(keccak256(fromHex(text + toHex(signer.address))));
    expect(toHex(genesisHead(signer.address))).toBe(hash.slice(0, 56));
  });
});
