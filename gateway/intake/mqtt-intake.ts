// MQTT sensors: what arrives at the embedded broker is mapped to observations and acknowledged after the commit.
// A message that cannot be read is acknowledged too (the sender would send the same again for ever), counted
// and logged once per topic.

import type { Logger } from 'pino';
import type { MqttIntakeConfig } from '../../config/schema.js';
import { systemClock } from '../../firmware-bridge/clock.js';
import { mapMessage } from '../../firmware-bridge/mqtt-sensors/map-message.js';
import { readSecretFile } from '../sealing/secret-file.js';
import type { IntakeErrorCode } from './intake-error.js';
import type { ReadingDesk } from './reading-desk.js';
import { type SensorBroker, startSensorBroker } from './sensor-broker.js';

const MAX_PASSWORD_BYTES = 1024;
/** Topics and clients remembered for "said once"; a client can invent as many as it likes. */
const MAX_NAMED = 1000;

/** What a person reads of a sensor that does not fit. */
interface Notice {
  readonly code: 'SENSOR_UNKNOWN' | 'MESSAGE_UNREADABLE' | IntakeErrorCode;
  readonly text: string;
  readonly hint: string;
}

const unknownTopic: Notice = {
  code: 'SENSOR_UNKNOWN',
  text: 'a message on a topic of no configured sensor was dropped',
  hint: 'add the topic to mqttIntake.sensors, or ignore it',
};

/** Zigbee2MQTT says beside a device's topic whether it can reach the device. */
const availabilityOf = (topic: string) => `${topic}/availability`;

function sensorsByTopic(sensors: MqttIntakeConfig['sensors']) {
  const beside = sensors.filter(({ mapping }) => mapping === 'zigbee2mqtt');
  return new Map([
    ...beside.map((sensor) => [availabilityOf(sensor.topic), sensor] as const),
    ...sensors.map((sensor) => [sensor.topic, sensor] as const),
  ]);
}

/** Starts the embedded broker with its sensors. */
export function startMqttIntake(
  config: MqttIntakeConfig,
  desk: ReadingDesk,
  log: Logger,
): Promise<SensorBroker> {
  const sensors = sensorsByTopic(config.sensors);
  const said = new Set<string>();
  const sayOnce = (about: { readonly topic: string } | { readonly client: string }, notice: Notice) => {
    const { code, hint, text } = notice;
    const key = JSON.stringify([about, code]);
    if (said.has(key) || said.size >= MAX_NAMED) return;
    said.add(key);
    log.warn({ code, hint, ...about }, text);
  };
  return startSensorBroker({
    host: config.listen.host,
    port: config.listen.port,
    users: config.users.map(({ username, passwordFile, sensorTopics }) => ({
      username,
      sensorTopics: [
        ...sensorTopics,
        ...sensorTopics.map(availabilityOf).filter((topic) => sensors.has(topic)),
      ],
      password: readSecretFile(passwordFile, MAX_PASSWORD_BYTES).trim(),
    })),
    onClientRefused: (client, { code, hint, message }) =>
      sayOnce({ client }, { code, hint, text: `a client of the sensor broker was disconnected: ${message}` }),
    onMessage: (topic, payload, done) => {
      const sensor = sensors.get(topic);
      if (!sensor) {
        sayOnce({ topic }, unknownTopic);
        return done();
      }
      const mapped = mapMessage(sensor, topic, payload, systemClock.now());
      if (mapped.kind === 'refused') {
        sayOnce(
          { topic },
          {
            code: 'MESSAGE_UNREADABLE',
            text: `a message could not be read and was dropped: ${mapped.reason}`,
            hint: 'check what the sensor sends, and its paths in mqttIntake.sensors',
          },
        );
      }
      if (mapped.kind !== 'observations') return done();
      return desk.takeAcknowledged(mapped.observations, done);
    },
  });
}
