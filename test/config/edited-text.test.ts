// Settings are put into a configuration without losing what a person wrote around them.

import { expect, test } from 'vitest';
import { ConfigError } from '../../config/config-error.js';
import { editedText } from '../../config/edited-text.js';
import { parseConfig } from '../../config/load.js';
import { configText } from '../../config/template.js';

const text = configText({ name: 'truck-17', dataDir: './data', keysDir: './keys' });
const device = {
  id: 'cargo-bus',
  type: 'modbus',
  port: 'tcp://192.168.1.20:4001',
  probes: [{ sensorId: 'cargo-front', unit: 1, profile: 'xy-md02' }],
};

test('a setting is put in, and every comment stays where it was', () => {
  const edited = editedText(text, [{ path: ['devices'], value: [device] }], 'coldgate.yaml');
  const comments = (of: string) => of.split('\n').filter((line) => line.startsWith('#'));
  expect(comments(edited)).toEqual(comments(text));
  expect(parseConfig(edited, '/x/coldgate.yaml').devices).toMatchObject([{ id: 'cargo-bus' }]);
});

test('a setting inside a section is exchanged, and the rest of the section stays', () => {
  const brokers = [{ name: 'fleet', url: 'mqtts://broker.example.org:8883' }];
  const edited = editedText(text, [{ path: ['publish', 'brokers'], value: brokers }], 'coldgate.yaml');
  const config = parseConfig(edited, '/x/coldgate.yaml');
  expect(config.publish.brokers).toMatchObject([{ name: 'fleet' }]);
  expect(config.gateway.name).toBe('truck-17');
});

test('undefined takes a setting out, and taking out what is not there changes nothing', () => {
  const edited = editedText(
    'gateway: { name: a }\nlog: { level: warn }\n',
    [{ path: ['log'], value: undefined }],
    'x',
  );
  expect(edited).not.toContain('level');
  expect(editedText(text, [{ path: ['ledger'], value: undefined }], 'x')).toBe(editedText(text, [], 'x'));
});

test.each([
  ['what is no YAML', 'a: [', ['b']],
  ['two values of one key', 'a: 1\na: 2\n', ['b']],
  ['a key below a value that has none', 'publish: 7\n', ['publish', 'brokers']],
])('%s is refused', (_what, broken, path) => {
  expect(() => editedText(broken, [{ path, value: 1 }], 'coldgate.yaml')).toThrow(ConfigError);
});
