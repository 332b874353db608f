// The words of an evidence bundle: names and documents of its records, each the one that was signed.

import type { SaltedName } from '../ledger-sync/evidence/bundle.js';
import { decodeRecord } from '../ledger-sync/evidence/record.js';
import type { JournalReader } from './journal/journal-reader.js';
import { signedDetail } from './publish/signed-detail.js';
import { requireSignedName } from './publish/signed-name.js';

/**
 * The names and documents that the leaves refer to; those that were erased are absent.
 * @throws JournalError JOURNAL_DAMAGED, and what unreadable leaves and rows throw
 */
export function wordsOf(journal: JournalReader, leaves: readonly Uint8Array[]) {
  const names = new Map<string, SaltedName>();
  const details = new Map<string, unknown>();
  const wanted = new Set<string>();
  let isNameless = false;
  for (const leaf of leaves) {
    const record = decodeRecord(leaf);
    const { subject, shipment, detail } = record;
    const known = journal.log.subjectName(subject);
    if (known) {
      requireSignedName(subject, known);
      names.set(Buffer.from(subject).toString('hex'), known);
    } else isNameless = true;
    if (shipment.length > 0) wanted.add(Buffer.from(shipment).toString('hex'));
    if (detail.length === 0) continue;
    const document = signedDetail(journal.log, record);
    if (document !== undefined) details.set(Buffer.from(detail).toString('hex'), JSON.parse(document));
  }
  if (isNameless && !journal.log.hasSoundNames()) throw new Error('a name is not where it was written');
  const shipments = journal.shipmentNames().flatMap(({ shipment, name, salt }): SaltedName[] => {
    if (!wanted.has(Buffer.from(shipment).toString('hex'))) return [];
    requireSignedName(shipment, { name, salt });
    return [{ name, salt }];
  });
  return { names: [...names.values(), ...shipments], details: [...details.values()] };
}
