// The events of the journal behind a cursor. Pages are checked against the signed tree before they are folded, and
// words against the hashes in their records: nothing that was not signed leaves as an event.

import type { EpcisConfig } from '../../config/epcis-schema.js';
import { decodeRecord, type EvidenceRecord } from '../../ledger-sync/evidence/record.js';
import { JournalError } from '../journal/journal-error.js';
import type { JournalReader } from '../journal/journal-reader.js';
import { LogPager } from '../publish/log-page.js';
import { WordCheck } from '../reviews/checked-record.js';
import type { EventFeed, FedEvents } from './capture-client.js';
import type { EpcisEvent } from './epcis-event.js';
import { EventSource } from './event-source.js';
import { isFolded } from './folded-kinds.js';

const hint =
  'the card has lost data: keep the file, copy it aside, replace the card; nothing of this was sent';

/** An event that was told with a wrong time can only be told again under another id: better an hour late. */
const TIME_WAIT_MS = 3_600_000;

export class JournalFeed implements EventFeed {
  readonly #journal: JournalReader;
  readonly #config: EpcisConfig;
  readonly #words: WordCheck;

  constructor(journal: JournalReader, config: EpcisConfig) {
    this.#journal = journal;
    this.#config = config;
    this.#words = new WordCheck(journal);
  }

  /**
   * Reads on until there are so many events, or the log ends.
   * @param cursor what the last call gave; undefined for the beginning
   * @throws JournalError JOURNAL_DAMAGED if what is stored is not what was signed
   */
  read(cursor: string | undefined, maxEvents: number): FedEvents {
    const source = new EventSource(this.#journal.gateway, this.#config, cursor);
    const pager = new LogPager(this.#journal.log, source.sequence);
    const events: EpcisEvent[] = [];
    while (events.length < maxEvents) {
      const page = pager.next();
      if (!page) break;
      for (const record of page.leaves.map(decodeRecord)) {
        const checked = isFolded(record.kind)
          ? this.#words.check(record)
          : { record, name: undefined, shipment: undefined, detail: undefined };
        if ('forged' in checked) {
          const place = `record ${record.sequence} in the journal: ${checked.forged} is not what was signed`;
          throw new JournalError('JOURNAL_DAMAGED', place, hint);
        }
        if (isFolded(record.kind) && this.#mayBePlaced(checked.record))
          return { events, cursor: source.save() };
        for (const { event } of source.take(checked)) events.push(event);
      }
    }
    return { events, cursor: source.save() };
  }

  /** Whether a later record of its boot may still say when it was made. */
  #mayBePlaced({ clockTrust, bootCount, uptimeMs }: EvidenceRecord): boolean {
    if (clockTrust !== 0) return false;
    const { size = 0 } = this.#journal.log.latestCheckpoint() ?? {};
    const leaf = this.#journal.log.leaf(size - 1);
    const newest = leaf && decodeRecord(leaf);
    return newest?.bootCount === bootCount && newest.uptimeMs - uptimeMs < TIME_WAIT_MS;
  }
}
