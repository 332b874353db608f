// What the relay needs of a disk: the headers that gateways handed over, and the transactions that carry them. Every save
// is durable when it returns: a gateway may have forgotten what the relay still owes.
import type { AnchorProblem, Cost, Inclusion, Spend } from '../anchor/anchor-store.js';

/** A header whose signature was checked. */
export interface RelayHeader {
  /** 20 bytes. */
  readonly gateway: Uint8Array;
  readonly seq: number;
  /** Head of the header before, 28 bytes. */
  readonly prev: Uint8Array;
  /** 28 bytes. */
  readonly head: Uint8Array;
  /** The 146-byte record that the contract reads. */
  readonly wire: Uint8Array;
}

/** A signed transaction with headers of many gateways. */
export interface RelaySubmission {
  readonly hash: string;
  readonly nonce: number;
  /** The signed bytes as 0x hex. */
  readonly raw: string;
}

/** The block in which the contract took headers of one gateway. */
export interface GatewayInclusion extends Inclusion {
  readonly gateway: Uint8Array;
  /** Of the tree that was published there, where headers are aggregated. */
  readonly treeSize?: number | undefined;
}

export interface RelayStore {
  /** Gateways whose standing is wanted, also those without a header: at least all of gateways(). */
  followed(): Uint8Array[];
  /** Gateways of which a header is kept; in a stable order. */
  gateways(): Uint8Array[];
  /** Headers of the gateway above that sequence, ascending; holes and forks are left as they are. */
  headersAbove(gateway: Uint8Array, seq: number, limit: number): RelayHeader[];
  /** Final on the ledger: headers up to that sequence need not be kept. */
  dropHeaders(gateway: Uint8Array, seq: number): void;
  /** Durable before the raw transaction leaves, with the most that it may cost. Kept until its nonce is final. */
  saveSubmission(submission: RelaySubmission, most: Spend): void;
  /** By nonce, then in the order of saving. */
  openSubmissions(): RelaySubmission[];
  dropSubmissions(hashes: readonly string[]): void;
  /** A later inclusion of the same headers (reorg) replaces it. */
  saveInclusions(inclusions: readonly GatewayInclusion[], cost?: Cost): void;
  /** Signed at that block time or later, oldest first. */
  spends(sinceMs: number): Spend[];
  saveProblem(problem: AnchorProblem | undefined): void;
  saveWarning(warning: AnchorProblem | undefined): void;
}
