// Deployment on a real EVM: the same address everywhere, found again, never trusted without its code hash.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  create2Address,
  factoryAddress,
  installFactory,
} from '../../../ledger-sync/anchor/create2-factory.js';
import { deployContract, initCodeOf } from '../../../ledger-sync/anchor/deploy.js';
import { deployable, deployableNames } from '../../../ledger-sync/anchor/deployable.js';
import { JsonRpc } from '../../../ledger-sync/anchor/json-rpc.js';
import { type Anvil, anvilKeys, callAnvil, startAnvil } from '../anvil.js';
import { walletOf } from '../test-ledger.js';

const wallet = walletOf(anvilKeys[0]);
const salt = `0x${'00'.repeat(31)}01`;

let chain: Anvil;
let bare: Anvil;

beforeAll(async () => {
  [chain, bare] = await Promise.all([startAnvil(), startAnvil({ chainId: 99, hasNoFactory: true })]);
});
afterAll(async () => {
  await Promise.all([chain.stop(), bare.stop()]);
});

describe.each(deployableNames)('%s', (name) => {
  const request = { name, admin: wallet.address, salt };

  test('is deployed once and found again, at the address that was foretold', async () => {
    const rpc = new JsonRpc(chain.url);
    const first = await deployContract(rpc, wallet, request);
    expect(first.address).toBe(create2Address(salt, initCodeOf(request)));
    expect(first.transaction?.succeeded).toBe(true);
    const second = await deployContract(rpc, walletOf(anvilKeys[1]), request);
    expect(second).toEqual({ ...first, transaction: undefined });
  });

  test('has another address for another salt, and for another admin where it knows any', () => {
    const addresses = [request, { ...request, admin: walletOf(anvilKeys[1]).address }].flatMap((one) =>
      [salt, `0x${'ff'.repeat(32)}`].map((other) => create2Address(other, initCodeOf(one))),
    );
    expect(new Set(addresses).size).toBe(deployable(name).hasAdmin ? 4 : 2);
  });
});

test('a chain without the factory is told apart, gets it, and then has the same addresses', async () => {
  const rpc = new JsonRpc(bare.url);
  const request = { name: 'anchor', admin: wallet.address, salt } as const;
  await expect(deployContract(rpc, wallet, request)).rejects.toMatchObject({ code: 'FACTORY_MISSING' });
  await installFactory(rpc, wallet);
  const there = await deployContract(rpc, wallet, request);
  const here = await deployContract(new JsonRpc(chain.url), wallet, request);
  expect(there.address).toBe(here.address);
});

test('other code at the factory or at the address is refused', async () => {
  const anvil = await startAnvil();
  try {
    const rpc = new JsonRpc(anvil.url);
    const request = { name: 'anchor', admin: wallet.address, salt } as const;
    const address = create2Address(salt, initCodeOf(request));
    await callAnvil(anvil, 'anvil_setCode', address, '0x6001');
    await expect(deployContract(rpc, wallet, request)).rejects.toMatchObject({ code: 'CONTRACT_UNKNOWN' });
    await callAnvil(anvil, 'anvil_setCode', address, '0x');
    await callAnvil(anvil, 'anvil_setCode', factoryAddress, '0x6001');
    await expect(deployContract(rpc, wallet, request)).rejects.toMatchObject({ code: 'CONTRACT_UNKNOWN' });
  } finally {
    await anvil.stop();
  }
});
