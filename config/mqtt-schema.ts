// The `mqttIntake` section: the embedded broker for sensors.
// Topics are plain names (MQTT 3.1.1 section 4.7): a wildcard in a sensor's topic would let one client be many.
// Rules that span two entries are in mqtt-checks.ts.

import { defaults } from './defaults.js';
import { filePath, flag, identifier, integer, list, matching, section } from './fields.js';
import { mqttLimitsSchema } from './mqtt-limits-schema.js';
import { sensorSchema, topic } from './mqtt-sensor-schema.js';

/** N of 2^14 to 2^16, r 8 to 16, p 1 to 16: dear enough for a guesser, and affordable for a small machine. */
const passwordHashPattern =
  /^scrypt:(16384|32768|65536):([89]|1[0-6]):([1-9]|1[0-6]):[A-Za-z0-9_-]{22,86}:[A-Za-z0-9_-]{43}$/;

function tlsSchema(folder: string) {
  return section(
    {
      certFile: filePath(folder, 'certFile: ./keys/broker.pem'),
      keyFile: filePath(folder, 'keyFile: ./keys/broker-key.pem'),
      caFile: filePath(folder, 'caFile: ./keys/sensor-ca.pem').exactOptional(),
      requireClientCertificate: flag('requireClientCertificate: true').default(false),
    },
    'tls: { certFile: ./keys/broker.pem, keyFile: ./keys/broker-key.pem }',
  );
}

/** The embedded broker. Relative paths are resolved against `folder`. */
export function mqttIntakeSchema(folder: string) {
  const listenExample = 'listen: { host: 127.0.0.1, port: 1883 }';
  const user = section(
    {
      username: identifier('username: door-probe'),
      passwordFile: filePath(folder, 'passwordFile: ./keys/door-probe.password').exactOptional(),
      passwordHash: matching(
        passwordHashPattern,
        'one line of `coldgate mqtt-password`: scrypt:N:r:p:salt:hash',
        'passwordHash: scrypt:16384:8:5:SALT:HASH',
      ).exactOptional(),
      certificateName: matching(
        /^[\x20-\x7e]{1,64}$/,
        '1 to 64 printable characters: the common name (CN) of its certificate',
        'certificateName: door-probe',
      ).exactOptional(),
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
          tls: tlsSchema(folder).exactOptional(),
        },
        listenExample,
      ).prefault({}),
      users: list(user, 'users: []').prefault([]),
      sensors: list(sensorSchema, 'sensors: []').prefault([]),
      limits: mqttLimitsSchema().prefault({}),
    },
    `mqttIntake: { ${listenExample} }`,
  );
}
