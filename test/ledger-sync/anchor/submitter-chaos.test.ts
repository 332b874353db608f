// Random mixes of crashes, lost transactions, reorgs, fee spikes and outages: whatever came before, in the end every
// signed batch is on the ledger exactly once, in order, and no transaction was reverted.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBlock, readReceipt } from '../../../ledger-sync/anchor/chain-reader.js';
import { anchoredHeads } from '../../../ledger-sync/anchor/contract-client.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { startAnvil } from '../anvil.js';
import { deployTestLedger } from '../test-ledger.js';
import { Crash, SubmitterRig } from './submitter-rig.js';

type Action =
  | { readonly do: 'cut' | 'tick' | 'mine' | 'drop' | 'spike' | 'outage' | 'wait' }
  | { readonly do: 'crash'; readonly calls: number; readonly isAnswered: boolean }
  | { readonly do: 'reorg'; readonly depth: number };

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<Action>({ do: 'cut' }, { do: 'tick' }, { do: 'mine' }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Action>({ do: 'drop' }, { do: 'spike' }, { do: 'outage' }, { do: 'wait' }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('crash' as const),
      calls: fc.integer({ min: 1, max: 14 }),
      isAnswered: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('reorg' as const), depth: fc.integer({ min: 1, max: 3 }) }),
  },
);

async function tickLikeAProcess(rig: SubmitterRig): Promise<void> {
  try {
    await rig.tick();
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    rig.start();
  }
}

async function perform(rig: SubmitterRig, step: Action, firstBlock: number): Promise<void> {
  switch (step.do) {
    case 'cut':
      return rig.cut();
    case 'mine':
      return void (await rig.mine());
    case 'tick':
      break;
    case 'wait':
      rig.nowMs += 60_000;
      break;
    case 'drop':
      for (const { hash } of rig.store.openSubmissions()) await rig.node('anvil_dropTransaction', hash);
      break;
    case 'spike':
      await rig.node('anvil_setNextBlockBaseFeePerGas', `0x${(5_000_000_000).toString(16)}`);
      await rig.mine();
      break;
    case 'outage':
      rig.rpc.isDown = !rig.rpc.isDown;
      break;
    case 'crash':
      rig.rpc.crashAt = { callsLeft: step.calls, isAnswered: step.isAnswered };
      break;
    case 'reorg': {
      const { number } = await readBlock(rig.ledger.rpc, 'latest');
      const depth = Math.min(step.depth, number - firstBlock);
      if (depth > 0) await rig.node('anvil_reorg', depth, []);
      break;
    }
  }
  await tickLikeAProcess(rig);
}

/** Sequences that the canonical chain anchored, in the order of its blocks. */
async function sequencesOnChain(rig: SubmitterRig): Promise<number[]> {
  const { number: last } = await readBlock(rig.ledger.rpc, 'latest');
  const contract = `0x${toHex(rig.ledger.domain.verifyingContract)}`;
  const found: number[] = [];
  for (let number = 0; number <= last; number += 1) {
    const block = await rig.node('eth_getBlockByNumber', `0x${number.toString(16)}`, false);
    for (const hash of (block as { transactions: string[] }).transactions) {
      const receipt = await readReceipt(rig.ledger.rpc, hash);
      expect(receipt?.succeeded).toBe(true);
      const heads = receipt && anchoredHeads(receipt, contract, rig.gateway.signer.address);
      found.push(...(heads ?? []).map(({ seq }) => seq));
    }
  }
  return found;
}

async function survive(steps: readonly Action[]): Promise<void> {
  const anvil = await startAnvil();
  try {
    const rig = new SubmitterRig(anvil, await deployTestLedger(anvil.url), 'truck');
    await rig.ledger.register(rig.gateway);
    await rig.node('evm_setAutomine', false);
    const { number } = await readBlock(rig.ledger.rpc, 'latest');
    for (const step of steps) await perform(rig, step, number);

    rig.rpc.isDown = false;
    rig.rpc.crashAt = undefined;
    for (let rounds = 0; rounds < 20; rounds += 1) {
      await rig.mine();
      // Longer than any breaker stays open.
      rig.nowMs += 4_000;
      await rig.tick();
    }
    const expected = rig.store.batches.map(({ seq }) => seq);
    expect(await rig.tick()).toEqual({ kind: 'idle', seq: expected.length });
    expect(await sequencesOnChain(rig)).toEqual(expected);
    await rig.node('anvil_mine', '0x40');
    await rig.tick();
    const used = Number(await rig.node('eth_getTransactionCount', rig.wallet.address, 'latest'));
    // What waits for a nonce to come may be outbid later; what has had its block is let go.
    expect(rig.store.openSubmissions().filter(({ nonce }) => nonce < used)).toEqual([]);
    expect(rig.store.problemCode).toBeUndefined();
  } finally {
    await anvil.stop();
  }
}

test('no mix of faults loses a batch, anchors it twice or leaves the submitter stuck', async () => {
  const steps = fc.array(action, { minLength: 20, maxLength: 60, size: 'max' });
  await fc.assert(fc.asyncProperty(steps, survive), { numRuns: 12, endOnFailure: true });
}, 180_000);
