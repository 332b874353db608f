// Every MQTT mapping can be configured, and what the configuration accepts the device code runs.

import { expect, test } from 'vitest';
import { parseConfig } from '../../config/load.js';
import { mqttMappingNames } from '../../config/names.js';
import { mapMessage } from '../../firmware-bridge/mqtt-sensors/map-message.js';
import type { SensorMapping } from '../../firmware-bridge/mqtt-sensors/mapping.js';

const parse = (sensor: string) =>
  parseConfig(`gateway: { name: a }\nmqttIntake: { sensors: [ ${sensor} ] }`, '/etc/coldgate.yaml');

const entries: Record<SensorMapping['mapping'], string> = {
  zigbee2mqtt: '{ topic: a/b, mapping: zigbee2mqtt, doorSensorId: d }',
  chirpstack:
    "{ topic: application/a/device/0101010101010101/event/up, mapping: chirpstack, fPort: 2, values: [ { sensorId: t, path: '$.t', unit: celsius } ] }",
  shelly: '{ topic: a, mapping: shelly, probes: [ { channel: 100, temperatureSensorId: t } ] }',
  'shelly-gen1':
    '{ topic: shellies/a, mapping: shelly-gen1, unit: celsius, probes: [ { temperatureSensorId: t } ] }',
  tasmota: '{ topic: tele/a, mapping: tasmota, probes: [ { name: DS18B20-1, temperatureSensorId: t } ] }',
  ruuvi: "{ topic: 'ruuvi/C8:25:2D:8E:9C:2C/CB:B8:33:4C:88:4F', mapping: ruuvi, temperatureSensorId: t }",
  zebra: '{ topic: r, mapping: zebra, readerId: r }',
  impinj: '{ topic: r, mapping: impinj, readerId: r }',
  generic:
    "{ topic: a, mapping: generic, values: [ { sensorId: d, path: '$.open', unit: open-closed, open: 'true', closed: 'false' } ] }",
};

test('each mapping has an entry here', () => {
  expect(Object.keys(entries).sort()).toEqual([...mqttMappingNames].sort());
});

test.each(Object.entries(entries))('%s is accepted and runs', (_name, entry) => {
  const [sensor] = parse(entry).mqttIntake?.sensors ?? [];
  if (!sensor) throw new Error('no sensor');
  const at = { unixMs: 0, uptimeMs: 0 };
  expect(mapMessage(sensor, sensor.topic, new TextEncoder().encode('{'), at).kind).not.toBe('observations');
});

test.each([
  ['no sensor id', '{ topic: a/b, mapping: ruuvi }'],
  ['a probe without a sensor id', '{ topic: a, mapping: shelly, probes: [ { channel: 0 } ] }'],
  [
    'a door without its texts',
    "{ topic: a, mapping: generic, values: [ { sensorId: d, path: '$', unit: open-closed } ] }",
  ],
  ['another ChirpStack event', entries.chirpstack.replace('/event/up', '/event/join')],
  ['a Gen1 Shelly without a unit', entries['shelly-gen1'].replace('unit: celsius, ', '')],
  ['a wildcard', entries.zebra.replace('topic: r', "topic: 'r/+'")],
])('%s is refused', (_what, entry) => {
  expect(() => parse(entry)).toThrow();
});
