// Which header on the ledger proves a span of records, as the ledger side last heard.

import type { LedgerDomain } from '../ledger-sync/evidence/batch.js';
import type { StoredBatch } from './journal/batch-rows.js';
import type { JournalReader } from './journal/journal-reader.js';
import { anchoredTables } from './journal/ledger-rows.js';

/**
 * The oldest included header that covers the span; failing that, the newest one that covers its beginning.
 * @throws JournalError JOURNAL_DAMAGED if what the ledger said is not what was written
 */
export function includedBatch(
  journal: JournalReader,
  domain: LedgerDomain,
  span: { readonly first: number; readonly last: number },
): StoredBatch | undefined {
  const { chainId, verifyingContract } = domain;
  const [damaged] = journal.ledgerDamage(anchoredTables);
  if (damaged) throw damaged;
  const includedSeq = journal.ledgerHead(chainId, verifyingContract)?.seq ?? 0;
  const covering = journal.batchCovering(chainId, verifyingContract, span.last);
  if (covering && covering.seq <= includedSeq) return covering;
  const newest = journal.batch(chainId, verifyingContract, includedSeq);
  return newest && newest.size > span.first ? newest : undefined;
}
