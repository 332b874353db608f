// Position, time and contacts in the `devices` section: GNSS receivers, gpsd, a GPIO line of the Pi.

import * as z from 'zod';
import { defaults } from './defaults.js';
import { baudRate, milliseconds, port } from './device-fields.js';
import { flag, identifier, integer, isEndpointUrl, matching, oneOf, says, section } from './fields.js';
import { gpioBiases } from './names.js';

const positionIntervalMs = milliseconds(
  'positionIntervalMs',
  { min: 1_000, max: 86_400_000 },
  defaults.gnss.positionIntervalMs,
);
const timeIntervalMs = milliseconds(
  'timeIntervalMs',
  { min: 60_000, max: 86_400_000 },
  defaults.gnss.timeIntervalMs,
);

/** GNSS receiver that speaks NMEA 0183. */
export const nmeaDevice = section(
  {
    id: identifier('id: position'),
    type: z.literal('nmea'),
    port,
    baudRate: baudRate(defaults.nmea.baudRate),
    positionIntervalMs,
    timeIntervalMs,
  },
  '- { id: position, type: nmea, port: /dev/ttyACM0 }',
);

const gpsdError = says('tcp://host:port of gpsd', 'port: tcp://127.0.0.1:2947');

/** gpsd, where another program owns the receiver. */
export const gpsdDevice = section(
  {
    id: identifier('id: position'),
    type: z.literal('gpsd'),
    port: z
      .string(gpsdError)
      .refine((text) => isEndpointUrl(text, ['tcp'], true), gpsdError)
      .default(defaults.gpsd.port),
    positionIntervalMs,
    timeIntervalMs,
  },
  '- { id: position, type: gpsd }',
);

/** A door contact at a GPIO line, read by gpiomon of Debian's package gpiod. */
export const gpioDevice = section(
  {
    id: identifier('id: rear-door-contact'),
    type: z.literal('gpio'),
    sensorId: identifier('sensorId: rear-door'),
    chip: matching(/^gpiochip[0-9]{1,3}$/, 'the name of a GPIO chip', 'chip: gpiochip0').default(
      defaults.gpio.chip,
    ),
    line: integer({ min: 0, max: 511, unit: 'line of the chip', example: 'line: 17' }),
    bias: oneOf(gpioBiases, 'bias: pull-up').exactOptional(),
    isOpenWhenHigh: flag('isOpenWhenHigh: true').default(defaults.gpio.isOpenWhenHigh),
    debounceMs: milliseconds('debounceMs', { min: 0, max: 5_000 }, defaults.gpio.debounceMs),
    repeatMs: milliseconds('repeatMs', { min: 1_000, max: 3_600_000 }, defaults.gpio.repeatMs),
  },
  '- { id: rear-door-contact, type: gpio, sensorId: rear-door, line: 17 }',
);
