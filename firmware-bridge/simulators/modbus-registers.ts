// The registers of one virtual probe as its model lays them out: the block of readings and the calibration offsets.

import type { ReadRequest } from '../modbus/frame.js';
import type { ModbusProfile } from '../modbus/profiles.js';

/** Milli-degrees; undefined is an input with no probe, 'short' one with a shorted probe. */
export type VirtualTemperature = number | 'short' | undefined;

export interface VirtualValues {
  readonly temperatureMilliC: (channel: number) => VirtualTemperature;
  readonly humidityMilliPercent: number;
  /** By register, in milli-units; registers that are not listed hold 0. */
  readonly offsetsMilli: ReadonlyMap<number, number>;
  /** What the model's scale setting holds; the readings stay in the steps of the profile. Default: the profile's. */
  readonly scaleWord: number | undefined;
}

const illegalFunction = 0x01;
const illegalAddress = 0x02;

/** Registers, or the code of an exception. */
export function registersFor(
  profile: ModbusProfile,
  { functionCode, start, quantity }: ReadRequest,
  values: VirtualValues,
): readonly number[] | number {
  const { offsets, scaleSetting } = profile;
  const isReading = functionCode === profile.functionCode;
  if (functionCode === scaleSetting?.functionCode && isInside(start, quantity, scaleSetting.register, 1)) {
    return [values.scaleWord ?? scaleSetting.word];
  }
  const known = [profile.functionCode, offsets?.functionCode, scaleSetting?.functionCode];
  if (!known.includes(functionCode)) return illegalFunction;
  if (isReading && isInside(start, quantity, profile.start, profile.quantity)) {
    return readingBlock(profile, values).slice(start - profile.start, start - profile.start + quantity);
  }
  const addresses = offsetAddresses(profile);
  const first = addresses[0];
  if (functionCode !== offsets?.functionCode || first === undefined) return illegalAddress;
  if (!isInside(start, quantity, first, addresses.length)) return illegalAddress;
  return addresses.slice(start - first, start - first + quantity).map((register) => {
    const offsetMilli = values.offsetsMilli.get(register) ?? 0;
    return Math.round(offsetMilli / offsetScale(profile, register)) & 0xffff;
  });
}

/** Registers of the model that hold offsets, ascending and without a gap. */
export function offsetAddresses({ offsets, channels }: ModbusProfile): readonly number[] {
  if (offsets === undefined) return [];
  const { temperature, humidity } = offsets;
  const ofChannels = Array.from({ length: channels }, (_, index) => temperature.register + index);
  return humidity === undefined ? ofChannels : [...ofChannels, humidity.register];
}

function offsetScale({ offsets }: ModbusProfile, register: number): number {
  if (offsets?.humidity?.register === register) return offsets.humidity.milliPercentPerCount;
  return offsets?.temperature.milliCPerCount ?? 1;
}

function isInside(start: number, quantity: number, blockStart: number, blockQuantity: number): boolean {
  return quantity >= 1 && start >= blockStart && start + quantity <= blockStart + blockQuantity;
}

function readingBlock(profile: ModbusProfile, values: VirtualValues): number[] {
  const block: number[] = Array(profile.quantity).fill(0);
  const { humidity, offsets, temperatureIndex, statusIndex } = profile;
  for (let channel = 1; channel <= profile.channels; channel += 1) {
    const offsetMilliC = values.offsetsMilli.get((offsets?.temperature.register ?? 0) + channel - 1) ?? 0;
    const temperatureMilliC = values.temperatureMilliC(channel);
    const hasReading = typeof temperatureMilliC === 'number';
    const word = hasReading
      ? Math.round((temperatureMilliC + offsetMilliC) / profile.milliCPerCount)
      : faultWord(profile, temperatureMilliC);
    block[temperatureIndex + channel - 1] = word & 0xffff;
    if (statusIndex !== undefined) block[statusIndex + channel - 1] = hasReading ? 0 : 1;
  }
  if (humidity !== undefined) {
    const offsetMilli = values.offsetsMilli.get(offsets?.humidity?.register ?? -1) ?? 0;
    block[humidity.index] =
      Math.round((values.humidityMilliPercent + offsetMilli) / humidity.milliPercentPerCount) & 0xffff;
  }
  return block;
}

/** What the model says instead of a temperature; 0x8000 where it has no word for it. */
function faultWord(
  { sentinels, restsAt, milliCPerCount }: ModbusProfile,
  fault: 'short' | undefined,
): number {
  if (restsAt !== undefined) {
    return (fault === 'short' ? restsAt.shortMilliC : restsAt.openMilliC) / milliCPerCount;
  }
  const quality = fault === 'short' ? 'probe-short' : 'probe-open';
  return sentinels.find((known) => known.quality === quality)?.word ?? 0x8000;
}
