// Puts the anchor contract on a chain and registers gateways with it: what a person does once per ledger and once
// per gateway. The gateway's part, its proof of possession, is in registration-proof.ts.
import { concat, getBytes, hexlify } from 'ethers/utils';
import { bytecode } from '../contracts/generated/coldgate-anchor.js';
import { anchorInterface } from './contract-client.js';
import type { Rpc } from './json-rpc.js';
import { LedgerError, NodeRefusal } from './ledger-error.js';
import type { PayingWallet } from './paying-wallet.js';
import { sendAndWait } from './send-and-wait.js';

/**
 * Deploys the contract with the wallet as its admin and first registrar.
 * @returns the 20-byte address
 * @throws LedgerError of sendAndWait
 */
export async function deployAnchor(rpc: Rpc, wallet: PayingWallet): Promise<Uint8Array> {
  const data = concat([bytecode, anchorInterface.encodeDeploy([wallet.address])]);
  const { contractAddress } = await sendAndWait(rpc, wallet, null, data);
  if (contractAddress === undefined) {
    const hint = 'Check the RPC endpoint.';
    throw new LedgerError('RPC_MALFORMED', 'the receipt of a deployment names no contract', hint);
  }
  return getBytes(contractAddress);
}

/**
 * Registers a gateway; the wallet must hold REGISTRAR_ROLE and be the one named in the proof.
 * @param contract 20 bytes
 * @param gateway 20 bytes
 * @param proof 64-byte EIP-2098 signature by the gateway over `Registration(gateway, registrar)`
 * Resolves when the registration is in a block.
 * @throws LedgerError of sendAndWait; CONTRACT_REFUSED with the contract's own error (role, proof, registered already)
 */
export async function registerGateway(
  rpc: Rpc,
  wallet: PayingWallet,
  contract: Uint8Array,
  gateway: Uint8Array,
  proof: Uint8Array,
): Promise<void> {
  const data = anchorInterface.encodeFunctionData('register', [hexlify(gateway), hexlify(proof)]);
  try {
    await sendAndWait(rpc, wallet, hexlify(contract), data);
  } catch (error) {
    throw explained(error);
  }
}

/** A revert in the contract's words instead of a selector in hex. */
function explained(error: unknown): unknown {
  if (!(error instanceof NodeRefusal) || error.nodeData === undefined) return error;
  const known = anchorInterface.parseError(error.nodeData);
  if (known === null) return error;
  const message = `the contract refused: ${known.name}(${known.args.join(', ')})`;
  const hint = 'ColdgateAnchor.sol says what this error means.';
  return new LedgerError('CONTRACT_REFUSED', message, hint, { cause: error });
}
