// Every higher offer must be one that a node accepts as a replacement: a refused one is money signed for nothing.
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { raiseFees } from '../../../ledger-sync/anchor/fees.js';
import { feesOf, signTransaction } from '../../../ledger-sync/anchor/paying-wallet.js';
import { type Anvil, anvilKeys, startAnvil } from '../anvil.js';
import { deployTestLedger, walletOf } from '../test-ledger.js';
import { ReplacingPool } from './replacing-pool.js';
import { SubmitterRig } from './submitter-rig.js';

let anvil: Anvil;
let rig: SubmitterRig;
let pool: ReplacingPool;

beforeEach(async () => {
  anvil = await startAnvil();
  const ledger = await deployTestLedger(anvil.url);
  rig = new SubmitterRig(anvil, ledger, 'truck');
  await ledger.register(rig.gateway);
  await rig.node('evm_setAutomine', false);
  pool = new ReplacingPool();
  rig.rpc.on('eth_sendRawTransaction', ([raw]) => pool.take(String(raw)));
  rig.rpc.on('eth_getTransactionByHash', ([hash]) => (pool.has(hash) ? {} : null));
  rig.cut();
});
afterEach(() => anvil.stop());

/** Blocks go by without the transaction, and time. */
async function pass(): Promise<void> {
  await rig.mine();
  await rig.mine();
  rig.nowMs += 48_000;
}

test('a node that wants a tenth more takes every replacement, until the ceiling of five times the usual', async () => {
  await rig.tick();
  let outcome = await rig.tick();
  for (let rounds = 0; rounds < 30 && outcome.kind !== 'held'; rounds += 1) {
    await pass();
    outcome = await rig.tick();
  }
  expect(outcome).toEqual({ kind: 'held', code: 'FEE_CEILING' });
  expect(rig.store.saved.length).toBeGreaterThan(5);
  expect(pool.refused).toEqual([]);
});

test('offers of a few wei are raised by enough too', () => {
  const wei = fc.bigInt({ min: 1n, max: 10n ** 12n });
  fc.assert(
    fc.property(wei, wei, wei, (cap, tip, usualCap) => {
      const previous = { maxFeePerGas: cap + tip, maxPriorityFeePerGas: tip };
      const usual = { maxFeePerGas: cap + usualCap, maxPriorityFeePerGas: 1n };
      const raised = raiseFees(previous, usual);
      fc.pre(raised !== undefined);
      const fields = { chainId: 1, nonce: 0, to: null, data: '0x', gasLimit: 21_000n };
      const wallet = walletOf(anvilKeys[0]);
      const node = new ReplacingPool();
      node.take(signTransaction(wallet, { ...fields, ...previous }).raw);
      node.take(signTransaction(wallet, { ...fields, ...raised }).raw);
      expect(node.refused).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('the pool of this test does refuse a raise of less than a tenth, of either fee', () => {
  const wallet = walletOf(anvilKeys[0]);
  const raw = (maxFeePerGas: bigint, maxPriorityFeePerGas: bigint) =>
    signTransaction(wallet, {
      chainId: 1,
      nonce: 0,
      to: null,
      data: '0x',
      gasLimit: 21_000n,
      maxFeePerGas,
      maxPriorityFeePerGas,
    }).raw;
  pool.take(raw(1_000n, 100n));
  expect(() => pool.take(raw(1_099n, 110n))).toThrow('underpriced');
  expect(() => pool.take(raw(1_100n, 109n))).toThrow('underpriced');
  expect(feesOf(raw(1_100n, 110n)).maxFeePerGas).toBe(1_100n);
  pool.take(raw(1_100n, 110n));
});

test('a batch that became useless in a pool is outbid by the one that takes its nonce', async () => {
  await rig.tick();
  const [first] = rig.store.openSubmissions();
  // Another relay carries header 1; header 2 then needs the nonce at which header 1 still waits in the pool.
  await rig.node('evm_setAutomine', true);
  await rig.carryByOther(1);
  rig.cut();
  expect(await rig.tick()).toMatchObject({ kind: 'sent', toSeq: 2 });
  const second = rig.store.openSubmissions()[1];
  expect(second).toMatchObject({ nonce: first?.nonce, fromSeq: 2 });
  expect(pool.refused).toEqual([]);
});
