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
  /** Register of the first channel's status within the block; the other channels follow. Not 0: no reading. */
  readonly statusIndex?: number;
  /** Ends of the measuring range at which the model rests with a shorted or an open probe. */
  readonly restsAt?: { readonly shortMilliC: number; readonly openMilliC: number };
  /** What the sensing element can measure, in milli-degrees; a number outside is kept and marked. */
  readonly rangeMilliC: readonly [number, number];
  /** What the model adds to each measurement, as one write sets it. Absent where no document tells the registers. */
  readonly offsets?: OffsetRegisters;
  /** The register in which the model keeps its scale, and the word there that this profile is for. */
  readonly scaleSetting?: {
    readonly functionCode: ReadFunction;
    readonly register: number;
    readonly word: number;
  };
}

export interface OffsetRegisters {
  readonly functionCode: ReadFunction;
  /** Of the first channel, on the wire; the other channels follow. Signed. */
  readonly temperature: { readonly register: number; readonly milliCPerCount: number };
  readonly humidity?: { readonly register: number; readonly milliPercentPerCount: number };
}

interface Sentinel {
  readonly word: number;
  readonly quality: Quality;
}

const x10 = 100;
const x100 = 10;
/** SHT20 and SHTC3 data sheets (Sensirion). */
const shtRangeMilliC = [-40_000, 125_000] as const;
const mb8artSentinels = [
  { word: 30_000, quality: 'probe-open' },
  // -30000: shorted, or of another kind than the module is set to.
  { word: 0x10000 - 30_000, quality: 'probe-short' },
] as const;

export const modbusProfiles = {
  // e-tinkers/Modbus-RTU, examples/SHT20: checked on hardware by its author. Offsets are holding registers, signed
  // tenths (groupsky/ya-modbus, packages/driver-xymd1).
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
    offsets: {
      functionCode: 3,
      temperature: { register: 0x0103, milliCPerCount: x10 },
      humidity: { register: 0x0104, milliPercentPerCount: x10 },
    },
  },
  // Its registers 0x0100 and 0x0101 set address and speed; no document tells of offsets.
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
  // 850 is the DS18B20's value before its first conversion. One read holds at most 8 registers.
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
    offsets: { functionCode: 3, temperature: { register: 0x0008, milliCPerCount: x10 } },
  },
  // packerlschupfer/ESP32-MB8ART, hardware register documentation. Holding register 76 of the module chooses between
  // tenths and hundredths; the profile says which, and the register is read back. 30000 and -30000 lie outside both
  // ranges.
  'mb8art-x10': {
    title: 'MB8ART, eight PT100 or PT1000, tenths',
    functionCode: 4,
    start: 0x0000,
    quantity: 8,
    temperatureIndex: 0,
    channels: 8,
    milliCPerCount: x10,
    sentinels: mb8artSentinels,
    rangeMilliC: [-200_000, 850_000],
    scaleSetting: { functionCode: 3, register: 76, word: 0 },
  },
  'mb8art-x100': {
    title: 'MB8ART, eight PT100 or PT1000, hundredths',
    functionCode: 4,
    start: 0x0000,
    quantity: 8,
    temperatureIndex: 0,
    channels: 8,
    milliCPerCount: x100,
    sentinels: mb8artSentinels,
    rangeMilliC: [-200_000, 200_000],
    scaleSetting: { functionCode: 3, register: 76, word: 1 },
  },
  // The maker's table of data registers (article B0BX5LCKZ9) and a public field report on it: an open input rests at
  // the upper end of the range or at 0x7FFF, a shorted one at the lower end or at 0x8000; beyond -138.5 and
  // 608.5 degC a value is not to be trusted.
  'comwintop-8pt1000': {
    title: 'ComWinTop 8PT1000, eight PT100 or PT1000',
    functionCode: 3,
    start: 0x0000,
    quantity: 8,
    temperatureIndex: 0,
    channels: 8,
    milliCPerCount: x10,
    sentinels: [
      { word: 0x7fff, quality: 'probe-open' },
      { word: 0x8000, quality: 'probe-short' },
    ],
    restsAt: { shortMilliC: -180_000, openMilliC: 650_000 },
    rangeMilliC: [-138_500, 608_500],
  },
  // MB4PT100.cpp v1.00, Ray Ingenieria Electronica. The module clamps an open or shorted input to the end of its
  // range and starts with 0.0 degC: only its status registers tell that there is no reading.
  mb4pt100: {
    title: 'MB4PT100, four PT100 or PT1000',
    functionCode: 3,
    start: 0x0000,
    quantity: 8,
    temperatureIndex: 0,
    channels: 4,
    milliCPerCount: x10,
    statusIndex: 4,
    sentinels: [],
    rangeMilliC: [-150_000, 850_000],
  },
} as const satisfies Record<string, ModbusProfile>;

export type ModbusProfileName = keyof typeof modbusProfiles;

export function modbusProfile(name: ModbusProfileName): ModbusProfile {
  return modbusProfiles[name];
}
