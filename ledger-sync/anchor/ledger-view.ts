// One consistent look at the ledger: contract head and account nonce of the same block. Checks that it is the
// configured chain, and that the contract's head is one of ours. Changes nothing.
import { hexlify } from 'ethers/utils';
import type { AnchorStore, LedgerHeadObservation } from './anchor-store.js';
import { type Block, readChainId, readNonce } from './chain-reader.js';
import type { AnchorContract } from './contract-client.js';
import { LedgerError } from './ledger-error.js';

export interface LedgerTarget {
  readonly chainId: number;
  /** 20 bytes. */
  readonly contract: Uint8Array;
  /** 20 bytes. */
  readonly gateway: Uint8Array;
}

export interface LedgerView {
  readonly block: Block;
  /** The payer's next nonce. */
  readonly nonce: number;
  readonly observation: LedgerHeadObservation;
}

/** @throws LedgerError WRONG_CHAIN */
export async function assertChain(contract: AnchorContract, expected: number): Promise<void> {
  const found = await readChainId(contract.rpc);
  if (found === expected) return;
  const hint = 'Check the RPC URL and the chain id in the configuration.';
  throw new LedgerError('WRONG_CHAIN', `the endpoint serves chain ${found}, configured is ${expected}`, hint);
}

/**
 * @param payer address whose nonce is read
 * @param block at which both are read
 * @throws LedgerError RPC_*, CONTRACT_MISSING
 */
export async function readLedgerView(
  contract: AnchorContract,
  target: LedgerTarget,
  payer: string,
  block: Block,
): Promise<LedgerView> {
  // Nonce and head of one block: with a newer nonce and an older head, batches would be paid for twice.
  const [head, nonce] = await Promise.all([
    contract.head(target.gateway, block.number),
    readNonce(contract.rpc, payer, block.number),
  ]);
  return { block, nonce, observation: { ...target, ...head, blockNumber: block.number } };
}

/**
 * The contract must stand at a header that this log signed.
 * @throws LedgerError NOT_REGISTERED, LOG_OUTGROWN
 */
export function assertOurHead(observation: LedgerHeadObservation, store: AnchorStore): void {
  const gateway = hexlify(observation.gateway);
  if (!observation.registered) {
    const hint = 'Let a registrar of the contract register this gateway with its proof of possession.';
    throw new LedgerError(
      'NOT_REGISTERED',
      `${gateway} is not registered at ${hexlify(observation.contract)}`,
      hint,
    );
  }
  // Sequence 0 is the genesis head, which the contract computes itself.
  if (observation.seq === 0) return;
  const ours = store.headAt(observation.seq);
  if (ours !== undefined && hexlify(ours) === hexlify(observation.head)) return;
  const state =
    ours === undefined ? 'which this log has never signed' : 'with another head than this log signed';
  const hint =
    'The journal was restored from an older copy, or two devices use one key. Nothing more is anchored; ' +
    'find the newer journal, or give this gateway a new key.';
  throw new LedgerError(
    'LOG_OUTGROWN',
    `${gateway}: the ledger has batch ${observation.seq}, ${state}`,
    hint,
  );
}
