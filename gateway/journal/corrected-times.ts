// When the records of a journal were made: those whose clock was not trusted are placed by the time references of their
// boot (PROTOCOL.md section 1), which are found by an index of their sequences and proven before they count.

import { type SignedCheckpoint, verifyCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import { buildInclusion, verifyInclusion } from '../../ledger-sync/evidence/inclusion.js';
import { leafHash } from '../../ledger-sync/evidence/merkle.js';
import { decodeRecord, type EvidenceRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import { type RecordMoment, TimeReferences } from '../../ledger-sync/evidence/time-references.js';
import type { LogReader } from './log-reader.js';

/** Layout: sequences of the records of kind timeReference. There is about one a boot. */
export const TIME_REFERENCE_LAYOUT = 'CREATE TABLE time_references (sequence INTEGER PRIMARY KEY)';

/** 1 holdover, as in PROTOCOL.md, record field 6: the time is known by way of the monotonic clock. */
const HOLDOVER = 1;

export class CorrectedTimes {
  readonly #log: LogReader;
  readonly #references = new TimeReferences();
  /** Sequence of the newest reference that was looked at. */
  #lookedAt = -1;

  constructor(log: LogReader) {
    this.#log = log;
  }

  /** Unix ms at which a record was made where that is not what it says itself; else undefined. */
  placedMs(record: RecordMoment): number | undefined {
    if (record.clockTrust !== 0) return undefined;
    this.#look();
    return this.#references.placedMs(record);
  }

  /** Whether that boot has a time reference. */
  isKnown(bootCount: number): boolean {
    return this.placedMs({ bootCount, uptimeMs: 0, clockTrust: 0, observedAtMs: 0 }) !== undefined;
  }

  /** The record with the time at which it was made; the very record where it stands as it is. For judging and showing only. */
  placed<Moment extends RecordMoment>(record: Moment): Moment {
    const placedMs = this.placedMs(record);
    return placedMs === undefined ? record : { ...record, observedAtMs: placedMs, clockTrust: HOLDOVER };
  }

  #look(): void {
    const sequences = this.#log.timeReferences(this.#lookedAt);
    if (sequences.length === 0) return;
    // The newest one serves for all: where records were deleted, only whole tiles lead to a root.
    const checkpoint = this.#log.latestCheckpoint();
    if (!checkpoint || !verifyCheckpoint(checkpoint)) return;
    for (const sequence of sequences) {
      const record = this.#proven(sequence, checkpoint);
      if (record) this.#references.take(record);
      this.#lookedAt = sequence;
    }
  }

  /** A row of the index proves nothing: whatever does not lead to a signed root moves no time. */
  #proven(sequence: number, { size, root }: SignedCheckpoint): EvidenceRecord | undefined {
    try {
      const leaf = this.#log.leaf(sequence);
      if (!leaf) return undefined;
      const proof = buildInclusion(sequence, size, this.#log);
      const record = decodeRecord(leaf);
      if (record.kind !== recordKinds.timeReference) return undefined;
      return verifyInclusion(sequence, size, leafHash(leaf), proof, root) ? record : undefined;
    } catch {
      // Damaged, which the reader of those records tells; here it only moves no time.
      return undefined;
    }
  }
}
