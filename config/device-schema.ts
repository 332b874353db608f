// The `devices` section: everything that is read over a port of this machine or over a serial server.
// Rules that span two entries are in device-checks.ts.

import * as z from 'zod';
import { list, says } from './fields.js';
import { boardDevice, modbusDevice, onewireDevice } from './probe-schema.js';
import { chafonDevice, m100Device, mercuryDevice, r2000Device } from './reader-schema.js';
import { gpioDevice, gpsdDevice, nmeaDevice } from './receiver-schema.js';

export const devicesSchema = list(
  z.discriminatedUnion(
    'type',
    [
      m100Device,
      chafonDevice,
      mercuryDevice,
      r2000Device,
      modbusDevice,
      onewireDevice,
      boardDevice,
      nmeaDevice,
      gpsdDevice,
      gpioDevice,
    ],
    says('one of m100, chafon, mercury, r2000, modbus, onewire, board, nmea, gpsd, gpio', 'type: modbus'),
  ),
  'devices: []',
);
