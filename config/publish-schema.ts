// The `publish` section: the brokers that records are published to. Rules that span two entries are in mqtt-checks.ts.

import * as z from 'zod';
import { defaults } from './defaults.js';
import {
  filePath,
  flag,
  identifier,
  integer,
  isEndpointUrl,
  list,
  matching,
  oneOf,
  says,
  section,
} from './fields.js';
import { messageEncodings, mqttVersions } from './names.js';

/** Relative paths are resolved against `folder`. */
export function publishSchema(folder: string) {
  const urlError = says(
    'embedded, mqtt://host[:port] or mqtts://host[:port], without user, password or path',
    'url: mqtts://broker.example.org:8883',
  );
  const broker = section(
    {
      name: identifier('name: local'),
      url: z
        .string(urlError)
        .refine((text) => text === 'embedded' || isEndpointUrl(text, ['mqtt', 'mqtts'], false), urlError),
      username: matching(
        /^[\x21-\x7e]{1,128}$/,
        '1 to 128 printable characters',
        'username: truck-17',
      ).exactOptional(),
      passwordFile: filePath(folder, 'passwordFile: ./keys/broker.password').exactOptional(),
      caFile: filePath(folder, 'caFile: ./keys/broker-ca.pem').exactOptional(),
      certFile: filePath(folder, 'certFile: ./keys/truck-17.pem').exactOptional(),
      keyFile: filePath(folder, 'keyFile: ./keys/truck-17-key.pem').exactOptional(),
      mqttVersion: oneOf(mqttVersions, "mqttVersion: '5'").default(defaults.broker.mqttVersion),
      homeAssistant: flag('homeAssistant: true').default(defaults.broker.homeAssistant),
      takesRequests: flag('takesRequests: true').default(defaults.broker.takesRequests),
      sealedFor: list(identifier('- quality-basel'), 'sealedFor: [ quality-basel ]').prefault([]),
      encoding: oneOf(messageEncodings, 'encoding: json').default(defaults.broker.encoding),
      backlogBytesPerSecond: integer({
        min: 1000,
        max: 1_000_000_000,
        unit: 'bytes per second',
        example: 'backlogBytesPerSecond: 250000',
      }).default(defaults.broker.backlogBytesPerSecond),
      maxMessageBytes: integer({
        min: 16_384,
        max: 1_048_576,
        unit: 'bytes',
        example: 'maxMessageBytes: 131072',
      }).default(defaults.broker.maxMessageBytes),
    },
    '- { name: local, url: embedded }',
  );
  return section(
    {
      brokers: list(broker, 'brokers: []').prefault([]),
      consumers: list(identifier('- erp'), 'consumers: [ erp ]').prefault([]),
    },
    'publish: { brokers: [] }',
  );
}
