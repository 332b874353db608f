// What the submitter refuses to do: pay on the wrong chain, for a fork, for records that the contract would skip.
// Every hold is a stored problem that ends by itself when its cause does.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeAnchor } from '../../../ledger-sync/anchor/contract-client.js';
import { revokeGateway } from '../../../ledger-sync/anchor/registry.js';
import { sendAndWait } from '../../../ledger-sync/anchor/send-and-wait.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { type Anvil, startAnvil } from '../anvil.js';
import { deployTestLedger, TestGateway, type TestLedger } from '../test-ledger.js';
import { refuse, SubmitterRig } from './submitter-rig.js';

let anvil: Anvil;
let ledger: TestLedger;
let rig: SubmitterRig;

beforeEach(async () => {
  anvil = await startAnvil();
  ledger = await deployTestLedger(anvil.url);
  rig = new SubmitterRig(anvil, ledger, 'truck');
});
afterEach(() => anvil.stop());

async function spent(): Promise<boolean> {
  return (await rig.node('eth_getTransactionCount', rig.wallet.address, 'pending')) !== '0x0';
}

/** The hold, then its end: one problem stored, one all-clear, and the batch on its way. */
async function expectHoldUntil(code: string, mend: () => unknown): Promise<void> {
  rig.cut();
  for (let ticks = 0; ticks < 2; ticks += 1) {
    expect(await rig.tick()).toEqual({ kind: 'held', code });
  }
  expect(rig.store.problems.map((problem) => problem?.code)).toEqual([code]);
  expect(rig.store.problems[0]?.hint).not.toBe('');
  expect(rig.store.saved).toEqual([]);
  expect(await spent()).toBe(false);
  await mend();
  expect(await rig.tick()).toMatchObject({ kind: 'sent' });
  expect(rig.store.problems.map((problem) => problem?.code)).toEqual([code, undefined]);
}

test('nothing is signed for an endpoint of another chain', async () => {
  await ledger.register(rig.gateway);
  rig.rpc.on('eth_chainId', () => '0x1');
  await expectHoldUntil('WRONG_CHAIN', () => rig.rpc.off('eth_chainId'));
});

test('nothing is sent to an address without a contract', async () => {
  await ledger.register(rig.gateway);
  const code = await rig.node('eth_getCode', contractAddress(), 'latest');
  await rig.node('anvil_setCode', contractAddress(), '0x');
  await expectHoldUntil('CONTRACT_MISSING', () => rig.node('anvil_setCode', contractAddress(), code));
});

test('nothing is sent to a contract with other code', async () => {
  await ledger.register(rig.gateway);
  const code = await rig.node('eth_getCode', contractAddress(), 'latest');
  await rig.node('anvil_setCode', contractAddress(), `${code}00`);
  await expectHoldUntil('CONTRACT_UNKNOWN', () => rig.node('anvil_setCode', contractAddress(), code));
});

test('a gateway that is not registered waits for its registration', async () => {
  await expectHoldUntil('NOT_REGISTERED', () => ledger.register(rig.gateway));
  expect(rig.store.observations.map(({ registered }) => registered)).toEqual([false, true]);
});

test('a payer without money waits for money', async () => {
  await ledger.register(rig.gateway);
  await rig.node('anvil_setBalance', rig.wallet.address, '0x0');
  await expectHoldUntil('INSUFFICIENT_FUNDS', () =>
    rig.node('anvil_setBalance', rig.wallet.address, '0xde0b6b3a7640000'),
  );
});

test('money that runs out while a transaction waits is a hold, and the batch goes out later', async () => {
  await ledger.register(rig.gateway);
  rig.cut();
  rig.rpc.on('eth_sendRawTransaction', refuse('insufficient funds for gas * price + value'));
  expect(await rig.tick()).toEqual({ kind: 'held', code: 'INSUFFICIENT_FUNDS' });
  rig.rpc.off('eth_sendRawTransaction');
  expect(await rig.tick()).toMatchObject({ kind: 'sent-again', hash: rig.store.saved[0] });
  await rig.mine();
  expect(await rig.tick()).toEqual({ kind: 'idle', seq: 1 });
});

test.each([
  ['that this log has never signed', 0],
  ['with another head than the one this log signed', 2],
])('a ledger that holds a batch %s stops the submitter for good', async (_, ownBatches) => {
  await ledger.register(rig.gateway);
  const clone = new TestGateway('truck');
  const wires = [clone.cut(ledger.domain, 'clone'), clone.cut(ledger.domain, 'clone')].map(
    ({ wire }) => wire,
  );
  await sendAndWait(ledger.rpc, ledger.wallet, contractAddress(), encodeAnchor(wires));
  rig.cut(ownBatches);
  expect(await rig.tick()).toEqual({ kind: 'held', code: 'LOG_OUTGROWN' });
  // The gateway role must see the foreign head before it signs another header.
  expect(rig.store.head).toMatchObject({ seq: 2 });
  rig.cut();
  expect(await rig.tick()).toEqual({ kind: 'held', code: 'LOG_OUTGROWN' });
  expect(await spent()).toBe(false);
});

test('no gas is spent on a batch that the contract would skip', async () => {
  await ledger.register(rig.gateway);
  const elsewhere = { ...ledger.domain, chainId: 5 };
  rig.store.batches.push(rig.gateway.cut(elsewhere));
  expect(await rig.tick()).toEqual({ kind: 'held', code: 'BATCH_REFUSED' });
  expect(await spent()).toBe(false);
});

test('the good batches before a bad one are anchored', async () => {
  await ledger.register(rig.gateway);
  rig.cut(2);
  rig.store.batches.push(rig.gateway.cut({ ...ledger.domain, chainId: 5 }));
  expect(await rig.tick()).toMatchObject({ kind: 'sent', toSeq: 2 });
  // anvil answers before its block is made.
  await rig.mine();
  expect(await rig.tick()).toEqual({ kind: 'held', code: 'BATCH_REFUSED' });
  expect(rig.store.head).toMatchObject({ seq: 2 });
});

test('a lost batch in the middle is said, not jumped over', async () => {
  await ledger.register(rig.gateway);
  rig.cut(2);
  rig.store.batches.shift();
  expect(await rig.tick()).toEqual({ kind: 'held', code: 'BATCH_MISSING' });
});

test('a refusal in words nobody knows is shown word for word and tried again', async () => {
  await ledger.register(rig.gateway);
  rig.cut();
  rig.rpc.on('eth_sendRawTransaction', refuse('sequencer on holiday'));
  expect(await rig.tick()).toEqual({ kind: 'held', code: 'SEND_REFUSED' });
  expect(rig.store.problems[0]?.message).toContain('sequencer on holiday');
  rig.rpc.off('eth_sendRawTransaction');
  expect(await rig.tick()).toMatchObject({ kind: 'sent-again' });
});

function contractAddress(): string {
  return `0x${toHex(ledger.domain.verifyingContract)}`;
}

test('a gateway that the contract has stopped is told as such, and nothing is paid for it', async () => {
  await ledger.register(rig.gateway);
  const target = { rpc: ledger.rpc, wallet: ledger.wallet, contract: ledger.domain.verifyingContract };
  await revokeGateway(target, rig.gateway.signer.address, 0, 'stolen');
  rig.cut();
  expect(await rig.tick()).toEqual({ kind: 'held', code: 'GATEWAY_STOPPED' });
  expect(rig.store.problems[0]?.message).toContain('revoked');
  expect(await spent()).toBe(false);
});
