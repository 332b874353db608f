// A header over the log as it stands, signed for one place in the contract's chain. Which places have one is known in memory as
// well: an index that a card has changed must not let a second header be signed for any.

import { type BatchHeader, headOf, packMeta, signBatch } from '../../ledger-sync/evidence/batch.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import type { CompactRange } from '../../ledger-sync/evidence/compact-range.js';
import type { Signer } from '../../ledger-sync/evidence/signer.js';
import { batchOf, type StoredBatch } from '../journal/batch-rows.js';
import { type BatchSummary, headerSummary } from '../journal/batch-summary.js';
import type { LogStatements } from '../journal/log-statements.js';
import type { BatchOrder } from './draft-record.js';

const keyOf = (chainId: number, contract: Uint8Array) => `${chainId}/${toHex(contract)}`;

export class HeaderSigner {
  readonly #statements: LogStatements;
  readonly #signer: Signer;
  /** The newest of each ledger domain. */
  readonly #newest = new Map<string, number>();

  /** @throws JournalError JOURNAL_DAMAGED if the newest header is not what was written */
  constructor(statements: LogStatements, signer: Signer) {
    this.#statements = statements;
    this.#signer = signer;
    for (const { chain_id: chainId, contract, seq } of this.newest())
      this.#newest.set(keyOf(chainId, contract), seq);
  }

  /** The newest header of each ledger domain. @throws JournalError JOURNAL_DAMAGED */
  newest(): StoredBatch[] {
    return this.#statements.newestBatches.all().map(batchOf);
  }

  /**
   * Signs a header and stores it; inside the commit's transaction. Final: a second one for the same seq is never made.
   * @returns its seq; undefined where that place has one
   */
  sign(
    { chainId, contract, seq, prev, flags }: BatchOrder,
    { range, summary }: { readonly range: CompactRange; readonly summary: BatchSummary },
  ): number | undefined {
    if (seq <= (this.#newest.get(keyOf(chainId, contract)) ?? 0)) return undefined;
    const { size } = range;
    const meta = { ...headerSummary(summary, flags), seq, size };
    const header: BatchHeader = { gateway: this.#signer.address, prev, root: range.root(), meta };
    const { signature } = signBatch(this.#signer, { chainId, verifyingContract: contract }, header);
    this.#statements.batch.run(
      ...([chainId, contract, seq, size, headOf(header), prev] as const),
      ...([header.root, packMeta(meta), signature] as const),
    );
    return seq;
  }

  /** The commit went through. */
  signed({ chainId, contract, seq }: BatchOrder): void {
    this.#newest.set(keyOf(chainId, contract), seq);
  }
}
