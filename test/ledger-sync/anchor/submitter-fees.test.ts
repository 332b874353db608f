// What the submitter offers, when it raises the offer and when it stops raising it.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { raiseFees, suggestFees } from '../../../ledger-sync/anchor/fees.js';
import { NodeRefusal } from '../../../ledger-sync/anchor/ledger-error.js';
import { feesOf } from '../../../ledger-sync/anchor/paying-wallet.js';
import { type Anvil, startAnvil } from '../anvil.js';
import { deployTestLedger } from '../test-ledger.js';
import { refuse, SubmitterRig } from './submitter-rig.js';

let anvil: Anvil;
let rig: SubmitterRig;

beforeEach(async () => {
  anvil = await startAnvil();
  const ledger = await deployTestLedger(anvil.url);
  rig = new SubmitterRig(anvil, ledger, 'truck');
  await ledger.register(rig.gateway);
  await rig.node('evm_setAutomine', false);
  rig.cut();
});
afterEach(() => anvil.stop());

/** The node answers as if it held the transaction, but it never gets into a block. */
function swallowTransactions(): void {
  rig.rpc.on('eth_sendRawTransaction', () => '0x');
  rig.rpc.on('eth_getTransactionByHash', () => ({}));
}

function offer(index: number): bigint {
  const raw = rig.store.openSubmissions()[index]?.raw;
  return raw === undefined ? 0n : feesOf(raw).maxFeePerGas;
}

test('a transaction overdue by time and blocks is replaced by an offer at least 12.5 % higher', async () => {
  swallowTransactions();
  await rig.tick();
  await rig.mine();
  await rig.mine();
  rig.nowMs = 47_999;
  expect(await rig.tick()).toMatchObject({ kind: 'sent-again', hash: rig.store.saved[0] });
  rig.nowMs = 48_000;
  rig.cut();
  expect(await rig.tick()).toMatchObject({ kind: 'replaced', toSeq: 2 });
  expect(offer(1) * 8n).toBeGreaterThanOrEqual(offer(0) * 9n);
  expect(await rig.tick()).toMatchObject({ kind: 'waiting', hash: rig.store.saved[1] });
});

test('a chain that makes no blocks is offered no more money', async () => {
  swallowTransactions();
  await rig.tick();
  await rig.mine();
  rig.nowMs = 3_600_000;
  expect(await rig.tick()).toMatchObject({ kind: 'sent-again' });
  expect(rig.store.saved).toHaveLength(1);
});

test('either of two offers may win, and the batch is anchored once', async () => {
  await rig.tick();
  rig.rpc.on('eth_sendRawTransaction', refuse('replacement transaction underpriced'));
  await rig.node('anvil_dropTransaction', rig.store.saved[0]);
  expect(await rig.tick()).toMatchObject({ kind: 'waiting' });
  rig.rpc.off('eth_sendRawTransaction');
  const [first] = rig.store.openSubmissions();
  expect(await rig.tick()).toMatchObject({ kind: 'replaced' });
  await rig.node('anvil_dropTransaction', rig.store.saved[1]);
  await rig.node('eth_sendRawTransaction', first?.raw);
  await rig.mine();
  for (let blocks = 0; blocks < 5; blocks += 1) {
    expect(await rig.tick()).toEqual({ kind: 'idle', seq: 1 });
    await rig.mine();
  }
  expect(rig.store.inclusions).toMatchObject([{ transactionHash: first?.hash, fromSeq: 1, toSeq: 1 }]);
});

test('when a reorg puts the other offer in place, the inclusion follows', async () => {
  await rig.tick();
  rig.rpc.on('eth_sendRawTransaction', refuse('replacement transaction underpriced'));
  await rig.node('anvil_dropTransaction', rig.store.saved[0]);
  await rig.tick();
  rig.rpc.off('eth_sendRawTransaction');
  expect(await rig.tick()).toMatchObject({ kind: 'replaced' });
  await rig.mine();
  await rig.tick();
  expect(rig.store.inclusions.at(-1)?.transactionHash).toBe(rig.store.saved[1]);
  await rig.node('anvil_reorg', 1, []);
  await rig.node('eth_sendRawTransaction', rig.store.openSubmissions()[0]?.raw);
  await rig.mine();
  expect(await rig.tick()).toEqual({ kind: 'idle', seq: 1 });
  await rig.mine();
  await rig.tick();
  expect(rig.store.inclusions.at(-1)?.transactionHash).toBe(rig.store.saved[0]);
});

test('a base fee above the offer is met at once', async () => {
  await rig.tick();
  await rig.node('anvil_setNextBlockBaseFeePerGas', `0x${(offer(0) * 2n).toString(16)}`);
  await rig.mine();
  expect(await rig.tick()).toMatchObject({ kind: 'replaced' });
  await rig.mine();
  expect(await rig.tick()).toEqual({ kind: 'idle', seq: 1 });
});

test('offers stop rising at five times the usual, and the transaction is still repeated', async () => {
  rig.rpc.on('eth_sendRawTransaction', refuse('transaction underpriced'));
  let outcome = await rig.tick();
  for (let ticks = 0; outcome.kind !== 'held' && ticks < 60; ticks += 1) outcome = await rig.tick();
  expect(outcome).toEqual({ kind: 'held', code: 'FEE_CEILING' });
  const offers = rig.store.openSubmissions().length;
  const usual = offer(0);
  expect(offer(offers - 1)).toBeGreaterThan(4n * usual);
  expect(offer(offers - 1)).toBeLessThanOrEqual(5n * usual);

  rig.rpc.off('eth_sendRawTransaction');
  expect(await rig.tick()).toMatchObject({ kind: 'held' });
  await rig.mine();
  expect(await rig.tick()).toEqual({ kind: 'idle', seq: 1 });
});

test('a node that suggests no tip gets one gwei', async () => {
  rig.rpc.on('eth_maxPriorityFeePerGas', () => {
    throw new NodeRefusal('eth_maxPriorityFeePerGas', -32601, 'Method not found', undefined);
  });
  const block = { number: 1, hash: '0x', timeMs: 0, baseFeePerGas: 7n };
  const fees = await suggestFees(rig.rpc, block);
  expect(fees).toEqual({ maxFeePerGas: 1_000_000_014n, maxPriorityFeePerGas: 1_000_000_000n });
});

test('on a chain without fees a replacement costs nothing either', () => {
  const free = { maxFeePerGas: 0n, maxPriorityFeePerGas: 0n };
  expect(raiseFees(free, free)).toEqual(free);
});
