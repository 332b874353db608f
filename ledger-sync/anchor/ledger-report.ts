// What a person wants to know about a ledger before a fleet is sent to it: is it the contract of this release, who may
// act, is the chain alive, and how does each gateway stand there. Reads only.
import { keccak256 } from 'ethers/crypto';
import { hexlify } from 'ethers/utils';
import { hexData, readBlock, readChainId } from './chain-reader.js';
import { anchorInterface } from './contract-client.js';
import { type DeployableName, deployable, deployableNames } from './deployable.js';
import type { JsonRpc } from './json-rpc.js';
import { LedgerError } from './ledger-error.js';
import { type RegistryEntry, readRegistryEntry } from './registry.js';

export interface LedgerReport {
  readonly chainId: number;
  readonly blockNumber: number;
  readonly blockTimeMs: number;
  readonly contract: string;
  /** Which contract of this release the code is. */
  readonly name: DeployableName;
  readonly codeHash: string;
  /** 0x address of the account that appoints registrars and revokers. */
  readonly admin: string;
  readonly gateways: readonly GatewayReport[];
}

export interface GatewayReport extends RegistryEntry {
  /** 0x address. */
  readonly gateway: string;
  /** 56 hex digits: head of the newest header; undefined where it is not registered. */
  readonly head: string | undefined;
}

/**
 * @param contract 20 bytes
 * @param gateways 20 bytes each
 * @throws LedgerError RPC_*, CONTRACT_MISSING, CONTRACT_UNKNOWN
 */
export async function readLedgerReport(
  rpc: JsonRpc,
  contract: Uint8Array,
  gateways: readonly Uint8Array[],
): Promise<LedgerReport> {
  const address = hexlify(contract);
  const chainId = await readChainId(rpc);
  const block = await readBlock(rpc, 'latest');
  const codeHash = await readCodeHash(rpc, address);
  const name = deployableNames.find((one) => deployable(one).runtimeCodeHash === codeHash);
  if (name === undefined) {
    const hint = 'Check the address. A contract of another release needs that release.';
    throw new LedgerError(
      'CONTRACT_UNKNOWN',
      `${address}: code hash ${codeHash} is not of this release`,
      hint,
    );
  }
  const [admin] = await ask(rpc, address, 'defaultAdmin', []);
  const reports: GatewayReport[] = [];
  for (const gateway of gateways) {
    const entry = await readRegistryEntry(rpc, address, gateway, block.number);
    const [head] = await ask(rpc, address, 'head', [hexlify(gateway)]);
    const isKnown = entry.status !== 'unregistered';
    reports.push({
      gateway: hexlify(gateway),
      ...entry,
      head: isKnown ? String(head).slice(2) : undefined,
    });
  }
  return {
    chainId,
    blockNumber: block.number,
    blockTimeMs: block.timeMs,
    contract: address,
    name,
    codeHash,
    admin: String(admin).toLowerCase(),
    gateways: reports,
  };
}

async function readCodeHash(rpc: JsonRpc, address: string): Promise<string> {
  const code = hexData(await rpc.call('eth_getCode', [address, 'latest']), 'eth_getCode');
  if (code !== '0x') return keccak256(code);
  const hint = 'Check the address and the chain, or deploy with coldgate ledger deploy.';
  throw new LedgerError('CONTRACT_MISSING', `${address}: no contract at this address`, hint);
}

async function ask(rpc: JsonRpc, to: string, name: string, values: readonly unknown[]) {
  const data = anchorInterface.encodeFunctionData(name, values);
  const answer = hexData(await rpc.call('eth_call', [{ to, data }, 'latest']), 'eth_call');
  return anchorInterface.decodeFunctionResult(name, answer);
}
