// Register tables of Modbus temperature transmitters, as data: one entry per model.
// Two models with one shop name differ in scale (x10, x100), so a profile is named in the configuration, never guessed.

import type { Quality } from '../observation.js';
import type { ReadFunction } from './frame.js';

export interface ModbusProfile {
  readonly title: string;
  readonly functionCode: ReadFunction;
  /** One block per unit holds everything that is read: a late reply can only carry the same registers. */
  readonly start: number;
  readonly quantity: number;
  /** Register of the first channel's temperature within the block; the other channels follow. */
  readonly temperatureIndex: number;
  readonly channels: number;
  /** Milli-degrees per count of the signed register. */
  readonly milliCPerCount: number;
  readonly humidity?: { readonly index: number; readonly milliPercentPerCount: number };
  /** Raw words that are no temperature. */
  readonly sentinels: readonly Sentinel[];
  /** What the sensing element can measure, in milli-degrees; a number outside is kept and marked. */
  readonly rangeMilliC: readonly [number, number];
}

interface Sentinel {
  readonly word: number;
  readonly quality: Quality;
}

const x10 = 100;
const x100 = 10;
/** SHT20 and SHTC3 data sheets (Sensirion). */
const shtRangeMilliC = [-40_000, 125_000] as const;

export const modbusProfiles = {
  // e-tinkers/Modbus-RTU, examples/SHT20: checked on hardware by its author.
  'xy-md02': {
    title: 'XY-MD02 (SHT20), tenths',
    functionCode: 4,
    start: 0x0001,
    quantity: 2,
    temperatureIndex: 0,
    channels: 1,
    milliCPerCount: x10,
    humidity: { index: 1, milliPercentPerCount: x10 },
    sentinels: [],
    rangeMilliC: shtRangeMilliC,
  },
  'md02-x100': {
    title: 'MD02 with red LED, hundredths',
    functionCode: 4,
    start: 0x0001,
    quantity: 2,
    temperatureIndex: 0,
    channels: 1,
    milliCPerCount: x100,
    humidity: { index: 1, milliPercentPerCount: x100 },
    sentinels: [],
    rangeMilliC: shtRangeMilliC,
  },
  // Humidity comes first on this one.
  shtc3: {
    title: 'SHTC3 transmitter',
    functionCode: 3,
    start: 0x0000,
    quantity: 2,
    temperatureIndex: 1,
    channels: 1,
    milliCPerCount: x10,
    humidity: { index: 0, milliPercentPerCount: x10 },
    sentinels: [],
    rangeMilliC: shtRangeMilliC,
  },
  eid041: {
    title: 'EID041',
    functionCode: 4,
    start: 0x0000,
    quantity: 2,
    temperatureIndex: 0,
    channels: 1,
    milliCPerCount: x10,
    humidity: { index: 1, milliPercentPerCount: x10 },
    sentinels: [],
    rangeMilliC: shtRangeMilliC,
  },
  // microrobotics/RS485-TH, Requesting-data-from-RS485-TH.md.
  'rs485-th': {
    title: 'RS485-TH',
    functionCode: 3,
    start: 0x0000,
    quantity: 2,
    temperatureIndex: 0,
    channels: 1,
    milliCPerCount: x10,
    humidity: { index: 1, milliPercentPerCount: x10 },
    sentinels: [],
    rangeMilliC: shtRangeMilliC,
  },
  // chmelat/r4dcb08, vendor manual. 0x8000 decodes to -3276.8 degC where nobody looks for it;
  // 850 is the DS18B20's value before its first conversion.
  r4dcb08: {
    title: 'R4DCB08, eight DS18B20',
    functionCode: 3,
    start: 0x0000,
    quantity: 8,
    temperatureIndex: 0,
    channels: 8,
    milliCPerCount: x10,
    sentinels: [
      { word: 0x8000, quality: 'probe-open' },
      { word: 850, quality: 'power-on-value' },
    ],
    rangeMilliC: [-55_000, 125_000],
  },
} as const satisfies Record<string, ModbusProfile>;

export type ModbusProfileName = keyof typeof modbusProfiles;

export function modbusProfile(name: ModbusProfileName): ModbusProfile {
  return modbusProfiles[name];
}
