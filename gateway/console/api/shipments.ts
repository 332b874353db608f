// Shipments: where each stands, what it carries, and the steps that people take with it.

import * as z from 'zod';
import { alertSummary } from './alerts.js';
import { chartLimit } from './chart.js';
import {
  count,
  credentials,
  durationMs,
  freeText,
  hash,
  identifier,
  milliC,
  nextPage,
  pageFrom,
  pageSize,
  recorded,
  unixMs,
} from './fields.js';
import { access, json, route } from './route.js';

export const shipmentState = z.enum([
  'draft',
  'armed',
  'in-transit',
  'delivered',
  'under-review',
  'released',
  'rejected',
  'closed',
  /** Named in the configuration only: nobody has made an order for it. */
  'unmanaged',
]);
export const shipmentStep = z.enum(['arm', 'depart', 'deliver', 'review', 'release', 'reject', 'close']);
export const rangeSource = z.enum(['label', 'order']);

export const shipmentSummary = z.strictObject({
  id: identifier,
  state: shipmentState,
  profile: z.strictObject({ name: freeText, version: freeText, hash }).nullable(),
  probes: z.array(identifier),
  consignor: freeText.nullable(),
  consignee: freeText.nullable(),
  carrier: freeText.nullable(),
  /** When its state was entered. */
  sinceMs: unixMs.nullable(),
  /** Of its records in the log. */
  firstSequence: count.nullable(),
  lastSequence: count.nullable(),
  openAlerts: count,
});
export type ShipmentSummary = z.infer<typeof shipmentSummary>;

const range = z.strictObject({ lowMilliC: milliC.nullable(), highMilliC: milliC.nullable() });

/** Of one probe over the shipment's time, good readings only. */
export const probeStatistics = z.strictObject({
  sensorId: freeText,
  count,
  /** Readings that count as none. */
  bad: count,
  minMilliC: milliC.nullable(),
  minAtMs: unixMs.nullable(),
  maxMilliC: milliC.nullable(),
  maxAtMs: unixMs.nullable(),
  meanMilliC: milliC.nullable(),
  standardDeviationMilliC: z.int().nullable(),
  /** Mean kinetic temperature; null where USP <1079.2> has none: frozen product, or a low limit violated. */
  mktMilliC: milliC.nullable(),
  /** Outside of the limits together. */
  outsideMs: durationMs,
  gaps: count,
  longestGapMs: durationMs,
});
export type ProbeStatistics = z.infer<typeof probeStatistics>;

export const shipmentDetail = z.strictObject({
  ...shipmentSummary.shape,
  title: freeText.nullable(),
  limits: z.array(chartLimit),
  stabilityBands: z.array(
    z.strictObject({ id: z.string(), fromMilliC: milliC, toMilliC: milliC, allowanceMs: durationMs }),
  ),
  /** As told when it was delivered, by product; what `coldgate shipment ledger` prints. */
  budgets: z.array(z.record(z.string(), z.json())),
  tags: z.array(z.strictObject({ tag: freeText, uri: freeText.nullable() })),
  sscc: z.string().nullable(),
  products: z.array(z.strictObject({ gtin: z.string(), lot: z.string() })),
  dispute: z
    .strictObject({
      label: range.nullable(),
      order: range,
      settled: rangeSource.nullable(),
      confirmations: z.array(
        z.strictObject({ by: freeText, role: freeText, range: rangeSource, atMs: unixMs }),
      ),
    })
    .nullable(),
  history: z.array(z.strictObject({ state: shipmentState, atMs: unixMs, by: freeText })),
  /** From arming to delivery, or until now; null before. */
  fromMs: unixMs.nullable(),
  toMs: unixMs.nullable(),
  statistics: z.array(probeStatistics),
  alerts: z.array(alertSummary),
  /** What the signed-in person may do now. */
  steps: z.array(z.union([shipmentStep, z.literal('confirm-range')])),
});
export type ShipmentDetail = z.infer<typeof shipmentDetail>;

export const shipmentQuery = z.strictObject({
  state: shipmentState.optional(),
  /** A part of the id, of a party or of a probe's name. */
  search: z.string().max(100).optional(),
  pageFrom,
  pageSize,
});
export const shipmentPage = z.strictObject({
  /** The newest first. */
  shipments: z.array(shipmentSummary),
  nextPage,
  total: count,
});
export type ShipmentPage = z.infer<typeof shipmentPage>;

export const shipmentOrder = z.strictObject({
  id: identifier,
  /** Name of an alarm profile, see GET /api/profiles. */
  profile: z.string().min(1).max(64),
  probes: z.array(identifier).min(1).max(64),
  tags: z.array(z.string().max(124)).max(256).default([]),
  consignor: z.string().min(1).max(200),
  consignee: z.string().min(1).max(200),
  carrier: z.string().min(1).max(200),
  products: z
    .array(z.strictObject({ gtin: z.string().max(14), lot: z.string().max(20) }))
    .max(64)
    .default([]),
  range: z.strictObject({ lowMilliC: milliC.optional(), highMilliC: milliC.optional() }).optional(),
  /** Text of a GS1 label, as a scanner sends it. */
  label: z.string().max(4_096).optional(),
  credentials,
});
export const shipmentStepBody = z.strictObject({
  reason: z.string().min(1).max(1_000).optional(),
  credentials,
});
export const rangeConfirmation = z.strictObject({ range: rangeSource, credentials });
export const shipmentStepped = z.strictObject({ ...recorded.shape, id: identifier, state: z.string() });
export type ShipmentStepped = z.infer<typeof shipmentStepped>;

export const profileSummary = z.strictObject({
  name: z.string(),
  version: freeText,
  title: freeText,
  source: freeText,
  hash,
  lowMilliC: milliC.nullable(),
  highMilliC: milliC.nullable(),
  rules: count,
});
export const profileList = z.strictObject({ profiles: z.array(profileSummary) });
export type ProfileList = z.infer<typeof profileList>;

const tag = 'shipments';
const params = z.strictObject({ id: identifier });

export const shipmentRoutes = {
  list: route({
    method: 'GET',
    path: '/api/shipments',
    operation: 'listShipments',
    tag,
    summary: 'Shipments, the newest first.',
    access: access.history,
    query: shipmentQuery,
    answer: json(shipmentPage),
  }),
  read: route({
    method: 'GET',
    path: '/api/shipments/{id}',
    operation: 'readShipment',
    tag,
    summary:
      'One shipment with its papers, its figures and its alerts; its chart is GET /api/chart?shipment=ID.',
    access: access.history,
    params,
    answer: json(shipmentDetail),
  }),
  create: route({
    method: 'POST',
    path: '/api/shipments',
    operation: 'createShipment',
    tag,
    summary: 'Makes a draft.',
    access: access.handlers,
    body: shipmentOrder,
    answer: json(shipmentStepped, 201),
  }),
  step: route({
    method: 'POST',
    path: '/api/shipments/{id}/steps/{step}',
    operation: 'stepShipment',
    tag,
    summary: 'Takes a shipment a step further; release and rejection need a reason.',
    access: access.handlers,
    params: z.strictObject({ id: identifier, step: shipmentStep }),
    body: shipmentStepBody,
    answer: json(shipmentStepped),
  }),
  confirmRange: route({
    method: 'POST',
    path: '/api/shipments/{id}/range',
    operation: 'confirmShipmentRange',
    tag,
    summary: "Gives one person's word on which temperatures hold where the papers differ.",
    access: access.handlers,
    params,
    body: rangeConfirmation,
    answer: json(shipmentStepped),
  }),
  profiles: route({
    method: 'GET',
    path: '/api/profiles',
    operation: 'listProfiles',
    tag,
    summary: 'Alarm profiles that a shipment can have.',
    access: access.everybody,
    answer: json(profileList),
  }),
};
