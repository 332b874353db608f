// What an operator sets for an R2000 reader, with its defaults and limits.

import { BridgeError } from '../bridge-error.js';
import { broadcastAddress, firstAntenna, lastAntenna, maxTxPowerDbm } from './codes.js';

export interface R2000ReaderSettings {
  readonly id: string;
  /** 0..254, from the factory 1; 255 takes whichever reader answers and stays with it. Default 255. */
  readonly address?: number | undefined;
  /** Ports in the order in which they are read, 1..4, each once. Default [1]. */
  readonly antennas?: readonly number[] | undefined;
  /** 0..33, for every antenna. Left as the reader has it when absent. */
  readonly txPowerDbm?: number | undefined;
  /** Sightings of one EPC at one antenna within this time become one observation. 0..3600000, default 1000. */
  readonly mergeWindowMs?: number | undefined;
  /** Whether each tag's TID is read when it comes and now and then; inventory pauses for it. Default false. */
  readonly readTid?: boolean | undefined;
}

export const defaultMergeWindowMs = 1000;
export const defaultAntennas: readonly number[] = [1];

/** Throws BridgeError READER_CONFIG for an address, antenna, power or window out of range. */
export function checkSettings({
  id,
  address,
  antennas,
  txPowerDbm,
  mergeWindowMs,
}: R2000ReaderSettings): void {
  checkRange(
    id,
    'address',
    address,
    broadcastAddress,
    'Use 0 to 254, or 255 for the only reader on the line.',
  );
  checkRange(id, 'power in dBm', txPowerDbm, maxTxPowerDbm, `Use 0 to ${maxTxPowerDbm} dBm.`);
  checkRange(id, 'merge window in ms', mergeWindowMs, 3_600_000, 'Use 0 to 3600000 ms.');
  if (antennas === undefined) return;
  const isPort = (antenna: number): boolean =>
    Number.isInteger(antenna) && antenna >= firstAntenna && antenna <= lastAntenna;
  const isList = antennas.length > 0 && antennas.every(isPort) && new Set(antennas).size === antennas.length;
  if (isList) return;
  const hint = `Name each used port once, ${firstAntenna} to ${lastAntenna}, as in [1, 2].`;
  throw new BridgeError('READER_CONFIG', `${id}: antennas [${antennas.join(', ')}]`, hint);
}

function checkRange(id: string, what: string, value: number | undefined, high: number, hint: string): void {
  if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= high)) return;
  throw new BridgeError('READER_CONFIG', `${id}: ${what} ${value} is not in 0..${high}`, hint);
}
