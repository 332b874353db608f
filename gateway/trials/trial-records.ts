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

/** All of a trial, in their order; those whose words were erased are not among them. @throws JournalError */
export function trialRecords({ log }: JournalReader, trial: string): TrialRecord[] {
  const found: TrialRecord[] = [];
  for (let from = 0; ; ) {
    const sequences = log.alertSequences(from, PAGE_RECORDS);
    const last = sequences.at(-1);
    if (last === undefined) return found;
    for (const sequence of sequences) {
      const leaf = log.leaf(sequence);
      if (!leaf || decodeRecord(leaf).kind !== recordKinds.shipmentEvent) continue;
      const document = JSON.parse(log.detail(sequence) ?? '{}') as DetailDocument;
      if (types.has(document.type) && document.trial === trial) found.push({ sequence, document });
    }
    from = last + 1;
  }
}

/** The newest statement of a leg that a shipment was; undefined where there is none. @throws JournalError */
export function legStatementOf({ log }: JournalReader, shipment: string): number | undefined {
  let newest: number | undefined;
  for (let from = 0; ; ) {
    const sequences = log.alertSequences(from, PAGE_RECORDS);
    const last = sequences.at(-1);
    if (last === undefined) return newest;
    for (const sequence of sequences) {
      const leaf = log.leaf(sequence);
      const record = leaf && decodeRecord(leaf);
      if (record?.kind !== recordKinds.shipmentEvent) continue;
      if (log.nameOf(record.subject) !== shipment) continue;
      const { type, event } = JSON.parse(log.detail(sequence) ?? '{}') as DetailDocument;
      if (type === 'trial-leg' && event === 'ended') newest = sequence;
    }
    from = last + 1;
  }
}
