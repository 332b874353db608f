// How everything stands now: the first page, and what its stream of changes carries.

import * as z from 'zod';
import {
  count,
  durationMs,
  freeText,
  hash,
  identifier,
  milliC,
  position,
  qualityName,
  quantity,
  severity,
  unixMs,
} from './fields.js';
import { access, json, route } from './route.js';

/** Why a state is what it is. `no-limits`: nobody has said what is right for this probe. */
export const stateReason = z.enum([
  'within-limits',
  'excursion',
  'no-reading',
  'old',
  'fault',
  'suspect',
  'calibration',
  'clock',
  'no-limits',
]);

export const probeNow = z.strictObject({
  sensorId: freeText,
  quantity,
  /** Of the newest reading: milli-degrees or thousandths of a percent; null where its quality says that there is no number. */
  valueMilli: z.int().nullable(),
  observedAtMs: unixMs.nullable(),
  /** At `atMs` of the answer or event that carries it. */
  ageMs: durationMs.nullable(),
  quality: qualityName.nullable(),
  /** Over the last 10 minutes, milli-units per hour; null with fewer than three good readings. */
  trendMilliPerHour: z.int().nullable(),
  /** Good readings of the last hour, oldest first, at most 60: for a small line beside the number. */
  recent: z.array(z.tuple([unixMs, z.int()])),
  state: z.enum(['ok', 'excursion', 'unknown']),
  stateReason,
  /** The tightest limits in force. */
  lowMilliC: milliC.nullable(),
  highMilliC: milliC.nullable(),
  /** A longer hole is UNKNOWN. */
  maxGapMs: durationMs.nullable(),
  shipment: identifier.nullable(),
  deviceId: identifier.nullable(),
});
export type ProbeNow = z.infer<typeof probeNow>;

export const tagNow = z.strictObject({
  epcHex: z.string(),
  /** As GS1 writes it, where the EPC decodes. */
  uri: freeText.nullable(),
  readerId: freeText,
  lastSeenAtMs: unixMs,
  bestRssiDbm: z.int().nullable(),
  shipment: identifier.nullable(),
});
export type TagNow = z.infer<typeof tagNow>;

export const doorNow = z.strictObject({
  sensorId: freeText,
  isOpen: z.boolean(),
  sinceMs: unixMs,
  means: z.enum(['door', 'defrost']),
});
export type DoorNow = z.infer<typeof doorNow>;

export const shipmentNow = z.strictObject({
  id: identifier,
  state: z.string(),
  probes: z.array(identifier),
  tags: z.array(freeText),
});

export const ledgerNow = z.strictObject({
  chainId: count,
  contract: z.string(),
  /** null until the contract has been asked. */
  isRegistered: z.boolean().nullable(),
  signedSeq: count,
  sentSeq: count,
  includedSeq: count,
  safeSeq: count.nullable(),
  finalizedSeq: count.nullable(),
  /** Records that the newest included header covers. */
  anchoredRecords: count,
  transactionHash: z.string().nullable(),
  blockNumber: count.nullable(),
});

/** What is wrong with the gateway itself, in its own words. */
export const findingNow = z.strictObject({
  /** Names the matter: `device:bus-1`, `clock-untrusted`. */
  id: freeText,
  severity: z.enum(['notice', 'warning', 'critical']),
  sinceMs: unixMs,
  what: freeText,
  whatToDo: freeText,
});
export type FindingNow = z.infer<typeof findingNow>;

export const gatewayNow = z.strictObject({
  name: identifier,
  /** 0x and 40 hexadecimal digits. */
  address: z.string(),
  version: z.string(),
  /** Records that are signed and durable. */
  records: count,
  lastCheckpoint: z.strictObject({ size: count, root: hash, atMs: unixMs }).nullable(),
  clockTrust: z.enum(['unsynchronised', 'holdover', 'synchronised']),
  /** Who gave the time; null: nobody yet. */
  clockSource: z.enum(['ntp', 'gnss', 'configured']).nullable(),
  /** How wrong it may be by now; null: nobody knows. */
  clockErrorMs: count.nullable(),
  disk: z.strictObject({ freeBytes: count, totalBytes: count }).nullable(),
  sinks: z.array(z.strictObject({ sink: z.string(), acknowledgedRecords: count, waitingRecords: count })),
  ledger: ledgerNow.nullable(),
  problems: z.array(
    z.strictObject({ role: z.string(), code: z.string(), message: freeText, hint: freeText }),
  ),
  /** The gravest first. */
  findings: z.array(findingNow),
  alerts: z.strictObject({ open: count, acknowledged: count, assessed: count, worst: severity.nullable() }),
  /** Whether the gateway role has lately shown that it lives; null where it cannot show it. */
  isRunning: z.boolean().nullable(),
});
export type GatewayNow = z.infer<typeof gatewayNow>;

export const now = z.strictObject({
  atMs: unixMs,
  gateway: gatewayNow,
  probes: z.array(probeNow),
  tags: z.array(tagNow),
  doors: z.array(doorNow),
  positions: z.array(position),
  shipments: z.array(shipmentNow),
});
export type Now = z.infer<typeof now>;

export const nowRoutes = {
  now: route({
    method: 'GET',
    path: '/api/now',
    operation: 'readNow',
    tag: 'now',
    summary:
      'Everything as it stands: probes, tags, doors, position, shipments, backlog, ledger, clock, disk.',
    access: access.live,
    answer: json(now),
  }),
};
