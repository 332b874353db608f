// A virtual RS-485 bus: probes that answer register reads, late, wrongly or not at all, as the test or demo says.
// Each probe's temperature is a function of time, its calibration offsets are set by hand. It answers reads only.

import { systemClock, systemTimers, type Timers } from '../clock.js';
import { Scanner } from '../framing/scanner.js';
import {
  encodeException,
  encodeReadReply,
  maxModbusFrameBytes,
  type ReadRequest,
  tryReadRequest,
} from '../modbus/frame.js';
import { type ModbusProfileName, modbusProfile } from '../modbus/profiles.js';
import type { Clock } from '../observation.js';
import { offsetAddresses, registersFor, type VirtualTemperature } from './modbus-registers.js';
import type { SimulatedDevice } from './simulated-device.js';

export interface VirtualProbe {
  readonly unit: number;
  readonly profile: ModbusProfileName;
  /** At an uptime in ms, for a channel from 1 on. */
  readonly temperatureMilliC: (uptimeMs: number, channel: number) => VirtualTemperature;
  /** Thousandths of a percent at an uptime in ms. */
  readonly humidityMilliPercent?: (uptimeMs: number) => number;
}

/** How a unit misbehaves; change it at any time. */
export interface ProbeBehaviour {
  /** Unplugged, or without power. */
  isSilent: boolean;
  /** Answers every read with this exception code. */
  exceptionCode: number | undefined;
  /** From the request to the reply. */
  latencyMs: number;
  /** The latency of the next reply only. */
  nextLatencyMs: number | undefined;
  /** Changes the wire bytes of each reply. */
  damage: ((bytes: Uint8Array) => Uint8Array) | undefined;
  /** What its scale setting holds, for a model that has one; undefined as its profile says. */
  scaleWord: number | undefined;
}

export interface ModbusSimulatorOptions {
  /** Default: one XY-MD02 as unit 1 in a cool box, 2 to 6 degC. */
  readonly probes?: readonly VirtualProbe[];
  readonly clock?: Clock;
  readonly timers?: Timers;
  /** Default 10 ms. */
  readonly latencyMs?: number;
}

const coolBox: VirtualProbe = {
  unit: 1,
  profile: 'xy-md02',
  temperatureMilliC: (uptimeMs) => 4000 + 2000 * Math.sin((2 * Math.PI * uptimeMs) / 1_200_000),
};

export class ModbusSimulator implements SimulatedDevice {
  isMute = false;
  #stuckAtUptimeMs: number | undefined;
  readonly #probes: ReadonlyMap<number, VirtualProbe>;
  readonly #behaviours = new Map<number, ProbeBehaviour>();
  readonly #offsetsMilli = new Map<number, Map<number, number>>();
  readonly #clock: Clock;
  readonly #timers: Timers;
  #scanner = newScanner();
  #send: ((bytes: Uint8Array) => void) | undefined;
  #isOn = true;

  constructor({
    probes = [coolBox],
    clock = systemClock,
    timers = systemTimers,
    latencyMs = 10,
  }: ModbusSimulatorOptions = {}) {
    this.#probes = new Map(probes.map((probe) => [probe.unit, probe]));
    this.#clock = clock;
    this.#timers = timers;
    for (const { unit } of probes) {
      this.#offsetsMilli.set(unit, new Map());
      this.#behaviours.set(unit, {
        isSilent: false,
        exceptionCode: undefined,
        latencyMs,
        nextLatencyMs: undefined,
        damage: undefined,
        scaleWord: undefined,
      });
    }
  }

  /** The behaviour of a unit, to change. Throws RangeError for a unit that is not on the bus. */
  behaviour(unit: number): ProbeBehaviour {
    const behaviour = this.#behaviours.get(unit);
    if (behaviour === undefined) throw new RangeError(`no virtual probe has unit ${unit}`);
    return behaviour;
  }

  /**
   * Writes a calibration offset in milli-units, as somebody on the bus would; later readings are shifted by it.
   * Throws RangeError for a unit that is not on the bus and for a register that its model does not have.
   */
  setOffset(unit: number, register: number, offsetMilli: number): void {
    const profile = this.#probes.get(unit)?.profile;
    if (profile === undefined || !offsetAddresses(modbusProfile(profile)).includes(register)) {
      throw new RangeError(`unit ${unit} has no offset register ${register}`);
    }
    this.#offsetsMilli.get(unit)?.set(register, offsetMilli);
  }

  get isStuck(): boolean {
    return this.#stuckAtUptimeMs !== undefined;
  }

  set isStuck(isStuck: boolean) {
    this.#stuckAtUptimeMs = isStuck ? this.#clock.now().uptimeMs : undefined;
  }

  attach(send: ((bytes: Uint8Array) => void) | undefined): void {
    this.#send = send;
    this.#scanner = newScanner();
  }

  receive(bytes: Uint8Array): void {
    for (const request of this.#scanner.push(bytes)) this.#answer(request);
  }

  stop(): void {
    this.#isOn = false;
  }

  #answer(request: ReadRequest): void {
    const probe = this.#probes.get(request.unit);
    const behaviour = this.#behaviours.get(request.unit);
    if (probe === undefined || behaviour === undefined || behaviour.isSilent) return;
    const delayMs = behaviour.nextLatencyMs ?? behaviour.latencyMs;
    behaviour.nextLatencyMs = undefined;
    const reply = this.#replyOf(probe, behaviour, request);
    this.#timers.after(delayMs, () => {
      if (this.#isOn && !this.isMute) this.#send?.(behaviour.damage?.(reply) ?? reply);
    });
  }

  #replyOf(
    probe: VirtualProbe,
    { exceptionCode, scaleWord }: ProbeBehaviour,
    request: ReadRequest,
  ): Uint8Array {
    const { unit, functionCode } = request;
    if (exceptionCode !== undefined) return encodeException(unit, functionCode, exceptionCode);
    const uptimeMs = this.#stuckAtUptimeMs ?? this.#clock.now().uptimeMs;
    const registers = registersFor(modbusProfile(probe.profile), request, {
      temperatureMilliC: (channel) => probe.temperatureMilliC(uptimeMs, channel),
      humidityMilliPercent: probe.humidityMilliPercent?.(uptimeMs) ?? 50_000,
      offsetsMilli: this.#offsetsMilli.get(unit) ?? new Map(),
      scaleWord,
    });
    if (typeof registers === 'number') return encodeException(unit, functionCode, registers);
    return encodeReadReply(unit, functionCode, registers);
  }
}

function newScanner(): Scanner<ReadRequest> {
  const counters = { bytes: 0, frames: 0, badChecks: 0, discardedBytes: 0 };
  return new Scanner(tryReadRequest, maxModbusFrameBytes, counters);
}
