// One DS18B20 over the life of the gateway: whether it answers, and what its file says.

import type { DeviceCounters } from '../device.js';
import type { Arrival, DeviceCondition, ObservationSink, Quality } from '../observation.js';
import { readW1Slave, type W1Fault } from './w1-slave.js';

export interface OnewireProbeConfig {
  readonly sensorId: string;
  /** The chip's family and serial number as the kernel writes them: '28-' and 12 hex digits, lower case. */
  readonly romId: string;
}

/** So many bad reads in a row are no noise any more. */
const badReadsLimit = 3;
const faultQualities: Readonly<Record<W1Fault, Quality>> = {
  'not-a-reading': 'probe-fault',
  stale: 'probe-fault',
  'bad-crc': 'probe-fault',
  inconsistent: 'probe-fault',
  'all-zero': 'probe-short',
  'all-ones': 'probe-open',
};

export class OnewireProbe {
  readonly romId: string;
  /** Its next read may give out a conversion of an earlier round as if it were new. */
  mayHoldOldValue = true;
  readonly #sensorId: string;
  readonly #counters: DeviceCounters;
  #badReads = 0;
  #unanswered = 0;
  #isReachable = true;

  constructor({ sensorId, romId }: OnewireProbeConfig, counters: DeviceCounters) {
    this.#sensorId = sensorId;
    this.romId = romId;
    this.#counters = counters;
  }

  /** The text of its file. An empty one: the chip did not answer the kernel. */
  onText(text: string, at: Arrival, emit: ObservationSink): void {
    this.#counters.bytes += text.length;
    if (text === '') {
      this.#counters.timeouts += 1;
      this.#onNoAnswer('it does not answer', at, emit);
      return;
    }
    if (!this.#isReachable) this.#tell('probe-reachable', `${this.romId} answers again`, at, emit);
    this.#isReachable = true;
    this.#unanswered = 0;
    const reading = readW1Slave(text);
    if (reading.kind === 'fault') {
      this.#onFault(reading.fault, text.length, at, emit);
      return;
    }
    this.#badReads = 0;
    this.#counters.frames += 1;
    if (reading.kind === 'temperature') this.#emitReading(reading.temperatureMilliC, 'good', at, emit);
    else this.#emitReading(0, 'power-on-value', at, emit);
  }

  /** The kernel has no such chip: it dropped it after a hundred seconds, or never saw it. */
  onAbsent(reason: string, at: Arrival, emit: ObservationSink): void {
    this.#unanswered = badReadsLimit;
    this.#onNoAnswer(reason, at, emit);
  }

  #onFault(fault: W1Fault, discardedBytes: number, at: Arrival, emit: ObservationSink): void {
    this.#counters.badChecks += 1;
    this.#counters.discardedBytes += discardedBytes;
    this.#badReads += 1;
    if (this.#badReads >= badReadsLimit) this.#emitReading(0, faultQualities[fault], at, emit);
  }

  #onNoAnswer(reason: string, at: Arrival, emit: ObservationSink): void {
    this.#unanswered += 1;
    if (!this.#isReachable || this.#unanswered < badReadsLimit) return;
    this.#isReachable = false;
    this.#badReads = 0;
    this.#tell('probe-unreachable', `${this.romId}: ${reason}`, at, emit);
  }

  #emitReading(temperatureMilliC: number, quality: Quality, at: Arrival, emit: ObservationSink): void {
    emit({ kind: 'temperature', sensorId: this.#sensorId, at, temperatureMilliC, quality });
  }

  #tell(condition: DeviceCondition['condition'], reason: string, at: Arrival, emit: ObservationSink): void {
    emit({ kind: 'device-condition', deviceId: this.#sensorId, at, condition, reason });
  }
}
