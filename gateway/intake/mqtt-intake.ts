// MQTT sensors: what arrives at the embedded broker is mapped to observations and acknowledged after the commit.
// A message that cannot be read is acknowledged too (the sender would send the same again for ever), counted
// and logged once per topic.

import type { Logger } from 'pino';
import type { MqttIntakeConfig } from '../../config/schema.js';
import { systemClock } from '../../firmware-bridge/clock.js';
import { mapMessage } from '../../firmware-bridge/mqtt-sensors/map-message.js';
import type { SensorMapping } from '../../firmware-bridge/mqtt-sensors/mapping.js';
import { chatterLevelsOf, topicsOfSensor } from '../../firmware-bridge/mqtt-sensors/sensor-topics.js';
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

const chatter: Notice = {
  code: 'SENSOR_UNKNOWN',
  text: 'messages of a client on topics of no sensor are acknowledged and dropped',
  hint: 'nothing is lost if these are about the device itself; else add the topic to mqttIntake.sensors',
};

/** Every topic of every sensor. What an operator wrote as a topic wins over what another one implies. */
function sensorsByTopic(sensors: readonly SensorMapping[]): Map<string, SensorMapping> {
  const table = new Map<string, SensorMapping>();
  for (const sensor of sensors) for (const topic of topicsOfSensor(sensor)) table.set(topic, sensor);
  for (const sensor of sensors) {
    if (topicsOfSensor(sensor).includes(sensor.topic)) table.set(sensor.topic, sensor);
  }
  return table;
}

function restore(
  sequences: Map<SensorMapping, number>,
  sensor: SensorMapping,
  last: number | undefined,
): void {
  if (last === undefined) sequences.delete(sensor);
  else sequences.set(sensor, last);
}

/** Starts the embedded broker with its sensors. */
export function startMqttIntake(
  config: MqttIntakeConfig,
  desk: ReadingDesk,
  log: Logger,
): Promise<SensorBroker> {
  const sensors = sensorsByTopic(config.sensors);
  /** The last counter of each sensor that counts its messages. */
  const sequences = new Map<SensorMapping, number>();
  const said = new Set<string>();
  const sayOnce = (about: { readonly [key in 'topic' | 'client' | 'address']?: string }, notice: Notice) => {
    const { code, hint, text } = notice;
    const key = JSON.stringify([about, code]);
    if (said.has(key) || said.size >= MAX_NAMED) return;
    said.add(key);
    log.warn({ code, hint, ...about }, text);
  };
  return startSensorBroker({
    host: config.listen.host,
    port: config.listen.port,
    sensorTopics: [...sensors.keys()],
    tls: config.listen.tls,
    limits: config.limits,
    users: config.users.map(({ username, passwordFile, passwordHash, certificateName, sensorTopics }) => {
      const own = config.sensors.filter(({ topic }) => sensorTopics.includes(topic));
      return {
        username,
        sensorTopics: own.flatMap(topicsOfSensor),
        chatterLevels: own.flatMap(chatterLevelsOf),
        passwordHash,
        certificateName,
        password: passwordFile && readSecretFile(passwordFile, MAX_PASSWORD_BYTES).trim(),
      };
    }),
    onSwallowed: (client, topic) => sayOnce({ client }, { ...chatter, text: `${chatter.text}: ${topic}` }),
    onClientRefused: (client, { code, hint, message }) =>
      sayOnce({ client }, { code, hint, text: `a client of the sensor broker was refused: ${message}` }),
    onAddressRefused: (address, { code, hint, message }) =>
      sayOnce({ address }, { code, hint, text: `a connection to the sensor broker was refused: ${message}` }),
    onCertificate: (trouble) => {
      if (trouble) log.warn({ code: trouble.code, hint: trouble.hint }, trouble.message);
      else log.info('the sensor broker has its new certificate');
    },
    onMessage: (topic, payload, done) => {
      const sensor = sensors.get(topic);
      if (!sensor) {
        sayOnce({ topic }, unknownTopic);
        return done();
      }
      const last = sequences.get(sensor);
      const mapped = mapMessage(sensor, topic, payload, systemClock.now(), last);
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
      // Moved on at once, because the next message may be mapped before this one is on disk.
      if (mapped.sequence !== undefined) sequences.set(sensor, mapped.sequence);
      return desk.takeAcknowledged(mapped.observations, (error) => {
        // The sender will send it again, and the gap before it must be told then.
        if (error && mapped.sequence !== undefined) restore(sequences, sensor, last);
        done(error);
      });
    },
  });
}
