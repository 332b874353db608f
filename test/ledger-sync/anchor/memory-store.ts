// The journal's side of anchoring in memory. It outlives the submitters that use it, as a disk outlives a process,
// and keeps to the contract of anchor-store.ts: what it is told twice it holds once.
import type {
  AnchorProblem,
  AnchorStore,
  Cost,
  Inclusion,
  LedgerHeadObservation,
  PendingBatch,
  Spend,
  Submission,
} from '../../../ledger-sync/anchor/anchor-store.js';

export class MemoryStore implements AnchorStore {
  readonly batches: PendingBatch[] = [];
  readonly observations: LedgerHeadObservation[] = [];
  readonly inclusions: Inclusion[] = [];
  /** Every problem saved, undefined for "well again". */
  readonly problems: (AnchorProblem | undefined)[] = [];
  readonly warnings: (AnchorProblem | undefined)[] = [];
  /** Hashes of all submissions ever saved. */
  readonly saved: string[] = [];
  #open: Submission[] = [];
  #spends: Spend[] = [];

  get head(): LedgerHeadObservation | undefined {
    return this.observations.at(-1);
  }

  get problemCode(): string | undefined {
    return this.problems.at(-1)?.code;
  }

  pendingBatches(limit: number): PendingBatch[] {
    const seq = this.head?.seq ?? 0;
    return this.batches.filter((batch) => batch.seq > seq).slice(0, limit);
  }

  headAt(seq: number): Uint8Array | undefined {
    return this.batches.find((batch) => batch.seq === seq)?.head;
  }

  /** Writes what differs, as the store must: it is told at every look. */
  saveHead(observation: LedgerHeadObservation): void {
    const stateOf = ({ registered, seq, head, safeSeq, finalizedSeq }: LedgerHeadObservation) =>
      `${registered} ${seq} ${head.join()} ${safeSeq} ${finalizedSeq}`;
    const last = this.observations.at(-1);
    if (!last || stateOf(last) !== stateOf(observation)) this.observations.push(observation);
  }

  finalBlock(): number {
    return this.head?.finalBlock ?? 0;
  }

  saveSubmission(submission: Submission, most: Spend): void {
    this.saved.push(submission.hash);
    this.#open = [...this.#open.filter(({ hash }) => hash !== submission.hash), submission];
    this.#spends = [...this.#spends.filter(({ nonce }) => nonce !== most.nonce), most];
  }

  openSubmissions(): Submission[] {
    return this.#open.toSorted((a, b) => a.nonce - b.nonce);
  }

  saveInclusion(inclusion: Inclusion, cost?: Cost): void {
    const last = this.inclusions.at(-1);
    if (JSON.stringify(last) !== JSON.stringify(inclusion)) this.inclusions.push(inclusion);
    this.#spends = this.#spends.map((spend) => (spend.nonce === cost?.nonce ? { ...spend, ...cost } : spend));
  }

  dropSubmissions(hashes: readonly string[]): void {
    this.#open = this.#open.filter(({ hash }) => !hashes.includes(hash));
  }

  spends(sinceMs: number): Spend[] {
    return this.#spends.filter(({ timeMs }) => timeMs >= sinceMs);
  }

  saveWarning(warning: AnchorProblem | undefined): void {
    this.warnings.push(warning);
  }

  saveProblem(problem: AnchorProblem | undefined): void {
    this.problems.push(problem);
  }
}
