// What one device went through: whether it works, since when it does not and why, when it last said something.

import * as z from 'zod';
import type { DeviceCounters } from '../../firmware-bridge/device.js';
import type { Arrival, Observation } from '../../firmware-bridge/observation.js';

const count = z.number().nonnegative();

export const deviceFactsSchema = z.object({
  id: z.string(),
  /** Of its supervision, at this moment. */
  state: z.string(),
  counters: z.object({
    ...{
      bytes: count,
      frames: count,
      badChecks: count,
      discardedBytes: count,
      timeouts: count,
      opens: count,
    },
  }),
  /** Why it cannot be used; null while it works. */
  failure: z.object({ condition: z.string(), reason: z.string(), sinceMs: count }).nullable().default(null),
  /** When it last said something about goods, Unix ms; null if never in this process. */
  lastDataAtMs: count.nullable().default(null),
  /** Since its last valid frame, by the monotonic clock; counts from the start of the process where there was none. */
  quietMs: count.default(0),
});
export type DeviceFacts = z.infer<typeof deviceFactsSchema>;

/** As the device itself tells them. */
export interface DeviceReport {
  readonly id: string;
  readonly state: string;
  readonly counters: DeviceCounters;
}

const failures: ReadonlySet<string> = new Set(['absent', 'silent', 'faulted']);

/** A fault is told like a reading, but nothing was measured. */
const isData = (observation: Observation): boolean =>
  observation.kind !== 'device-condition' &&
  !('quality' in observation && observation.quality.startsWith('probe-'));

export class DeviceMeter {
  #failure: DeviceFacts['failure'] = null;
  #lastDataAtMs: number | null = null;
  #heardMs: number;
  #frames = 0;

  /** @param uptimeMs when it was started */
  constructor(uptimeMs: number) {
    this.#heardMs = uptimeMs;
  }

  /** Takes what the device says. */
  take(observation: Observation): void {
    if (observation.kind === 'device-condition') this.#takeCondition(observation.condition, observation);
    if (!isData(observation)) return;
    this.#lastDataAtMs = observation.at.unixMs;
    this.#heardMs = observation.at.uptimeMs;
  }

  read({ id, state, counters }: DeviceReport, now: Arrival): DeviceFacts {
    if (counters.frames !== this.#frames) this.#heardMs = now.uptimeMs;
    this.#frames = counters.frames;
    return {
      ...{ id, state, counters, failure: this.#failure, lastDataAtMs: this.#lastDataAtMs },
      quietMs: Math.max(0, now.uptimeMs - this.#heardMs),
    };
  }

  #takeCondition(condition: string, { reason, at }: { reason: string; at: Arrival }): void {
    if (condition === 'ready') this.#failure = null;
    // One outage goes on, however its attempts end.
    else if (failures.has(condition))
      this.#failure = { condition, reason, sinceMs: this.#failure?.sinceMs ?? at.unixMs };
  }
}
