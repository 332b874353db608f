// Looks up which block took which headers of which gateway, and lets go of transactions whose nonce is final. Only adds
// knowledge about when; that a header is anchored is decided by the contract's words alone.
import { type Block, type Receipt, readBlock, readReceipt } from '../anchor/chain-reader.js';
import type { AnchorContract } from '../anchor/contract-client.js';
import { LedgerError } from '../anchor/ledger-error.js';
import type { FleetFinality, FleetView } from './fleet-view.js';
import type { RelayPlan } from './relay-plan.js';
import type { RelayStore } from './relay-store.js';

interface Found {
  readonly blockNumber: number;
  readonly blockHash: string;
}

/** What it remembers is looked up again after a restart. */
export class RelaySettler {
  /** By transaction hash. */
  readonly #found = new Map<string, Found>();
  readonly #reverted = new Set<string>();
  #lastBlockHash: string | undefined;

  constructor(
    readonly store: RelayStore,
    readonly contract: AnchorContract,
    readonly plan: RelayPlan,
    /** 0x address. */
    readonly payer: string,
  ) {}

  /** @throws LedgerError RPC_*; TRANSACTION_REVERTED once for each */
  async settle(view: FleetView, finality: FleetFinality | undefined): Promise<void> {
    // Between two looks at one block nothing can have changed, once everything in it was found.
    if (view.block.hash === this.#lastBlockHash) return;
    if (!(await this.#isNewestCanonical(view.block))) this.#found.clear();
    const used = this.store.openSubmissions().filter(({ nonce }) => nonce < view.nonce);
    for (const { hash, nonce } of used) {
      if (!this.#isSettled(hash)) await this.#lookUp(hash, nonce);
    }
    // A node may know a nonce as used before it gives the receipt.
    const settled = new Set(used.filter(({ hash }) => this.#isSettled(hash)).map(({ nonce }) => nonce));
    if (used.every(({ nonce }) => settled.has(nonce))) this.#lastBlockHash = view.block.hash;
    if (finality) this.#letGo(used.filter(({ nonce }) => nonce < finality.nonce).map(({ hash }) => hash));
  }

  #isSettled(hash: string): boolean {
    return this.#found.has(hash) || this.#reverted.has(hash);
  }

  /** A canonical block has only canonical ancestors: the newest one answers for all. */
  async #isNewestCanonical(latest: Block): Promise<boolean> {
    const [newest] = [...this.#found.values()].sort((a, b) => b.blockNumber - a.blockNumber);
    if (newest === undefined) return true;
    if (newest.blockNumber > latest.number) return false;
    const block =
      newest.blockNumber === latest.number ? latest : await readBlock(this.contract.rpc, newest.blockNumber);
    return block.hash === newest.blockHash;
  }

  async #lookUp(hash: string, nonce: number): Promise<void> {
    const receipt = await readReceipt(this.contract.rpc, hash);
    if (receipt === undefined) return;
    const block = await readBlock(this.contract.rpc, receipt.blockNumber);
    if (block.hash !== receipt.blockHash) return;
    if (!receipt.succeeded) {
      this.#reverted.add(hash);
      throw reverted(hash, receipt);
    }
    const taken = this.plan.included(this.contract, this.payer, receipt, block);
    const inclusions = taken.map((one) => ({ ...one, transactionHash: hash }));
    const { costWei } = receipt;
    this.store.saveInclusions(inclusions, costWei === undefined ? undefined : { nonce, wei: costWei });
    this.#found.set(hash, { blockNumber: block.number, blockHash: block.hash });
  }

  #letGo(hashes: readonly string[]): void {
    if (hashes.length === 0) return;
    this.store.dropSubmissions(hashes);
    for (const hash of hashes) {
      this.#found.delete(hash);
      this.#reverted.delete(hash);
    }
  }
}

function reverted(hash: string, { blockNumber, gasUsed }: Receipt): LedgerError {
  const message = `${hash} was reverted in block ${blockNumber} (${gasUsed} gas used)`;
  return new LedgerError(
    'TRANSACTION_REVERTED',
    message,
    'It is tried again. Does the chain price gas unusually?',
  );
}
