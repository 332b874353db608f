// The factory through which a contract gets the same address on every chain (CREATE2, EIP-1014). It is the one that
// most chains have already, at 0x4e59...956c: whoever sends salt and creation code to it makes the contract. Where a
// chain lacks it, one old transaction that everybody knows puts it there: its signature is made up, so nobody has
// the key of its sender, and so the factory's address is the same everywhere.
import { getCreate2Address } from 'ethers/address';
import { keccak256 } from 'ethers/crypto';
import { concat } from 'ethers/utils';
import { hexData, quantity } from './chain-reader.js';
import type { Rpc } from './json-rpc.js';
import { LedgerError } from './ledger-error.js';
import type { PayingWallet } from './paying-wallet.js';
import { sendAndWait, waitForReceipt } from './send-and-wait.js';

export const factoryAddress = '0x4e59b44847b379578588920ca78fbf26c0b4956c';
const factoryCodeHash = '0x2fa86add0aed31f33a762c9d88e807c475bd51d0f52bd0955754b2608f7e4989';
/** Pays for the one transaction below, and for nothing else ever. */
const factoryDeployer = '0x3fab184622dc19b6109349b94811493bf2a45362';
/** 100,000 gas at 100 gwei, without chain id: pre-EIP-155, or it would be good for one chain only. */
const factoryTransaction = `0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7f${'ff'.repeat(31)}e03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba0${'22'.repeat(32)}a0${'22'.repeat(32)}`;
const factoryCostWei = 10n ** 16n;

/** Where the factory puts that creation code, 0x address in lower case. */
export function create2Address(salt: string, initCode: string): string {
  return getCreate2Address(factoryAddress, salt, keccak256(initCode)).toLowerCase();
}

/** What is sent to the factory. @param salt 0x and 64 hex digits */
export function factoryCall(salt: string, initCode: string): string {
  return concat([salt, initCode]);
}

/** @throws LedgerError CONTRACT_UNKNOWN where other code is at the factory's address; RPC_* */
export async function hasFactory(rpc: Rpc): Promise<boolean> {
  const code = hexData(await rpc.call('eth_getCode', [factoryAddress, 'latest']), 'eth_getCode');
  if (code === '0x') return false;
  if (keccak256(code) === factoryCodeHash) return true;
  const hint = 'Deploy without a factory: the address then follows from the account and its nonce.';
  throw new LedgerError('CONTRACT_UNKNOWN', `${factoryAddress} is not the CREATE2 factory here`, hint);
}

/**
 * Puts the factory on a chain that lacks it; the wallet gives what its transaction costs, 0.01 of the chain's coin.
 * @throws LedgerError of sendAndWait; RPC_REFUSED on chains that take no transaction without chain id, or whose gas
 *   costs more than 100 gwei
 */
export async function installFactory(rpc: Rpc, wallet: PayingWallet): Promise<void> {
  const balance = quantity(await rpc.call('eth_getBalance', [factoryDeployer, 'latest']), 'eth_getBalance');
  if (balance < factoryCostWei)
    await sendAndWait(rpc, wallet, factoryDeployer, '0x', factoryCostWei - balance);
  await rpc.call('eth_sendRawTransaction', [factoryTransaction]);
  await waitForReceipt(rpc, keccak256(factoryTransaction));
}
