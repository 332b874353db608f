// The events of the journal for one receiver, in their order and only those that it is told. Found by the index of alerts,
// so that years of readings are not read; each record is proven before anybody hears of it.

import type { WebhookEventName } from '../../config/webhook-events.js';
import { decodeRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import type { LogReader } from '../journal/log-reader.js';
import type { OwnCheckpoints } from '../publish/own-checkpoints.js';
import { ProvenRecords } from '../publish/proven-records.js';
import { type CloudEvents, mayBeEvent, type WebhookEvent } from './cloud-event.js';
import type { EventSource } from './webhook-sender.js';

const PAGE = 50;
/** Looked through before other work has its turn; the next call goes on from there. */
const MAX_PAGES = 20;

export class JournalEvents implements EventSource {
  readonly #log: LogReader;
  readonly #proven: ProvenRecords;
  readonly #events: CloudEvents;
  readonly #wanted: ReadonlySet<WebhookEventName>;
  /** Between the two nothing is wanted: it need not be looked through again. */
  #idleFrom = 0;
  #idleTo = 0;

  constructor(
    log: LogReader,
    own: OwnCheckpoints,
    events: CloudEvents,
    wanted: ReadonlySet<WebhookEventName>,
  ) {
    this.#log = log;
    this.#proven = new ProvenRecords(log, own);
    this.#events = events;
    this.#wanted = wanted;
  }

  /** @throws JournalError JOURNAL_DAMAGED for a record that is not what was signed */
  next(from: number): WebhookEvent | undefined {
    let start = from >= this.#idleFrom ? Math.max(from, this.#idleTo) : from;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const sequences = this.#log.alertSequences(start, PAGE);
      for (const sequence of sequences) {
        const event = this.#eventAt(sequence);
        if (event !== undefined) return event;
        start = sequence + 1;
      }
      this.#idleFrom = from;
      this.#idleTo = start;
      if (sequences.length < PAGE) return undefined;
    }
    return undefined;
  }

  #eventAt(sequence: number): WebhookEvent | undefined {
    const leaf = this.#log.namedLeaf(sequence);
    if (leaf === undefined) return undefined;
    const record = decodeRecord(leaf);
    const event = mayBeEvent(record.kind) ? this.#events.of(record) : undefined;
    // As in publish/alert-lane.ts: one flipped bit would make it one that nobody asks for.
    const wanted = event && this.#wanted.has(event.name) ? event : undefined;
    if (wanted || record.kind !== recordKinds.deviceCondition) this.#proven.require(sequence, leaf);
    return wanted;
  }
}
