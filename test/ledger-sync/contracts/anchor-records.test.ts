// anchor() on a real EVM: what is taken, what is skipped and why, and that no record hurts another.

import { concat, getBytes, hexlify, toBeHex } from 'ethers/utils';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Receipt, readBlock } from '../../../ledger-sync/anchor/chain-reader.js';
import {
  AnchorContract,
  anchoredHeads,
  anchorInterface,
  encodeAnchor,
} from '../../../ledger-sync/anchor/contract-client.js';
import { sendAndWait } from '../../../ledger-sync/anchor/send-and-wait.js';
import { genesisHead } from '../../../ledger-sync/evidence/batch.js';
import { type Anvil, startAnvil } from '../anvil.js';
import { deployTestLedger, TestGateway, type TestLedger } from '../test-ledger.js';

const skip = { unregistered: 1n, old: 2n, gap: 3n, signature: 4n };
const curveOrder = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const parityBit = 1n << 255n;

let anvil: Anvil;
let ledger: TestLedger;
let contract: AnchorContract;

beforeAll(async () => {
  anvil = await startAnvil();
  ledger = await deployTestLedger(anvil.url);
  contract = new AnchorContract(ledger.rpc, ledger.domain.verifyingContract);
});
afterAll(() => anvil.stop());

async function registered(name: string): Promise<TestGateway> {
  const gateway = new TestGateway(name);
  await ledger.register(gateway);
  return gateway;
}

function submit(...wires: Uint8Array[]): Promise<Receipt> {
  return sendAndWait(ledger.rpc, ledger.wallet, contract.address, encodeAnchor(wires));
}

/** How many the contract would take; changes nothing. */
async function wouldTake(...wires: Uint8Array[]): Promise<number> {
  const { number } = await readBlock(ledger.rpc, 'latest');
  return contract.dryRun(encodeAnchor(wires), ledger.wallet.address, number);
}

async function headOnLedger(gateway: TestGateway) {
  const { number } = await readBlock(ledger.rpc, 'latest');
  return contract.head(gateway.signer.address, number);
}

/** [claimed sequence, reason] of every Skipped event of the gateway. */
function skipped(receipt: Receipt, gateway: TestGateway): [bigint, bigint][] {
  return receipt.logs.flatMap((log) => {
    const event = anchorInterface.parseLog(log);
    const isAbout =
      event?.name === 'Skipped' && getBytes(event.args[0]).join() === gateway.signer.address.join();
    return isAbout ? [[event.args[1], event.args[2]] satisfies [bigint, bigint]] : [];
  });
}

/** The record with another s and parity. */
function withSignature(wire: Uint8Array, change: (s: bigint, parity: bigint) => bigint): Uint8Array {
  const vs = BigInt(hexlify(wire.slice(114)));
  const changed = change(vs & (parityBit - 1n), vs & parityBit);
  return getBytes(concat([wire.slice(0, 114), toBeHex(changed, 32)]));
}

describe('anchor', () => {
  test('a registered gateway starts at its genesis head with sequence 0', async () => {
    const gateway = await registered('fresh');
    const head = genesisHead(gateway.signer.address);
    expect(await headOnLedger(gateway)).toEqual({ registered: true, head, seq: 0 });
    expect(await headOnLedger(new TestGateway('never'))).toMatchObject({ registered: false, seq: 0 });
  });

  test('each header that follows the stored one is taken, and the contract computes the head that we compute', async () => {
    const gateway = await registered('one');
    for (let count = 1; count <= 3; count += 1) {
      const batch = gateway.cut(ledger.domain);
      const receipt = await submit(batch.wire);
      const expected = { registered: true, head: batch.head, seq: count };
      expect(await headOnLedger(gateway)).toEqual(expected);
      expect(anchoredHeads(receipt, contract.address, gateway.signer.address)).toEqual([expected]);
    }
  });

  test('a backlog of one gateway goes through in one call', async () => {
    const gateway = await registered('backlog');
    const batches = Array.from({ length: 5 }, () => gateway.cut(ledger.domain));
    const receipt = await submit(...batches.map(({ wire }) => wire));
    expect(anchoredHeads(receipt, contract.address, gateway.signer.address).map(({ seq }) => seq)).toEqual([
      1, 2, 3, 4, 5,
    ]);
  });

  test('an anchored record sent again changes nothing and says that it is old', async () => {
    const gateway = await registered('repeat');
    const first = gateway.cut(ledger.domain);
    const second = gateway.cut(ledger.domain);
    await submit(first.wire, second.wire);
    const receipt = await submit(first.wire, second.wire);
    expect(skipped(receipt, gateway)).toEqual([
      [1n, skip.old],
      [2n, skip.old],
    ]);
    expect(await headOnLedger(gateway)).toMatchObject({ seq: 2, head: second.head });
  });

  test('a record that leaves out its predecessor is skipped as a gap', async () => {
    const gateway = await registered('gap');
    gateway.cut(ledger.domain);
    const receipt = await submit(gateway.cut(ledger.domain).wire);
    expect(skipped(receipt, gateway)).toEqual([[2n, skip.gap]]);
    expect(await headOnLedger(gateway)).toMatchObject({ seq: 0 });
  });

  test('a record of a gateway that is not registered is skipped, whatever sequence it claims', async () => {
    const gateway = new TestGateway('stranger');
    const receipt = await submit(gateway.cut(ledger.domain).wire, gateway.cut(ledger.domain).wire);
    expect(skipped(receipt, gateway)).toEqual([
      [1n, skip.unregistered],
      [2n, skip.unregistered],
    ]);
  });

  test('an empty slot is no head: a header that builds on zeros is skipped before registration', async () => {
    const stranger = new TestGateway('builds on zeros', new Uint8Array(28));
    const receipt = await submit(stranger.cut(ledger.domain).wire);
    expect(skipped(receipt, stranger)).toEqual([[1n, skip.unregistered]]);
    expect(await headOnLedger(stranger)).toMatchObject({ registered: false, seq: 0 });
  });

  test('a header on a forked chain is skipped: its prev is not the stored head', async () => {
    const gateway = await registered('fork');
    const clone = new TestGateway('fork');
    await submit(gateway.cut(ledger.domain).wire);
    clone.cut(ledger.domain, 'other history');
    const receipt = await submit(clone.cut(ledger.domain, 'other history').wire);
    expect(skipped(receipt, gateway)).toEqual([[2n, skip.signature]]);
  });

  test('a header signed for another chain or another contract is skipped', async () => {
    await registered('domain');
    const elsewhere = new TestGateway('domain').cut({ ...ledger.domain, chainId: 1 });
    const other = new TestGateway('domain').cut({
      ...ledger.domain,
      verifyingContract: new Uint8Array(20).fill(7),
    });
    expect(await wouldTake(elsewhere.wire)).toBe(0);
    expect(await wouldTake(other.wire)).toBe(0);
    expect(await wouldTake(new TestGateway('domain').cut(ledger.domain).wire)).toBe(1);
  });

  test('the high-s twin of a valid signature is skipped in both ways of writing it', async () => {
    const gateway = await registered('high s');
    const { wire } = gateway.cut(ledger.domain);
    const twin = withSignature(wire, (s, parity) => (curveOrder - s) ^ parity ^ parityBit);
    const sameParity = withSignature(wire, (s, parity) => (curveOrder - s) ^ parity);
    const receipt = await submit(twin, sameParity, wire);
    expect(skipped(receipt, gateway)).toEqual([
      [1n, skip.signature],
      [1n, skip.signature],
    ]);
    expect(await headOnLedger(gateway)).toMatchObject({ seq: 1 });
  });

  test('a signature that recovers to nothing is skipped, also right after a good one of the same gateway', async () => {
    const gateway = await registered('malformed');
    const good = gateway.cut(ledger.domain);
    const next = gateway.cut(ledger.domain).wire;
    const noR = next.slice().fill(0, 82, 114);
    const noS = withSignature(next, () => 0n);
    const receipt = await submit(good.wire, noR, noS);
    expect(skipped(receipt, gateway)).toEqual([
      [2n, skip.signature],
      [2n, skip.signature],
    ]);
    expect(await headOnLedger(gateway)).toMatchObject({ seq: 1 });
  });

  test('bad records block neither those before nor those after them', async () => {
    const [a, b] = [await registered('good a'), await registered('good b')];
    const stranger = new TestGateway('stranger in between').cut(ledger.domain).wire;
    const batch = a.cut(ledger.domain);
    const forged = b.cut(ledger.domain).wire.slice().fill(9, 50, 82);
    const receipt = await submit(stranger, batch.wire, forged, batch.wire, a.cut(ledger.domain).wire);
    expect(skipped(receipt, a)).toEqual([[1n, skip.old]]);
    expect(await headOnLedger(a)).toMatchObject({ seq: 2 });
    expect(await headOnLedger(b)).toMatchObject({ seq: 0 });
  });

  test('no flipped bit anywhere in a record is taken', async () => {
    const gateway = await registered('bits');
    const { wire } = gateway.cut(ledger.domain);
    expect(await wouldTake(wire)).toBe(1);
    await fc.assert(
      fc.asyncProperty(fc.nat(wire.length * 8 - 1), async (bit) => {
        const flipped = wire.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(await wouldTake(flipped)).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  test.each([1, 145, 147, 291])('%i bytes of records are refused as a whole', async (length) => {
    const data = anchorInterface.encodeFunctionData('anchor', [new Uint8Array(length)]);
    const { number } = await readBlock(ledger.rpc, 'latest');
    const { nodeData } = await contract.dryRun(data, ledger.wallet.address, number).catch((error) => error);
    expect(nodeData).toBe(anchorInterface.encodeErrorResult('InvalidLength', [length]));
  });

  test('no records at all change nothing', async () => {
    expect(await wouldTake()).toBe(0);
  });
});
