// Temperature probes in the `devices` section: Modbus transmitters, DS18B20 on the Pi's 1-Wire, boards of one's own.

import * as z from 'zod';
import { defaults } from './defaults.js';
import { baudRate, cadenceMs, milliseconds, port } from './device-fields.js';
import { identifier, integer, list, matching, oneOf, says, section } from './fields.js';
import { boardFormats, boardQuantities, modbusProfileNames, parities } from './names.js';

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
export const modbusDevice = section(
  {
    id: identifier('id: cargo-bus'),
    type: z.literal('modbus'),
    port,
    baudRate: baudRate(defaults.modbus.baudRate),
    parity: oneOf(parities, 'parity: none').default(defaults.modbus.parity),
    cadenceMs: cadenceMs(defaults.modbus.cadenceMs),
    replyTimeoutMs: milliseconds('replyTimeoutMs', { min: 20, max: 10_000 }, defaults.modbus.replyTimeoutMs),
    offsetsIntervalMs: milliseconds(
      'offsetsIntervalMs',
      { min: 60_000, max: 86_400_000 },
      defaults.modbus.offsetsIntervalMs,
    ),
    probes: list(modbusProbe, probesExample).min(1, says('at least one probe', probesExample)),
  },
  '- { id: cargo-bus, type: modbus, port: /dev/ttyUSB1, probes: [...] }',
);

const onewireProbe = section(
  {
    sensorId: identifier('sensorId: cargo-front'),
    romId: matching(
      /^28-[0-9a-f]{12}$/,
      'the name of its folder in /sys/bus/w1/devices: 28- and 12 hexadecimal digits',
      'romId: 28-0316a2795cff',
    ),
  },
  '- { sensorId: cargo-front, romId: 28-0316a2795cff }',
);

const onewireExample = 'probes: [ { sensorId: cargo-front, romId: 28-0316a2795cff } ]';

/** DS18B20 probes that the kernel reads (dtoverlay=w1-gpio). */
export const onewireDevice = section(
  {
    id: identifier('id: cargo-wire'),
    type: z.literal('onewire'),
    directory: matching(
      /^\/[\x21-\x7e]{1,254}$/,
      'an absolute path',
      'directory: /sys/bus/w1/devices',
    ).default(defaults.onewire.directory),
    cadenceMs: cadenceMs(defaults.onewire.cadenceMs),
    probes: list(onewireProbe, onewireExample).min(1, says('at least one probe', onewireExample)),
  },
  `- { id: cargo-wire, type: onewire, ${onewireExample} }`,
);

const boardChannel = section(
  {
    channel: integer({ min: 0, max: 255, unit: 'channel of the board', example: 'channel: 0' }),
    sensorId: identifier('sensorId: cargo-front'),
    quantity: oneOf(boardQuantities, 'quantity: temperature'),
  },
  '- { channel: 0, sensorId: cargo-front, quantity: temperature }',
);

const channelsExample = 'channels: [ { channel: 0, sensorId: cargo-front, quantity: temperature } ]';

/** A board with firmware of one's own that speaks the protocol in firmware-bridge/board. */
export const boardDevice = section(
  {
    id: identifier('id: cargo-board'),
    type: z.literal('board'),
    port,
    baudRate: baudRate(defaults.board.baudRate),
    format: oneOf(boardFormats, 'format: cobs').default(defaults.board.format),
    cadenceMs: cadenceMs(defaults.board.cadenceMs),
    channels: list(boardChannel, channelsExample).min(1, says('at least one channel', channelsExample)),
  },
  `- { id: cargo-board, type: board, port: /dev/ttyACM0, ${channelsExample} }`,
);
