// config/ and firmware-bridge/ may not import each other, so their lists of names are compared here.
// What the configuration accepts, the device code must be able to run, and the other way round.

import { describe, expect, test } from 'vitest';
import { defaults } from '../../config/defaults.js';
import { parseConfig } from '../../config/load.js';
import {
  modbusProfiles as configProfiles,
  mqttMappingNames,
  readerRegions,
  valueUnits,
} from '../../config/names.js';
import type { ModbusDeviceConfig, MqttIntakeConfig } from '../../config/schema.js';
import { m100Regions } from '../../firmware-bridge/m100/codes.js';
import { probeBusDriver } from '../../firmware-bridge/modbus/probe-bus.js';
import { type ModbusProfile, modbusProfiles } from '../../firmware-bridge/modbus/profiles.js';
import { unitScales } from '../../firmware-bridge/mqtt-sensors/decimal.js';
import { parseJsonPath } from '../../firmware-bridge/mqtt-sensors/json-path.js';
import type { SensorMapping } from '../../firmware-bridge/mqtt-sensors/mapping.js';

describe('the configuration and the device code know the same names', () => {
  test('Modbus profiles, their humidity and their channels', () => {
    const traits = Object.entries<ModbusProfile>(modbusProfiles).map(([name, { humidity, channels }]) => [
      name,
      { hasHumidity: humidity !== undefined, channels },
    ]);
    expect(Object.fromEntries(traits)).toEqual(configProfiles);
  });

  test('units of MQTT values', () => {
    expect([...valueUnits].sort()).toEqual(Object.keys(unitScales).sort());
  });

  test('reader regions', () => {
    expect([...readerRegions].sort()).toEqual(Object.keys(m100Regions).sort());
  });

  test('MQTT mappings', () => {
    // The type check is the test: a name on one side only does not compile.
    const names: readonly SensorMapping['mapping'][] = mqttMappingNames;
    const mappings = (intake: MqttIntakeConfig): readonly SensorMapping[] => intake.sensors;
    const both: Record<SensorMapping['mapping'], true> = {
      generic: true,
      zigbee2mqtt: true,
      chirpstack: true,
      shelly: true,
      'shelly-gen1': true,
      tasmota: true,
      ruuvi: true,
      zebra: true,
      impinj: true,
    };
    expect([...names].sort()).toEqual(Object.keys(both).sort());
    expect(mappings({ sensors: [] } as unknown as MqttIntakeConfig)).toEqual([]);
  });
});

describe('what the configuration accepts, the device code runs', () => {
  const load = (fields: string, profile: string, channel: string): ModbusDeviceConfig => {
    const probe = `{ sensorId: s, unit: 247, profile: ${profile}${channel} }`;
    const device = `{ id: bus, type: modbus, port: /dev/a, ${fields} probes: [ ${probe} ] }`;
    const config = parseConfig(`gateway: { name: a }\ndevices: [ ${device} ]`, '/etc/coldgate.yaml');
    const [bus] = config.devices;
    if (bus?.type !== 'modbus') throw new Error('no bus');
    return bus;
  };

  test.each(Object.entries(configProfiles))('a bus with the profile %s', (profile, { channels }) => {
    const bus = load('', profile, channels > 1 ? `, channel: ${channels}` : '');
    expect(bus.cadenceMs).toBe(defaults.modbus.cadenceMs);
    expect(probeBusDriver(bus).id).toBe('bus');
  });

  test('the shortest cadence and the shortest and longest timeout', () => {
    expect(probeBusDriver(load('cadenceMs: 500, replyTimeoutMs: 500,', 'xy-md02', '')).id).toBe('bus');
    expect(probeBusDriver(load('replyTimeoutMs: 20,', 'xy-md02', '')).id).toBe('bus');
    expect(probeBusDriver(load('replyTimeoutMs: 10000,', 'xy-md02', '')).id).toBe('bus');
  });

  test.each(['$', '$.temp', '$.a.b[0]', '$[3].x-y', '$.a.b.c.d.e.f.g.h'])('the path %s', (path) => {
    const text = `gateway: { name: a }\nmqttIntake: { sensors: [ { topic: t, mapping: generic, values: [ { sensorId: s, path: '${path}', unit: celsius } ] } ] }`;
    expect(parseConfig(text, '/etc/coldgate.yaml').mqttIntake?.sensors).toHaveLength(1);
    expect(parseJsonPath(path).length).toBeLessThanOrEqual(8);
  });
});
