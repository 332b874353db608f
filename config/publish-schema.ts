// The `publish` section: the brokers that records are published to. Rules that span two entries are in mqtt-checks.ts.

import { brokerLogin, brokerUrl, clientCertificate } from './broker-fields.js';
import { defaults } from './defaults.js';
import { flag, identifier, integer, list, oneOf, section } from './fields.js';
import { messageEncodings, mqttVersions } from './names.js';

/** Relative paths are resolved against `folder`. */
export function publishSchema(folder: string) {
  const broker = section(
    {
      name: identifier('name: local'),
      url: brokerUrl(undefined, ['embedded']),
      ...brokerLogin(folder, 'truck-17', 'broker'),
      ...clientCertificate(folder),
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
