// A sink that keeps what it was given, and the usual questions to it.

import type {
  DeviceCondition,
  Observation,
  ObservationSink,
  TagSighting,
  TemperatureObservation,
} from '../../firmware-bridge/observation.js';

export class Observed {
  readonly all: Observation[] = [];
  readonly sink: ObservationSink = (observation) => {
    this.all.push(observation);
  };

  clear(): void {
    this.all.length = 0;
  }

  /** Conditions of one device as words, in order. */
  conditions(deviceId: string): string[] {
    return this.conditionsOf(deviceId).map(({ condition }) => condition);
  }

  conditionsOf(deviceId: string): DeviceCondition[] {
    return this.all.filter(
      (one): one is DeviceCondition => one.kind === 'device-condition' && one.deviceId === deviceId,
    );
  }

  temperatures(sensorId: string): TemperatureObservation[] {
    return this.all.filter(
      (one): one is TemperatureObservation => one.kind === 'temperature' && one.sensorId === sensorId,
    );
  }

  sightings(): TagSighting[] {
    return this.all.filter((one): one is TagSighting => one.kind === 'tag-sighting');
  }
}
