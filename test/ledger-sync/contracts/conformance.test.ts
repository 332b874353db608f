// The contracts' tree proofs and P-256 check against the published vectors, on a real EVM.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getBytes, hexlify, keccak256 } from 'ethers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { concatBytes, fromHex } from '../../../ledger-sync/evidence/bytes.js';
import { sha256 } from '../../../ledger-sync/evidence/sha256.js';
import { type Anvil, startAnvil } from '../anvil.js';
import { consistencySchema, inclusionSchema, vectorsIn } from '../evidence/merkle-vectors.js';
import { type AskProbe, deployProbe } from './contract-probe.js';

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ADDRESS_AT = 12;

let anvil: Anvil;
let ask: AskProbe;

beforeAll(async () => {
  anvil = await startAnvil();
  ask = await deployProbe(anvil);
}, 120_000);
afterAll(() => anvil.stop());

const WORD_BYTES = 32;

/** A short or absent hash becomes a word of its bytes and zeros: still not the hash that was asked for. */
function word(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(WORD_BYTES);
  padded.set(bytes.slice(0, WORD_BYTES));
  return padded;
}

/** What cannot be put to a contract: other lengths that are called good, and hashes that are all absent. */
const isExpressible = (wantErr: boolean, ...parts: readonly Uint8Array[]) =>
  parts.every((part) => part.length === WORD_BYTES) || (wantErr && parts.some((part) => part.length > 0));

describe('published inclusion proofs, on the ledger', () => {
  const vectors = vectorsIn('inclusion').map(
    ([name, vector]) => [name, inclusionSchema.parse(vector)] as const,
  );
  const expressible = vectors.filter(([, one]) =>
    isExpressible(one.wantErr, one.leafHash, one.root, ...one.proof),
  );

  test('all but those that 32-byte words cannot carry are here', () => {
    expect(expressible).toHaveLength(97);
  });
  test.each(expressible)('%s is judged as published', async (_, vector) => {
    const { leafIdx, treeSize, leafHash, proof, root, wantErr } = vector;
    const values = [word(leafHash), leafIdx, treeSize, proof.map(word), word(root)];
    expect(await ask('includes', ...values)).toBe(!wantErr);
  });
});

describe('published consistency proofs, on the ledger', () => {
  const vectors = vectorsIn('consistency').map(
    ([name, vector]) => [name, consistencySchema.parse(vector)] as const,
  );
  const expressible = vectors.filter(([, one]) =>
    isExpressible(one.wantErr, one.root1, one.root2, ...one.proof),
  );

  test('all but those that 32-byte words cannot carry are here', () => {
    expect(expressible).toHaveLength(97);
  });
  test.each(expressible)('%s is judged as published', async (_, vector) => {
    const { size1, size2, root1, root2, proof, wantErr } = vector;
    const values = [size1, size2, word(root1), word(root2), proof.map(word)];
    expect(await ask('grows', ...values)).toBe(!wantErr);
  });
});

describe("Wycheproof's P-256 vectors, on the ledger", () => {
  const schema = z.object({
    testGroups: z.array(
      z.object({
        publicKey: z.object({ uncompressed: z.string() }),
        tests: z.array(
          z.object({
            tcId: z.int(),
            comment: z.string(),
            msg: z.string(),
            sig: z.string(),
            result: z.string(),
          }),
        ),
      }),
    ),
  });
  const path = join(import.meta.dirname, '../../vectors/wycheproof/ecdsa_secp256r1_sha256_p1363_test.json');
  const vectors = schema
    .parse(JSON.parse(readFileSync(path, 'utf8')))
    .testGroups.flatMap(({ publicKey, tests }) =>
      tests.map((vector) => ({ ...vector, key: fromHex(publicKey.uncompressed).slice(1) })),
    );

  const signs = (key: Uint8Array, message: Uint8Array, signature: Uint8Array) => {
    const gateway = hexlify(getBytes(keccak256(key)).slice(ADDRESS_AT));
    return ask('signs', gateway, sha256(message), concatBytes(signature, key));
  };

  test('262 of them are here', () => expect(vectors).toHaveLength(262));

  test.each(vectors.map((one) => [one.tcId, one.comment, one] as const))(
    '%i (%s): a valid one is taken once its s is low, an invalid one never',
    async (_id, _comment, { key, msg, sig, result }) => {
      const signature = fromHex(sig);
      if (result !== 'valid') {
        expect(await signs(key, fromHex(msg), signature)).toBe(false);
        return;
      }
      const s = BigInt(`0x${sig.slice(64)}`);
      const isHigh = s > P256_ORDER / 2n;
      expect(await signs(key, fromHex(msg), signature)).toBe(!isHigh);
      if (!isHigh) return;
      const low = fromHex((P256_ORDER - s).toString(16).padStart(64, '0'));
      expect(await signs(key, fromHex(msg), concatBytes(signature.slice(0, 32), low))).toBe(true);
    },
  );
});
