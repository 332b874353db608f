// A kit as it is kept beside the log: one row of JSON under `kit/NUMBER`. What it used up to its last leg, and where it is.

import * as z from 'zod';
import type { StateChange, StateView } from '../requests/request.js';
import { duration, instant, section, text } from '../shipments/shipment-fields.js';
import { shipmentId } from '../shipments/shipment-order.js';
import { kitNumber } from './kit-number.js';
import { trialName } from './trial-terms.js';

export const kitKeyPrefix = 'kit/';

export const kitConditions = ['usable', 'quarantined', 'destroyed', 'dispensed'] as const;
export const quarantineCauses = [
  /** Measured time has used up an allowance. */
  'budget-spent',
  /** Time of which nobody can tell could have. */
  'unknown',
  /** It came without a statement of what was before. */
  'history-missing',
  /** The gateway that had it before says so. */
  'set-aside-before',
  /** A person says so. */
  'by-hand',
] as const;

const use = section({ warmMs: duration, coldMs: duration, unknownMs: duration });

const kitSchema = section({
  kit: kitNumber,
  trial: trialName,
  condition: z.enum(kitConditions),
  /** Over all legs that are over. */
  used: use,
  /** Up to when that is known; absent where counting has not begun. */
  knownToMs: instant.exactOptional(),
  /** Legs so far, here and elsewhere. */
  legs: z.int().nonnegative(),
  /** With which shipment it goes, and whether the time before that is counted already. */
  place: section({ shipment: shipmentId, isBegun: z.boolean() }).exactOptional(),
  /** A quarantine that is due, and why; made at the next look. */
  due: section({ cause: z.enum(quarantineCauses), reason: text(200).exactOptional() }).exactOptional(),
  /** The quarantine that it is in, or was in last. */
  quarantine: text(128).exactOptional(),
  /** What a person has judged to be harmless. */
  accepted: use.exactOptional(),
});

export type Kit = z.infer<typeof kitSchema>;

/** The row to keep. */
export const kitRow = (kit: Kit): StateChange => [`${kitKeyPrefix}${kit.kit}`, JSON.stringify(kit)];

/** @throws ZodError for a row that this program did not write */
export const parseKit = (row: string): Kit => kitSchema.parse(JSON.parse(row));

/** @throws ZodError as parseKit */
export function readKit(state: StateView, kit: string): Kit | undefined {
  const row = state.get(`${kitKeyPrefix}${kit}`);
  return row === undefined ? undefined : parseKit(row);
}

/** All kits of a trial, by number. @throws ZodError as parseKit */
export function readKits(state: StateView, trial: string): readonly Kit[] {
  return state
    .entries(kitKeyPrefix)
    .map(([, row]) => parseKit(row))
    .filter((kit) => kit.trial === trial);
}

/** Whether it may be used, loaded and dispensed: neither set aside nor about to be. */
export const isUsable = ({ condition, due }: Kit): boolean => condition === 'usable' && due === undefined;

/** A kit that has left for good is in nobody's hands. */
export const isGone = ({ condition }: Kit): boolean => condition === 'destroyed' || condition === 'dispensed';

/** Without what was to come. */
export function withoutDue({ due: _due, ...kit }: Kit): Kit {
  return kit;
}

/** Without its place: the leg is over. */
export function unplaced({ place: _place, ...kit }: Kit): Kit {
  return kit;
}
