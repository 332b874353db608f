// Whether a device is reached, as its own MQTT client or its bridge says: availability, online, last will.

import type { Arrival, DeviceCondition, Observation } from '../observation.js';
import type { MappedMessage } from './mapping.js';

/** One condition per sensor of the device. `isReached` undefined: the message says neither. */
export function reachabilityOf(
  sensorIds: Iterable<string>,
  isReached: boolean | undefined,
  said: string,
  at: Arrival,
): MappedMessage {
  if (isReached === undefined) return { kind: 'refused', reason: `${said} is neither online nor offline` };
  const condition: DeviceCondition['condition'] = isReached ? 'probe-reachable' : 'probe-unreachable';
  const reason = `${said} says that the device is ${isReached ? 'online' : 'offline'}`;
  const observations = [...new Set(sensorIds)].map(
    (deviceId): Observation => ({ kind: 'device-condition', deviceId, at, condition, reason }),
  );
  return observations.length > 0 ? { kind: 'observations', observations } : { kind: 'ignored' };
}

/** Every sensor id of a list of probes. */
export function idsOf(
  probes: readonly {
    readonly temperatureSensorId?: string | undefined;
    readonly humiditySensorId?: string | undefined;
    readonly doorSensorId?: string | undefined;
  }[],
): string[] {
  return probes
    .flatMap(({ temperatureSensorId, humiditySensorId, doorSensorId }) => [
      temperatureSensorId,
      humiditySensorId,
      doorSensorId,
    ])
    .filter((id) => id !== undefined);
}
