// verifyRecord on a real EVM: a contract can ask whether a reading is in an anchored log, and is not fooled.
import { hexlify } from 'ethers/utils';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anchorInterface, encodeAnchor } from '../../../ledger-sync/anchor/contract-client.js';
import { encodeVerifyRecord, headerChain } from '../../../ledger-sync/anchor/header-calls.js';
import { signRegistration } from '../../../ledger-sync/anchor/registration-proof.js';
import { fromHex } from '../../../ledger-sync/evidence/bytes.js';
import { type Anvil, startAnvil } from '../anvil.js';
import { flipBit } from '../evidence/memory-log.js';
import { ContractRig } from './contract-rig.js';
import { LoggedGateway, wireOf } from './logged-gateway.js';

let anvil: Anvil;
let rig: ContractRig;

beforeAll(async () => {
  anvil = await startAnvil();
  rig = await ContractRig.deploy(anvil, 'anchor');
});
afterAll(() => anvil.stop());

/** Three headers over 4, 7 and 20 records, all anchored. */
async function anchored(name: string): Promise<LoggedGateway> {
  const gateway = new LoggedGateway(name, rig.domain);
  const proof = signRegistration(gateway.signer, rig.domain, fromHex(rig.wallet.address));
  await rig.do('register', hexlify(gateway.address), hexlify(proof));
  for (const count of [4, 3, 13]) {
    for (let index = 0; index < count; index += 1) gateway.read(2000 + index);
    gateway.cut();
  }
  await rig.send(encodeAnchor(gateway.headers.map(wireOf)));
  return gateway;
}

function question(gateway: LoggedGateway, firstSeq: number, index: number): string {
  const headers = gateway.headers.slice(firstSeq - 1);
  const size = headers[0]?.meta.size ?? 0;
  return encodeVerifyRecord(headers, gateway.leaf(index), { index, path: gateway.path(index, size) });
}

test('every record is found under the newest header', async () => {
  const gateway = await anchored('newest');
  for (let index = 0; index < 20; index += 1) expect(await rig.ask(question(gateway, 3, index))).toBe(true);
});

test('a proof under an older header holds with the headers that came after it', async () => {
  const gateway = await anchored('older');
  expect(await rig.ask(question(gateway, 1, 2))).toBe(true);
  expect(await rig.ask(question(gateway, 2, 6))).toBe(true);
});

test('a header that is signed but not anchored proves nothing', async () => {
  const gateway = await anchored('signed only');
  gateway.read(9000);
  gateway.cut();
  expect(await rig.ask(question(gateway, 4, 20))).toBe(false);
  expect(await rig.ask(question(gateway, 3, 19))).toBe(false);
});

test('a record of one gateway is not one of another', async () => {
  const [gateway, other] = [await anchored('mine'), await anchored('theirs')];
  const headers = gateway.headers.slice(2);
  const path = gateway.path(3, 20);
  const data = anchorInterface.encodeFunctionData('verifyRecord', [
    hexlify(other.address),
    headerChain(headers),
    gateway.leaf(3),
    3,
    path,
  ]);
  expect(await rig.ask(data)).toBe(false);
});

test('headers above the last valid sequence of a revoked gateway prove nothing, those below still do', async () => {
  const gateway = await anchored('revoked');
  await rig.do('revoke', hexlify(gateway.address), 2, `0x${'00'.repeat(32)}`);
  expect(await rig.ask(question(gateway, 3, 19))).toBe(false);
  expect(await rig.ask(question(gateway, 2, 6))).toBe(true);
});

test('no flipped bit in headers, leaf or path passes, and no other index', async () => {
  const gateway = await anchored('flipped');
  const parts = { headers: headerChain(gateway.headers.slice(1)), leaf: gateway.leaf(5) };
  const path = gateway.path(5, 7);
  const ask = (headers: Uint8Array, leaf: Uint8Array, index: number, hashes: readonly Uint8Array[]) =>
    rig.ask(
      anchorInterface.encodeFunctionData('verifyRecord', [
        hexlify(gateway.address),
        headers,
        leaf,
        index,
        hashes,
      ]),
    );
  expect(await ask(parts.headers, parts.leaf, 5, path)).toBe(true);
  for (const index of [0, 4, 6, 7, 2 ** 40]) {
    expect(await ask(parts.headers, parts.leaf, index, path)).toBe(false);
  }
  await fc.assert(
    fc.asyncProperty(fc.nat(parts.headers.length * 8 - 1), fc.nat(2), async (bit, part) => {
      const at = (hashes: readonly Uint8Array[]) =>
        hashes.map((hash, index) => (index === bit % hashes.length ? flipBit(hash, bit) : hash));
      const asked =
        part === 0
          ? ask(flipBit(parts.headers, bit), parts.leaf, 5, path)
          : part === 1
            ? ask(parts.headers, flipBit(parts.leaf, bit % (parts.leaf.length * 8)), 5, path)
            : ask(parts.headers, parts.leaf, 5, at(path));
      expect(await asked).toBe(false);
    }),
    { numRuns: 120 },
  );
});

test.each([0, 27, 28, 89, 91])('a chain of headers of %i bytes proves nothing', async (length) => {
  const gateway = await anchored(`length ${length}`);
  const chain = new Uint8Array(length);
  chain.set(headerChain(gateway.headers.slice(2)).slice(0, length));
  const values = [hexlify(gateway.address), chain, gateway.leaf(0), 0, gateway.path(0, 20)];
  expect(await rig.ask(anchorInterface.encodeFunctionData('verifyRecord', values))).toBe(false);
});
