// What the event source remembers between two records. Plain JSON, so that a start goes on where the last one ended
// and makes the events that one run through the whole log makes.

import type { ToldEvents } from './excursion-telling.js';
import type { CourseState } from './shipment-course.js';
import type { WindowState } from './telemetry-window.js';

export interface SourceState {
  /** A saved state of another version is not gone on with: the log is folded from its beginning. */
  readonly version: 1;
  /** Of the next record. */
  sequence: number;
  /** By id; those that are closed are forgotten. */
  readonly shipments: Record<string, CourseState>;
  windows: readonly WindowState[];
  /** The newest fix, as a geo: URI. */
  position: { readonly readPoint: string; readonly atMs: number } | null;
  /** Sensor ids that an event has named as part of the vehicle. */
  readonly mounted: string[];
  /** By sensor id: what the event called it. */
  readonly mountedAs: Record<string, string>;
  /** Sensors that have told a temperature. */
  readonly probes: string[];
  /** By sensor id: the fault that was told last, and when it was seen last. */
  readonly faults: Record<string, { readonly fault: string; readonly atMs: number }>;
  /** By excursion id, oldest first. */
  told: Record<string, ToldEvents>;
}

/** Beyond it the oldest is forgotten; a late correction of it is told as an event of its own. */
const maxTold = 256;

/** Ids come from people: one called `__proto__` must be a key like any other. */
const keyed = <Value>(entries: Record<string, Value> = {}): Record<string, Value> =>
  Object.assign(Object.create(null), entries);

function freshState(): SourceState {
  return {
    ...{ version: 1, sequence: 0, shipments: keyed(), windows: [], position: null },
    ...{ mounted: [], mountedAs: keyed(), probes: [], faults: keyed(), told: keyed() },
  };
}

/** The excursions that are remembered after one more was told. */
export function withTold(told: SourceState['told'], id: string, stands: ToldEvents): SourceState['told'] {
  const { [id]: _before, ...others } = told;
  const isOver = stands.opened === undefined && stands.closed === undefined;
  return keyed(
    isOver ? others : Object.fromEntries([...Object.entries(others), [id, stands]].slice(-maxTold)),
  );
}

/** @param saved what `JSON.stringify` gave of a state; undefined, or of another version: the beginning */
export function readState(saved: string | undefined): SourceState {
  if (saved === undefined) return freshState();
  const state = JSON.parse(saved) as SourceState | null;
  if (state?.version !== 1) return freshState();
  return {
    ...state,
    shipments: keyed(state.shipments),
    mountedAs: keyed(state.mountedAs),
    faults: keyed(state.faults),
    told: keyed(state.told),
  };
}
