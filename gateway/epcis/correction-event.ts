// Takes an event back: the same event again, with the same name, and the declaration that it was wrong.

import type { EpcisEvent } from './epcis-event.js';
import { epcisTime } from './epcis-time.js';

/**
 * The erroneous event with its declaration. The declaration is no part of the hash, so the name stays.
 * @param corrected the events that stand in its place; none: it did not occur, which excludes corrective events
 */
export function correctionEvent(
  wrong: EpcisEvent,
  declaredAtMs: number,
  corrected: readonly EpcisEvent[] = [],
): EpcisEvent {
  const declarationTime = epcisTime(declaredAtMs);
  return {
    ...wrong,
    errorDeclaration:
      corrected.length === 0
        ? { declarationTime, reason: 'did_not_occur' }
        : {
            declarationTime,
            reason: 'incorrect_data',
            correctiveEventIDs: corrected.map(({ eventID }) => eventID),
          },
  };
}
