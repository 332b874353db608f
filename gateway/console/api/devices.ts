// Devices: ports, readers and probes with their calibration, what the wire counts, and what one of them says just now.

import * as z from 'zod';
import { count, durationMs, freeText, identifier, milliC, unixMs } from './fields.js';
import { findingNow } from './now.js';
import { access, json, route } from './route.js';

export const deviceCounters = z.strictObject({
  bytes: count,
  frames: count,
  badChecks: count,
  discardedBytes: count,
  timeouts: count,
  opens: count,
});

export const calibration = z.strictObject({
  serial: freeText,
  certificate: freeText,
  /** YYYY-MM-DD */
  calibratedOn: z.string(),
  dueOn: z.string(),
  uncertaintyMilliC: milliC,
  state: z.enum(['valid', 'due-soon', 'expired', 'not-yet-valid', 'clock-unknown']),
});

export const deviceProbe = z.strictObject({
  sensorId: freeText,
  quantity: z.enum(['temperature', 'humidity', 'door', 'position', 'tags']),
  /** Where it is at its device: unit, channel, ROM id, line, topic. */
  at: freeText.nullable(),
  model: freeText.nullable(),
  calibration: calibration.nullable(),
  /** As its own register says, by the newest record; null: it tells none. */
  offsetMilli: z.int().nullable(),
  lastHeardAtMs: unixMs.nullable(),
});

export const device = z.strictObject({
  id: freeText,
  type: z.string(),
  port: freeText.nullable(),
  /** As the driver says; null while the gateway role is not running. */
  state: z.string().nullable(),
  /** Its last condition in the log. */
  condition: z.strictObject({ condition: z.string(), reason: freeText, atMs: unixMs }).nullable(),
  /** Why it cannot be used now, and what mends that; null while it works, or nobody reads it. */
  finding: findingNow.nullable(),
  /** What the device names itself, where it does. */
  firmware: freeText.nullable(),
  /** Since the gateway role started. */
  counters: deviceCounters.nullable(),
  probes: z.array(deviceProbe),
});
export type Device = z.infer<typeof device>;

export const deviceList = z.strictObject({
  atMs: unixMs,
  /** When the counters were taken; null: the gateway role does not tell any. */
  countedAtMs: unixMs.nullable(),
  startedAtMs: unixMs.nullable(),
  devices: z.array(device),
});
export type DeviceList = z.infer<typeof deviceList>;

/** An event of the stream of one device. */
export const deviceEvents = {
  /** A record of the device or of one of its probes. */
  record: z.strictObject({
    sequence: count,
    observedAtMs: unixMs,
    kind: z.string(),
    name: freeText.nullable(),
    value: z.int(),
    unit: z.string().nullable(),
    quality: z.string(),
    detail: z.record(z.string(), z.json()).nullable(),
  }),
  counters: z.strictObject({
    atMs: unixMs,
    state: z.string().nullable(),
    counters: deviceCounters.nullable(),
    sinceMs: durationMs,
  }),
} as const;
export type DeviceEvents = {
  readonly [Name in keyof typeof deviceEvents]: z.infer<(typeof deviceEvents)[Name]>;
};

const tag = 'devices';

export const deviceRoutes = {
  list: route({
    method: 'GET',
    path: '/api/devices',
    operation: 'listDevices',
    tag,
    summary: 'Devices with their ports, probes, calibration and counters.',
    access: access.live,
    answer: json(deviceList),
  }),
  monitor: route({
    method: 'GET',
    path: '/api/devices/{id}/monitor',
    operation: 'followDevice',
    tag,
    summary: 'What one device says, as server-sent events `record` and `counters`.',
    access: access.live,
    params: z.strictObject({ id: identifier }),
    answer: { kind: 'stream', contentType: 'text/event-stream', what: 'events record and counters' },
  }),
};
