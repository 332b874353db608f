// What the ledger side needs of the journal, so that it knows no database: the signed batches go out, what the
// ledger said comes back. Implemented by the gateway's journal. Every save is durable when it returns.

/** A signed batch header that the ledger has not taken yet. */
export interface PendingBatch {
  readonly seq: number;
  /** The record that the contract reads, 146 bytes, or 190 of a key of P-256. */
  readonly wire: Uint8Array;
  /** First 28 bytes of the header's EIP-712 struct hash. */
  readonly head: Uint8Array;
  /** Number of records in the log that the header covers. */
  readonly size: number;
}

/** What the contract answered about the gateway at one block. */
export interface LedgerHeadObservation {
  readonly chainId: number;
  readonly contract: Uint8Array;
  readonly gateway: Uint8Array;
  /** 28 bytes; all zero when not registered. */
  readonly head: Uint8Array;
  readonly seq: number;
  readonly blockNumber: number;
  readonly registered: boolean;
  /** Sequence at the chain's safe block; undefined when not known. */
  readonly safeSeq?: number | undefined;
  /** Sequence at the chain's finalized block; undefined when not known. */
  readonly finalizedSeq?: number | undefined;
  /** No block up to this one can be replaced any more. */
  readonly finalBlock?: number | undefined;
}

/** A signed transaction that carries the batches fromSeq..toSeq. */
export interface Submission {
  readonly hash: string;
  readonly nonce: number;
  /** The signed bytes as 0x hex, ready to be sent again at any time. */
  readonly raw: string;
  readonly fromSeq: number;
  readonly toSeq: number;
}

/** The block in which the contract took the batches fromSeq..toSeq. */
export interface Inclusion {
  readonly transactionHash: string;
  readonly blockNumber: number;
  readonly blockHash: string;
  readonly blockTimeMs: number;
  readonly fromSeq: number;
  readonly toSeq: number;
}

/** What a nonce of the payer costs: the most that it may, until its receipt says what it did. */
export interface Spend {
  readonly nonce: number;
  readonly wei: bigint;
  /** Time of the block at which the transaction was signed: the payer's day does not depend on this machine's clock. */
  readonly timeMs: number;
}

export type Cost = Omit<Spend, 'timeMs'>;

export interface AnchorProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export interface AnchorStore {
  /** Batches signed for this ledger with a sequence above the last observed head, ascending. */
  pendingBatches(limit: number): PendingBatch[];
  /** The 28-byte head of our signed batch with that sequence; tells a fork from progress. */
  headAt(seq: number): Uint8Array | undefined;
  /**
   * Called at every look, so the store writes only what differs from what it holds. The gateway role reads it before
   * it cuts the next header, and forgets it when it starts. Also called with a head that is not ours: the
   * gateway role must compare it with headAt before it signs, and the sequence may go down (reorg).
   */
  saveHead(observation: LedgerHeadObservation): void;
  /** The finalBlock that was last written: an endpoint that is behind it is stale. */
  finalBlock(): number;
  /**
   * Durable before the raw transaction leaves, together with the most that it may cost. Kept until its nonce is
   * final: after a reorg the same bytes go out again.
   */
  saveSubmission(submission: Submission, most: Spend): void;
  /** Saved and not dropped, by nonce, then in the order of saving. */
  openSubmissions(): Submission[];
  /**
   * A later inclusion of the same batches (reorg) replaces it. Told again after a restart: writes only what differs.
   * @param cost replaces what was set aside for the nonce; undefined where the node did not say
   */
  saveInclusion(inclusion: Inclusion, cost?: Cost): void;
  /** Their nonces are final. */
  dropSubmissions(hashes: readonly string[]): void;
  /** Signed at that block time or later, oldest first. Older ones may be forgotten. */
  spends(sinceMs: number): Spend[];
  /** Shown by `coldgate status`; undefined when all is well again. Called on change only. */
  saveProblem(problem: AnchorProblem | undefined): void;
  /** What does not hold anything up yet. Otherwise as a problem. */
  saveWarning(warning: AnchorProblem | undefined): void;
}
