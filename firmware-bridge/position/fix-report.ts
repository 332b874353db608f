// What is told of a receiver that fixes its position once a second: a position and a time now and then, and the
// loss of the fix. Pure: it sees time only as the arrival of what it is given, and it outlives reconnects.

import { BridgeError } from '../bridge-error.js';
import type { Arrival, DeviceCondition, Observation } from '../observation.js';
import { isPlausibleTime } from './plausible-time.js';

export interface FixReportSettings {
  /** The receiver's id, in positions, times and conditions alike. */
  readonly id: string;
  /** Between two positions. 1000..86400000 ms, default 60000; the first fix is told at once. */
  readonly positionIntervalMs?: number | undefined;
  /** Between two times. 1000..86400000 ms, default 3600000; the first one is told at once. */
  readonly timeIntervalMs?: number | undefined;
}

/** Units as in PositionObservation. */
export interface PositionFix {
  readonly latitudeDegE7: number;
  readonly longitudeDegE7: number;
  readonly speedMmPerS?: number | undefined;
  readonly satellites?: number | undefined;
  readonly hdopCenti?: number | undefined;
  readonly fixUnixMs?: number | undefined;
}

const defaultPositionIntervalMs = 60_000;
const defaultTimeIntervalMs = 3_600_000;
const [minIntervalMs, maxIntervalMs] = [1000, 86_400_000];
/** A bridge is no loss. */
const lostAfterMs = 10_000;

export class FixReport {
  readonly #id: string;
  readonly #positions: Schedule;
  readonly #times: Schedule;
  #isLost = false;
  #lastFixUptimeMs: number | undefined;

  /** Throws BridgeError READER_CONFIG for an interval out of range. */
  constructor({ id, positionIntervalMs, timeIntervalMs }: FixReportSettings) {
    this.#id = id;
    this.#positions = new Schedule(checked(id, 'position', positionIntervalMs ?? defaultPositionIntervalMs));
    this.#times = new Schedule(checked(id, 'time', timeIntervalMs ?? defaultTimeIntervalMs));
  }

  /** The receiver talks (again): the time to a loss counts from here. */
  resume(at: Arrival): void {
    this.#lastFixUptimeMs = at.uptimeMs;
  }

  /** A valid fix. Its own time is left out where it cannot be true. */
  fix(fix: PositionFix, at: Arrival): Observation[] {
    this.#lastFixUptimeMs = at.uptimeMs;
    const observations: Observation[] = [];
    if (this.#isLost) {
      this.#isLost = false;
      this.#positions.restart();
      observations.push(this.#condition('position-found', at, 'the receiver has a fix again'));
    }
    if (this.#positions.isDue(at)) {
      const { fixUnixMs, ...place } = fix;
      const isTrue = fixUnixMs !== undefined && isPlausibleTime(fixUnixMs, at.unixMs);
      observations.push({
        kind: 'position',
        sensorId: this.#id,
        at,
        ...place,
        ...(isTrue ? { fixUnixMs } : {}),
      });
    }
    return observations;
  }

  /** The receiver talks and has no fix; `why` is for a person. Tells a loss once, after ten seconds without a fix. */
  noFix(at: Arrival, why: string): Observation[] {
    this.#lastFixUptimeMs ??= at.uptimeMs;
    const withoutMs = at.uptimeMs - this.#lastFixUptimeMs;
    if (this.#isLost || withoutMs < lostAfterMs) return [];
    this.#isLost = true;
    return [this.#condition('position-lost', at, `no fix for ${withoutMs} ms: ${why}`)];
  }

  /** A UTC time that came with a valid fix. One that cannot be true is no time. */
  time(sourceUnixMs: number, at: Arrival): Observation[] {
    if (!isPlausibleTime(sourceUnixMs, at.unixMs) || !this.#times.isDue(at)) return [];
    return [{ kind: 'time', sensorId: this.#id, at, sourceUnixMs }];
  }

  #condition(condition: DeviceCondition['condition'], at: Arrival, reason: string): DeviceCondition {
    return { kind: 'device-condition', deviceId: this.#id, at, condition, reason };
  }
}

/** Due at the first call and then once per interval; a late call does not move the later ones. */
class Schedule {
  readonly #intervalMs: number;
  #nextUptimeMs: number | undefined;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  restart(): void {
    this.#nextUptimeMs = undefined;
  }

  isDue({ uptimeMs }: Arrival): boolean {
    const dueMs = this.#nextUptimeMs ?? uptimeMs;
    if (uptimeMs < dueMs) return false;
    const nextMs = dueMs + this.#intervalMs;
    this.#nextUptimeMs = nextMs > uptimeMs ? nextMs : uptimeMs + this.#intervalMs;
    return true;
  }
}

function checked(id: string, what: string, intervalMs: number): number {
  if (Number.isInteger(intervalMs) && intervalMs >= minIntervalMs && intervalMs <= maxIntervalMs) {
    return intervalMs;
  }
  throw new BridgeError(
    'READER_CONFIG',
    `${id}: ${what} interval ${intervalMs} ms is not in ${minIntervalMs}..${maxIntervalMs}`,
    'Write whole milliseconds: one minute is 60000, one hour 3600000.',
  );
}
