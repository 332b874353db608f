// Starts a local Ethereum node (anvil) on an ephemeral port for one test file and ends it by its own pid.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { JsonRpc } from '../../ledger-sync/anchor/json-rpc.js';

export interface AnvilOptions {
  readonly chainId?: number;
  /** Without it every transaction makes its own block at once. */
  readonly blockTimeSeconds?: number;
  /** No block is made until `evm_mine`. */
  readonly mineOnDemand?: boolean;
  /** Rules of the chain; default: the newest that this anvil knows. */
  readonly hardfork?: string;
  /** A block is safe after so many, and final after twice as many; default: 32. */
  readonly finalityBlocks?: number;
  /** Gas costs nothing, as on a chain of one's own. */
  readonly isFree?: boolean;
  /** Without the CREATE2 factory that anvil has from the start. */
  readonly hasNoFactory?: boolean;
  /** Time of the first block, Unix seconds; default: now. */
  readonly startS?: number;
  /** To come back at the same place after a stop. Default: any free one. */
  readonly port?: number;
}

export interface Anvil {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Private keys of anvil's well-known funded accounts (mnemonic "test test ... junk"). */
export const anvilKeys = [
  '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
  '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
] as const;

export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
  const args = [
    '--port',
    String(options.port ?? 0),
    '--chain-id',
    String(options.chainId ?? 31337),
    '--accounts',
    '2',
  ];
  if (options.blockTimeSeconds !== undefined) args.push('--block-time', String(options.blockTimeSeconds));
  if (options.mineOnDemand === true) args.push('--no-mining');
  if (options.hardfork !== undefined) args.push('--hardfork', options.hardfork);
  if (options.finalityBlocks !== undefined) args.push('--slots-in-an-epoch', String(options.finalityBlocks));
  if (options.startS !== undefined) args.push('--timestamp', String(options.startS));
  if (options.isFree === true)
    args.push('--block-base-fee-per-gas', '0', '--gas-price', '0', '--disable-min-priority-fee');
  if (options.hasNoFactory === true) args.push('--disable-default-create2-deployer');
  // The package's launcher is a script that starts the real program: its pid would end only the script.
  const child = spawn(anvilProgram(), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += String(chunk);
      const address = /Listening on (127\.0\.0\.1:\d+)/.exec(printed)?.[1];
      if (address !== undefined) resolve(`http://${address}`);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`anvil ended with code ${code}: ${printed.slice(-500)}`)));
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('anvil has no pid');
  return {
    url,
    pid,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Calls the node directly, for anvil_* and evm_* methods. */
export async function callAnvil(anvil: Anvil, method: string, ...params: unknown[]): Promise<unknown> {
  return new JsonRpc(anvil.url).call(method, params);
}

function anvilProgram(): string {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const platformPackage = `@foundry-rs/anvil-${process.platform}-${arch}`;
  const fromLauncher = createRequire(
    createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json'),
  );
  return join(dirname(fromLauncher.resolve(`${platformPackage}/package.json`)), 'bin', 'anvil');
}
