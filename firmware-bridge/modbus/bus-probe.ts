// One unit on a bus over the life of the gateway: whether it answers, when to try it again, what its registers mean.

import type { Arrival, DeviceCondition, ObservationSink } from '../observation.js';
import { type BusUnit, sensorIdsOf } from './bus-plan.js';
import { type CalibrationSettings, CalibrationWatch } from './calibration-watch.js';
import { asksForPatience, exceptionText } from './exceptions.js';
import type { ReadRequest } from './frame.js';
import type { ReadOutcome } from './master.js';
import { humidityOf, temperatureOf } from './reading.js';

/** The longest pause between attempts at a probe that does not answer. */
const maxRetryMs = 60_000;

export class BusProbe {
  readonly #unit: BusUnit;
  readonly #cadenceMs: number;
  readonly calibration: CalibrationWatch;
  #failures = 0;
  #nextTryUptimeMs = Number.NEGATIVE_INFINITY;
  #toldException: number | undefined;

  constructor(unit: BusUnit, cadenceMs: number, calibration: CalibrationSettings) {
    this.#unit = unit;
    this.#cadenceMs = cadenceMs;
    this.calibration = new CalibrationWatch(unit, calibration);
  }

  get request(): ReadRequest {
    return this.#unit.request;
  }

  get isReachable(): boolean {
    return this.#failures === 0;
  }

  isDue(nowUptimeMs: number): boolean {
    return nowUptimeMs >= this.#nextTryUptimeMs;
  }

  /** A new connection: whatever was wrong may be over. */
  forgetBackoff(): void {
    this.#nextTryUptimeMs = Number.NEGATIVE_INFINITY;
  }

  failed(reason: string, at: Arrival, emit: ObservationSink): void {
    const wasReachable = this.isReachable;
    const factor = 2 ** Math.min(this.#failures + 1, 16);
    this.#failures += 1;
    const retryMs = Math.max(this.#cadenceMs, Math.min(this.#cadenceMs * factor, maxRetryMs));
    this.#nextTryUptimeMs = at.uptimeMs + retryMs;
    // Whoever took it off the bus may have given it other offsets.
    this.calibration.readAgain();
    if (wasReachable) {
      const { unit } = this.#unit.request;
      this.#tell('probe-unreachable', `unit ${unit}: ${reason}`, at, emit);
    }
  }

  /** A valid frame came back: tells the readings in it, or the fault. */
  answered(reply: Extract<ReadOutcome, { at: Arrival }>, emit: ObservationSink): void {
    if (reply.kind === 'exception' && asksForPatience(reply.exceptionCode)) {
      this.failed(exceptionText(reply.exceptionCode), reply.at, emit);
      return;
    }
    if (!this.isReachable)
      this.#tell('probe-reachable', `unit ${this.request.unit} answers again`, reply.at, emit);
    this.#failures = 0;
    this.forgetBackoff();
    if (reply.kind === 'exception') {
      this.#tellException(reply.exceptionCode, reply.at, emit);
      return;
    }
    this.#toldException = undefined;
    this.#tellRegisters(reply.registers, reply.at, emit);
  }

  #tellRegisters(registers: readonly number[], at: Arrival, emit: ObservationSink): void {
    const { profile, taps } = this.#unit;
    if (this.calibration.isScaleWrong) {
      this.#tellFaults(at, emit);
      return;
    }
    for (const { sensorId, channel, humiditySensorId } of taps) {
      const { value: temperatureMilliC, quality } = temperatureOf(profile, registers, channel);
      emit({ kind: 'temperature', sensorId, at, temperatureMilliC, quality });
      const humidity = humiditySensorId === undefined ? undefined : humidityOf(profile, registers);
      if (humiditySensorId === undefined || humidity === undefined) continue;
      emit({
        kind: 'humidity',
        sensorId: humiditySensorId,
        at,
        humidityMilliPercent: humidity.value,
        quality: humidity.quality,
      });
    }
  }

  /** The probe lives and says that it has no number: a fault each time, its reason once. */
  #tellException(exceptionCode: number, at: Arrival, emit: ObservationSink): void {
    if (this.#toldException !== exceptionCode) {
      this.#toldException = exceptionCode;
      const profile = this.#unit.profileName;
      this.#tell(
        'faulted',
        `${exceptionText(exceptionCode)}; check that the profile ${profile} fits`,
        at,
        emit,
      );
    }
    this.#tellFaults(at, emit);
  }

  #tellFaults(at: Arrival, emit: ObservationSink): void {
    const quality = 'probe-fault';
    for (const { sensorId, humiditySensorId } of this.#unit.taps) {
      emit({ kind: 'temperature', sensorId, at, temperatureMilliC: 0, quality });
      if (humiditySensorId === undefined) continue;
      emit({ kind: 'humidity', sensorId: humiditySensorId, at, humidityMilliPercent: 0, quality });
    }
  }

  #tell(condition: DeviceCondition['condition'], reason: string, at: Arrival, emit: ObservationSink): void {
    for (const deviceId of sensorIdsOf(this.#unit)) {
      emit({ kind: 'device-condition', deviceId, at, condition, reason });
    }
  }
}
