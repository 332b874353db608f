// Cuts events into documents that a repository takes: so many events, so many bytes. An event alone is never cut.

import { epcisDocument } from './document.js';
import type { EpcisEvent } from './epcis-event.js';

export interface BatchLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
}

/** The first events that fit; at least one. */
export function nextBatch(
  events: readonly EpcisEvent[],
  { maxEvents, maxBytes }: BatchLimits,
  nowMs: number,
): { readonly count: number; readonly body: string } {
  const envelope = Buffer.byteLength(JSON.stringify(epcisDocument([], nowMs)));
  let count = 0;
  let bytes = envelope;
  for (const event of events.slice(0, maxEvents)) {
    const more = Buffer.byteLength(JSON.stringify(event)) + 1;
    if (count > 0 && bytes + more > maxBytes) break;
    count += 1;
    bytes += more;
  }
  return { count, body: JSON.stringify(epcisDocument(events.slice(0, count), nowMs)) };
}
