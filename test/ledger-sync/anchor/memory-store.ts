// The journal's side of anchoring in memory. It outlives the submitters that use it, as a disk outlives a process,
// and keeps to the contract of anchor-store.ts: what it is told twice it holds once.
import type {
  AnchorProblem,
  AnchorStore,
  Inclusion,
  LedgerHeadObservation,
  PendingBatch,
  Submission,
} from '../../../ledger-sync/anchor/anchor-store.js';

export class MemoryStore implements AnchorStore {
  readonly batches: PendingBatch[] = [];
  readonly observations: LedgerHeadObservation[] = [];
  readonly inclusions: Inclusion[] = [];
  /** Every problem saved, undefined for "well again". */
  readonly problems: (AnchorProblem | undefined)[] = [];
  /** Hashes of all submissions ever saved. */
  readonly saved: string[] = [];
  #open: Submission[] = [];

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
    const stateOf = (at: LedgerHeadObservation) => `${at.registered} ${at.seq} ${at.head.join()}`;
    const last = this.observations.at(-1);
    if (!last || stateOf(last) !== stateOf(observation)) this.observations.push(observation);
  }

  saveSubmission(submission: Submission): void {
    this.saved.push(submission.hash);
    this.#open = [...this.#open.filter(({ hash }) => hash !== submission.hash), submission];
  }

  openSubmissions(): Submission[] {
    return [...this.#open];
  }

  saveInclusion(inclusion: Inclusion): void {
    this.inclusions.push(inclusion);
  }

  dropSubmission(hash: string): void {
    this.#open = this.#open.filter((submission) => submission.hash !== hash);
  }

  saveProblem(problem: AnchorProblem | undefined): void {
    this.problems.push(problem);
  }
}
