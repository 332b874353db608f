// The records of a configuration (kind 11, `type: configuration`): `applied` by somebody, `in-force` once it runs,
// `reverted` where it did not, `failed` where the file could not be written, `overtaken` by a change that was made by hand.
// `tested` is a setting that was tried out before it was saved; `refused` and `confirmed` are the owner's of a fleet: not taken,
// and in force already.

import { recordKinds } from '../../ledger-sync/evidence/record.js';
import type { RequestedRecord } from '../requests/request.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import type { ConfigurationDifference } from './configuration-diff.js';

/** A record stays small enough to be published with others; the text itself is in the file of that hash. */
const MAX_DIFFERENCES = 100;

export type ConfigurationEvent =
  | 'applied'
  | 'in-force'
  | 'reverted'
  | 'failed'
  | 'overtaken'
  | 'tested'
  | 'refused'
  | 'confirmed';

export function configurationRecord(event: ConfigurationEvent, detail: DetailDocument): RequestedRecord {
  return {
    kind: recordKinds.configurationChange,
    subjectName: 'gateway',
    detail: { type: 'configuration', event, ...detail },
  };
}

/** A diff as a record holds it; where it is cut, it says how many are not there. */
export function differencesDetail(diff: readonly ConfigurationDifference[]): DetailDocument {
  const told = diff.slice(0, MAX_DIFFERENCES).map((difference) => ({ ...difference }));
  const left = diff.length - told.length;
  return { diff: told, ...(left > 0 ? { diffLeftOut: left } : {}) };
}
