// What `coldgate verify --rpc` can learn about a header from any node.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBlock } from '../../../ledger-sync/anchor/chain-reader.js';
import { encodeAnchor } from '../../../ledger-sync/anchor/contract-client.js';
import { revokeGateway } from '../../../ledger-sync/anchor/registry.js';
import { sendAndWait } from '../../../ledger-sync/anchor/send-and-wait.js';
import {
  type LedgerQuestion,
  readLedgerAnswer,
  type TransactionReference,
} from '../../../ledger-sync/anchor/verify-on-ledger.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { type Anvil, callAnvil, startAnvil } from '../anvil.js';
import { deployTestLedger, type TestBatch, TestGateway, type TestLedger } from '../test-ledger.js';

let anvil: Anvil;
let ledger: TestLedger;
const gateway = new TestGateway('truck');
const batches: TestBatch[] = [];
const hashes: string[] = [];
let registrationHash = '';

beforeAll(async () => {
  anvil = await startAnvil();
  ledger = await deployTestLedger(anvil.url);
  await ledger.register(gateway);
  registrationHash = await newestTransaction();
  const other = new TestGateway('another truck');
  await ledger.register(other);
  for (let count = 0; count < 3; count += 1) {
    const batch = gateway.cut(ledger.domain);
    batches.push(batch);
    hashes.push(await anchor([other.cut(ledger.domain).wire, batch.wire]));
  }
});
afterAll(() => anvil.stop());

async function anchor(wires: Uint8Array[], of = ledger): Promise<string> {
  await sendAndWait(of.rpc, of.wallet, contractAddress(of), encodeAnchor(wires));
  return newestTransaction();
}

async function newestTransaction(): Promise<string> {
  const block = await callAnvil(anvil, 'eth_getBlockByNumber', 'latest', false);
  return (block as { transactions: string[] }).transactions[0] ?? '';
}

function ask(changes: Partial<LedgerQuestion> = {}) {
  return readLedgerAnswer(anvil.url, {
    chainId: ledger.domain.chainId,
    contract: ledger.domain.verifyingContract,
    gateway: gateway.signer.address,
    ...changes,
  });
}

function at(index: number): TransactionReference {
  return { transactionHash: hashes[index] ?? '' };
}

test('the state of a gateway is its newest header', async () => {
  expect(await ask()).toEqual({
    chainId: 31337,
    contract: contractAddress(),
    registered: true,
    headSeq: 3,
    head: toHex(batches[2]?.head ?? new Uint8Array()),
    anchoredHeads: [],
  });
  expect(await ask({ gateway: new Uint8Array(20).fill(3) })).toMatchObject({ registered: false, headSeq: 0 });
});

test('an older header is shown by the receipt of its transaction, with its block', async () => {
  const { anchoredHeads } = await ask({ anchor: at(0) });
  const newest = await readBlock(ledger.rpc, 'latest');
  const block = await readBlock(ledger.rpc, newest.number - 2);
  expect(anchoredHeads).toEqual([
    {
      seq: 1,
      head: toHex(batches[0]?.head ?? new Uint8Array()),
      ...at(0),
      blockNumber: block.number,
      blockHash: block.hash,
      blockTimeMs: block.timeMs,
    },
  ]);
});

test('a transaction that the node does not know shows nothing', async () => {
  const { anchoredHeads } = await ask({ anchor: { transactionHash: `0x${'12'.repeat(32)}` } });
  expect(anchoredHeads).toEqual([]);
});

test('the registration is shown by its transaction, and by no other', async () => {
  const own = await ask({ registration: { transactionHash: registrationHash } });
  expect(own.registration).toMatchObject({ transactionHash: registrationHash });
  expect((await ask({ registration: at(0) })).registration).toBeUndefined();
});

test('a gateway that was revoked is shown with the last header that is believed', async () => {
  const revoked = new TestGateway('revoked truck');
  await ledger.register(revoked);
  await anchor([revoked.cut(ledger.domain).wire, revoked.cut(ledger.domain).wire]);
  const target = { rpc: ledger.rpc, wallet: ledger.wallet, contract: ledger.domain.verifyingContract };
  await revokeGateway(target, revoked.signer.address, 1, 'stolen');
  expect(await ask({ gateway: revoked.signer.address })).toMatchObject({
    registered: true,
    headSeq: 2,
    stop: { status: 'revoked', lastValidSeq: 1 },
  });
});

test('the events of a look-alike contract show nothing', async () => {
  const twin = await deployTestLedger(anvil.url);
  const fake = new TestGateway('truck');
  await twin.register(fake);
  const transactionHash = await anchor([fake.cut(twin.domain).wire], twin);
  expect((await ask({ anchor: { transactionHash } })).anchoredHeads).toEqual([]);
});

test.each([
  ['another chain', { chainId: 1 }, 'WRONG_CHAIN'],
  ['an address without code', { contract: new Uint8Array(20).fill(1) }, 'CONTRACT_MISSING'],
])('%s is an error, not an answer', async (_, changes, code) => {
  await expect(ask(changes)).rejects.toMatchObject({ code });
});

function contractAddress(of = ledger): string {
  return `0x${toHex(of.domain.verifyingContract)}`;
}
