// Kinds of values that all resources of the console's API share. Integers carry their unit in the name; a value that is
// not known is null, never absent, so that a page need not guess. This folder imports nothing but zod: the front end
// takes its types from here.

import * as z from 'zod';

export const count = z.int().min(0);
/** Unix milliseconds, UTC. */
export const unixMs = z.int().min(0);
/** Thousandths of degrees Celsius. */
export const milliC = z.int();
export const durationMs = z.int().min(0);
/** Name of a probe, device, shipment or account, as the configuration allows it. */
export const identifier = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
/** What devices, labels and people said: shown as text, never as markup. */
export const freeText = z.string().max(4_096);
export const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const roleNames = ['operator', 'quality', 'administrator', 'auditor'] as const;
export const roleName = z.enum(roleNames);
export type RoleName = z.infer<typeof roleName>;

/** As in PROTOCOL.md section 1; `quality-N` is one that is newer than this program. */
export const qualityName = z
  .string()
  .regex(
    /^(good|suspect-rate|stale|calibration-expired|probe-open|probe-short|probe-fault|out-of-range|power-on-value|quality-\d+)$/,
  );

/** Of readings: thousandths of degrees Celsius, or thousandths of a percent of relative humidity. */
export const quantity = z.enum(['temperature', 'humidity']);
export type Quantity = z.infer<typeof quantity>;

export const severity = z.enum(['notice', 'minor', 'major', 'critical']);

/** WGS 84, 1e-7 degrees; north and east are positive. */
export const position = z.strictObject({
  atMs: unixMs,
  sensorId: freeText,
  latitudeDegE7: z.int(),
  longitudeDegE7: z.int(),
  speedMmPerS: z.int().nullable(),
});
export type Position = z.infer<typeof position>;

/** Both components of a signature; the name is that of the session. They come with each request that changes anything. */
export const credentials = z.strictObject({
  password: z.string().min(1).max(1_024),
  /** Six digits of the authenticator; each works once. */
  code: z.string().regex(/^[0-9]{6}$/),
});
export type CredentialsBody = z.infer<typeof credentials>;

/** What the gateway role made of a request: it is a record now. */
export const recorded = z.strictObject({
  /** Sequence of the first record that it became. */
  sequence: count,
});
export type Recorded = z.infer<typeof recorded>;

/** The body of every answer from 400 on. */
export const problem = z.strictObject({
  /** SCREAMING_SNAKE_CASE. */
  code: z.string(),
  message: z.string(),
  /** What a person can do. */
  hint: z.string(),
});
export type Problem = z.infer<typeof problem>;

/** Where the next page begins; null: there is none. */
export const nextPage = z.string().max(256).nullable();
export const pageFrom = z.string().max(256).optional();
export const pageSize = z.coerce.number().int().min(1).max(200).default(50);
/** In a query. */
export const queryMs = z.coerce.number().int().min(0).max(253_402_300_799_999);
