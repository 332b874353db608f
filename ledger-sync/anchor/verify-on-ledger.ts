// Asks the ledger what an evidence bundle needs for its last check (`coldgate verify --rpc`). The newest header is in
// the contract's slot, older ones in the receipt of their transaction, so no logs query is needed (public nodes
// limit those). Only reads: evidence/verify-ledger.ts judges. Believes the endpoint; who does not runs a node.
import { hexlify } from 'ethers/utils';
import type { LedgerAnswer } from '../evidence/verify-ledger.js';
import { aggregatedTrees } from './aggregated-tree.js';
import { type Receipt, readBlock, readReceipt } from './chain-reader.js';
import { AnchorContract, anchoredHeads, isRegistration } from './contract-client.js';
import { deployable } from './deployable.js';
import { JsonRpc } from './json-rpc.js';
import { assertChain, type LedgerTarget } from './ledger-view.js';
import { readRegistryEntry } from './registry.js';

/** A transaction by its hash, 0x and 64 hex digits; a bundle's `anchor` and `registration` fit. */
export interface TransactionReference {
  readonly transactionHash: string;
}

export interface LedgerQuestion extends LedgerTarget {
  /** The transaction that anchored the header in question; without it only the newest header is found. */
  readonly anchor?: TransactionReference | undefined;
  readonly registration?: TransactionReference | undefined;
  /** Where the ledger has only roots of an aggregator's log: the contract is the aggregate one. */
  readonly isAggregate?: boolean;
}

/**
 * Four to nine calls to one endpoint.
 * @throws LedgerError RPC_*, WRONG_CHAIN, CONTRACT_MISSING, CONTRACT_UNKNOWN (other code could claim anything)
 */
export async function readLedgerAnswer(rpcUrl: string, question: LedgerQuestion): Promise<LedgerAnswer> {
  const contract = new AnchorContract(new JsonRpc(rpcUrl), question.contract);
  const { gateway, anchor, registration, isAggregate } = question;
  await assertChain(contract, question.chainId);
  await contract.assertGenuine(isAggregate ? [deployable('aggregate').runtimeCodeHash] : undefined);
  const block = await readBlock(contract.rpc, 'latest');
  const newest = await contract.head(gateway, block.number);
  const { status, lastValidSeq } = await readRegistryEntry(
    contract.rpc,
    contract.address,
    gateway,
    block.number,
  );
  const registered = registration && (await readRegistration(contract, gateway, registration));
  return {
    chainId: question.chainId,
    contract: contract.address,
    registered: newest.registered,
    headSeq: newest.seq,
    head: hexlify(newest.head).slice(2),
    ...(lastValidSeq === undefined ? {} : { stop: { status, lastValidSeq } }),
    ...(await readAnchor(contract, gateway, anchor)),
    ...(registered === undefined ? {} : { registration: registered }),
  };
}

/** What the transaction did: headers that the contract took, and trees that were published. */
async function readAnchor(
  contract: AnchorContract,
  gateway: Uint8Array,
  anchor: TransactionReference | undefined,
): Promise<Pick<LedgerAnswer, 'anchoredHeads' | 'publishedTrees'>> {
  const receipt = anchor && (await readReceipt(contract.rpc, anchor.transactionHash));
  const block = receipt && (await readCanonicalBlock(contract, receipt));
  if (anchor === undefined || receipt === undefined || block === undefined) return { anchoredHeads: [] };
  const { number: blockNumber, hash: blockHash, timeMs: blockTimeMs } = block;
  const place = { transactionHash: anchor.transactionHash, blockNumber, blockHash, blockTimeMs };
  const heads = anchoredHeads(receipt, contract.address, gateway);
  const trees = receipt.succeeded ? aggregatedTrees(receipt.logs, contract.address) : [];
  return {
    anchoredHeads: heads.map(({ seq, head }) => ({ seq, head: hexlify(head).slice(2), ...place })),
    ...(trees.length === 0
      ? {}
      : {
          publishedTrees: trees.map(({ aggregator, root, size }) => ({
            ...{ aggregator, root: hexlify(root).slice(2), size },
            ...place,
          })),
        }),
  };
}

async function readRegistration(
  contract: AnchorContract,
  gateway: Uint8Array,
  { transactionHash }: TransactionReference,
): Promise<LedgerAnswer['registration']> {
  const receipt = await readReceipt(contract.rpc, transactionHash);
  if (receipt === undefined || !isRegistration(receipt, contract.address, gateway)) return undefined;
  return { transactionHash, blockNumber: receipt.blockNumber };
}

/** The receipt's block, unless the chain has another one at that height by now. */
async function readCanonicalBlock(contract: AnchorContract, receipt: Receipt) {
  const block = await readBlock(contract.rpc, receipt.blockNumber);
  return block.hash === receipt.blockHash ? block : undefined;
}
