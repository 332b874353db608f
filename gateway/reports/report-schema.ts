// The report as data: what the JSON file holds and the PDF shows. Times are ISO 8601 in UTC, temperatures milli-degrees
// Celsius, durations milliseconds, all whole numbers, so that its canonical JSON (RFC 8785) has one hash everywhere.
// `coldgate report --schema` prints this as JSON Schema.

import * as z from 'zod';
import { hole, probe, profile } from './probe-schema.js';
import { at, count, durationMs, hex, milliC, optional, text } from './report-fields.js';

const signature = z.strictObject({
  state: z.enum(['valid', 'key-unknown', 'invalid']),
  signer: text,
  digest: text,
  signedAt: at,
  /** The request that was signed. */
  kind: text,
  reason: optional(text),
});

const actor = z.strictObject({
  name: text,
  printedName: optional(text),
  role: optional(text),
  signature: optional(signature),
});

const excursion = z.strictObject({
  id: text,
  sensor: text,
  rule: text,
  severity: text,
  startedAt: optional(at),
  triggeredAt: optional(at),
  endedAt: optional(at),
  outsideMs: optional(durationMs),
  extremeMilliC: optional(milliC),
  limitMilliC: optional(milliC),
  side: optional(text),
  openings: count,
  doorOpenMs: durationMs,
  defrostMs: durationMs,
  isBeyondUncertainty: optional(z.boolean()),
  cause: optional(text),
  mktMicroC: optional(z.int()),
  level: optional(text),
  product: optional(text),
  state: z.enum(['ongoing', 'closed', 'withdrawn']),
  wasCorrected: z.boolean(),
  firstSequence: count,
  lastSequence: count,
});

const contact = z.strictObject({
  sensor: text,
  means: z.enum(['door', 'defrost']),
  probes: z.array(text),
  openings: count,
  openMs: durationMs,
  windows: z.array(hole),
});

const place = z.strictObject({ at, latitudeDegE7: z.int(), longitudeDegE7: z.int() });

const auditEntry = z.strictObject({
  sequence: count,
  observedAt: at,
  /** What the gateway's clock said then, where a later record says that it was wrong. */
  recordedAt: optional(at),
  kind: text,
  type: optional(text),
  subject: optional(text),
  shipment: optional(text),
  by: optional(
    z.strictObject({ name: text, printedName: optional(text), role: optional(text), isSigned: z.boolean() }),
  ),
  /** Members as `key=value`, without `type` and `by`; cut to 1,000 characters. */
  detail: optional(text),
});

export const reportSchema = z.strictObject({
  format: z.literal('coldgate-report'),
  version: z.literal(1),
  madeBy: z.strictObject({ program: z.literal('coldgate'), version: text }),
  timeZone: z.literal('UTC'),
  verdict: z.strictObject({
    state: z.enum(['OK', 'EXCURSION', 'UNKNOWN']),
    reasons: z.array(
      z.enum([
        'excursion',
        'unknown-time',
        'no-readings',
        'no-profile',
        'log-broken',
        'disagreement',
        'probe-missing',
        'still-running',
      ]),
    ),
  }),
  shipment: z.strictObject({
    id: text,
    state: text,
    hasOrder: z.boolean(),
    consignor: optional(text),
    consignee: optional(text),
    carrier: optional(text),
    ssccs: z.array(text),
    tags: z.array(text),
    products: z.array(z.strictObject({ gtin: text, lot: text })),
  }),
  gateway: z.strictObject({
    name: text,
    address: hex(20),
    /** What the log says of the software, the newest last. */
    versions: z.array(z.strictObject({ version: text, startedAt: at, sequence: count })),
  }),
  period: z.strictObject({
    startAt: at,
    startReason: z.enum(['armed', 'first-record']),
    stopAt: at,
    stopReason: z.enum(['delivered', 'still-running', 'last-record']),
    firstSequence: count,
    lastSequence: count,
    /** Of the shipment, by kind. */
    records: z.record(text, count),
  }),
  profile: optional(profile),
  probes: z.array(probe),
  excursions: z.array(excursion),
  contacts: z.array(contact),
  custody: z.array(
    z.strictObject({
      event: text,
      state: text,
      at,
      sequence: count,
      by: optional(actor),
      reason: optional(text),
    }),
  ),
  positions: optional(
    z.strictObject({
      fixes: count,
      first: place,
      last: place,
      southDegE7: z.int(),
      northDegE7: z.int(),
      westDegE7: z.int(),
      eastDegE7: z.int(),
      trackM: count,
    }),
  ),
  reviews: z.array(
    z.strictObject({
      action: text,
      alert: text,
      at,
      sequence: count,
      by: optional(actor),
      result: optional(text),
      meaning: optional(text),
      boundTo: optional(text),
      why: optional(text),
      state: optional(text),
    }),
  ),
  reminders: count,
  clock: z.strictObject({
    /** Records of the shipment by a clock that was not synchronised. */
    unsynchronisedRecords: count,
    /** Of them, those that are shown with the time at which they were made, as a later record gives it. */
    correctedRecords: count,
    references: z.array(z.strictObject({ at, source: text, errorMs: optional(count), sequence: count })),
    steps: z.array(z.strictObject({ at, stepMs: z.int(), sequence: count })),
  }),
  losses: z.array(
    z.strictObject({
      at,
      cause: text,
      records: z.int(),
      fromAt: optional(at),
      toAt: optional(at),
      sequence: count,
    }),
  ),
  audit: z.strictObject({ entries: count, missingDetails: count, shown: z.array(auditEntry) }),
  proof: z.strictObject({
    /** Every record of the span was found under a signed root, and every word gave its hash. */
    isWhole: z.boolean(),
    signatures: count,
    broken: z.array(z.strictObject({ firstSequence: count, lastSequence: count, what: text })),
    stoppedAt: optional(count),
    checkpoint: optional(z.strictObject({ size: count, root: hex(32), signedAt: at, signature: text })),
    anchor: optional(
      z.strictObject({
        chainId: count,
        contract: hex(20),
        seq: count,
        size: count,
        root: hex(32),
        head: text,
        transactionHash: optional(text),
        blockNumber: optional(count),
        blockTime: optional(at),
        notCovered: count,
      }),
    ),
  }),
});

export type Report = z.infer<typeof reportSchema>;
export type ProbeReport = Report['probes'][number];
