// The three fraud proofs on a real EVM: each one that holds freezes, and nothing that holds no contradiction does.
import { hexlify } from 'ethers/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  encodeEquivocation,
  encodeOutsideRange,
  encodeRewrite,
} from '../../../ledger-sync/anchor/header-calls.js';
import { signRegistration } from '../../../ledger-sync/anchor/registration-proof.js';
import { type SignedBatch, signBatch } from '../../../ledger-sync/evidence/batch.js';
import { fromHex } from '../../../ledger-sync/evidence/bytes.js';
import { leafHash } from '../../../ledger-sync/evidence/merkle.js';
import { type Anvil, startAnvil } from '../anvil.js';
import { ContractRig, statuses } from './contract-rig.js';
import { LoggedGateway } from './logged-gateway.js';

let anvil: Anvil;
let rig: ContractRig;

beforeAll(async () => {
  anvil = await startAnvil();
  rig = await ContractRig.deploy(anvil, 'anchor');
});
afterAll(() => anvil.stop());

/** A registered gateway with headers over these readings, one list each. */
async function gatewayWith(name: string, ...readings: readonly number[][]): Promise<LoggedGateway> {
  const gateway = new LoggedGateway(name, rig.domain);
  const proof = signRegistration(gateway.signer, rig.domain, fromHex(rig.wallet.address));
  await rig.do('register', hexlify(gateway.address), hexlify(proof));
  for (const values of readings) addHeader(gateway, values);
  return gateway;
}

function addHeader(gateway: LoggedGateway, values: readonly number[]): SignedBatch {
  for (const value of values) gateway.read(value);
  return gateway.cut();
}

/** The same key with another history. */
function cloneOf(name: string, ...readings: readonly number[][]): LoggedGateway {
  const clone = new LoggedGateway(name, rig.domain);
  for (const values of readings) addHeader(clone, values);
  return clone;
}

function header(gateway: LoggedGateway, seq: number): SignedBatch {
  const found = gateway.headers[seq - 1];
  if (!found) throw new Error(`no header ${seq}`);
  return found;
}

const stateOf = (gateway: LoggedGateway) => rig.stateOf(gateway.address);

describe('equivocation', () => {
  test('two headers of one sequence freeze the gateway, whoever brings them', async () => {
    const gateway = await gatewayWith('two', [1], [2], [3]);
    const clone = cloneOf('two', [1], [2], [4]);
    await rig.send(encodeEquivocation(header(gateway, 3), header(clone, 3)), rig.stranger);
    // Nothing is anchored yet: valid is at most what is.
    expect(await stateOf(gateway)).toEqual({ status: statuses.frozen, seq: 0, lastValidSeq: 0 });
  });

  test('two headers that build on one predecessor are one place, whatever sequences they claim', async () => {
    const gateway = await gatewayWith('one predecessor', [1], [2]);
    const clone = cloneOf('one predecessor', [1]);
    clone.read(7);
    const jumped = clone.cut({ seq: 9 });
    await rig.send(encodeEquivocation(header(gateway, 2), jumped));
    expect(await stateOf(gateway)).toMatchObject({ status: statuses.frozen });
  });

  test('the same header twice, and two headers that follow each other, are no contradiction', async () => {
    const gateway = await gatewayWith('honest', [1], [2]);
    const [first, second] = [header(gateway, 1), header(gateway, 2)];
    await expect(rig.send(encodeEquivocation(first, first))).rejects.toThrow('NoContradiction');
    await expect(rig.send(encodeEquivocation(first, second))).rejects.toThrow('NoContradiction');
    expect(await stateOf(gateway)).toMatchObject({ status: statuses.active });
  });

  test('a header signed by another key, or for another chain or contract, accuses nobody', async () => {
    const gateway = await gatewayWith('accused', [1]);
    const first = header(gateway, 1);
    const forged = { ...first, root: new Uint8Array(32).fill(9) };
    await expect(rig.send(encodeEquivocation(first, forged))).rejects.toThrow('NotSigned');
    for (const elsewhere of [
      { ...rig.domain, chainId: 1 },
      { ...rig.domain, verifyingContract: new Uint8Array(20).fill(1) },
    ]) {
      const foreign = signBatch(gateway.signer, elsewhere, forged);
      await expect(rig.send(encodeEquivocation(first, foreign))).rejects.toThrow('NotSigned');
    }
    expect(await stateOf(gateway)).toMatchObject({ status: statuses.active });
  });

  test('a gateway that was never registered cannot be frozen', async () => {
    const [a, b] = [cloneOf('nobody', [1]), cloneOf('nobody', [2])];
    await expect(rig.send(encodeEquivocation(header(a, 1), header(b, 1)))).rejects.toThrow('WrongStatus');
  });
});

describe('rewrite', () => {
  test('two leaves at one index under two signed roots freeze the gateway', async () => {
    const gateway = await gatewayWith('rewriter', [1000, 2000, 3000], [4000]);
    const later = cloneOf('rewriter', [1000, 2000, 3000], [4000], [9, 9, 9]);
    // The third header hides what the second reading was.
    const liar = cloneOf('rewriter', [1000, 2222, 3000], [4000], [9, 9, 9]);
    const call = encodeRewrite(
      [header(gateway, 2), leafHash(gateway.leaf(1)), gateway.path(1, 4)],
      [header(liar, 3), leafHash(liar.leaf(1)), liar.path(1, 7)],
      1,
    );
    await rig.send(call, rig.stranger);
    expect(await stateOf(gateway)).toMatchObject({ status: statuses.frozen });
    expect(later.headers).toHaveLength(3);
  });

  test('a log that only grew is no rewrite, and neither are two indexes', async () => {
    const gateway = await gatewayWith('grower', [1000, 2000], [3000, 4000, 5000]);
    const [first, second] = [header(gateway, 1), header(gateway, 2)];
    const [leaf0, leaf1] = [leafHash(gateway.leaf(0)), leafHash(gateway.leaf(1))];
    const same = encodeRewrite([first, leaf1, gateway.path(1, 2)], [second, leaf1, gateway.path(1, 5)], 1);
    await expect(rig.send(same)).rejects.toThrow('NoContradiction');
    const shifted = encodeRewrite([first, leaf0, gateway.path(0, 2)], [second, leaf1, gateway.path(1, 5)], 1);
    await expect(rig.send(shifted)).rejects.toThrow('NotIncluded');
    expect(await stateOf(gateway)).toMatchObject({ status: statuses.active });
  });

  test('an inner node shown as a leaf is not included', async () => {
    const gateway = await gatewayWith('inner', [1, 2, 3, 4], [5]);
    const inner = gateway.log.rootOf(0, 2);
    const [first, second] = [header(gateway, 1), header(gateway, 2)];
    const call = encodeRewrite(
      [first, inner, [gateway.log.rootOf(2, 4)]],
      [second, leafHash(gateway.leaf(0)), gateway.path(0, 5)],
      0,
    );
    await expect(rig.send(call)).rejects.toThrow('NotIncluded');
  });
});

describe('outside range', () => {
  const proofOf = (gateway: LoggedGateway, seq: number, index: number) => {
    const accused = header(gateway, seq);
    const proof = { index, path: gateway.path(index, accused.meta.size) };
    const before = seq === 1 ? undefined : header(gateway, seq - 1);
    return encodeOutsideRange(accused, before, gateway.leaf(index), proof);
  };

  /** A gateway whose second header, over 6.00 and 12.00 degC, says what `change` says. */
  async function liar(name: string, change: { minCentiC?: number; maxCentiC?: number }) {
    const gateway = await gatewayWith(name, [5000, -5000]);
    gateway.read(6000);
    gateway.read(12_000);
    gateway.cut(change);
    return gateway;
  }

  test('a warm reading under a header that signed a lower greatest freezes the gateway', async () => {
    const gateway = await liar('warm', { maxCentiC: 800 });
    await rig.send(proofOf(gateway, 2, 3), rig.stranger);
    expect(await stateOf(gateway)).toMatchObject({ status: statuses.frozen });
  });

  test('a cold reading in the first header counts from the beginning of the log', async () => {
    const gateway = await gatewayWith('cold');
    gateway.read(-20_010);
    gateway.cut({ minCentiC: -2000 });
    await rig.send(proofOf(gateway, 1, 0));
    expect(await stateOf(gateway)).toMatchObject({ status: statuses.frozen });
  });

  test('a header that claims no temperature at all, over one, is a lie', async () => {
    const gateway = await liar('none', { minCentiC: 32_767, maxCentiC: -32_768 });
    await rig.send(proofOf(gateway, 2, 2));
    expect(await stateOf(gateway)).toMatchObject({ status: statuses.frozen });
  });

  test('what is within the bounds, rounded outwards, accuses nobody', async () => {
    const gateway = await gatewayWith('rounded', [2345, -2345, 5001]);
    for (const index of [0, 1, 2]) {
      await expect(rig.send(proofOf(gateway, 1, index))).rejects.toThrow('NoContradiction');
    }
  });

  test('a bound at the end of i16 bounds nothing: the sensor went beyond what a header can say', async () => {
    const gateway = await gatewayWith('beyond');
    gateway.read(400_000);
    gateway.read(-400_000);
    gateway.cut({ minCentiC: -32_768, maxCentiC: 32_767 });
    for (const index of [0, 1]) {
      await expect(rig.send(proofOf(gateway, 1, index))).rejects.toThrow('NoContradiction');
    }
  });

  test('a reading of an earlier header does not accuse a later one', async () => {
    const gateway = await gatewayWith('earlier', [90_000], [5000]);
    await expect(rig.send(proofOf(gateway, 2, 0))).rejects.toThrow('NoContradiction');
  });

  test('the header before cannot be left out or exchanged to make old readings look new', async () => {
    const gateway = await gatewayWith('left out', [90_000], [6000], [5000]);
    const third = header(gateway, 3);
    const proof = { index: 0, path: gateway.path(0, 3) };
    for (const before of [undefined, header(gateway, 1)]) {
      const call = encodeOutsideRange(third, before, gateway.leaf(0), proof);
      await expect(rig.send(call)).rejects.toThrow('NoContradiction');
    }
  });

  test.each([
    ['a suspect reading', { quality: 1 }],
    ['a humidity', { kind: 2 }],
    ['a temperature offset', { kind: 15 }],
  ])('%s is no temperature that a header vouches for', async (name, change) => {
    const gateway = await gatewayWith(name, [5000]);
    gateway.read(90_000, change);
    gateway.cut();
    await expect(rig.send(proofOf(gateway, 2, 1))).rejects.toThrow('NoContradiction');
  });

  test('bytes under the root that are no record end in a typed refusal, not in a verdict', async () => {
    const gateway = await gatewayWith('no record', [5000]);
    const leaf = Uint8Array.of(0x8d, 0x01, 0x54);
    const root = leafHash(leaf);
    const odd = signBatch(gateway.signer, rig.domain, {
      ...header(gateway, 1),
      root,
      meta: { ...header(gateway, 1).meta, size: 1 },
    });
    const call = encodeOutsideRange(odd, undefined, leaf, { index: 0, path: [] });
    await expect(rig.send(call)).rejects.toThrow('MalformedLeaf');
  });

  test.each([
    ['positive', 23],
    ['of one byte', 200],
    ['of two bytes', 40_000],
    ['of four bytes', 3_000_000],
    ['negative of four bytes', -3_000_000],
    ['negative of two bytes', -40_000],
    ['of eight bytes', 2 ** 40],
  ])('a value %s is read as the gateway wrote it', async (name, value) => {
    const gateway = await gatewayWith(`value ${name}`);
    gateway.read(value, { bootCount: 300, uptimeMs: 5_000_000_000, detail: new Uint8Array(32) });
    const bound = Math.max(-32_767, Math.min(32_766, Math.floor(value / 10)));
    gateway.cut({ minCentiC: bound + (value < 0 ? 1 : 0), maxCentiC: bound - (value < 0 ? 0 : 1) });
    await rig.send(proofOf(gateway, 1, 0));
    expect(await stateOf(gateway)).toMatchObject({ status: statuses.frozen });
  });
});
