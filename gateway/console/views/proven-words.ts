// Single records with their words, out of turn: each leaf leads to a signed root and each word to the hash in its leaf, or it
// is said to be broken. For lists that show a few records of a long log.

import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { leafHash } from '../../../ledger-sync/evidence/merkle.js';
import { readableOf } from '../../../ledger-sync/evidence/readable.js';
import { decodeRecord, type EvidenceRecord } from '../../../ledger-sync/evidence/record.js';
import { JournalError } from '../../journal/journal-error.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import { OwnCheckpoints } from '../../publish/own-checkpoints.js';
import { ProvenRecords } from '../../publish/proven-records.js';
import { type AuditEntry, entryOf } from '../../reviews/audit-entry.js';
import { type CheckedRecord, WordCheck } from '../../reviews/checked-record.js';
import type { DetailDocument } from '../../sealing/draft-record.js';

export interface Words {
  readonly record: EvidenceRecord;
  /** In words, such as `shipmentEvent`. */
  readonly kind: string;
  /** undefined: erased. */
  readonly name: string | undefined;
  readonly detail: DetailDocument | undefined;
}

/** Hashes of proven leaves that are kept, 150 bytes each. */
const MAX_KNOWN = 10_000;

export type Shown = { readonly entry: AuditEntry } | { readonly sequence: number; readonly broken: string };

export class ProvenWords {
  readonly #journal: JournalReader;
  readonly #proven: ProvenRecords;
  readonly #known = new Map<number, string>();

  constructor(journal: JournalReader) {
    this.#journal = journal;
    this.#proven = new ProvenRecords(journal.log, new OwnCheckpoints());
  }

  /** undefined for what is not there or not what was signed: a chart leaves it out, the audit trail says so. */
  of(sequence: number): Words | undefined {
    const checked = this.#checked(sequence);
    if (checked === undefined || 'broken' in checked) return undefined;
    const { record, name, detail } = checked;
    return {
      record,
      kind: readableOf(record, name).kind,
      name,
      detail: detail === 'missing' ? undefined : detail,
    };
  }

  /** The record as an entry of the audit trail, or what is wrong with it. */
  shown(sequence: number): Shown | undefined {
    const checked = this.#checked(sequence);
    if (checked === undefined) return undefined;
    return 'broken' in checked ? { sequence, broken: checked.broken } : { entry: entryOf(checked) };
  }

  /** What was proven once is known by its hash: a proof takes a hundred times as long. @throws JournalError JOURNAL_DAMAGED */
  #require(sequence: number, leaf: Uint8Array): void {
    const hash = toHex(leafHash(leaf));
    if (this.#known.get(sequence) === hash) return;
    this.#proven.require(sequence, leaf);
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(sequence, hash);
  }

  #checked(sequence: number): CheckedRecord | { readonly broken: string } | undefined {
    const leaf = this.#journal.log.leaf(sequence);
    if (!leaf) return undefined;
    try {
      this.#require(sequence, leaf);
      const checked = new WordCheck(this.#journal).check(decodeRecord(leaf));
      return 'forged' in checked ? { broken: `${checked.forged} is not what was signed` } : checked;
    } catch (error) {
      if (error instanceof JournalError && error.code === 'JOURNAL_DAMAGED') return { broken: error.message };
      throw error;
    }
  }
}
