// What can be configured of a Mercury reader, and its checks.

import { BridgeError } from '../bridge-error.js';
import { type MercuryRegion, mercuryRegions } from './codes.js';

export interface MercuryReaderSettings {
  readonly id: string;
  /** Left as the reader has it when absent; an M6e Nano has none after power-on and then needs one. */
  readonly region?: MercuryRegion | undefined;
  /** Hundredths of a dBm, 0..4000. Left as the reader has it when absent. */
  readonly readPowerCentiDbm?: number | undefined;
  /** Ports, 1..16, each once. Default: 1. A port without an antenna reflects the power into an M5e and can kill it. */
  readonly antennas?: readonly number[] | undefined;
  /** Sightings of one EPC at one antenna within this time become one observation. Default 1000. */
  readonly mergeWindowMs?: number | undefined;
  /** Whether each tag's TID is read when it comes and now and then; the stream slows down for it. Default false. */
  readonly readTid?: boolean | undefined;
  /**
   * Makes 10 bytes that nobody can foresee, others at each call. With it chips whose TID says that they hold a secret are
   * challenged (TAM1 of ISO/IEC 29167-10); TIDs are read then.
   */
  readonly newChallenge?: (() => Uint8Array) | undefined;
}

export const defaultAntennas: readonly number[] = [1];
export const defaultMergeWindowMs = 1000;
const maxReadPowerCentiDbm = 4000;
const maxAntenna = 16;
const maxMergeWindowMs = 3_600_000;

/** Throws BridgeError READER_CONFIG for a setting out of range. */
export function checkSettings(settings: MercuryReaderSettings): void {
  const { id, region, readPowerCentiDbm, antennas, mergeWindowMs } = settings;
  const refuse = (message: string, hint: string): never => {
    throw new BridgeError('READER_CONFIG', `${id}: ${message}`, hint);
  };
  if (region !== undefined && !Object.hasOwn(mercuryRegions, region)) {
    refuse(`unknown region ${region}`, `Use one of ${Object.keys(mercuryRegions).join(', ')}.`);
  }
  if (readPowerCentiDbm !== undefined && !isIntegerIn(readPowerCentiDbm, 0, maxReadPowerCentiDbm)) {
    refuse(
      `power ${readPowerCentiDbm} is not in 0..${maxReadPowerCentiDbm} hundredths of a dBm`,
      'Write 20 dBm as 2000.',
    );
  }
  if (antennas !== undefined && !areAntennas(antennas)) {
    refuse(`antennas ${JSON.stringify(antennas)}`, `Name ports from 1 to ${maxAntenna}, each once.`);
  }
  if (mergeWindowMs !== undefined && !isIntegerIn(mergeWindowMs, 0, maxMergeWindowMs)) {
    refuse(`merge window ${mergeWindowMs} ms`, `Use 0 to ${maxMergeWindowMs} ms.`);
  }
}

function areAntennas(antennas: readonly number[]): boolean {
  const areInRange = antennas.every((antenna) => isIntegerIn(antenna, 1, maxAntenna));
  return areInRange && antennas.length > 0 && new Set(antennas).size === antennas.length;
}

function isIntegerIn(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}
