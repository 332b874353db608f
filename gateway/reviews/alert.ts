// An alert as it is kept beside the log: one row of JSON under `alert/ID`, from the first record that asks for a
// person's eyes until quality has closed it. What happened is in the log; the row says only where the matter stands.

import * as z from 'zod';
import { hex } from '../../ledger-sync/evidence/hex-field.js';
import type { StateChange, StateView } from '../requests/request.js';
import { instant, section } from '../shipments/shipment-fields.js';
import { AlertError } from './alert-error.js';
import { matterSchema } from './alert-matter.js';

const keyPrefix = 'alert/';
/** All of it is in the log; the row keeps the newest. */
const MAX_HISTORY = 100;
/** Stands where a person's name stands when the gateway itself acted; no account can have it. */
export const ownHand = '(gateway)';

/** From the mildest to the gravest. */
export const severities = ['notice', 'minor', 'major', 'critical'] as const;
const alertSources = [
  'excursion',
  'calibration-changed',
  'device-changed',
  'damaged-journal',
  'slow-card',
  'authenticity',
  'inventory',
  'kits',
] as const;
export const assessmentResults = ['no-impact', 'product-affected', 'inconclusive', 'false-alarm'] as const;
export const signatureMeanings = ['reviewed', 'approved', 'rejected'] as const;

const count = z.int().nonnegative();
const hash = hex(32);

const alertSchema = section({
  id: z.string(),
  source: z.enum(alertSources),
  openedAtMs: instant,
  /** When the excursion ended; absent while it goes on, and for what has no end. */
  endedAtMs: instant.exactOptional(),
  /** Name of the probe or device. */
  sensorId: z.string(),
  shipment: z.string().exactOptional(),
  severity: z.enum(severities),
  state: z.enum(['open', 'acknowledged', 'assessed', 'closed']),
  /** Whether the excursion still goes on. */
  isOngoing: z.boolean(),
  /** What its newest record says of rule, profile and limit. */
  matter: matterSchema,
  /** Records of the log that this alert is about. */
  records: count,
  /** Of the first and the last of them; absent until they are signed. */
  firstSequence: count.exactOptional(),
  lastSequence: count.exactOptional(),
  /** A signed head of the log that covers them all. */
  checkpoint: section({ size: count, root: hash }).exactOptional(),
  /** The newest of them whose place is not noted yet, and from where on they lie. */
  pending: section({ records: count, fromSequence: count }).exactOptional(),
  /** Since it was opened the last time. */
  reminders: section({ sinceMs: instant, count, level: count, lastAtMs: instant.exactOptional() }),
  assessment: section({
    result: z.enum(assessmentResults),
    why: z.string(),
    by: z.string(),
    printedName: z.string(),
    atMs: instant,
  }).exactOptional(),
  /** Over what is assessed now; whatever changes it removes them here. */
  signatures: z.array(
    section({
      meaning: z.enum(signatureMeanings),
      by: z.string(),
      printedName: z.string(),
      atMs: instant,
      boundTo: hash,
    }),
  ),
  history: z.array(
    section({ atMs: instant, by: z.string(), action: z.string(), why: z.string().exactOptional() }),
  ),
});

export type Alert = z.infer<typeof alertSchema>;
export type AlertSource = Alert['source'];
export type SignatureMeaning = (typeof signatureMeanings)[number];
type Step = Alert['history'][number];

/** The row to keep. */
export function alertRow(alert: Alert): StateChange {
  return [`${keyPrefix}${alert.id}`, JSON.stringify(alert)];
}

/** Notes what was done to it. */
export function withStep(alert: Alert, step: Step): Alert {
  return { ...alert, history: [...alert.history, step].slice(-MAX_HISTORY) };
}

/** Without what people made of evidence that is no longer all there is. */
export function withoutJudgement({ assessment: _assessment, ...alert }: Alert): Alert {
  return { ...alert, signatures: [] };
}

function parseAlert(key: string, row: string): Alert {
  try {
    return alertSchema.parse(JSON.parse(row));
  } catch (cause) {
    throw new AlertError(key.slice(keyPrefix.length), cause);
  }
}

/**
 * An alert by its id; undefined if there is none.
 * @throws AlertError ALERT_UNREADABLE
 */
export function readAlert(state: StateView, id: string): Alert | undefined {
  const key = `${keyPrefix}${id}`;
  const row = state.get(key);
  return row === undefined ? undefined : parseAlert(key, row);
}

/**
 * All alerts that ever were, by id.
 * @throws AlertError ALERT_UNREADABLE
 */
export function readAlerts(state: StateView): readonly Alert[] {
  return state.entries(keyPrefix).map(([key, row]) => parseAlert(key, row));
}

/** Ids of all rows, those that cannot be read as well. */
export function alertIds(state: StateView): readonly string[] {
  return state.entries(keyPrefix).map(([key]) => key.slice(keyPrefix.length));
}
