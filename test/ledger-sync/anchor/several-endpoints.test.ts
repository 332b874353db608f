// Several endpoints in front of one chain: some down, some behind, some lying. What is believed, who is asked, who is
// told of a transaction.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EndpointBusy } from '../../../ledger-sync/anchor/ledger-error.js';
import { feesOf } from '../../../ledger-sync/anchor/paying-wallet.js';
import { type Anvil, startAnvil } from '../anvil.js';
import { deployTestLedger, type TestLedger } from '../test-ledger.js';
import { FaultyRpc, refuse, SubmitterRig } from './submitter-rig.js';

let anvil: Anvil;
let ledger: TestLedger;

beforeEach(async () => {
  anvil = await startAnvil();
  ledger = await deployTestLedger(anvil.url);
});
afterEach(() => anvil.stop());

/** A submitter behind so many endpoints, its gateway registered, one header signed. */
async function behind(count: number) {
  const endpoints = Array.from({ length: count }, () => new FaultyRpc(ledger.rpc));
  const rig = new SubmitterRig(anvil, ledger, 'truck', { endpoints });
  await ledger.register(rig.gateway);
  await rig.node('evm_setAutomine', false);
  rig.cut();
  const [first, second = first, third = second] = endpoints;
  if (!first || !second || !third) throw new Error('at least one');
  return { rig, endpoints, first, second, third };
}

function sendsOf({ calls }: FaultyRpc): number {
  return calls.filter((method) => method === 'eth_sendRawTransaction').length;
}

/** Its newest block is so many blocks before the true one. */
function fallBehind(endpoint: FaultyRpc, blocks: number): void {
  endpoint.on('eth_getBlockByNumber', async (params) => {
    if (params[0] !== 'latest') return endpoint.inner.call('eth_getBlockByNumber', params);
    const newest = await endpoint.inner.call('eth_blockNumber', []);
    const tag = `0x${(Number(newest) - blocks).toString(16)}`;
    return endpoint.inner.call('eth_getBlockByNumber', [tag, false]);
  });
}

/** Says of every account that it has sent one more transaction. */
function lieAboutNonces(endpoint: FaultyRpc): void {
  endpoint.on(
    'eth_getTransactionCount',
    async (_, forward) => `0x${(Number(await forward()) + 1).toString(16)}`,
  );
}

describe('writing', () => {
  test('a transaction goes to all endpoints', async () => {
    const { rig, endpoints } = await behind(3);
    expect(await rig.tick()).toMatchObject({ kind: 'sent' });
    expect(endpoints.map(sendsOf)).toEqual([1, 1, 1]);
  });

  test.each([
    'nonce too low',
    'insufficient funds for gas * price + value',
    'invalid chain id for signer',
    'sequencer on holiday',
  ])('"%s" from one endpoint is nothing where another takes the transaction', async (text) => {
    const { rig, second } = await behind(3);
    second.on('eth_sendRawTransaction', refuse(text));
    expect(await rig.tick()).toMatchObject({ kind: 'sent' });
    await rig.mine();
    expect(await rig.tick()).toEqual({ kind: 'idle', seq: 1 });
    expect(rig.store.problems).toEqual([undefined]);
  });

  test('a transaction that one endpoint swallows reaches the chain through another', async () => {
    const { rig, first } = await behind(2);
    first.on('eth_sendRawTransaction', () => '0x');
    await rig.tick();
    await rig.mine();
    expect(await rig.tick()).toEqual({ kind: 'idle', seq: 1 });
  });

  test('an endpoint of another chain is told of nothing', async () => {
    const { rig, third } = await behind(3);
    third.on('eth_chainId', () => '0x1');
    expect(await rig.tick()).toMatchObject({ kind: 'sent' });
    expect(sendsOf(third)).toBe(0);
  });
});

describe('reading', () => {
  test("an endpoint that is down is nobody's problem while others answer", async () => {
    const { rig, first } = await behind(3);
    first.isDown = true;
    expect(await rig.tick()).toMatchObject({ kind: 'sent' });
    await rig.mine();
    expect(await rig.tick()).toEqual({ kind: 'idle', seq: 1 });
    expect(rig.store.problems).toEqual([undefined]);
  });

  test('of two endpoints the one that lags has no say', async () => {
    const { rig, first } = await behind(2);
    await rig.node('anvil_mine', '0x20');
    fallBehind(first, 10);
    await rig.tick();
    await rig.mine();
    expect(await rig.tick()).toEqual({ kind: 'idle', seq: 1 });
    expect(rig.store.saved).toHaveLength(1);
  });

  test('of two endpoints one alone is believed while the other is down', async () => {
    const { rig, second } = await behind(2);
    second.isDown = true;
    expect(await rig.tick()).toMatchObject({ kind: 'sent' });
  });

  test('of three endpoints one alone is not believed', async () => {
    const { rig, second, third } = await behind(3);
    second.isDown = true;
    third.isDown = true;
    expect(await rig.tick()).toEqual({ kind: 'unreachable', code: 'RPC_DISAGREE' });
    expect(rig.store.saved).toEqual([]);
  });

  test.each([0, 1, 2])('a liar is outvoted, be it endpoint %i', async (liar) => {
    const { rig, endpoints } = await behind(3);
    const chosen = endpoints[liar];
    if (chosen) lieAboutNonces(chosen);
    expect(await rig.tick()).toMatchObject({ kind: 'sent' });
    expect(rig.store.openSubmissions()).toMatchObject([{ nonce: 0 }]);
  });

  test('an endpoint that knows only its newest block cannot confirm another', async () => {
    const { rig, second, third } = await behind(3);
    third.isDown = true;
    second.on('eth_getTransactionCount', refuse('missing trie node'));
    expect(await rig.tick()).toEqual({ kind: 'unreachable', code: 'RPC_DISAGREE' });
    expect(rig.store.saved).toEqual([]);
  });

  test('two that contradict each other are both not believed', async () => {
    const { rig, second } = await behind(2);
    lieAboutNonces(second);
    expect(await rig.tick()).toEqual({ kind: 'unreachable', code: 'RPC_DISAGREE' });
    expect(rig.store.saved).toEqual([]);
  });

  test('an endpoint that invents blocks ahead of all others is outvoted', async () => {
    const { rig, third } = await behind(3);
    third.on('eth_getBlockByNumber', async (_, forward) => {
      const block = (await forward()) as Record<string, unknown>;
      return { ...block, number: '0xffff' };
    });
    expect(await rig.tick()).toMatchObject({ kind: 'sent' });
  });

  test('one endpoint cannot make anything final', async () => {
    const { rig, first } = await behind(3);
    first.on('eth_getBlockByNumber', (params) => {
      const isTag = params[0] === 'safe' || params[0] === 'finalized';
      return first.inner.call('eth_getBlockByNumber', isTag ? ['latest', false] : params);
    });
    await rig.tick();
    await rig.mine();
    expect(await rig.tick()).toEqual({ kind: 'idle', seq: 1 });
    expect(rig.store.head).toMatchObject({ seq: 1, safeSeq: 0, finalizedSeq: 0 });
    expect(rig.store.openSubmissions()).toHaveLength(1);
  });

  test('one endpoint cannot make us overpay, nor run out of gas', async () => {
    const { rig, endpoints, third } = await behind(3);
    third.on('eth_maxPriorityFeePerGas', () => '0xffffffffffff');
    for (const endpoint of endpoints) endpoint.on('eth_estimateGas', () => '0x5208');
    await rig.tick();
    expect(feesOf(rig.store.openSubmissions()[0]?.raw ?? '').maxPriorityFeePerGas).toBe(1_000_000_000n);
    await rig.mine();
    expect(await rig.tick()).toEqual({ kind: 'idle', seq: 1 });
  });
});

describe('trouble', () => {
  test('the word of one endpoint of several alerts nobody', async () => {
    const { rig, first } = await behind(3);
    first.on('eth_getBalance', () => '0x0');
    expect(await rig.tick()).toEqual({ kind: 'held', code: 'INSUFFICIENT_FUNDS' });
    expect(await rig.tick()).toMatchObject({ kind: 'sent' });
    expect(rig.store.problems).toEqual([undefined]);
  });

  test('what two endpoints say one after the other is a problem', async () => {
    const { rig, first, second } = await behind(3);
    for (const endpoint of [first, second]) endpoint.on('eth_getBalance', () => '0x0');
    await rig.tick();
    await rig.tick();
    expect(rig.store.problemCode).toBe('INSUFFICIENT_FUNDS');
  });

  test('a refusal in words never takes an endpoint out', async () => {
    const { rig, endpoints } = await behind(2);
    for (const endpoint of endpoints) endpoint.on('eth_sendRawTransaction', refuse('execution reverted'));
    for (let ticks = 0; ticks < 4; ticks += 1) {
      expect(await rig.tick()).toEqual({ kind: 'held', code: 'SEND_REFUSED' });
    }
    expect(endpoints.map(sendsOf)).toEqual([4, 4]);
  });

  test('a node that refuses to speak of safe and of finalized blocks stays in use', async () => {
    const { rig, first } = await behind(1);
    const refuseTags = refuse('unknown block tag');
    first.on('eth_getBlockByNumber', (params, forward) =>
      params[0] === 'safe' || params[0] === 'finalized' ? refuseTags(params, forward) : forward(),
    );
    expect(await rig.tick()).toMatchObject({ kind: 'sent' });
    await rig.mine();
    expect(await rig.tick()).toEqual({ kind: 'idle', seq: 1 });
    expect(rig.store.head).toMatchObject({ safeSeq: undefined, finalizedSeq: undefined });
  });

  test('an endpoint that asks for patience is left alone for as long', async () => {
    const { rig, first } = await behind(3);
    first.on('eth_getBlockByNumber', () => {
      throw new EndpointBusy('too many requests', 60_000);
    });
    await rig.tick();
    first.off('eth_getBlockByNumber');
    first.calls.length = 0;
    rig.nowMs += 59_999;
    await rig.tick();
    expect(first.calls).toEqual([]);
    rig.nowMs += 1;
    await rig.tick();
    expect(first.calls).not.toEqual([]);
  });

  test('chain, code and domain are checked again after each lost connection', async () => {
    const { rig, first } = await behind(1);
    const checks = () => first.calls.filter((method) => /^eth_(chainId|getCode)$/.test(method)).length;
    await rig.tick();
    await rig.tick();
    expect(checks()).toBe(2);
    first.isDown = true;
    await rig.tick();
    first.isDown = false;
    // Another node answers under the same name.
    first.on('eth_chainId', () => '0x1');
    expect(await rig.tick()).toEqual({ kind: 'held', code: 'WRONG_CHAIN' });
  });

  test('a contract that signs for another domain is not ours', async () => {
    const { rig, first } = await behind(1);
    first.on('eth_call', async (params, forward) => {
      const answer = String(await forward());
      // The name in the answer to eip712Domain().
      return params[1] === 'latest' ? answer.replace('636f6c6467617465', '636f6c6467617466') : answer;
    });
    expect(await rig.tick()).toEqual({ kind: 'held', code: 'CONTRACT_UNKNOWN' });
    expect(rig.store.saved).toEqual([]);
  });
});
