// A virtual RS-485 bus: probes that answer register reads, late, wrongly or not at all, as the test or demo says.
// Each probe's temperature is a function of time. It answers reads only; nothing can be written.

import { systemClock, systemTimers, type Timers } from '../clock.js';
import { Scanner } from '../framing/scanner.js';
import {
  encodeException,
  encodeReadReply,
  maxModbusFrameBytes,
  type ReadRequest,
  tryReadRequest,
} from '../modbus/frame.js';
import { type ModbusProfile, type ModbusProfileName, modbusProfile } from '../modbus/profiles.js';
import type { Clock } from '../observation.js';
import type { SimulatedDevice } from './simulated-device.js';

export interface VirtualProbe {
  readonly unit: number;
  readonly profile: ModbusProfileName;
  /** Milli-degrees at an uptime in ms, for a channel from 1 on; undefined is a probe that is not connected. */
  readonly temperatureMilliC: (uptimeMs: number, channel: number) => number | undefined;
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
}

export interface ModbusSimulatorOptions {
  readonly probes: readonly VirtualProbe[];
  readonly clock?: Clock;
  readonly timers?: Timers;
  /** Default 10 ms. */
  readonly latencyMs?: number;
}

const illegalFunction = 0x01;
const illegalAddress = 0x02;
const notConnected = 0x8000;

export class ModbusSimulator implements SimulatedDevice {
  isMute = false;
  #stuckAtUptimeMs: number | undefined;
  readonly #probes: ReadonlyMap<number, VirtualProbe>;
  readonly #behaviours = new Map<number, ProbeBehaviour>();
  readonly #clock: Clock;
  readonly #timers: Timers;
  #scanner = newScanner();
  #send: ((bytes: Uint8Array) => void) | undefined;
  #isOn = true;

  constructor({
    probes,
    clock = systemClock,
    timers = systemTimers,
    latencyMs = 10,
  }: ModbusSimulatorOptions) {
    this.#probes = new Map(probes.map((probe) => [probe.unit, probe]));
    this.#clock = clock;
    this.#timers = timers;
    for (const { unit } of probes) {
      this.#behaviours.set(unit, {
        isSilent: false,
        exceptionCode: undefined,
        latencyMs,
        nextLatencyMs: undefined,
        damage: undefined,
      });
    }
  }

  /** The behaviour of a unit, to change. Throws RangeError for a unit that is not on the bus. */
  behaviour(unit: number): ProbeBehaviour {
    const behaviour = this.#behaviours.get(unit);
    if (behaviour === undefined) throw new RangeError(`no virtual probe has unit ${unit}`);
    return behaviour;
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

  #replyOf(probe: VirtualProbe, { exceptionCode }: ProbeBehaviour, request: ReadRequest): Uint8Array {
    const { unit, functionCode, start, quantity } = request;
    const profile = modbusProfile(probe.profile);
    if (exceptionCode !== undefined) return encodeException(unit, functionCode, exceptionCode);
    if (functionCode !== profile.functionCode) return encodeException(unit, functionCode, illegalFunction);
    const first = start - profile.start;
    if (first < 0 || quantity < 1 || first + quantity > profile.quantity) {
      return encodeException(unit, functionCode, illegalAddress);
    }
    const block = blockOf(probe, profile, this.#stuckAtUptimeMs ?? this.#clock.now().uptimeMs);
    return encodeReadReply(unit, functionCode, block.slice(first, first + quantity));
  }
}

function blockOf(probe: VirtualProbe, profile: ModbusProfile, uptimeMs: number): number[] {
  return Array.from({ length: profile.quantity }, (_, index) => {
    if (index === profile.humidity?.index) {
      return Math.round(
        (probe.humidityMilliPercent?.(uptimeMs) ?? 50_000) / profile.humidity.milliPercentPerCount,
      );
    }
    const temperatureMilliC = probe.temperatureMilliC(uptimeMs, index - profile.temperatureIndex + 1);
    if (temperatureMilliC === undefined) return notConnected;
    return Math.round(temperatureMilliC / profile.milliCPerCount) & 0xffff;
  });
}

function newScanner(): Scanner<ReadRequest> {
  const counters = { bytes: 0, frames: 0, badChecks: 0, discardedBytes: 0 };
  return new Scanner(tryReadRequest, maxModbusFrameBytes, counters);
}
