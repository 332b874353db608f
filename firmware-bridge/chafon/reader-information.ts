// What command 21 tells of a reader: firmware, type, power, inventory time and, on the 288 series, its antennas.
// 18 series: 8 bytes; 288 series: 12 (vendor user manuals, "Obtain reader information").

import { antennasOfMask } from './inventory-reply.js';

export interface ReaderInformation {
  /** "main.sub". */
  readonly firmware: string;
  readonly type: number;
  /** 0..30; 255 on readers whose antennas differ. */
  readonly txPowerDbm: number;
  /** A round of the 18 series ends after this time at the latest. */
  readonly inventoryTimeMs: number;
  /** As the reader is set up; antenna 1 where it does not say. */
  readonly antennas: readonly number[];
}

const minInformationBytes = 8;
const antennaMaskAt = 8;
const inventoryTimeUnitMs = 100;

/** `data` is what follows the status; undefined where it is too short. */
export function decodeReaderInformation(data: Uint8Array): ReaderInformation | undefined {
  if (data.length < minInformationBytes) return undefined;
  const antennas = antennasOfMask(data[antennaMaskAt] ?? 0);
  return {
    firmware: `${data[0] ?? 0}.${data[1] ?? 0}`,
    type: data[2] ?? 0,
    txPowerDbm: data[6] ?? 0,
    inventoryTimeMs: (data[7] ?? 0) * inventoryTimeUnitMs,
    antennas: antennas.length > 0 ? antennas : [1],
  };
}
