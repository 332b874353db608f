// One axis of time over the boots that a shipment saw, found again from its records alone: the judges' own clock, driven
// by the log. Places are asked for only at the end, since a clock that is synchronised later moves a whole boot.

import type { EvidenceRecord } from '../../ledger-sync/evidence/record.js';
import { JudgeClock } from '../excursions/judge-clock.js';

export class BootAxis {
  readonly #clock = new JudgeClock();
  /** The judges forget after 64 boots, a report does not. */
  readonly #offsetMs = new Map<number, number>();
  #last: EvidenceRecord | undefined;
  /** Unix ms less axis ms, of the newest record by a clock that was right. */
  #wallMs: number | undefined;

  /** Takes every record of the span, in order. */
  take(record: EvidenceRecord): void {
    if (this.#last?.bootCount !== record.bootCount) {
      this.#clock.place(record, this.#last);
      this.#note();
    }
    if (this.#clock.settle(record) !== undefined) this.#note();
    this.#last = record;
    const axisMs = this.#clock.at(record);
    if (axisMs === undefined) return;
    if (record.clockTrust > 0 || this.#wallMs === undefined) this.#wallMs = record.observedAtMs - axisMs;
  }

  /** What must be added to an uptime of that boot. */
  offsetOf(bootCount: number): number {
    return this.#offsetMs.get(bootCount) ?? 0;
  }

  /** Where a record lies. */
  at({ bootCount, uptimeMs }: Pick<EvidenceRecord, 'bootCount' | 'uptimeMs'>): number {
    return this.offsetOf(bootCount) + uptimeMs;
  }

  /** Unix ms of a place, by the newest clock that was right. */
  wallOf(axisMs: number): number {
    return Math.max(0, Math.round(axisMs + (this.#wallMs ?? 0)));
  }

  #note(): void {
    for (const { bootCount, offsetMs } of this.#clock.boots) this.#offsetMs.set(bootCount, offsetMs);
  }
}
