// The `devices` section: readers and buses on a serial port or behind a TCP serial server.
// Ranges follow the devices' manuals. Rules that span two entries are in device-checks.ts.

import * as z from 'zod';
import { defaults } from './defaults.js';
import { identifier, integer, isEndpointUrl, list, oneOf, oneOfNumbers, says, section } from './fields.js';
import { baudRates, modbusProfileNames, parities, readerRegions } from './names.js';

const portError = says(
  'an absolute device path or tcp://host:port',
  'port: /dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0',
);

const port = z
  .string(portError)
  .refine((text) => /^\/[\x21-\x7e]{1,254}$/.test(text) || isEndpointUrl(text, ['tcp'], true), portError);

const baudRate = (example: string) => oneOfNumbers(baudRates, 'bits per second', example);

/** UHF reader of the M100 family. Power is in 0.01 dBm as on the wire (command B6). */
const m100Device = section(
  {
    id: identifier('id: dock-reader'),
    type: z.literal('m100'),
    port,
    baudRate: baudRate('baudRate: 115200').default(defaults.m100.baudRate),
    region: oneOf(readerRegions, 'region: eu').exactOptional(),
    txPowerCentiDbm: integer({
      min: 0,
      max: 3_300,
      unit: '0.01 dBm',
      example: 'txPowerCentiDbm: 2000   # 20 dBm',
    }).exactOptional(),
    mergeWindowMs: integer({
      min: 0,
      max: 60_000,
      unit: 'milliseconds',
      example: 'mergeWindowMs: 1000',
    }).default(defaults.m100.mergeWindowMs),
  },
  '- { id: dock-reader, type: m100, port: /dev/ttyUSB0 }',
);

const modbusProbe = section(
  {
    sensorId: identifier('sensorId: cargo-front'),
    unit: integer({ min: 1, max: 247, unit: 'Modbus unit', example: 'unit: 1' }),
    profile: oneOf(modbusProfileNames, 'profile: xy-md02'),
    humiditySensorId: identifier('humiditySensorId: cargo-front-rh').exactOptional(),
    channel: integer({ min: 1, max: 8, unit: 'probe input', example: 'channel: 1' }).exactOptional(),
  },
  '- { sensorId: cargo-front, unit: 1, profile: xy-md02 }',
);

const probesExample = 'probes: [ { sensorId: cargo-front, unit: 1, profile: xy-md02 } ]';

/** RS-485 bus of Modbus RTU temperature transmitters. */
const modbusDevice = section(
  {
    id: identifier('id: cargo-bus'),
    type: z.literal('modbus'),
    port,
    baudRate: baudRate('baudRate: 9600').default(defaults.modbus.baudRate),
    parity: oneOf(parities, 'parity: none').default(defaults.modbus.parity),
    cadenceMs: integer({
      min: 500,
      max: 3_600_000,
      unit: 'milliseconds',
      example: 'cadenceMs: 10000',
    }).default(defaults.modbus.cadenceMs),
    replyTimeoutMs: integer({
      min: 20,
      max: 10_000,
      unit: 'milliseconds',
      example: 'replyTimeoutMs: 300',
    }).default(defaults.modbus.replyTimeoutMs),
    probes: list(modbusProbe, probesExample).min(1, says('at least one probe', probesExample)),
  },
  '- { id: cargo-bus, type: modbus, port: /dev/ttyUSB1, probes: [...] }',
);

export const devicesSchema = list(
  z.discriminatedUnion('type', [m100Device, modbusDevice], says('one of m100, modbus', 'type: modbus')),
  'devices: []',
);
