// An alert with the time at which it began, where its records were made by a clock that was not trusted and a later record
// says when that was. The row beside the log stays as it was written; what people see has both times.

import type { JournalReader } from '../journal/journal-reader.js';
import { shifted, timeShiftAt } from '../journal/time-shift.js';
import type { StateView } from '../requests/request.js';
import { type Alert, readAlerts } from './alert.js';

export interface PlacedAlert extends Alert {
  /** What the gateway's clock said when it began, Unix ms, where that was wrong. */
  readonly recordedFromMs?: number | undefined;
}

type Times = Pick<JournalReader, 'log' | 'times'>;

/** The alert itself where its time stands. */
export function placedAlert(alert: Alert, journal: Times): PlacedAlert {
  const { firstSequence, lastSequence, openedAtMs, matter } = alert;
  const first = timeShiftAt(journal, firstSequence);
  if (!first) return alert;
  const last = timeShiftAt(journal, lastSequence);
  const { startedAtMs, endedAtMs } = matter;
  return {
    ...alert,
    recordedFromMs: typeof startedAtMs === 'number' ? startedAtMs : openedAtMs,
    openedAtMs: shifted(openedAtMs, first),
    ...(alert.endedAtMs === undefined ? {} : { endedAtMs: shifted(alert.endedAtMs, last) }),
    matter: {
      ...matter,
      ...(typeof startedAtMs === 'number' ? { startedAtMs: shifted(startedAtMs, first) } : {}),
      ...(typeof endedAtMs === 'number' ? { endedAtMs: shifted(endedAtMs, last) } : {}),
    },
  };
}

/** All alerts as people see them. @throws AlertError */
export function placedAlerts(state: StateView, journal: Times): PlacedAlert[] {
  return readAlerts(state).map((alert) => placedAlert(alert, journal));
}
