// Records of the log as the judges need them: with the names behind their subjects, the documents that matter, and the
// time at which they were made, also where that was only known later.

import { decodeRecord } from '../../ledger-sync/evidence/record.js';
import type { Moment } from '../excursions/judge-clock.js';
import { type JudgedRecord, judgedKinds } from '../excursions/judged-input.js';
import type { CorrectedTimes } from '../journal/corrected-times.js';
import type { LogReader } from '../journal/log-reader.js';
import type { DetailDocument } from '../sealing/draft-record.js';

export class StoredJudged {
  readonly #log: LogReader;
  readonly #times: CorrectedTimes;
  /** By subject, latin1: there are as many as sensors. */
  readonly #names = new Map<string, string | undefined>();

  constructor({ log, times }: { readonly log: LogReader; readonly times: CorrectedTimes }) {
    this.#log = log;
    this.#times = times;
  }

  /** The newest record's place in time; undefined while the log is empty. */
  last(): Moment | undefined {
    const { size = 0 } = this.#log.latestCheckpoint() ?? {};
    const [leaf] = size === 0 ? [] : this.#log.leaves(size - 1, 1);
    return leaf && decodeRecord(leaf);
  }

  /** One entry a record from `from` on, at most `limit`; undefined for what is no judge's business, or was deleted by rule. */
  page(from: number, limit: number): (JudgedRecord | undefined)[] {
    const gap = this.#log.pruned.at(from);
    if (gap) return new Array<undefined>(Math.min(limit, gap.beyond - from)).fill(undefined);
    return this.#log.leaves(from, limit).map((leaf) => this.#judged(leaf));
  }

  #judged(leaf: Uint8Array): JudgedRecord | undefined {
    const record = decodeRecord(leaf);
    if (!judgedKinds.has(record.kind)) return undefined;
    const subjectName = this.#nameOf(record.subject);
    if (subjectName === undefined) return undefined;
    const text = record.detail.length === 0 ? undefined : this.#log.detail(record.sequence);
    const { kind, value, quality, observedAtMs, uptimeMs, bootCount, clockTrust } =
      this.#times.placed(record);
    const detail = text === undefined ? undefined : (JSON.parse(text) as DetailDocument);
    return { kind, subjectName, value, quality, observedAtMs, uptimeMs, bootCount, clockTrust, detail };
  }

  #nameOf(subject: Uint8Array): string | undefined {
    const key = Buffer.from(subject).toString('latin1');
    if (!this.#names.has(key)) this.#names.set(key, this.#log.nameOf(subject));
    return this.#names.get(key);
  }
}
