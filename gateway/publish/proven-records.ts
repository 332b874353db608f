// Leaves out of turn, checked as strictly as a page: its leaf must lead to a signed root before anybody sees it.

import { type SignedCheckpoint, verifyCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import { buildInclusion, verifyInclusion } from '../../ledger-sync/evidence/inclusion.js';
import { leafHash } from '../../ledger-sync/evidence/merkle.js';
import { asDamage } from '../journal/damage.js';
import { JournalError } from '../journal/journal-error.js';
import type { LogReader } from '../journal/log-reader.js';
import type { OwnCheckpoints } from './own-checkpoints.js';

export const damageHint = 'the card has lost data: keep the file, copy it aside, replace the card';

export class ProvenRecords {
  readonly #log: LogReader;
  readonly #own: OwnCheckpoints;
  #trusted: SignedCheckpoint | undefined;

  constructor(log: LogReader, own: OwnCheckpoints) {
    this.#log = log;
    this.#own = own;
  }

  /**
   * Does nothing if that leaf stands at `sequence` in the signed log.
   * @throws JournalError JOURNAL_DAMAGED
   */
  require(sequence: number, leaf: Uint8Array): void {
    try {
      const checkpoint = this.#checkpointOver(sequence);
      if (checkpoint !== undefined) {
        const { size, root } = checkpoint;
        const proof = buildInclusion(sequence, size, this.#log);
        if (verifyInclusion(sequence, size, leafHash(leaf), proof, root)) return;
      }
    } catch (error) {
      throw asDamage(error, `record ${sequence} in the journal`, damageHint);
    }
    throw new JournalError(
      'JOURNAL_DAMAGED',
      `record ${sequence} in the journal is not what was signed`,
      damageHint,
    );
  }

  /** One that was checked serves for all records before it: a signature costs some 3 ms. */
  #checkpointOver(sequence: number): SignedCheckpoint | undefined {
    if (this.#trusted !== undefined && this.#trusted.size > sequence) return this.#trusted;
    const newest = this.#log.latestCheckpoint();
    if (newest === undefined || newest.size <= sequence) return undefined;
    if (!this.#own.has(newest) && !verifyCheckpoint(newest)) return undefined;
    this.#trusted = newest;
    return newest;
  }
}
