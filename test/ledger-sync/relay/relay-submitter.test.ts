// The relay on a real EVM: a fleet in one transaction, each header once and in order, whatever happens in between.
import { setTimeout as sleep } from 'node:timers/promises';
import { hexlify } from 'ethers/utils';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readBlock } from '../../../ledger-sync/anchor/chain-reader.js';
import { AnchorContract } from '../../../ledger-sync/anchor/contract-client.js';
import { revokeGateway } from '../../../ledger-sync/anchor/registry.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { anchorPlan } from '../../../ledger-sync/relay/anchor-plan.js';
import type { FleetFinality, FleetView } from '../../../ledger-sync/relay/fleet-view.js';
import { RelaySubmitter, type RelaySubmitterOptions } from '../../../ledger-sync/relay/relay-submitter.js';
import { Crash, FaultyRpc } from '../anchor/submitter-rig.js';
import { type Anvil, anvilKeys, callAnvil, startAnvil } from '../anvil.js';
import { deployTestLedger, TestGateway, type TestLedger, walletOf } from '../test-ledger.js';
import { MemoryRelayStore } from './memory-relay-store.js';

let anvil: Anvil;
let ledger: TestLedger;
let store: MemoryRelayStore;
let rpc: FaultyRpc;
let views: { view: FleetView; finality: FleetFinality | undefined }[];

beforeEach(async () => {
  anvil = await startAnvil({ finalityBlocks: 4 });
  ledger = await deployTestLedger(anvil.url);
  store = new MemoryRelayStore();
  rpc = new FaultyRpc(ledger.rpc);
  views = [];
});
afterEach(() => anvil.stop());

function relay(changes: Partial<RelaySubmitterOptions> = {}): RelaySubmitter {
  return new RelaySubmitter({
    chainId: ledger.domain.chainId,
    contract: ledger.domain.verifyingContract,
    store,
    plan: anchorPlan(ledger.domain.verifyingContract),
    endpoints: [rpc],
    wallet: walletOf(anvilKeys[1]),
    limits: { perGas: 10n ** 15n, perHeader: 10n ** 20n, perDay: 10n ** 21n },
    lowBalanceDays: 1,
    finality: 'tags',
    maxHeaders: 1000,
    onView: (view, finality) => views.push({ view, finality }),
    log: { info: () => {}, warn: () => {} },
    ...changes,
  });
}

/** Until there is nothing to do: under load a block comes a moment after its transaction. */
async function untilIdle(submitter: RelaySubmitter): Promise<void> {
  for (let ticks = 0; ticks < 100; ticks += 1) {
    if ((await submitter.tick()).kind === 'idle') return;
    await sleep(20);
  }
  throw new Error('never idle');
}

async function fleet(size: number): Promise<TestGateway[]> {
  const gateways = Array.from({ length: size }, (_, index) => new TestGateway(`truck ${index}`));
  for (const gateway of gateways) await ledger.register(gateway);
  return gateways;
}

/** The gateway signs its next header and hands it over. */
function handOver(gateway: TestGateway, rootName = ''): void {
  const { seq, head, prev, wire } = gateway.cut(ledger.domain, rootName);
  store.add({ gateway: gateway.signer.address, seq, prev, head, wire });
}

async function seqsOnLedger(gateways: readonly TestGateway[]): Promise<number[]> {
  const contract = new AnchorContract(ledger.rpc, ledger.domain.verifyingContract);
  const { number } = await readBlock(ledger.rpc, 'latest');
  const words = await contract.words(
    gateways.map(({ signer }) => signer.address),
    number,
  );
  return words.map(({ seq }) => seq);
}

const transactionsOf = async (address: string) =>
  Number(await callAnvil(anvil, 'eth_getTransactionCount', address, 'latest'));
const payer = walletOf(anvilKeys[1]).address;

test('the headers of two hundred gateways go in one transaction, and each is told where it stands', async () => {
  const gateways = await fleet(200);
  for (const gateway of gateways) handOver(gateway);
  const submitter = relay();
  expect(await submitter.tick()).toMatchObject({ kind: 'sent' });
  await untilIdle(submitter);
  expect(await seqsOnLedger(gateways)).toEqual(gateways.map(() => 1));
  expect(await transactionsOf(payer)).toBe(1);
  // The receipt, too, may come a moment later.
  await vi.waitUntil(async () => (await submitter.tick()) && store.inclusions.length > 0, { timeout: 5000 });
  expect(store.inclusions).toHaveLength(200);
  expect(views.at(-1)?.view.words.get(toHex(gateways[7]?.signer.address ?? new Uint8Array()))).toMatchObject({
    registered: true,
    seq: 1,
  });
}, 60_000);

test('a receipt that comes a moment after its block is found all the same', async () => {
  const gateways = await fleet(2);
  for (const gateway of gateways) handOver(gateway);
  const submitter = relay();
  let asked = 0;
  rpc.on('eth_getTransactionReceipt', async (_params, forward) => {
    asked += 1;
    return asked === 1 ? null : forward();
  });
  await untilIdle(submitter);
  expect(store.inclusions).toHaveLength(0);
  await submitter.tick();
  expect(store.inclusions).toHaveLength(2);
});

test('a load is cut to the most that is allowed, and the next one begins with others', async () => {
  const gateways = await fleet(5);
  for (const gateway of gateways) for (let count = 0; count < 3; count += 1) handOver(gateway);
  const submitter = relay({ maxHeaders: 4 });
  await untilIdle(submitter);
  expect(await seqsOnLedger(gateways)).toEqual([3, 3, 3, 3, 3]);
  expect(await transactionsOf(payer)).toBe(4);
});

test('a crash between saving and sending, or before the answer, carries nothing twice', async () => {
  const gateways = await fleet(3);
  for (const isAnswered of [false, true]) {
    for (const gateway of gateways) handOver(gateway);
    const before = await transactionsOf(payer);
    let ticks = 0;
    rpc.on('eth_sendRawTransaction', async (_params, forward) => {
      ticks += 1;
      if (ticks > 1) return forward();
      if (isAnswered) await forward();
      throw new Crash();
    });
    await expect(relay().tick()).rejects.toBeInstanceOf(Crash);
    const again = relay();
    await untilIdle(again);
    expect(await transactionsOf(payer)).toBe(before + 1);
  }
  expect(await seqsOnLedger(gateways)).toEqual([2, 2, 2]);
  expect(store.saved).toHaveLength(2);
});

test('a reorg takes headers back, and the same bytes bring them again', async () => {
  const gateways = await fleet(3);
  for (const gateway of gateways) handOver(gateway);
  const submitter = relay();
  await untilIdle(submitter);
  const [first] = store.saved;
  await callAnvil(anvil, 'anvil_rollback', 1);
  expect(await seqsOnLedger(gateways)).toEqual([0, 0, 0]);
  await untilIdle(submitter);
  expect(await seqsOnLedger(gateways)).toEqual([1, 1, 1]);
  expect(store.saved).toEqual([first]);
});

test('forks, gaps, strangers and stopped gateways stop nobody else, and cost nothing', async () => {
  const [good, forked, gap, stopped] = (await fleet(4)) as [
    TestGateway,
    TestGateway,
    TestGateway,
    TestGateway,
  ];
  const contract = ledger.domain.verifyingContract;
  await revokeGateway({ rpc: ledger.rpc, wallet: ledger.wallet, contract }, stopped.signer.address, 0, 'x');
  const clone = new TestGateway('truck 1');
  clone.cut(ledger.domain, 'other');
  const { seq, head, prev, wire } = clone.cut(ledger.domain, 'other');
  handOver(forked);
  await untilIdle(relay());
  store.dropHeaders(forked.signer.address, 1);
  store.add({ gateway: forked.signer.address, seq, prev, head, wire });
  gap.cut(ledger.domain);
  handOver(gap);
  handOver(stopped);
  handOver(new TestGateway('stranger'));
  handOver(good);
  const warned: object[] = [];
  const submitter = relay({ log: { info: () => {}, warn: (fields) => warned.push(fields) } });
  expect(await submitter.tick()).toMatchObject({ kind: 'sent' });
  await untilIdle(submitter);
  await untilIdle(submitter);
  expect(await seqsOnLedger([good, forked, gap])).toEqual([1, 1, 0]);
  expect(warned).toEqual([
    expect.objectContaining({ code: 'HEADER_FORKED', gateway: hexlify(forked.signer.address) }),
  ]);
});

test('headers that only the contract finds bad are left out, and the others go', async () => {
  const gateways = await fleet(6);
  for (const gateway of gateways) handOver(gateway);
  const bad = gateways[3];
  const [header] = store.headers.get(toHex(bad?.signer.address ?? new Uint8Array())) ?? [];
  header?.wire.set(new Uint8Array(8), 100);
  const submitter = relay();
  expect(await submitter.tick()).toMatchObject({ kind: 'sent' });
  await sleep(200);
  expect(await seqsOnLedger(gateways)).toEqual([1, 1, 1, 0, 1, 1]);
});

test('what is final is kept no longer, and its transaction neither', async () => {
  const gateways = await fleet(2);
  for (const gateway of gateways) handOver(gateway);
  const submitter = relay();
  await untilIdle(submitter);
  expect(store.gateways()).toHaveLength(2);
  for (let block = 0; block < 12; block += 1) await callAnvil(anvil, 'evm_mine');
  await submitter.tick();
  expect(views.at(-1)?.finality?.finalized?.size).toBe(2);
  await submitter.tick();
  expect(store.gateways()).toEqual([]);
  expect(store.openSubmissions()).toEqual([]);
});

test('one of three endpoints that lies about a gateway does not decide', async () => {
  const gateways = await fleet(2);
  for (const gateway of gateways) handOver(gateway);
  const liar = new FaultyRpc(ledger.rpc);
  liar.on('eth_call', async (params, forward) => {
    const answer = String(await forward());
    const [{ data }] = params as [{ data: string }];
    return data.startsWith('0xb2a1ae21') ? `${answer.slice(0, -2)}07` : answer;
  });
  const submitter = relay({ endpoints: [liar, new FaultyRpc(ledger.rpc), new FaultyRpc(ledger.rpc)] });
  await untilIdle(submitter);
  expect(await seqsOnLedger(gateways)).toEqual([1, 1]);
  expect(await transactionsOf(payer)).toBe(1);
});
