// Puts a contract on a chain: what a person does once per ledger. With a salt it goes through the CREATE2 factory and
// has the same address on every chain for the same admin; without one its address follows from account and nonce.
import { AbiCoder } from 'ethers/abi';
import { keccak256 } from 'ethers/crypto';
import { concat, getBytes } from 'ethers/utils';
import { hexData } from './chain-reader.js';
import { create2Address, factoryAddress, factoryCall, hasFactory } from './create2-factory.js';
import { type DeployableName, deployable } from './deployable.js';
import type { Rpc } from './json-rpc.js';
import { LedgerError } from './ledger-error.js';
import type { PayingWallet } from './paying-wallet.js';
import { type MinedTransaction, sendAndWait } from './send-and-wait.js';

export interface DeploymentRequest {
  readonly name: DeployableName;
  /** 0x address that gets all roles, where the contract knows any. */
  readonly admin: string;
  /** 0x and 64 hex digits; undefined: without the factory. */
  readonly salt?: string | undefined;
}

export interface Deployment {
  /** 0x address in lower case. */
  readonly address: string;
  /** keccak256 of what was sent to be run: code and constructor arguments. */
  readonly initCodeHash: string;
  /** undefined where it was there already. */
  readonly transaction: MinedTransaction | undefined;
}

/** Creation code with the constructor's argument, where it takes one. */
export function initCodeOf({ name, admin }: DeploymentRequest): string {
  const { bytecode, hasAdmin } = deployable(name);
  return hasAdmin ? concat([bytecode, AbiCoder.defaultAbiCoder().encode(['address'], [admin])]) : bytecode;
}

/**
 * Deploys, or finds what was deployed with the same salt and admin before.
 * @throws LedgerError FACTORY_MISSING; CONTRACT_UNKNOWN if the code there is not that of this release; those of
 *   sendAndWait
 */
export async function deployContract(
  rpc: Rpc,
  wallet: PayingWallet,
  request: DeploymentRequest,
): Promise<Deployment> {
  const initCode = initCodeOf(request);
  const initCodeHash = keccak256(initCode);
  if (request.salt === undefined) {
    const transaction = await sendAndWait(rpc, wallet, null, initCode);
    if (transaction.contractAddress === undefined) throw nameless();
    await assertCode(rpc, transaction.contractAddress, request.name);
    return { address: transaction.contractAddress.toLowerCase(), initCodeHash, transaction };
  }
  const address = create2Address(request.salt, initCode);
  if (await isThere(rpc, address)) {
    await assertCode(rpc, address, request.name);
    return { address, initCodeHash, transaction: undefined };
  }
  if (!(await hasFactory(rpc))) throw factoryMissing();
  const transaction = await sendAndWait(rpc, wallet, factoryAddress, factoryCall(request.salt, initCode));
  await assertCode(rpc, address, request.name);
  return { address, initCodeHash, transaction };
}

/**
 * Deploys the anchor contract without the factory, with the wallet as its admin.
 * @returns the 20-byte address
 * @throws LedgerError of sendAndWait
 */
export async function deployAnchor(rpc: Rpc, wallet: PayingWallet): Promise<Uint8Array> {
  return getBytes((await deployContract(rpc, wallet, { name: 'anchor', admin: wallet.address })).address);
}

async function isThere(rpc: Rpc, address: string): Promise<boolean> {
  return (await codeAt(rpc, address)) !== '0x';
}

async function assertCode(rpc: Rpc, address: string, name: DeployableName): Promise<void> {
  const found = keccak256(await codeAt(rpc, address));
  const { runtimeCodeHash, contractName } = deployable(name);
  if (found === runtimeCodeHash) return;
  const message = `${address}: code hash ${found}, ${contractName} of this release has ${runtimeCodeHash}`;
  throw new LedgerError('CONTRACT_UNKNOWN', message, 'Check the RPC endpoint; do not use this contract.');
}

async function codeAt(rpc: Rpc, address: string): Promise<string> {
  return hexData(await rpc.call('eth_getCode', [address, 'latest']), 'eth_getCode');
}

function factoryMissing(): LedgerError {
  const message = `this chain has no CREATE2 factory at ${factoryAddress}`;
  const hint =
    'Install it with --install-factory, or deploy with --plain: then the address is of this chain only.';
  return new LedgerError('FACTORY_MISSING', message, hint);
}

function nameless(): LedgerError {
  const hint = 'Check the RPC endpoint.';
  return new LedgerError('RPC_MALFORMED', 'the receipt of a deployment names no contract', hint);
}
