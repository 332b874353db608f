// What a device says in place of a reading: codes that are numbers, and readings that are old.

import { describe, expect, it } from 'vitest';
import { mapMessage } from '../../../firmware-bridge/mqtt-sensors/map-message.js';
import type { SensorMapping } from '../../../firmware-bridge/mqtt-sensors/mapping.js';

const at = { unixMs: Date.parse('2026-01-01T12:00:00Z'), uptimeMs: 5000 };

function qualityOf(mapping: SensorMapping, topic: string, payload: string) {
  const message = mapMessage(mapping, topic, new TextEncoder().encode(payload), at);
  const [first] = message.kind === 'observations' ? message.observations : [];
  return first && 'quality' in first ? first.quality : message.kind;
}

const channels = { builtIn: undefined, external: 0, addOn: 100 };
const shellyGen1 = (channel: number | undefined): SensorMapping => ({
  mapping: 'shelly-gen1',
  topic: 's',
  unit: 'celsius',
  probes: [{ channel, temperatureSensorId: 't', humiditySensorId: 'h' }],
});
const shelly = (channel: number | undefined): SensorMapping => ({
  mapping: 'shelly',
  topic: 's',
  probes: [{ channel, temperatureSensorId: 't' }],
});
const tasmota = (name: string): SensorMapping => ({
  mapping: 'tasmota',
  topic: 's',
  probes: [{ name, temperatureSensorId: 't' }],
});
const zigbee: SensorMapping = {
  mapping: 'zigbee2mqtt',
  topic: 's',
  temperatureSensorId: 't',
  doorSensorId: 'd',
};
const eui = '0101010101010101';
const uplinkTopic = `application/a/device/${eui}/event/up`;
const chirpstack: SensorMapping = {
  mapping: 'chirpstack',
  topic: uplinkTopic,
  values: [{ sensorId: 't', path: '$.t', unit: 'celsius' }],
};
const ruuvi: SensorMapping = { mapping: 'ruuvi', topic: 's', temperatureSensorId: 't' };
/** 85.000 and -127.000 degC in steps of 0.005. */
const ruuviHex = (celsius: number) =>
  `0201061BFF990405${((celsius * 200) & 0xffff).toString(16).padStart(4, '0')}${'00'.repeat(15)}${'F'.repeat(12)}`;

type Said = readonly [name: string, mapping: SensorMapping, topic: string, say: (celsius: number) => string];

const withDs18b20: Said[] = [
  [
    'generic JSON',
    { mapping: 'generic', topic: 's', values: [{ sensorId: 't', path: '$.t', unit: 'celsius' }] },
    's',
    (celsius) => `{"t":${celsius}}`,
  ],
  [
    'Tasmota DS18B20',
    tasmota('DS18B20-2'),
    's/SENSOR',
    (c) => `{"DS18B20-2":{"Id":"01","Temperature":${c}},"TempUnit":"C"}`,
  ],
  [
    'Tasmota DS18B20 by Id',
    tasmota('01'),
    's/SENSOR',
    (c) => `{"DS18B20":{"Id":"01","Temperature":${c}},"TempUnit":"C"}`,
  ],
  ['Shelly Gen1 external probe', shellyGen1(channels.external), 's/ext_temperature/0', String],
  ['Shelly Gen2 add-on', shelly(channels.addOn), 's/status/temperature:100', (c) => `{"id":100,"tC":${c}}`],
];

const withoutDs18b20: Said[] = [
  ['Tasmota AM2301', tasmota('AM2301'), 's/SENSOR', (c) => `{"AM2301":{"Temperature":${c}},"TempUnit":"C"}`],
  ['Shelly Gen1 built-in', shellyGen1(channels.builtIn), 's/sensor/temperature', String],
  ['Shelly Gen2 built-in', shelly(channels.builtIn), 's/status/temperature:0', (c) => `{"id":0,"tC":${c}}`],
  ['Zigbee2MQTT', zigbee, 's', (c) => `{"temperature":${c}}`],
  ['ChirpStack', chirpstack, uplinkTopic, (c) => `{"deviceInfo":{"devEui":"${eui}"},"object":{"t":${c}}}`],
  ['Ruuvi', ruuvi, 's', (c) => `{"data":"${ruuviHex(c)}"}`],
];

describe('fault codes of DS18B20 libraries', () => {
  it.each(withDs18b20)(
    '%s: -127 is a probe that is gone, 85 one that has not measured',
    (_name, mapping, topic, say) => {
      expect(qualityOf(mapping, topic, say(-127))).toBe('probe-open');
      expect(qualityOf(mapping, topic, say(85))).toBe('power-on-value');
      expect(qualityOf(mapping, topic, say(84.9375))).toBe('good');
    },
  );

  it.each(withoutDs18b20)('%s: -127 and 85 are readings', (_name, mapping, topic, say) => {
    expect(qualityOf(mapping, topic, say(-127))).toBe('good');
    expect(qualityOf(mapping, topic, say(85))).toBe('good');
  });
});

describe('other codes', () => {
  it.each([
    ['s/sensor/temperature', channels.builtIn, '999', 'probe-fault'],
    ['s/sensor/humidity', channels.builtIn, '999.0', 'probe-fault'],
    ['s/ext_temperature/0', channels.external, '999.00', 'probe-fault'],
    ['s/ext_temperature/0', channels.external, '"999"', 'probe-fault'],
    ['s/ext_temperature/0', channels.external, '998.9', 'out-of-range'],
    ['s/sensor/temperature', channels.builtIn, '4', 'good'],
  ])('Shelly Gen1 %s (probe %s) says %s: %s', (topic, channel, payload, quality) => {
    expect(qualityOf(shellyGen1(channel), topic, payload)).toBe(quality);
  });

  it("Zigbee's own invalid temperature, -327.68 degC, is a fault", () => {
    expect(qualityOf(zigbee, 's', '{"temperature":-327.68}')).toBe('probe-fault');
  });

  it.each([
    ['0000000000', 'probe-fault'],
    ['0000000001', 'good'],
    ['0100000000', 'good'],
    ['0000010000', 'good'],
  ])('RuuviTag format 3 with %s for humidity, temperature and pressure is %s', (measured, quality) => {
    const data = `02010611FF990403${measured}${'00'.repeat(8)}`;
    expect(qualityOf(ruuvi, 's', `{"data":"${data}"}`)).toBe(quality);
  });
});

describe('what Zigbee2MQTT publishes from its cache', () => {
  it.each([
    ['"2026-01-01T11:59:59.500Z"', 'good'],
    ['"2026-01-01T11:55:00Z"', 'good'],
    ['"2026-01-01T11:54:59.999Z"', 'stale'],
    ['"2026-01-01T12:54:59.999+01:00"', 'stale'],
    ['"2026-01-01T12:59:59.500+01:00"', 'good'],
    ['"2026-01-01T06:54:00-05:00"', 'stale'],
    [String(at.unixMs - 300_000), 'good'],
    [String(at.unixMs - 300_001), 'stale'],
    // A clock of another machine that runs ahead.
    ['"2026-01-01T13:00:00Z"', 'good'],
    // Nobody's time.
    ['"2025-01-01T12:00:00"', 'good'],
    ['"2025-13-01T12:00:00Z"', 'good'],
    ['"3 minutes ago"', 'good'],
    ['null', 'good'],
    ['1e3', 'good'],
  ])('a reading of a device last seen at %s is %s', (lastSeen, quality) => {
    expect(qualityOf(zigbee, 's', `{"last_seen":${lastSeen},"temperature":4.1}`)).toBe(quality);
    expect(qualityOf(zigbee, 's', `{"contact":true,"last_seen":${lastSeen}}`)).toBe(quality);
  });

  it('a fault in an old message stays the fault that it is', () => {
    const old = '"last_seen":"2026-01-01T00:00:00Z"';
    expect(qualityOf(zigbee, 's', `{${old},"temperature":-327.68}`)).toBe('probe-fault');
  });

  it('the empty message that clears the availability of a renamed device says nothing', () => {
    expect(qualityOf(zigbee, 's/availability', '')).toBe('ignored');
  });
});
