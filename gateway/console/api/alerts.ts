// Alerts: what asks for a person's eyes, and what people made of it.

import * as z from 'zod';
import {
  count,
  credentials,
  durationMs,
  freeText,
  hash,
  milliC,
  nextPage,
  pageFrom,
  pageSize,
  queryMs,
  recorded,
  severity,
  unixMs,
} from './fields.js';
import { access, json, route } from './route.js';

export const alertState = z.enum(['open', 'acknowledged', 'assessed', 'closed']);
export const alertSource = z.enum([
  'excursion',
  'calibration-changed',
  'device-changed',
  'damaged-journal',
  'slow-card',
  'authenticity',
  'inventory',
  'kits',
]);
export const assessmentResult = z.enum(['no-impact', 'product-affected', 'inconclusive', 'false-alarm']);
export const signatureMeaning = z.enum(['reviewed', 'approved', 'rejected']);
const alertId = z.string().min(1).max(300);

export const alertSummary = z.strictObject({
  id: alertId,
  source: alertSource,
  state: alertState,
  severity,
  isOngoing: z.boolean(),
  /** Name of the probe or device. */
  sensorId: freeText,
  shipment: freeText.nullable(),
  /** When it began and ended, as the judges have it. */
  fromMs: unixMs,
  /** What the gateway's clock said when it began, where a later record says that it was wrong; else null. */
  recordedFromMs: unixMs.nullable(),
  toMs: unixMs.nullable(),
  rule: freeText.nullable(),
  limitMilliC: milliC.nullable(),
  extremeMilliC: milliC.nullable(),
  outsideMs: durationMs.nullable(),
  remindersLevel: count,
});
export type AlertSummary = z.infer<typeof alertSummary>;

export const alertDetail = z.strictObject({
  ...alertSummary.shape,
  /** What its newest record says of rule, profile and limit, word for word. */
  matter: z.record(z.string(), z.union([z.string(), z.int()])),
  records: count,
  firstSequence: count.nullable(),
  lastSequence: count.nullable(),
  /** A signed head of the log that covers its records. */
  checkpoint: z.strictObject({ size: count, root: hash }).nullable(),
  assessment: z
    .strictObject({
      result: assessmentResult,
      why: freeText,
      by: freeText,
      printedName: freeText,
      atMs: unixMs,
    })
    .nullable(),
  signatures: z.array(
    z.strictObject({
      meaning: signatureMeaning,
      by: freeText,
      printedName: freeText,
      atMs: unixMs,
      boundTo: hash,
    }),
  ),
  history: z.array(
    z.strictObject({ atMs: unixMs, by: freeText, action: z.string(), why: freeText.nullable() }),
  ),
  /** What a signature binds: show it before you ask for one, and send it with it. null: nothing can be signed yet. */
  evidenceHash: hash.nullable(),
  /** What the signed-in person may do now. */
  steps: z.array(z.enum(['acknowledge', 'assess', 'review', 'approve', 'reject'])),
  /** The newest others of the same probe and rule, then of the same probe, at most 10. */
  similar: z.array(alertSummary),
});
export type AlertDetail = z.infer<typeof alertDetail>;

export const alertQuery = z.strictObject({
  /** Absent: all but closed ones. */
  state: z.union([alertState, z.literal('all')]).optional(),
  severity: severity.optional(),
  source: alertSource.optional(),
  sensorId: z.string().max(64).optional(),
  shipment: z.string().max(64).optional(),
  fromMs: queryMs.optional(),
  toMs: queryMs.optional(),
  pageFrom,
  pageSize,
});

export const alertPage = z.strictObject({
  /** The newest first. */
  alerts: z.array(alertSummary),
  nextPage,
  /** Of those that the filters let pass. */
  total: count,
});
export type AlertPage = z.infer<typeof alertPage>;

const why = z.string().min(1).max(1_000);
export const acknowledgement = z.strictObject({ why: why.optional(), credentials });
export const assessment = z.strictObject({ result: assessmentResult, why, credentials });
export const alertSignature = z.strictObject({
  meaning: signatureMeaning,
  /** `evidenceHash` as it was shown. */
  boundTo: hash,
  why: why.optional(),
  credentials,
});
export const alertStep = z.strictObject({ ...recorded.shape, id: alertId, state: alertState });
export type AlertStep = z.infer<typeof alertStep>;

const tag = 'alerts';
const params = z.strictObject({ id: alertId });

export const alertRoutes = {
  list: route({
    method: 'GET',
    path: '/api/alerts',
    operation: 'listAlerts',
    tag,
    summary: 'Alerts, the newest first.',
    access: access.history,
    query: alertQuery,
    answer: json(alertPage),
  }),
  read: route({
    method: 'GET',
    path: '/api/alerts/{id}',
    operation: 'readAlert',
    tag,
    summary: 'One alert with its evidence, its history and similar ones.',
    access: access.history,
    params,
    answer: json(alertDetail),
  }),
  acknowledge: route({
    method: 'POST',
    path: '/api/alerts/{id}/acknowledge',
    operation: 'acknowledgeAlert',
    tag,
    summary: 'Notes that somebody has seen it.',
    access: access.handlers,
    params,
    body: acknowledgement,
    answer: json(alertStep),
  }),
  assess: route({
    method: 'POST',
    path: '/api/alerts/{id}/assess',
    operation: 'assessAlert',
    tag,
    summary: 'Says what it means for the goods.',
    access: access.quality,
    params,
    body: assessment,
    answer: json(alertStep),
  }),
  sign: route({
    method: 'POST',
    path: '/api/alerts/{id}/sign',
    operation: 'signAlert',
    tag,
    summary: 'Signs for the assessment and the records under it.',
    access: access.quality,
    params,
    body: alertSignature,
    answer: json(alertStep),
  }),
};
