// The `mqttIntake` section: the embedded broker for sensors.
// Topics are plain names (MQTT 3.1.1 section 4.7): a wildcard in a sensor's topic would let one client be many.
// Rules that span two entries are in mqtt-checks.ts.

import { defaults } from './defaults.js';
import { filePath, identifier, integer, list, matching, section } from './fields.js';
import { sensorSchema, topic } from './mqtt-sensor-schema.js';

/** The embedded broker. Relative paths are resolved against `folder`. */
export function mqttIntakeSchema(folder: string) {
  const listenExample = 'listen: { host: 127.0.0.1, port: 1883 }';
  const user = section(
    {
      username: identifier('username: door-probe'),
      passwordFile: filePath(folder, 'passwordFile: ./keys/door-probe.password'),
      sensorTopics: list(topic('- sensors/door-probe'), 'sensorTopics: [ sensors/door-probe ]').prefault([]),
    },
    '- { username: door-probe, passwordFile: ./keys/door-probe.password, sensorTopics: [ sensors/door-probe ] }',
  );
  return section(
    {
      listen: section(
        {
          host: matching(
            /^[A-Za-z0-9.:_-]{1,253}$/,
            'an IP address or host name of this machine',
            'host: 127.0.0.1',
          ).default(defaults.mqttListen.host),
          port: integer({
            min: 0,
            max: 65_535,
            unit: 'TCP port, 0 takes a free one',
            example: 'port: 1883',
          }).default(defaults.mqttListen.port),
        },
        listenExample,
      ).prefault({}),
      users: list(user, 'users: []').prefault([]),
      sensors: list(sensorSchema, 'sensors: []').prefault([]),
    },
    `mqttIntake: { ${listenExample} }`,
  );
}
