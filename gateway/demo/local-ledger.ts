// The ledger of the demo: anvil on this machine, with the contract deployed and the gateway registered. Its state
// is kept in a file, so that a second start finds the same chain.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SigningKey } from 'ethers/crypto';
import { BaseWallet } from 'ethers/wallet';
import { readBlock } from '../../ledger-sync/anchor/chain-reader.js';
import { AnchorContract } from '../../ledger-sync/anchor/contract-client.js';
import { deployAnchor } from '../../ledger-sync/anchor/deploy.js';
import { JsonRpc } from '../../ledger-sync/anchor/json-rpc.js';
import { LedgerError } from '../../ledger-sync/anchor/ledger-error.js';
import { signRegistration } from '../../ledger-sync/anchor/registration-proof.js';
import { registerGateway } from '../../ledger-sync/anchor/registry.js';
import { fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import type { Signer } from '../../ledger-sync/evidence/signer.js';
import { type LeashedChild, startChild } from './leashed-child.js';

const CHAIN_ID = 31337;
const BLOCK_SECONDS = 2;
const READY_TIMEOUT_MS = 15_000;
/** The first of anvil's published development accounts: worth nothing anywhere else. */
const ADMIN_KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
const PAYER_BALANCE_WEI = '0xde0b6b3a7640000';

export interface LocalLedger {
  readonly rpcUrl: string;
  readonly chainId: number;
  readonly contract: string;
  readonly process: LeashedChild;
}

/** anvil's own program: the launcher in node_modules/.bin is a script whose end would not end it. */
function anvilProgram(): string {
  const require = createRequire(import.meta.url);
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  try {
    const launcher = createRequire(require.resolve('@foundry-rs/anvil/package.json'));
    const home = launcher.resolve(`@foundry-rs/anvil-${process.platform}-${arch}/package.json`);
    return join(dirname(home), 'bin', 'anvil');
  } catch (cause) {
    throw new Error('the demo needs anvil for its chain: npm install --no-save @foundry-rs/anvil', { cause });
  }
}

/** A TCP port that was free a moment ago; `wanted` if that one is. */
export function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', () => (wanted === 0 ? reject(new Error('no free port')) : resolve(freePort(0))));
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : wanted));
    });
  });
}

/** A demo that was killed by force leaves its anvil behind; only one that uses our state file is ended. */
function endLeftover(pidFile: string, stateFile: string): void {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(stateFile)) process.kill(pid, 'SIGTERM');
  } catch {
    // It is gone.
  }
}

async function waitUntilReady(rpc: JsonRpc): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    try {
      await rpc.call('eth_chainId', []);
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

/** The contract of an earlier start if the chain still has it, else a new one. */
async function contractOf(rpc: JsonRpc, admin: BaseWallet, addressFile: string): Promise<Uint8Array> {
  if (existsSync(addressFile)) {
    const known = fromHex(readFileSync(addressFile, 'utf8').trim());
    try {
      await new AnchorContract(rpc, known).assertGenuine();
      return known;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
    }
  }
  const contract = await deployAnchor(rpc, admin);
  writeFileSync(addressFile, `0x${toHex(contract)}\n`);
  return contract;
}

/**
 * Starts anvil with its state in `folder`, deploys the contract and registers the gateway where that is not done.
 * @param payer address that pays for anchoring; gets play money
 * @param rhythm blocks every two seconds, or one for each transaction
 */
export async function startLocalLedger(
  folder: string,
  device: Signer,
  payer: string,
  onLost: (text: string) => void,
  rhythm: 'steady' | 'at-once' = 'steady',
): Promise<LocalLedger> {
  const stateFile = join(folder, 'ledger-state.json');
  const pidFile = join(folder, 'ledger.pid');
  endLeftover(pidFile, stateFile);
  const port = await freePort(8545);
  const blocks = rhythm === 'steady' ? ['--block-time', String(BLOCK_SECONDS)] : [];
  const parameters = ['--port', String(port), '--chain-id', String(CHAIN_ID), ...blocks];
  const anvil = startChild(anvilProgram(), [...parameters, '--state', stateFile, '--state-interval', '5'], {
    logFile: join(folder, 'ledger.log'),
    hasIpc: false,
    onLost,
  });
  try {
    writeFileSync(pidFile, String(anvil.pid));
    const rpcUrl = `http://127.0.0.1:${port}`;
    const rpc = new JsonRpc(rpcUrl);
    await waitUntilReady(rpc);
    const admin = new BaseWallet(new SigningKey(ADMIN_KEY));
    await rpc.call('anvil_setBalance', [payer, PAYER_BALANCE_WEI]);
    const contract = await contractOf(rpc, admin, join(folder, 'contract'));
    const { number } = await readBlock(rpc, 'latest');
    const { registered } = await new AnchorContract(rpc, contract).head(device.address, number);
    if (!registered) {
      const domain = { chainId: CHAIN_ID, verifyingContract: contract };
      const proof = signRegistration(device, domain, fromHex(admin.address));
      await registerGateway({ rpc, wallet: admin, contract }, device.address, proof);
    }
    return { rpcUrl, chainId: CHAIN_ID, contract: `0x${toHex(contract)}`, process: anvil };
  } catch (error) {
    await anvil.stop();
    throw error;
  }
}
