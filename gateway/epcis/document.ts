// An EPCISDocument: events for somebody else's repository, with the context that explains them.

import { epcisContext } from './epcis-context.js';
import type { EpcisEvent } from './epcis-event.js';
import { epcisTime } from './epcis-time.js';

export interface EpcisDocument {
  readonly '@context': typeof epcisContext;
  readonly type: 'EPCISDocument';
  readonly schemaVersion: '2.0';
  readonly creationDate: string;
  readonly epcisBody: { readonly eventList: readonly EpcisEvent[] };
}

/** @param createdAtMs of the newest event, where the same events should make the same bytes */
export function epcisDocument(events: readonly EpcisEvent[], createdAtMs: number): EpcisDocument {
  return {
    '@context': epcisContext,
    type: 'EPCISDocument',
    schemaVersion: '2.0',
    creationDate: epcisTime(createdAtMs),
    epcisBody: { eventList: events },
  };
}
