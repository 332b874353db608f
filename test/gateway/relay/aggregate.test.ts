// Aggregate mode on a real EVM with the relay's own disk: one small transaction for a fleet, proofs for each gateway that a
// stranger can check, and the same over crashes and reorgs.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hexlify } from 'ethers/utils';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AggregateRows } from '../../../gateway/relay/aggregate-rows.js';
import { RelayDatabase } from '../../../gateway/relay/relay-database.js';
import type { FinalityKind } from '../../../ledger-sync/anchor/finality.js';
import { signRegistration } from '../../../ledger-sync/anchor/registration-proof.js';
import { readLedgerAnswer } from '../../../ledger-sync/anchor/verify-on-ledger.js';
import { aggregateLeaf, isAggregated } from '../../../ledger-sync/evidence/aggregate.js';
import { encodeBatchWire, headOf, type SignedBatch } from '../../../ledger-sync/evidence/batch.js';
import { fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { aggregatePlan } from '../../../ledger-sync/relay/aggregate-plan.js';
import type { FleetView } from '../../../ledger-sync/relay/fleet-view.js';
import { RelaySubmitter } from '../../../ledger-sync/relay/relay-submitter.js';
import { Crash, FaultyRpc } from '../../ledger-sync/anchor/submitter-rig.js';
import { type Anvil, anvilKeys, callAnvil, startAnvil } from '../../ledger-sync/anvil.js';
import { ContractRig } from '../../ledger-sync/contracts/contract-rig.js';
import { LoggedGateway } from '../../ledger-sync/contracts/logged-gateway.js';
import { MemoryLog } from '../../ledger-sync/evidence/memory-log.js';
import { walletOf } from '../../ledger-sync/test-ledger.js';
import { tempFolder } from '../temp-folder.js';

const wallet = walletOf(anvilKeys[1]);

let anvil: Anvil;
let rig: ContractRig;
let rpc: FaultyRpc;
let path: string;
let database: RelayDatabase;
let rows: AggregateRows;
let view: FleetView;

beforeEach(async () => {
  anvil = await startAnvil();
  rig = await ContractRig.deploy(anvil, 'aggregate');
  rpc = new FaultyRpc(rig.rpc);
});
afterEach(async () => {
  database?.close();
  await anvil.stop();
});

function open(finality: FinalityKind = 'immediate'): RelaySubmitter {
  database = new RelayDatabase(path);
  rows = new AggregateRows(database.connection);
  const contract = fromHex(rig.address);
  return new RelaySubmitter({
    chainId: rig.domain.chainId,
    contract,
    store: database,
    plan: aggregatePlan(contract, wallet.address, rows, () => database.followed()),
    endpoints: [rpc],
    wallet,
    limits: { perGas: 10n ** 15n, perHeader: 10n ** 20n, perDay: 10n ** 21n },
    lowBalanceDays: 1,
    finality,
    maxHeaders: 1000,
    onView: (next) => {
      view = next;
    },
    log: { info: () => {}, warn: () => {} },
  });
}

function start(finality?: FinalityKind): RelaySubmitter {
  path = join(tempFolder(), 'relay.db');
  return open(finality);
}

/** A new process on the same disk. */
function restart(): RelaySubmitter {
  database.close();
  return open();
}

async function fleet(size: number): Promise<LoggedGateway[]> {
  const gateways = Array.from(
    { length: size },
    (_, index) => new LoggedGateway(`truck ${index}`, rig.domain),
  );
  for (const { signer, address } of gateways) {
    const proof = signRegistration(signer, rig.domain, fromHex(rig.wallet.address));
    await rig.do('register', hexlify(address), hexlify(proof));
  }
  return gateways;
}

/** The gateway signs its next header and hands it over. */
function handOver(gateway: LoggedGateway): SignedBatch {
  gateway.read(5000);
  const batch = gateway.cut();
  const header = {
    gateway: batch.gateway,
    seq: batch.meta.seq,
    prev: batch.prev,
    head: headOf(batch),
    wire: encodeBatchWire(batch),
  };
  database.take([{ header, name: gateway.name.replace(' ', '-') }]);
  return batch;
}

const seqs = (gateways: readonly LoggedGateway[]) =>
  gateways.map(({ address }) => view.words.get(toHex(address))?.seq);
const sent = async () => Number(await callAnvil(anvil, 'eth_getTransactionCount', wallet.address, 'latest'));

async function settle(relay: RelaySubmitter): Promise<void> {
  for (let ticks = 0; ticks < 100; ticks += 1) {
    if ((await relay.tick()).kind === 'idle') return;
    await sleep(20);
  }
  throw new Error('never idle');
}

test('one transaction stands for the fleet, and each gateway gets a proof that any node confirms', async () => {
  const relay = start();
  const gateways = await fleet(5);
  const headers = gateways.map(handOver);
  await settle(relay);
  expect(seqs(gateways)).toEqual([1, 1, 1, 1, 1]);
  expect(await sent()).toBe(1);
  for (const [index, { address }] of gateways.entries()) {
    const inclusion = database.inclusion(address);
    const proof = rows.proofIn(address, inclusion?.treeSize ?? 0, wallet.address);
    const header = headers[index];
    if (!proof || !inclusion || !header) throw new Error('every gateway is included');
    expect(isAggregated(header, proof)).toBe(true);
    const answer = await readLedgerAnswer(anvil.url, {
      chainId: rig.domain.chainId,
      contract: rig.domain.verifyingContract,
      gateway: address,
      anchor: inclusion,
      isAggregate: true,
    });
    expect(answer.publishedTrees).toMatchObject([
      { aggregator: wallet.address.toLowerCase(), root: toHex(proof.root), size: 5 },
    ]);
  }
});

test('the log only grows: every published root is that of a prefix of the later ones', async () => {
  const relay = start();
  const gateways = await fleet(3);
  const leaves: Uint8Array[] = [];
  for (let round = 0; round < 4; round += 1) {
    for (const gateway of gateways.slice(round % 2)) handOver(gateway);
    await settle(relay);
  }
  for (const { address, headers } of gateways)
    expect(database.inclusion(address)?.toSeq).toBe(headers.length);
  const all = gateways.flatMap(({ headers }) => headers);
  for (let place = 0; place < all.length; place += 1) {
    const header = all.find((one) => {
      const proof = rows.newestBelow(one.gateway, place + 1);
      return proof?.index === place && toHex(proof.head) === toHex(headOf(one));
    });
    if (header) leaves.push(aggregateLeaf(header));
  }
  expect(leaves).toHaveLength(all.length);
  const log = new MemoryLog(leaves);
  for (const { root, size } of rows.trees(10)) expect(toHex(root)).toBe(toHex(log.rootOf(0, size)));
  expect(await sent()).toBe(4);
});

test('a crash at any step of publishing makes no second tree of one size and loses nothing', async () => {
  let relay = start();
  const gateways = await fleet(3);
  for (const isAnswered of [false, true]) {
    for (const gateway of gateways) handOver(gateway);
    let calls = 0;
    rpc.on('eth_sendRawTransaction', async (_params, forward) => {
      calls += 1;
      if (calls > 1) return forward();
      if (isAnswered) await forward();
      throw new Crash();
    });
    await expect(relay.tick()).rejects.toBeInstanceOf(Crash);
    relay = restart();
    await settle(relay);
  }
  expect(seqs(gateways)).toEqual([2, 2, 2]);
  expect(rows.trees(10).map(({ size }) => size)).toEqual([6, 3]);
  expect(await sent()).toBe(2);
});

test('a reorg takes a tree back, and it is published again as it was', async () => {
  const relay = start('tags');
  const gateways = await fleet(2);
  for (const gateway of gateways) handOver(gateway);
  await settle(relay);
  await callAnvil(anvil, 'anvil_rollback', 1);
  expect(await relay.tick()).toMatchObject({ kind: 'sent-again' });
  await settle(relay);
  expect(seqs(gateways)).toEqual([1, 1]);
  expect(rows.trees(10)).toHaveLength(1);
});

test('nothing of a gateway that is not registered or contradicts itself gets into the log', async () => {
  const relay = start();
  const [good] = (await fleet(1)) as [LoggedGateway];
  const stranger = new LoggedGateway('stranger', rig.domain);
  handOver(good);
  handOver(stranger);
  await settle(relay);
  const clone = new LoggedGateway('truck 0', rig.domain);
  clone.read(1);
  const other = clone.cut();
  const wire = encodeBatchWire(other);
  const header = { gateway: other.gateway, seq: 1, prev: other.prev, head: headOf(other), wire };
  database.take([{ header, name: 'truck-0' }]);
  handOver(good);
  await settle(relay);
  expect(rows.trees(10).map(({ size }) => size)).toEqual([1]);
});
