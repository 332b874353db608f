// What a signature under an alert is bound to: the alert's records, by their place in a signed log, and what was made of
// them. Canonical JSON, SHA-256: one bit more or less of either gives another hash, and no signature holds over it.

import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { detailHash } from '../../ledger-sync/evidence/jcs.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import type { Alert } from './alert.js';

export interface AlertEvidence {
  readonly document: DetailDocument;
  /** 64 hex digits: what the signer is shown, and what the request repeats. */
  readonly hash: string;
}

/** undefined while a record has no place in the log yet, or nobody has assessed the alert. */
export function evidenceOf(alert: Alert): AlertEvidence | undefined {
  const { id, source, records, firstSequence, lastSequence, checkpoint, pending, assessment } = alert;
  const isPlaced = firstSequence !== undefined && lastSequence !== undefined && checkpoint && !pending;
  if (!isPlaced || !assessment) return undefined;
  const document = {
    type: 'alert-evidence',
    version: 1,
    ...{ alert: id, source, records, firstSequence, lastSequence },
    checkpoint: { size: checkpoint.size, root: checkpoint.root },
    assessment: { ...assessment },
  };
  return { document, hash: toHex(detailHash(document)) };
}
