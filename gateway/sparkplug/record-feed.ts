// What records are to the edge node: news and history. A record that comes a second time is history, so that no feed can
// make an old value the current one.

import { type EvidenceRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import type { NameOf } from '../publish/known-names.js';
import type { DetailOf } from '../publish/side-messages.js';
import { type Change, type EdgeMetrics, nodeMetricNames } from './edge-metrics.js';
import { changeOf, reachOf } from './record-changes.js';

export class RecordFeed {
  readonly #metrics: EdgeMetrics;
  /** Sequence of the first record that was never current. */
  #nextSequence = 0;

  constructor(metrics: EdgeMetrics) {
    this.#metrics = metrics;
  }

  /** Takes news as what is current, and leaves history to be told. */
  read(
    records: readonly EvidenceRecord[],
    nameOf: NameOf,
    detailOf: DetailOf,
    isHistorical: boolean,
  ): { readonly history: readonly Change[]; readonly news: readonly Change[] } {
    const history: Change[] = [];
    const news: Change[] = [];
    for (const record of records) {
      const name = nameOf(record.subject);
      const detail = record.detail.length === 0 ? undefined : detailOf(record);
      const isOld = isHistorical || record.sequence < this.#nextSequence;
      const change = changeOf(this.#metrics, record, name, detail, isOld);
      if (change) (isOld ? history : news).push(change);
      if (isOld) continue;
      this.#nextSequence = record.sequence + 1;
      this.#metrics.setNode(nodeMetricNames.logSize, this.#nextSequence);
      if (change) this.#metrics.apply(change);
      this.#noteReach(record, name, detail, change !== undefined);
    }
    return { history, news };
  }

  /** A lost device is back when it is said to be, or when it is read; what is judged of its silence is no sign of it. */
  #noteReach(
    record: EvidenceRecord,
    name: string | undefined,
    detail: string | undefined,
    isChange: boolean,
  ): void {
    const device = name === undefined ? undefined : this.#metrics.devices.get(name);
    if (!device) return;
    const isReading = isChange && record.kind !== recordKinds.excursion;
    device.isLost = !(reachOf(record, detail) ?? (isReading || !device.isLost));
  }
}
