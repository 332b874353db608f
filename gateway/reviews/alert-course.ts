// How one more record changes an alert: it opens, grows, or takes back what people made of it without that record.

import type { DraftRecord } from '../sealing/draft-record.js';
import { type Alert, ownHand, severities, withoutJudgement, withStep } from './alert.js';
import type { AlertOccasion } from './alert-occasion.js';

/** What of a record, or of its draft, an alert takes. */
type About = Pick<DraftRecord, 'observedAtMs' | 'subjectName' | 'shipmentName'>;

/** The alert with a record more, and in the state that this leaves it in. */
export function alertAfter(before: Alert | undefined, occasion: AlertOccasion, draft: About): Alert {
  return before ? grown(before, occasion, draft) : opened(occasion, draft);
}

/** The alert with its newest record waiting for its place in the log, at `fromSequence` or behind it. */
export function pendingFrom(alert: Alert, fromSequence: number): Alert {
  const { records = 0, fromSequence: first = fromSequence } = alert.pending ?? {};
  return { ...alert, pending: { records: records + 1, fromSequence: first } };
}

const fresh = (sinceMs: number): Alert['reminders'] => ({ sinceMs, count: 0, level: 1 });

function opened(occasion: AlertOccasion, { observedAtMs, subjectName, shipmentName }: About): Alert {
  const { alertId, source, severity, matter, sensorId = subjectName } = occasion;
  const isOngoing = occasion.isOngoing ?? true;
  return {
    id: alertId,
    source,
    openedAtMs: observedAtMs,
    ...(isOngoing || source !== 'excursion' ? {} : { endedAtMs: observedAtMs }),
    sensorId,
    ...(shipmentName === undefined ? {} : { shipment: shipmentName }),
    severity,
    state: 'open',
    isOngoing,
    matter,
    records: 1,
    reminders: fresh(observedAtMs),
    signatures: [],
    history: [{ atMs: observedAtMs, by: ownHand, action: 'opened' }],
  };
}

function grown(before: Alert, occasion: AlertOccasion, draft: About): Alert {
  const alert = withRecord(before, occasion, draft);
  const step = { atMs: draft.observedAtMs, by: ownHand };
  if (before.state === 'assessed') {
    return withStep(
      { ...withoutJudgement(alert), state: 'acknowledged' },
      { ...step, action: 'evidence-changed' },
    );
  }
  if (before.state !== 'closed') return alert;
  // A device that changes again is a new matter; an excursion that goes on is the old one.
  const base = occasion.source === 'excursion' ? withoutJudgement(alert) : opened(occasion, draft);
  return withStep(
    { ...base, state: 'open', reminders: fresh(draft.observedAtMs), history: before.history },
    { ...step, action: 'reopened' },
  );
}

function withRecord(before: Alert, occasion: AlertOccasion, { observedAtMs }: About): Alert {
  const { endedAtMs, ...rest } = before;
  const isOngoing = occasion.isOngoing ?? before.isOngoing;
  const endMs = before.isOngoing ? observedAtMs : endedAtMs;
  return {
    ...rest,
    ...(isOngoing || endMs === undefined ? {} : { endedAtMs: endMs }),
    records: before.records + 1,
    severity:
      severities.findLast((one) => one === before.severity || one === occasion.severity) ?? 'critical',
    isOngoing,
    // A record whose words are gone, or a short one, leaves what was known.
    matter: { ...before.matter, ...occasion.matter },
  };
}
