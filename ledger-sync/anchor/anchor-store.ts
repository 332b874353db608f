// What the ledger side needs of the journal, so that it knows no database: the signed batches go out, what the
// ledger said comes back. Implemented by the gateway's journal. Every save is durable when it returns.

/** A signed batch header that the ledger has not taken yet. */
export interface PendingBatch {
  readonly seq: number;
  /** The 146-byte record that the contract reads. */
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
  /** Durable before the raw transaction leaves. The same hash again opens the submission again. */
  saveSubmission(submission: Submission): void;
  /** Saved and not dropped, in the order of saving. */
  openSubmissions(): Submission[];
  /** A later inclusion of the same batches (reorg) replaces it. The submission is dropped in a call of its own. */
  saveInclusion(inclusion: Inclusion): void;
  /** Included, replaced or of no use any more. */
  dropSubmission(hash: string): void;
  /** Shown by `coldgate status`; undefined when all is well again. Called on change only. */
  saveProblem(problem: AnchorProblem | undefined): void;
}
