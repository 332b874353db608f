// What is remembered of the configuration over restarts, in rows beside the log: which text is in force with which probes,
// which one is to be tried, and why one was taken back.

import * as z from 'zod';
import { hex } from '../../ledger-sync/evidence/hex-field.js';
import { jsonOf } from '../publish/json-payload.js';
import type { StateChange, StateView } from '../requests/request.js';

const hash = hex(32);

const probe = z.strictObject({ sensorId: z.string(), serial: z.string().exactOptional() });

const pendingSchema = z.strictObject({
  /** Of the request or command that asked for it. */
  id: z.string(),
  from: hash,
  to: hash,
  text: z.string(),
  /** Where coming up is not enough: the role must show within that time that it does its work. */
  proof: z.strictObject({ limitMs: z.int().positive(), needsReading: z.boolean() }).exactOptional(),
});

const inForceSchema = z.strictObject({ hash, probes: z.array(probe) });

const revertedSchema = z.strictObject({
  id: z.string(),
  /** Of the text that was taken back. */
  hash,
  code: z.string(),
  message: z.string(),
});

/** A text that is decided on and not in force yet. */
export type PendingConfiguration = z.infer<typeof pendingSchema>;
/** What a text on trial must show. */
export type TrialProof = NonNullable<PendingConfiguration['proof']>;
export type ConfigurationInForce = z.infer<typeof inForceSchema>;
export type RevertedConfiguration = z.infer<typeof revertedSchema>;
export type NamedProbe = z.infer<typeof probe>;

const rowKeys = {
  pending: 'configuration/pending',
  inForce: 'configuration/in-force',
  reverted: 'configuration/reverted',
} as const;

/** A row that cannot be read is one that is not there: the file is what counts. */
function read<Row>(state: StateView, key: string, schema: z.ZodType<Row>): Row | undefined {
  const parsed = schema.safeParse(jsonOf(Buffer.from(state.get(key) ?? '')));
  return parsed.success ? parsed.data : undefined;
}

export const readPending = (state: StateView) => read(state, rowKeys.pending, pendingSchema);
export const readInForce = (state: StateView) => read(state, rowKeys.inForce, inForceSchema);
export const readReverted = (state: StateView) => read(state, rowKeys.reverted, revertedSchema);

const row = (key: string, value: object | undefined): StateChange => [
  key,
  value === undefined ? undefined : JSON.stringify(value),
];

export const pendingRow = (pending: PendingConfiguration | undefined) => row(rowKeys.pending, pending);
export const inForceRow = (inForce: ConfigurationInForce) => row(rowKeys.inForce, inForce);
export const revertedRow = (reverted: RevertedConfiguration | undefined) => row(rowKeys.reverted, reverted);
