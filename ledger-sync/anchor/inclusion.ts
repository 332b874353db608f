// Where a transaction of ours stands on the chain: its block, and which batches the contract took from it. A block
// may be replaced (reorg), so young inclusions are looked at again until they are buried.
import type { AnchorStore, Inclusion } from './anchor-store.js';
import { type Block, type Receipt, readBlock, readReceipt } from './chain-reader.js';
import { type AnchorContract, anchoredHeads } from './contract-client.js';
import { burialBlocks } from './finality.js';

/**
 * The batches of one gateway that this receipt anchored; undefined when there are none, or when the receipt's
 * block is not the canonical one any more.
 * @throws LedgerError RPC_*
 */
export async function inclusionOf(
  contract: AnchorContract,
  gateway: Uint8Array,
  transactionHash: string,
  receipt: Receipt,
): Promise<Inclusion | undefined> {
  const taken = anchoredHeads(receipt, contract.address, gateway);
  const fromSeq = taken[0]?.seq;
  const toSeq = taken.at(-1)?.seq;
  if (fromSeq === undefined || toSeq === undefined) return undefined;
  const { blockNumber, blockHash } = receipt;
  const block = await readBlock(contract.rpc, blockNumber);
  if (block.hash !== blockHash) return undefined;
  return { transactionHash, blockNumber, blockHash, blockTimeMs: block.timeMs, fromSeq, toSeq };
}

/** Corrects inclusions whose block was replaced while the contract's head stayed the same. Remembers in memory only. */
export class InclusionWatch {
  /** Ascending by block. */
  #young: Inclusion[] = [];

  constructor(
    readonly store: AnchorStore,
    readonly contract: AnchorContract,
    readonly gateway: Uint8Array,
  ) {}

  add(inclusion: Inclusion): void {
    this.#young.push(inclusion);
    this.#young.sort((a, b) => a.blockNumber - b.blockNumber);
  }

  /**
   * @returns transactions that are on the chain no more
   * @throws LedgerError RPC_*
   */
  async recheck(latest: Block): Promise<string[]> {
    this.#young = this.#young.filter(({ blockNumber }) => blockNumber + burialBlocks > latest.number);
    const newest = this.#young.at(-1);
    // A canonical block has only canonical ancestors: the newest one answers for all.
    if (newest === undefined || (await this.#isCanonical(newest, latest))) return [];
    const doubtful = this.#young;
    this.#young = [];
    const lost: string[] = [];
    for (const known of doubtful) {
      if (!(await this.#isRenewed(known))) lost.push(known.transactionHash);
    }
    return lost;
  }

  async #isCanonical({ blockNumber, blockHash }: Inclusion, latest: Block): Promise<boolean> {
    if (blockNumber > latest.number) return false;
    const block = blockNumber === latest.number ? latest : await readBlock(this.contract.rpc, blockNumber);
    return block.hash === blockHash;
  }

  /** False when it is not on the chain any more: then the contract's head has gone down, or another one was taken. */
  async #isRenewed(known: Inclusion): Promise<boolean> {
    const { rpc } = this.contract;
    const receipt = await readReceipt(rpc, known.transactionHash);
    const now = receipt && (await inclusionOf(this.contract, this.gateway, known.transactionHash, receipt));
    if (now === undefined) return false;
    if (now.blockHash !== known.blockHash) this.store.saveInclusion(now);
    this.add(now);
    return true;
  }
}
