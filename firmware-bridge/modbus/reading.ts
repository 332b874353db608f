// From the registers of one block to numbers in milli-units with their quality. Pure integer arithmetic.

import { asInt16 } from '../bytes/words.js';
import type { Quality } from '../observation.js';
import type { ModbusProfile } from './profiles.js';

export interface Reading {
  readonly value: number;
  readonly quality: Quality;
}

const maxMilliPercent = 100_000;

/** Milli-degrees of `channel` (1-based). A sentinel is a quality with value 0; out of range keeps its number. */
export function temperatureOf(
  profile: ModbusProfile,
  registers: readonly number[],
  channel: number,
): Reading {
  const word = registers[profile.temperatureIndex + channel - 1];
  const status = profile.statusIndex === undefined ? 0 : registers[profile.statusIndex + channel - 1];
  if (word === undefined || status !== 0) return { value: 0, quality: 'probe-fault' };
  const sentinel = profile.sentinels.find((known) => known.word === word);
  if (sentinel !== undefined) return { value: 0, quality: sentinel.quality };
  const value = asInt16(word) * profile.milliCPerCount;
  const { shortMilliC = Number.NEGATIVE_INFINITY, openMilliC = Number.POSITIVE_INFINITY } =
    profile.restsAt ?? {};
  if (value <= shortMilliC) return { value: 0, quality: 'probe-short' };
  if (value >= openMilliC) return { value: 0, quality: 'probe-open' };
  const [low, high] = profile.rangeMilliC;
  return { value, quality: value < low || value > high ? 'out-of-range' : 'good' };
}

/** Thousandths of a percent; undefined where the model has no humidity. Out of range is cut to 0..100000. */
export function humidityOf(profile: ModbusProfile, registers: readonly number[]): Reading | undefined {
  if (profile.humidity === undefined) return undefined;
  const word = registers[profile.humidity.index];
  if (word === undefined) return { value: 0, quality: 'probe-fault' };
  const value = asInt16(word) * profile.humidity.milliPercentPerCount;
  if (value >= 0 && value <= maxMilliPercent) return { value, quality: 'good' };
  return { value: value < 0 ? 0 : maxMilliPercent, quality: 'out-of-range' };
}
