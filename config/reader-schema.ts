// UHF RFID readers in the `devices` section. Ranges follow the vendors' protocols; powers are in the wire's own unit.

import * as z from 'zod';
import { defaults } from './defaults.js';
import { baudRate, milliseconds, port } from './device-fields.js';
import { flag, identifier, integer, list, oneOf, says, section } from './fields.js';
import { chafonModels, mercuryRegions, readerRegions } from './names.js';

const mergeWindowMs = milliseconds('mergeWindowMs', { min: 0, max: 60_000 }, defaults.reader.mergeWindowMs);

/** Whether the chip's TID is read too; it takes time from looking for tags. */
const readTid = flag('readTid: true').default(defaults.reader.readTid);

const antennasExample = 'antennas: [ 1, 2 ]';
const antennas = (max: number) =>
  list(integer({ min: 1, max, unit: 'antenna port', example: antennasExample }), antennasExample)
    .min(1, says('at least one antenna', antennasExample))
    .refine((ports) => new Set(ports).size === ports.length, says('each antenna once', antennasExample))
    .prefault([1]);

const address = integer({ min: 0, max: 255, unit: 'reader address, 255 asks any', example: 'address: 255' });

const powerDbm = (max: number) =>
  integer({ min: 0, max, unit: 'dBm', example: 'txPowerDbm: 20' }).exactOptional();

/** M100 family. Power is in 0.01 dBm as on the wire (command B6). */
export const m100Device = section(
  {
    id: identifier('id: dock-reader'),
    type: z.literal('m100'),
    port,
    baudRate: baudRate(defaults.m100.baudRate),
    region: oneOf(readerRegions, 'region: eu').exactOptional(),
    txPowerCentiDbm: integer({
      min: 0,
      max: 3_300,
      unit: '0.01 dBm',
      example: 'txPowerCentiDbm: 2000   # 20 dBm',
    }).exactOptional(),
    mergeWindowMs,
    readTid,
  },
  '- { id: dock-reader, type: m100, port: /dev/ttyUSB0 }',
);

/** Chafon UHFReader18 and 288 with their many relatives. */
export const chafonDevice = section(
  {
    id: identifier('id: dock-reader'),
    type: z.literal('chafon'),
    port,
    baudRate: baudRate(defaults.chafon.baudRate),
    model: oneOf(chafonModels, 'model: uhfreader18'),
    address: address.default(defaults.chafon.address),
    txPowerDbm: powerDbm(30),
    pollIntervalMs: milliseconds('pollIntervalMs', { min: 20, max: 10_000 }, defaults.chafon.pollIntervalMs),
    mergeWindowMs,
    readTid,
  },
  '- { id: dock-reader, type: chafon, port: /dev/ttyUSB0, model: uhfreader18 }',
);

/** ThingMagic Mercury modules and their clones. Power is in 0.01 dBm as on the wire (command 92). */
export const mercuryDevice = section(
  {
    id: identifier('id: dock-reader'),
    type: z.literal('mercury'),
    port,
    baudRate: baudRate(defaults.mercury.baudRate),
    region: oneOf(mercuryRegions, 'region: eu3').exactOptional(),
    readPowerCentiDbm: integer({
      min: 0,
      max: 4_000,
      unit: '0.01 dBm',
      example: 'readPowerCentiDbm: 2000   # 20 dBm',
    }).exactOptional(),
    antennas: antennas(16),
    mergeWindowMs,
    readTid,
    authenticate: flag('authenticate: true').default(defaults.mercury.authenticate),
  },
  '- { id: dock-reader, type: mercury, port: /dev/ttyUSB0 }',
);

/** Modules with the Impinj R2000 chip and the "A0" protocol. */
export const r2000Device = section(
  {
    id: identifier('id: dock-reader'),
    type: z.literal('r2000'),
    port,
    baudRate: baudRate(defaults.r2000.baudRate),
    address: address.default(defaults.r2000.address),
    antennas: antennas(4),
    txPowerDbm: powerDbm(33),
    mergeWindowMs,
    readTid,
  },
  '- { id: dock-reader, type: r2000, port: /dev/ttyUSB0 }',
);
