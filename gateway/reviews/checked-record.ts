// A record of the log with the words that belong to it: names and detail, each checked against the hash in the signed
// leaf. Words that were erased are missing, which is said; words that do not give the hash are a forgery.

import { equalBytes, toHex } from '../../ledger-sync/evidence/bytes.js';
import { printable } from '../../ledger-sync/evidence/printable.js';
import type { EvidenceRecord } from '../../ledger-sync/evidence/record.js';
import { sha256 } from '../../ledger-sync/evidence/sha256.js';
import type { JournalReader } from '../journal/journal-reader.js';
import { isNameOf } from '../journal/subject-name.js';
import type { DetailDocument } from '../sealing/draft-record.js';

export interface CheckedRecord {
  /** With the time at which it was made, where a later record says when that was; all else as it was signed. */
  readonly record: EvidenceRecord;
  /** What its own clock said, Unix ms, where that is another time. */
  readonly recordedAtMs?: number | undefined;
  /** Of what it is about; undefined if the journal no longer holds it. */
  readonly name: string | undefined;
  /** undefined also for a record that belongs to no shipment. */
  readonly shipment: string | undefined;
  /** undefined for a record that never had one. */
  readonly detail: DetailDocument | 'missing' | undefined;
}

/** What does not give its hash. */
export interface Forgery {
  readonly forged: string;
}

interface Named {
  readonly name: string;
  readonly salt: Uint8Array | undefined;
}

export class WordCheck {
  readonly #journal: JournalReader;
  readonly #shipments = new Map<string, Named | undefined>();

  #soundNames: boolean | undefined;

  constructor(journal: JournalReader) {
    this.#journal = journal;
  }

  /** The record with its words, or which of them is not what was signed. */
  check(record: EvidenceRecord): CheckedRecord | Forgery {
    const named = this.#journal.log.subjectName(record.subject);
    if (named && !isNameOf(record.subject, named.name, named.salt))
      return { forged: `its name "${printable(named.name)}"` };
    if (!named && !this.#areNamesSound()) return { forged: 'its name, which is not where it was written,' };
    const shipment = this.#shipment(record.shipment);
    if (shipment && !isNameOf(record.shipment, shipment.name, shipment.salt)) {
      return { forged: `the name of its shipment "${printable(shipment.name)}"` };
    }
    const placed = this.#journal.times.placed(record);
    const recordedAtMs = placed === record ? undefined : record.observedAtMs;
    const words = { record: placed, recordedAtMs, name: named?.name, shipment: shipment?.name };
    if (record.detail.length === 0) return { ...words, detail: undefined };
    const text = this.#journal.log.detail(record.sequence);
    if (text === undefined) {
      if (this.#journal.log.stands(record.sequence)) return { ...words, detail: 'missing' };
      return { forged: 'the place at which it stands, where its detail would be,' };
    }
    if (!equalBytes(sha256(new TextEncoder().encode(text)), record.detail)) return { forged: 'its detail' };
    return { ...words, detail: JSON.parse(text) as DetailDocument };
  }

  /** Asked when a name is absent, and once. */
  #areNamesSound(): boolean {
    this.#soundNames ??= this.#journal.log.hasSoundNames();
    return this.#soundNames;
  }

  /** Its row came in the commit of its first record, so one that is not there now was erased. */
  #shipment(id: Uint8Array): Named | undefined {
    if (id.length === 0) return undefined;
    const key = toHex(id);
    if (!this.#shipments.has(key)) {
      this.#shipments.set(key, undefined);
      for (const { shipment, name, salt } of this.#journal.shipmentNames()) {
        this.#shipments.set(toHex(shipment), { name, salt });
      }
    }
    return this.#shipments.get(key);
  }
}
