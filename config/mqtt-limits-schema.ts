// `mqttIntake.limits`: what the clients of the embedded broker may take of this machine. The defaults fit a truck: some
// dozens of sensors, a bridge or two, and a Raspberry Pi that has other things to do.

import { integer, section } from './fields.js';

/** Of all clients, of one address, of one client. The clients at the embedded broker's own door are not counted. */
export const mqttLimitDefaults = {
  maxConnections: 64,
  maxConnectionsPerAddress: 16,
  messagesPerSecond: 200,
  maxPacketBytes: 1_048_576,
  maxTopicLevels: 16,
  maxSubscriptions: 32,
} as const;

export function mqttLimitsSchema() {
  const example = 'limits: { maxConnections: 64 }';
  const ranges = {
    maxConnections: { max: 1024, unit: 'connections' },
    maxConnectionsPerAddress: { max: 1024, unit: 'connections' },
    messagesPerSecond: { max: 100_000, unit: 'packets of one client' },
    maxPacketBytes: { min: 1024, max: 1_048_576, unit: 'bytes' },
    maxTopicLevels: { max: 32, unit: 'levels' },
    maxSubscriptions: { max: 1024, unit: 'filters of one client' },
  };
  const limit = (key: keyof typeof ranges) =>
    integer({ min: 1, ...ranges[key], example: `${key}: ${mqttLimitDefaults[key]}` }).default(
      mqttLimitDefaults[key],
    );
  return section(
    {
      maxConnections: limit('maxConnections'),
      maxConnectionsPerAddress: limit('maxConnectionsPerAddress'),
      messagesPerSecond: limit('messagesPerSecond'),
      maxPacketBytes: limit('maxPacketBytes'),
      maxTopicLevels: limit('maxTopicLevels'),
      maxSubscriptions: limit('maxSubscriptions'),
    },
    example,
  );
}
