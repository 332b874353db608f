// The submitter against a real node that makes blocks only when told: crashes, lost transactions, reorgs, outages.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readBlock } from '../../../ledger-sync/anchor/chain-reader.js';
import { encodeAnchor } from '../../../ledger-sync/anchor/contract-client.js';
import { signTransaction } from '../../../ledger-sync/anchor/paying-wallet.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { type Anvil, startAnvil } from '../anvil.js';
import { deployTestLedger } from '../test-ledger.js';
import { Crash, SubmitterRig } from './submitter-rig.js';

let anvil: Anvil;
let rig: SubmitterRig;

beforeEach(async () => {
  anvil = await startAnvil();
  const ledger = await deployTestLedger(anvil.url);
  rig = new SubmitterRig(anvil, ledger, 'truck');
  await ledger.register(rig.gateway);
  await rig.node('evm_setAutomine', false);
});
afterEach(() => anvil.stop());

function sends(): number {
  return rig.rpc.calls.filter((method) => method === 'eth_sendRawTransaction').length;
}

test('signed batches reach the ledger in one transaction, and the store learns their block', async () => {
  expect(await rig.tick()).toEqual({ kind: 'idle', seq: 0 });
  rig.cut(3);
  const sent = await rig.tick();
  expect(sent).toMatchObject({ kind: 'sent', toSeq: 3 });
  expect(await rig.tick()).toMatchObject({ kind: 'waiting' });
  await rig.mine();
  expect(await rig.tick()).toEqual({ kind: 'idle', seq: 3 });
  expect(rig.store.head).toMatchObject({ seq: 3, registered: true, head: rig.store.headAt(3) });
  expect(rig.store.inclusions).toMatchObject([{ fromSeq: 1, toSeq: 3, transactionHash: rig.store.saved[0] }]);
});

test('a receipt that comes a moment after its block is found all the same', async () => {
  rig.cut();
  await rig.tick();
  await rig.mine();
  let asked = 0;
  rig.rpc.on('eth_getTransactionReceipt', async (_params, forward) => {
    asked += 1;
    return asked === 1 ? null : forward();
  });
  await rig.tick();
  expect(rig.store.inclusions).toHaveLength(0);
  await rig.tick();
  expect(rig.store.inclusions).toMatchObject([{ fromSeq: 1, toSeq: 1 }]);
});

test('a backlog longer than one transaction follows in order', async () => {
  rig.cut(150);
  expect(await rig.tick()).toMatchObject({ kind: 'sent', toSeq: 100 });
  await rig.mine();
  expect(await rig.tick()).toMatchObject({ kind: 'sent', toSeq: 150 });
  await rig.mine();
  expect(await rig.tick()).toEqual({ kind: 'idle', seq: 150 });
});

test('a crash between saving and sending loses nothing: the next process sends the same bytes', async () => {
  rig.cut();
  rig.rpc.on('eth_sendRawTransaction', () => {
    throw new Crash();
  });
  await expect(rig.tick()).rejects.toThrow(Crash);
  rig.rpc.off('eth_sendRawTransaction');
  rig.start();
  expect(await rig.tick()).toMatchObject({ kind: 'sent-again', hash: rig.store.saved[0] });
  await rig.mine();
  expect(await rig.tick()).toEqual({ kind: 'idle', seq: 1 });
  expect(rig.store.saved).toHaveLength(1);
});

test('a crash after sending pays for no second transaction', async () => {
  rig.cut();
  rig.rpc.on('eth_sendRawTransaction', async (_, forward) => {
    await forward();
    throw new Crash();
  });
  await expect(rig.tick()).rejects.toThrow(Crash);
  rig.start();
  expect(await rig.tick()).toMatchObject({ kind: 'waiting', hash: rig.store.saved[0] });
  await rig.mine();
  expect(await rig.tick()).toEqual({ kind: 'idle', seq: 1 });
  expect(rig.store.inclusions).toHaveLength(1);
});

test('a transaction that the node forgot is sent again unchanged', async () => {
  rig.cut();
  await rig.tick();
  const [hash] = rig.store.saved;
  await rig.node('anvil_dropTransaction', hash);
  expect(await rig.tick()).toMatchObject({ kind: 'sent-again', hash });
  await rig.mine();
  expect(await rig.tick()).toEqual({ kind: 'idle', seq: 1 });
});

test('batches that a reorg threw out are anchored again, and none twice', async () => {
  for (const seq of [1, 2]) {
    rig.cut();
    await rig.tick();
    await rig.mine();
    expect(await rig.tick()).toEqual({ kind: 'idle', seq });
  }
  await rig.node('anvil_reorg', 2, []);
  // The bytes of before go out again, one nonce after the other: nothing new is signed.
  const outcome = await rig.tick();
  expect(rig.store.head).toMatchObject({ seq: 0 });
  expect(outcome).toMatchObject({ kind: 'sent-again', hash: rig.store.saved[0] });
  await rig.mine();
  expect(await rig.tick()).toMatchObject({ kind: 'sent-again', hash: rig.store.saved[1] });
  await rig.mine();
  expect(await rig.tick()).toEqual({ kind: 'idle', seq: 2 });
  expect(rig.store.saved).toHaveLength(2);
  expect(rig.store.inclusions.at(-1)).toMatchObject({ fromSeq: 2, toSeq: 2 });
});

test('an inclusion whose block is replaced by a sibling with the same transaction is corrected', async () => {
  rig.cut();
  await rig.tick();
  await rig.mine();
  expect(await rig.tick()).toEqual({ kind: 'idle', seq: 1 });
  const [before] = rig.store.inclusions;
  await rig.node('anvil_reorg', 1, []);
  await rig.node('eth_sendRawTransaction', rig.sentRaw.at(-1));
  await rig.node('evm_increaseTime', 60);
  await rig.mine();
  expect(await rig.tick()).toEqual({ kind: 'idle', seq: 1 });
  const [, after] = rig.store.inclusions;
  expect(after).toMatchObject({ transactionHash: before?.transactionHash, fromSeq: 1, toSeq: 1 });
  expect(after?.blockHash).not.toBe(before?.blockHash);
  const block = await readBlock(rig.ledger.rpc, after?.blockNumber ?? 0);
  expect(block).toMatchObject({ hash: after?.blockHash, timeMs: after?.blockTimeMs });
});

test('an endpoint that is down is a problem until it is back, and stored once', async () => {
  await rig.tick();
  rig.cut(2);
  rig.rpc.isDown = true;
  for (let tries = 0; tries < 3; tries += 1) {
    expect(await rig.tick()).toMatchObject({ kind: 'unreachable', code: 'RPC_DOWN' });
    rig.rpc.calls.length = 0;
  }
  // Its breaker has opened: the link is left alone for a while.
  expect(await rig.tick()).toMatchObject({ kind: 'unreachable', code: 'RPC_DOWN' });
  expect(rig.rpc.calls).toEqual([]);
  rig.rpc.isDown = false;
  rig.nowMs += 3_000;
  expect(await rig.tick()).toMatchObject({ kind: 'sent', toSeq: 2 });
  expect(rig.store.problems.map((problem) => problem?.code)).toEqual([undefined, 'RPC_DOWN', undefined]);
});

test('an answer lost on the way back leads to no second transaction', async () => {
  rig.cut();
  rig.rpc.on('eth_sendRawTransaction', async (_, forward) => {
    await forward();
    rig.rpc.isDown = true;
    return rig.rpc.call('eth_chainId', []);
  });
  expect(await rig.tick()).toMatchObject({ kind: 'unreachable' });
  rig.rpc.off('eth_sendRawTransaction');
  rig.rpc.isDown = false;
  expect(await rig.tick()).toMatchObject({ kind: 'waiting', hash: rig.store.saved[0] });
  expect(rig.store.saved).toHaveLength(1);
});

test('a batch that someone else carried to the ledger is not paid for again', async () => {
  rig.cut(2);
  await rig.tick();
  await rig.node('anvil_dropTransaction', rig.store.saved[0]);
  await rig.node('evm_setAutomine', true);
  await rig.carryByOther(2);
  expect(await rig.tick()).toEqual({ kind: 'idle', seq: 2 });
  expect(sends()).toBe(1);
});

test('when another transaction took the nonce, the batches go out with the next one', async () => {
  rig.cut();
  await rig.tick();
  await rig.node('anvil_dropTransaction', rig.store.saved[0]);
  const fees = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 9n };
  const fields = {
    chainId: 31337,
    nonce: 0,
    to: contractAddress(),
    data: encodeAnchor([]),
    gasLimit: 60_000n,
  };
  const foreign = signTransaction(rig.wallet, { ...fields, ...fees });
  await rig.node('eth_sendRawTransaction', foreign.raw);
  await rig.mine();
  expect(await rig.tick()).toMatchObject({ kind: 'sent', toSeq: 1 });
  for (let blocks = 0; blocks < 4; blocks += 1) {
    await rig.mine();
    await rig.tick();
  }
  expect(rig.store.inclusions).toMatchObject([{ transactionHash: rig.store.saved[1] }]);
});

test('a transaction is kept until its nonce is final, then let go', async () => {
  rig.cut();
  await rig.tick();
  await rig.mine();
  await rig.tick();
  expect(rig.store.head).toMatchObject({ seq: 1, safeSeq: 0, finalizedSeq: 0 });
  // anvil's safe block is 32 behind, its finalized one 64.
  await rig.node('anvil_mine', '0x20');
  await rig.tick();
  expect(rig.store.head).toMatchObject({ seq: 1, safeSeq: 1, finalizedSeq: 0 });
  expect(rig.store.openSubmissions()).toHaveLength(1);
  await rig.node('anvil_mine', '0x20');
  await rig.tick();
  expect(rig.store.head).toMatchObject({ seq: 1, safeSeq: 1, finalizedSeq: 1 });
  expect(rig.store.openSubmissions()).toEqual([]);
});

test('where blocks are final at once, so are headers', async () => {
  const { ledger } = rig;
  rig = new SubmitterRig(anvil, ledger, 'truck', { finality: 'immediate' });
  rig.cut();
  await rig.tick();
  await rig.mine();
  await rig.tick();
  expect(rig.store.head).toMatchObject({ seq: 1, safeSeq: 1, finalizedSeq: 1 });
  expect(rig.store.openSubmissions()).toEqual([]);
});

test('a chain that knows no finalized block keeps transactions for 64 blocks', async () => {
  rig.rpc.on('eth_getBlockByNumber', (params, forward) =>
    params[0] === 'safe' || params[0] === 'finalized' ? null : forward(),
  );
  rig.cut();
  await rig.tick();
  await rig.mine();
  await rig.tick();
  expect(rig.store.head).toMatchObject({ seq: 1, safeSeq: undefined, finalizedSeq: undefined });
  await rig.node('anvil_mine', '0x3f');
  await rig.tick();
  expect(rig.store.openSubmissions()).toHaveLength(1);
  await rig.mine();
  await rig.tick();
  expect(rig.store.openSubmissions()).toEqual([]);
});

test('an endpoint that falls back behind a final block is not believed', async () => {
  await rig.node('anvil_mine', '0x60');
  await rig.tick();
  rig.rpc.on('eth_getBlockByNumber', (params, forward) =>
    params[0] === 'latest' ? rig.node('eth_getBlockByNumber', '0x8', false) : forward(),
  );
  expect(await rig.tick()).toEqual({ kind: 'unreachable', code: 'RPC_STALE' });
});

test('a transaction that the node says it knows is still told of again now and then', async () => {
  rig.cut();
  await rig.tick();
  expect(await rig.tick()).toMatchObject({ kind: 'waiting' });
  rig.nowMs += 12_000;
  await rig.tick();
  expect(sends()).toBe(2);
  await rig.tick();
  expect(sends()).toBe(2);
});

test('a quiet ledger costs no write', async () => {
  rig.cut();
  await rig.tick();
  await rig.mine();
  await rig.tick();
  const writes = () => [rig.store.observations.length, rig.store.problems.length, rig.store.saved.length];
  const before = writes();
  for (let ticks = 0; ticks < 5; ticks += 1) {
    await rig.mine();
    await rig.tick();
  }
  expect(writes()).toEqual(before);
});

function contractAddress(): string {
  return `0x${toHex(rig.ledger.domain.verifyingContract)}`;
}
