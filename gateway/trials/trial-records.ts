// The records of trials in a log, by the index of what people must hear of: a look through years of readings is not needed.

import { decodeRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { DetailDocument } from '../sealing/draft-record.js';

export interface TrialRecord {
  readonly sequence: number;
  readonly document: DetailDocument;
}

const PAGE_RECORDS = 1_000;
const types: ReadonlySet<unknown> = new Set(['trial', 'trial-kits', 'trial-leg', 'trial-quarantine']);

/** Records of shipments with their documents, in their order; an erased document is empty. @throws JournalError */
function* shipmentRecords({ log }: JournalReader): Generator<TrialRecord & { readonly subject: Uint8Array }> {
  for (let from = 0; ; ) {
    const sequences = log.alertSequences(from, PAGE_RECORDS);
    const last = sequences.at(-1);
    if (last === undefined) return;
    for (const sequence of sequences) {
      const leaf = log.namedLeaf(sequence);
      const record = leaf && decodeRecord(leaf);
      if (record?.kind !== recordKinds.shipmentEvent) continue;
      const document = JSON.parse(log.detail(sequence) ?? '{}') as DetailDocument;
      yield { sequence, document, subject: record.subject };
    }
    from = last + 1;
  }
}

/** All of a trial, in their order; those whose words were erased are not among them. @throws JournalError */
export function trialRecords(journal: JournalReader, trial: string): TrialRecord[] {
  const found: TrialRecord[] = [];
  for (const { sequence, document } of shipmentRecords(journal))
    if (types.has(document.type) && document.trial === trial) found.push({ sequence, document });
  return found;
}

/** The newest statement of a leg that a shipment was; undefined where there is none. @throws JournalError */
export function legStatementOf(journal: JournalReader, shipment: string): number | undefined {
  let newest: number | undefined;
  for (const { sequence, document, subject } of shipmentRecords(journal)) {
    const isStatement = document.type === 'trial-leg' && document.event === 'ended';
    if (isStatement && journal.log.nameOf(subject) === shipment) newest = sequence;
  }
  return newest;
}
