// A detail document as it was signed, or damage: SQLite does not notice a flipped bit.

import type { EvidenceRecord } from '../../ledger-sync/evidence/record.js';
import { sha256 } from '../../ledger-sync/evidence/sha256.js';
import { JournalError } from '../journal/journal-error.js';
import type { LogReader } from '../journal/log-reader.js';

/**
 * The document of a record as canonical JSON text; undefined if it was erased.
 * @throws JournalError JOURNAL_DAMAGED if the text is not the one that was signed, or the record is not where it was written
 */
export function signedDetail(
  log: LogReader,
  { sequence, detail }: Pick<EvidenceRecord, 'sequence' | 'detail'>,
): string | undefined {
  const text = log.detail(sequence);
  const isSigned =
    text === undefined
      ? log.stands(sequence)
      : Buffer.compare(sha256(new TextEncoder().encode(text)), detail) === 0;
  if (isSigned) return text;
  throw new JournalError(
    'JOURNAL_DAMAGED',
    'a detail in the journal is not what was signed',
    'the card has lost data: keep the file, copy it aside, replace the card',
  );
}
