// Devices: what the configuration names, what the gateway role counts, and what the log last said of each.

import type { Config } from '../../../config/schema.js';
import { recordKinds, subjectOf } from '../../../ledger-sync/evidence/record.js';
import { isFresh } from '../../health/runtime-file.js';
import { readRuntimeStatus } from '../../runtime-status.js';
import type { Device, DeviceList } from '../api/devices.js';
import type { ConsoleIndex } from '../index/console-index.js';
import { type ConfiguredDevice, type ConfiguredSensor, configuredDevices } from './configured-devices.js';
import type { ProvenWords, Words } from './proven-words.js';

const DUE_SOON_MS = 30 * 86_400_000;
/** Looked through for the newest word on each device and sensor. */
const MAX_EVENTS = 20;
const offsetKinds: ReadonlySet<number> = new Set([recordKinds.temperatureOffset, recordKinds.humidityOffset]);

type Calibration = Device['probes'][number]['calibration'];
const textOf = (value: unknown) => (typeof value === 'string' ? value : null);

function calibrationOf(
  config: Config,
  sensorId: string,
  nowMs: number,
  isClockTrusted: boolean,
): Calibration {
  const found = config.calibrations.find((one) => one.sensorId === sensorId);
  if (!found) return null;
  const { serial, certificate, calibratedOn, dueOn, uncertaintyMilliC } = found;
  const fromMs = Date.parse(`${calibratedOn}T00:00:00Z`);
  // The certificate holds to the end of its last day.
  const untilMs = Date.parse(`${dueOn}T00:00:00Z`) + 86_400_000;
  const stateNow =
    nowMs < fromMs
      ? 'not-yet-valid'
      : nowMs >= untilMs
        ? 'expired'
        : nowMs >= untilMs - DUE_SOON_MS
          ? 'due-soon'
          : 'valid';
  const state = isClockTrusted ? stateNow : 'clock-unknown';
  return { serial, certificate, calibratedOn, dueOn, uncertaintyMilliC, state };
}

interface LastWords {
  readonly condition: ReadonlyMap<string, Words>;
  readonly firmware: ReadonlyMap<string, string>;
  readonly offset: ReadonlyMap<string, number>;
}

export interface DeviceViewParts {
  readonly config: Config;
  readonly index: ConsoleIndex;
  readonly words: ProvenWords;
  readonly now: () => number;
  /** Whether that is the true time. */
  readonly isClockTrusted: () => boolean;
}

export class DeviceView {
  readonly #parts: DeviceViewParts;
  readonly #devices: readonly ConfiguredDevice[];

  constructor(parts: DeviceViewParts) {
    this.#parts = parts;
    this.#devices = configuredDevices(parts.config);
  }

  /** Names of a device and its sensors; undefined for one that is not configured. */
  namesOf(id: string): ReadonlySet<string> | undefined {
    const device = this.#devices.find((one) => one.id === id);
    return device && new Set([device.id, ...device.sensors.map(({ sensorId }) => sensorId)]);
  }

  list(): DeviceList {
    const { config, now } = this.#parts;
    const atMs = now();
    const status = readRuntimeStatus(config.gateway.dataDir);
    const live = status && isFresh(status, atMs) ? status : undefined;
    const last = this.#lastWords();
    return {
      atMs,
      countedAtMs: status?.writtenAtMs ?? null,
      startedAtMs: status?.startedAtMs ?? null,
      devices: this.#devices.map(({ id, type, port, sensors }) => {
        const told = live?.devices.find((one) => one.id === id);
        const words = last.condition.get(id);
        const { condition, reason } = words?.detail ?? {};
        return {
          ...{ id, type, port, state: told?.state ?? null, counters: told?.counters ?? null },
          condition: words
            ? {
                condition: textOf(condition) ?? '',
                reason: textOf(reason) ?? '',
                atMs: words.record.observedAtMs,
              }
            : null,
          finding: live?.findings.find((one) => one.id === `device:${id}`) ?? null,
          firmware: last.firmware.get(id) ?? null,
          probes: sensors.map((sensor) => this.#probe(sensor, last, atMs)),
        };
      }),
    };
  }

  #probe(sensor: ConfiguredSensor, { offset }: LastWords, nowMs: number): Device['probes'][number] {
    const { config, index, isClockTrusted } = this.#parts;
    const { sensorId } = sensor;
    const heard = index.sensors().find(({ name }) => name === sensorId);
    return {
      ...sensor,
      calibration: calibrationOf(config, sensorId, nowMs, isClockTrusted()),
      offsetMilli: offset.get(sensorId) ?? null,
      lastHeardAtMs: heard?.sensor.at_ms ?? null,
    };
  }

  /** The newest records about each device and sensor. */
  #lastWords(): LastWords {
    const condition = new Map<string, Words>();
    const firmware = new Map<string, string>();
    const offset = new Map<string, number>();
    for (const { id, sensors } of this.#devices) {
      const told = this.#recordsOf(id).filter(({ record }) => record.kind === recordKinds.deviceCondition);
      if (told[0]) condition.set(id, told[0]);
      const ready = told.find(({ detail }) => detail?.condition === 'ready');
      const reason = textOf(ready?.detail?.reason);
      if (reason !== null) firmware.set(id, reason);
      for (const { sensorId } of sensors) {
        const newest = this.#recordsOf(sensorId).find(({ record }) => offsetKinds.has(record.kind));
        if (newest) offset.set(sensorId, newest.record.value);
      }
    }
    return { condition, firmware, offset };
  }

  #recordsOf(name: string): Words[] {
    const { index, words } = this.#parts;
    const events = index.reader.eventsOf(subjectOf(name), MAX_EVENTS);
    return events.flatMap(({ sequence }) => words.of(sequence) ?? []);
  }
}
