// DS18B20 probes on the machine's 1-Wire pin, through the files of the Linux driver w1_therm. There is no port to open:
// a round lets all chips convert, then reads one file after the other. One at a time, because each read holds a thread
// of Node's file pool for as long as the bus takes, and four of them would stop every other file access of the gateway.

import { BridgeError, messageOf } from '../bridge-error.js';
import { pause, type Timers } from '../clock.js';
import { type DeviceCounters, type DeviceHandle, newCounters } from '../device.js';
import type { Clock, DeviceCondition, ObservationSink } from '../observation.js';
import { type BulkConversion, convertAll, mastersIn } from './bulk-conversion.js';
import { OnewireProbe, type OnewireProbeConfig } from './onewire-probe.js';
import type { W1Files } from './w1-files.js';

export interface OnewireBusSettings {
  readonly id: string;
  /** Where the kernel shows its 1-Wire devices. Default /sys/bus/w1/devices. */
  readonly directory?: string | undefined;
  /** From one reading of a probe to its next, 1000 to 3600000 and at least 800 for each probe. Default 10000. */
  readonly cadenceMs?: number | undefined;
  readonly probes: readonly OnewireProbeConfig[];
}

interface Surroundings {
  readonly files: W1Files;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly sink: ObservationSink;
}

type BusState = Extract<DeviceCondition['condition'], 'opening' | 'ready' | 'absent' | 'silent'>;

const defaultDirectory = '/sys/bus/w1/devices';
const defaultCadenceMs = 10_000;
/** A conversion at 12 bit and the bits on the wire, where the chips cannot convert at once. */
const readMs = 800;
/** No file of a working bus takes longer. */
const hangMs = 15_000;
const aborted = Symbol('aborted');

export class OnewireBus implements DeviceHandle {
  readonly id: string;
  readonly #directory: string;
  readonly #cadenceMs: number;
  readonly #probes: readonly OnewireProbe[];
  readonly #files: W1Files;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #sink: ObservationSink;
  readonly #counters: DeviceCounters = newCounters();
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #state: BusState = 'opening';

  /** Starts at once. Throws BridgeError BUS_CONFIG. */
  constructor(settings: OnewireBusSettings, { files, clock, timers, sink }: Surroundings) {
    checkSettings(settings);
    this.id = settings.id;
    this.#directory = settings.directory ?? defaultDirectory;
    this.#cadenceMs = settings.cadenceMs ?? defaultCadenceMs;
    this.#probes = settings.probes.map((probe) => new OnewireProbe(probe, this.#counters));
    this.#files = files;
    this.#clock = clock;
    this.#timers = timers;
    this.#sink = sink;
    // A sink that throws rejects this and so ends the process, as it must.
    this.#running = this.#run();
  }

  counters(): DeviceCounters {
    return { ...this.#counters };
  }

  state(): string {
    return this.#state;
  }

  /** Does not wait for a file that hangs in the kernel. */
  close(): Promise<void> {
    this.#stopping.abort();
    return this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let dueMs = this.#clock.now().uptimeMs;
    while (!signal.aborted) {
      await this.#round();
      // On the beat of the first round: rounds that were missed are skipped.
      const nowMs = this.#clock.now().uptimeMs;
      dueMs += Math.max(1, Math.ceil((nowMs - dueMs) / this.#cadenceMs)) * this.#cadenceMs;
      await pause(this.#timers, dueMs - nowMs, signal);
    }
  }

  async #round(): Promise<void> {
    const masters = await this.#masters();
    if (masters === undefined) return;
    const conversion = await this.#watched(convertAll(masters, this.#files, this.#clock));
    if (conversion === aborted) return;
    if (conversion !== 'none') for (const probe of this.#probes) probe.mayHoldOldValue = true;
    for (const probe of this.#probes) {
      if (!(await this.#readProbe(probe, conversion))) return;
    }
    this.#enter('ready', `${this.#probes.length} probes on ${masters.length} bus master(s)`);
  }

  /** Undefined while the machine has no 1-Wire bus, or the gateway is stopping. */
  async #masters(): Promise<string[] | undefined> {
    const directory = this.#directory;
    let reason = `no bus master in ${directory}`;
    try {
      const names = await this.#watched(this.#files.list(directory));
      if (names === aborted) return undefined;
      const masters = mastersIn(names).map((name) => `${directory}/${name}`);
      if (masters.length > 0) {
        if (this.#state === 'opening' || this.#state === 'absent') {
          this.#counters.opens += 1;
          this.#enter('ready', `${masters.length} bus master(s) in ${directory}`);
        }
        return masters;
      }
    } catch (error) {
      reason = messageOf(error);
    }
    this.#enter('absent', `${reason}; switch the 1-Wire bus on (dtoverlay=w1-gpio)`);
    return undefined;
  }

  /** False when the gateway is stopping. */
  async #readProbe(probe: OnewireProbe, conversion: BulkConversion): Promise<boolean> {
    const path = `${this.#directory}/${probe.romId}/w1_slave`;
    try {
      if (probe.mayHoldOldValue && conversion !== 'fresh') {
        if ((await this.#watched(this.#files.read(path))) === aborted) return false;
      }
      const text = await this.#watched(this.#files.read(path));
      if (text === aborted) return false;
      probe.mayHoldOldValue = false;
      probe.onText(text, this.#clock.now(), this.#sink);
    } catch (error) {
      if (!isFileError(error)) throw error;
      const reason = error.code === 'ENOENT' ? 'not on the bus' : messageOf(error);
      probe.onAbsent(reason, this.#clock.now(), this.#sink);
    }
    return true;
  }

  /** Waits for `work`, tells when it hangs, and lets go of it when the gateway stops. */
  async #watched<Result>(work: Promise<Result>): Promise<Result | typeof aborted> {
    const { signal } = this.#stopping;
    const cancelTimer = this.#timers.after(hangMs, () => {
      this.#counters.timeouts += 1;
      this.#enter('silent', `the 1-Wire driver has not answered for ${hangMs} ms`);
    });
    let onAbort = (): void => undefined;
    const stopped = new Promise<typeof aborted>((resolve) => {
      onAbort = () => resolve(aborted);
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([stopped, work]);
    } finally {
      cancelTimer();
      signal.removeEventListener('abort', onAbort);
    }
  }

  #enter(state: BusState, reason: string): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#sink({
      kind: 'device-condition',
      deviceId: this.id,
      at: this.#clock.now(),
      condition: state,
      reason,
    });
  }
}

function isFileError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

function checkSettings({ id, cadenceMs = defaultCadenceMs, probes }: OnewireBusSettings): void {
  const fail = (message: string, hint: string): never => {
    throw new BridgeError('BUS_CONFIG', `${id}: ${message}`, hint);
  };
  if (probes.length === 0) fail('no probes', 'Configure at least one probe.');
  const leastMs = Math.max(1000, readMs * probes.length);
  if (!Number.isInteger(cadenceMs) || cadenceMs < leastMs || cadenceMs > 3_600_000) {
    fail(`cadence ${cadenceMs} ms`, `${probes.length} probes need ${leastMs} to 3600000 ms.`);
  }
  for (const { sensorId, romId } of probes) {
    if (!/^28-[0-9a-f]{12}$/.test(romId)) {
      fail(`${sensorId} has the chip ${romId}`, 'Write 28- and 12 hex digits, as in /sys/bus/w1/devices.');
    }
    if (probes.some((other) => other.romId === romId && other.sensorId !== sensorId)) {
      fail(`${romId} is used twice`, 'Give each probe its own chip.');
    }
  }
  if (new Set(probes.map(({ sensorId }) => sensorId)).size !== probes.length) {
    fail('a sensor is there twice', 'Give each sensor its own id.');
  }
}
