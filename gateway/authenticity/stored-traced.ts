// Records of the log as the fold of tags needs them: with names, shipments and documents. Others are passed over unread.

import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { decodeRecord } from '../../ledger-sync/evidence/record.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { type TracedRecord, tracedKinds } from './traced-record.js';

export class StoredTraced {
  readonly #journal: JournalReader;
  readonly #shipments: ReadonlyMap<string, string>;

  constructor(journal: JournalReader) {
    this.#journal = journal;
    this.#shipments = new Map(journal.shipmentNames().map(({ shipment, name }) => [toHex(shipment), name]));
  }

  /** One entry a record from `from` on, at most `limit`; undefined for what the fold does not need. */
  page(from: number, limit: number): (TracedRecord | undefined)[] {
    const gap = this.#journal.log.pruned.at(from);
    if (gap) return new Array<undefined>(Math.min(limit, gap.beyond - from)).fill(undefined);
    return this.#journal.log.leaves(from, limit).map((leaf) => this.#traced(leaf));
  }

  #traced(leaf: Uint8Array): TracedRecord | undefined {
    const record = decodeRecord(leaf);
    if (!tracedKinds.has(record.kind)) return undefined;
    const name = this.#journal.log.nameOf(record.subject);
    // What was erased has no course any more.
    if (name === undefined) return undefined;
    const text = record.detail.length === 0 ? undefined : this.#journal.log.detail(record.sequence);
    const { kind, observedAtMs, uptimeMs, bootCount, clockTrust, shipment } = record;
    return {
      ...{ kind, observedAtMs, uptimeMs, bootCount, clockTrust },
      subjectName: name,
      shipmentName: shipment.length === 0 ? undefined : this.#shipments.get(toHex(shipment)),
      detail: text === undefined ? undefined : (JSON.parse(text) as DetailDocument),
    };
  }
}
