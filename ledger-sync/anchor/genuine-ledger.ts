// What an endpoint must show before it is believed or written to: the configured chain, the contract of this
// release by its code hash, and the EIP-712 domain that our headers are signed for.
import { getBytes, hexlify } from 'ethers/utils';
import { hexData } from './chain-reader.js';
import { AnchorContract, anchorInterface } from './contract-client.js';
import type { Rpc } from './json-rpc.js';
import { LedgerError } from './ledger-error.js';
import { assertChain, type LedgerTarget } from './ledger-view.js';

/**
 * @param codeHashes of the contracts that are expected there; by default the anchors
 * @throws LedgerError WRONG_CHAIN, CONTRACT_MISSING, CONTRACT_UNKNOWN, RPC_*
 */
export async function assertGenuineLedger(
  rpc: Rpc,
  { chainId, contract: address }: Pick<LedgerTarget, 'chainId' | 'contract'>,
  codeHashes?: readonly string[],
): Promise<void> {
  const contract = new AnchorContract(rpc, address);
  await assertChain(contract, chainId);
  await contract.assertGenuine(codeHashes);
  const data = anchorInterface.encodeFunctionData('eip712Domain', []);
  const call = { to: contract.address, data };
  const answer = hexData(await rpc.call('eth_call', [call, 'latest']), 'eth_call');
  if (answer === hexlify(expectedDomain(chainId, address))) return;
  const hint = 'The contract checks signatures of another chain or address. Check the RPC endpoint.';
  throw new LedgerError('CONTRACT_UNKNOWN', `${contract.address}: another EIP-712 domain`, hint);
}

/** EIP-5267: fields 01111 (name, version, chain id, contract), no salt, no extensions. */
function expectedDomain(chainId: number, contract: Uint8Array): Uint8Array {
  const fields = ['0x0f', 'coldgate', '1', chainId, hexlify(contract), `0x${'00'.repeat(32)}`, []];
  return getBytes(anchorInterface.encodeFunctionResult('eip712Domain', fields));
}
