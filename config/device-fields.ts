// What many devices share in a configuration: the port and its speed, how often they speak, how sightings are merged.

import * as z from 'zod';
import { integer, isEndpointUrl, oneOfNumbers, says } from './fields.js';
import { baudRates } from './names.js';

const portError = says(
  'an absolute device path or tcp://host:port',
  'port: /dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0',
);

export const port = z
  .string(portError)
  .refine((text) => /^\/[\x21-\x7e]{1,254}$/.test(text) || isEndpointUrl(text, ['tcp'], true), portError);

export const baudRate = (bitsPerSecond: (typeof baudRates)[number]) =>
  oneOfNumbers(baudRates, 'bits per second', `baudRate: ${bitsPerSecond}`).default(bitsPerSecond);

/** Milliseconds; an example with the default value. */
export const milliseconds = (name: string, range: { min: number; max: number }, value: number) =>
  integer({ ...range, unit: 'milliseconds', example: `${name}: ${value}` }).default(value);

export const cadenceMs = (value: number) => milliseconds('cadenceMs', { min: 500, max: 3_600_000 }, value);
