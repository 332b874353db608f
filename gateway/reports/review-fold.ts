// What people said of a shipment's alerts: acknowledged, assessed, signed, and what took it back. Pure.

import type { EvidenceRecord } from '../../ledger-sync/evidence/record.js';
import { textOf } from '../epcis/source-record.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { actorOf, type ReportActor } from './order-fold.js';
import type { SignerBook } from './signer-book.js';

/** One review record. Plain JSON. */
export interface ReviewStep {
  /** acknowledged, assessed, signed, evidence-changed, reopened. */
  readonly action: string;
  readonly alert: string;
  readonly atMs: number;
  readonly sequence: number;
  readonly by: ReportActor | undefined;
  /** Of an assessment. */
  readonly result: string | undefined;
  /** Of a signature: reviewed, approved or rejected. */
  readonly meaning: string | undefined;
  /** SHA-256 of the evidence that the signature is bound to. */
  readonly boundTo: string | undefined;
  readonly why: string | undefined;
  readonly state: string | undefined;
}

const prefix = 'alert-';

export class ReviewFold {
  readonly #book: SignerBook;
  readonly steps: ReviewStep[] = [];
  /** Times that somebody was reminded. */
  reminders = 0;

  constructor(book: SignerBook) {
    this.#book = book;
  }

  take(document: DetailDocument, { observedAtMs, sequence }: EvidenceRecord): void {
    const type = textOf(document.type) ?? '';
    if (type === 'alert-reminder') this.reminders += 1;
    else if (type.startsWith(prefix)) {
      this.steps.push({
        action: type.slice(prefix.length),
        alert: textOf(document.alert) ?? '',
        atMs: observedAtMs,
        sequence,
        by: actorOf(document.by, this.#book),
        result: textOf(document.result),
        meaning: textOf(document.meaning),
        boundTo: textOf(document.boundTo),
        why: textOf(document.why),
        state: textOf(document.state),
      });
    }
  }
}
