// A chain of its own with the contract and one registered gateway. Blocks are made here, so that they can stop.

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SigningKey } from 'ethers/crypto';
import { getBytes } from 'ethers/utils';
import { BaseWallet } from 'ethers/wallet';
import { readBlock } from '../../dist/ledger-sync/anchor/chain-reader.js';
import { deployAnchor } from '../../dist/ledger-sync/anchor/deploy.js';
import { JsonRpc } from '../../dist/ledger-sync/anchor/json-rpc.js';
import { signRegistration } from '../../dist/ledger-sync/anchor/registration-proof.js';
import { registerGateway } from '../../dist/ledger-sync/anchor/registry.js';

export const CHAIN_ID = 31337;
/** anvil's first well-known account: deploys and registers. */
const ADMIN_KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
/** Blocks to finality are twice this: reorgs of three stay below. */
const SLOTS_IN_AN_EPOCH = 4;

/** The program itself: the package's launcher would keep the child's pid to itself. */
function anvilProgram() {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const launcher = createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json');
  const program = createRequire(launcher).resolve(
    `@foundry-rs/anvil-${process.platform}-${arch}/package.json`,
  );
  return join(dirname(program), 'bin', 'anvil');
}

async function startAnvil() {
  const options = ['--port', '0', '--chain-id', CHAIN_ID, '--accounts', '2', '--no-mining'];
  const child = spawn(anvilProgram(), [...options, '--slots-in-an-epoch', SLOTS_IN_AN_EPOCH].map(String), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise((resolve, reject) => {
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      const address = /Listening on (127\.0\.0\.1:\d+)/.exec(printed)?.[1];
      if (address) resolve(`http://${address}`);
    });
    child.once('exit', (code) => reject(new Error(`anvil ended with code ${code}`)));
  });
  // Also when the program fails: nobody else would end it.
  process.once('exit', () => child.kill('SIGKILL'));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** @param payer gets play money */
export async function startLocalChain(device, payer) {
  const anvil = await startAnvil();
  const rpc = new JsonRpc(anvil.url, { maxBytes: 64 * 1024 * 1024 });
  await rpc.call('evm_setAutomine', [true]);
  await rpc.call('anvil_setBalance', [payer, `0x${(10n ** 21n).toString(16)}`]);
  const admin = new BaseWallet(new SigningKey(ADMIN_KEY));
  const contract = await deployAnchor(rpc, admin);
  const proof = signRegistration(
    device,
    { chainId: CHAIN_ID, verifyingContract: contract },
    getBytes(admin.address),
  );
  await registerGateway({ rpc, wallet: admin, contract }, device.address, proof);
  await rpc.call('evm_setAutomine', [false]);
  const { number: firstBlock } = await readBlock(rpc, 'latest');
  return { url: anvil.url, rpc, contract, firstBlock, stop: anvil.stop };
}
