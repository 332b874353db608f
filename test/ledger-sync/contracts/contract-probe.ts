// Compiles and deploys ContractProbe.sol: the inner parts of the contracts, for the published vectors and for gas.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AbiCoder, Interface } from 'ethers/abi';
import { concat } from 'ethers/utils';
import { JsonRpc } from '../../../ledger-sync/anchor/json-rpc.js';
import { sendAndWait } from '../../../ledger-sync/anchor/send-and-wait.js';
import { collectSources, compileContracts, type Sources } from '../../../ledger-sync/contracts/solidity.mjs';
import { type Anvil, anvilKeys, callAnvil } from '../anvil.js';
import { walletOf } from '../test-ledger.js';

const contracts = join(import.meta.dirname, '../../../ledger-sync/contracts');

/** Asks one function of the probe; its first value. */
export type AskProbe = (name: string, ...values: readonly unknown[]) => Promise<unknown>;

export async function deployProbe(anvil: Anvil): Promise<AskProbe> {
  const sources: Sources = {};
  collectSources(contracts, 'ColdgateAnchorP256.sol', sources);
  collectSources(contracts, '@openzeppelin/contracts/utils/cryptography/MerkleProof.sol', sources);
  sources['ContractProbe.sol'] = {
    content: readFileSync(join(import.meta.dirname, 'ContractProbe.sol'), 'utf8'),
  };
  const probe = compileContracts(sources, ['ContractProbe']).ContractProbe;
  if (!probe) throw new Error('the probe was not compiled');
  const wallet = walletOf(anvilKeys[0]);
  const argument = AbiCoder.defaultAbiCoder().encode(['address'], [wallet.address]);
  const receipt = await sendAndWait(
    new JsonRpc(anvil.url),
    wallet,
    null,
    concat([`0x${probe.bytecode}`, argument]),
  );
  const face = new Interface(probe.abi);
  return async (name, ...values) => {
    const call = { to: receipt.contractAddress, data: face.encodeFunctionData(name, values) };
    return face.decodeFunctionResult(name, String(await callAnvil(anvil, 'eth_call', call, 'latest')))[0];
  };
}
