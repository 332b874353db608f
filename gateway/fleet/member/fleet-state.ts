// What a gateway remembers of its fleet's configurations over restarts, in one row beside the log: which number was the
// newest, and what became of it. Numbers at or below it are never taken again, whoever says them.

import * as z from 'zod';
import { hex } from '../../../ledger-sync/evidence/hex-field.js';
import { jsonOf } from '../../publish/json-payload.js';
import type { StateChange, StateView } from '../../requests/request.js';
import { address } from '../enrol-request.js';

const KEY = 'fleet/state';
const hex32 = hex(32);

const stateSchema = z.strictObject({
  /** Numbers are of one owner. */
  owner: address,
  number: z.int().nonnegative(),
  state: z.enum(['on-trial', 'applied', 'refused']),
  /** SHA-256 of the file that it became; undefined where it became none. */
  file: hex32.exactOptional(),
  code: z.string().exactOptional(),
  reason: z.string().exactOptional(),
  reportKey: hex32,
});

export type FleetState = z.infer<typeof stateSchema>;

/** undefined before the first configuration, and after another owner's. A row that cannot be read is none. */
export function readFleetState(view: StateView, owner: string): FleetState | undefined {
  const { data } = stateSchema.safeParse(jsonOf(Buffer.from(view.get(KEY) ?? '')));
  return data?.owner === owner ? data : undefined;
}

export const fleetRow = (state: FleetState): StateChange => [KEY, JSON.stringify(state)];

/** By what requests, records and trials name it. */
export const configurationIdOf = (number: number): string => `fleet-${number}`;
