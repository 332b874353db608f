// What can be configured of an M100 reader, and its checks.

import { BridgeError } from '../bridge-error.js';
import { type M100Region, m100Regions } from './codes.js';

export interface M100ReaderSettings {
  readonly id: string;
  /** Left as the reader has it when absent. */
  readonly region?: M100Region | undefined;
  /** Hundredths of a dBm, 0..3300. Left as the reader has it when absent. */
  readonly txPowerCentiDbm?: number | undefined;
  /** Sightings of one EPC at one antenna within this time become one observation. Default 1000. */
  readonly mergeWindowMs?: number | undefined;
  /** Whether each tag's TID is read when it comes and now and then; polling pauses for it. Default false. */
  readonly readTid?: boolean | undefined;
}

export const defaultMergeWindowMs = 1000;
const maxTxPowerCentiDbm = 3300;

/** Throws BridgeError READER_CONFIG for a region, power or window out of range. */
export function checkSettings({ id, region, txPowerCentiDbm, mergeWindowMs }: M100ReaderSettings): void {
  if (region !== undefined && !Object.hasOwn(m100Regions, region)) {
    throw new BridgeError(
      'READER_CONFIG',
      `${id}: unknown region ${region}`,
      'Use eu, us, cn900, cn800 or kr.',
    );
  }
  if (txPowerCentiDbm !== undefined && !isIntegerIn(txPowerCentiDbm, 0, maxTxPowerCentiDbm)) {
    throw new BridgeError(
      'READER_CONFIG',
      `${id}: power ${txPowerCentiDbm} is not in 0..${maxTxPowerCentiDbm} hundredths of a dBm`,
      'Write 20 dBm as 2000.',
    );
  }
  if (mergeWindowMs !== undefined && !isIntegerIn(mergeWindowMs, 0, 3_600_000)) {
    throw new BridgeError('READER_CONFIG', `${id}: merge window ${mergeWindowMs} ms`, 'Use 0 to 3600000 ms.');
  }
}

function isIntegerIn(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}
