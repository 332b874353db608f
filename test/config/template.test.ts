// The commented configuration must be true: it loads as it stands, and with every switched-off line switched on.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defaults } from '../../config/defaults.js';
import { parseConfig } from '../../config/load.js';
import { configText } from '../../config/template.js';

const choices = { name: 'truck-17', dataDir: './data', keysDir: './keys' };
const file = '/etc/coldgate/coldgate.yaml';

/** `#key:` and `#  - id` are settings that are switched off; `# Text` is prose. */
function withAllSettings(text: string): string {
  return text
    .split('\n')
    .map((line) => (/^#(?! \S)/.test(line) ? line.slice(1) : line))
    .join('\n');
}

describe('the template', () => {
  test('loads as it stands', () => {
    const config = parseConfig(configText(choices), file);
    expect(config.gateway).toEqual({
      name: 'truck-17',
      dataDir: '/etc/coldgate/data',
      keyFile: '/etc/coldgate/keys/device-key.json',
      passphraseFile: '/etc/coldgate/keys/passphrase',
    });
    expect(config.devices).toEqual([]);
    expect(config.publish.brokers.map((broker) => broker.url)).toEqual(['embedded']);
  });

  test('loads with every setting switched on, and then shows every section', () => {
    const config = parseConfig(withAllSettings(configText(choices)), file);
    expect(new Set(config.devices.map((device) => device.type))).toEqual(
      new Set(['m100', 'modbus', 'chafon', 'mercury', 'r2000', 'onewire', 'board', 'nmea', 'gpsd', 'gpio']),
    );
    const mappings = config.mqttIntake?.sensors.map((sensor) => sensor.mapping) ?? [];
    expect(new Set(mappings)).toEqual(
      new Set(['zigbee2mqtt', 'generic', 'tasmota', 'shelly', 'ruuvi', 'chirpstack', 'impinj']),
    );
    expect(config.mqttIntake?.users).toHaveLength(1);
    expect(config.publish.brokers).toHaveLength(2);
    expect(config.excursions.map(({ profile }) => profile)).toEqual(['GDP-2-8-default', undefined]);
    expect(config.calibrations).toHaveLength(1);
    expect(config.contacts).toHaveLength(1);
    expect(config.sensorChecks).toHaveLength(1);
    expect(config.ledger?.chainId).toBe(31337);
    expect(config.shipment?.id).toBe('SHIP-0001');
  });

  test('shows the defaults as they are', () => {
    const config = parseConfig(withAllSettings(configText(choices)), file);
    expect(config.commit).toEqual(defaults.commit);
    expect(config.clock).toEqual(defaults.clock);
    expect(config.log).toEqual(defaults.log);
    expect(config.mqttIntake?.listen).toEqual(defaults.mqttListen);
    expect(config.devices[1]).toMatchObject({
      baudRate: 9600,
      parity: 'none',
      cadenceMs: defaults.modbus.cadenceMs,
    });
    expect(config.ledger?.batchIntervalMs).toBe(defaults.ledger.batchIntervalMs);
  });

  test('is the example file, byte for byte', () => {
    const example = readFileSync(new URL('../../config/examples/coldgate.yaml', import.meta.url), 'utf8');
    expect(example).toBe(configText(choices));
  });
});
