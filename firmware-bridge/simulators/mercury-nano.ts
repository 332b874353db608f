// The virtual Mercury reader's make: what can be chosen of it, and what an M6e Nano says of itself.

import type { Timers } from '../clock.js';
import type { FieldTag } from './tag-memory.js';

export interface MercurySimulatorOptions {
  /** Default: none. */
  readonly epcs?: readonly FieldTag[];
  readonly serial?: string;
  /** Region codes that it knows. Default: those of an M6e Nano. */
  readonly regions?: readonly number[];
  /** What it has before anybody sets one. Default: none, as after power-on. */
  readonly region?: number;
  /** It does not go beyond this and says so only when asked. Default 2700 cdBm. */
  readonly maxPowerCentiDbm?: number;
  /** Waits in its bootloader until it is told to boot. Default true, as after power-on. */
  readonly isInBootloader?: boolean;
  /** One search. Default 100 ms. */
  readonly roundMs?: number;
  readonly seed?: number;
  readonly timers?: Timers;
}

/** M6e Nano: eu3, us2, us3, in, jp, cn, kr2, au, nz, open. */
export const nanoRegions = [0x08, 0x0d, 0x0e, 0x04, 0x05, 0x06, 0x09, 0x0b, 0x0c, 0xff];
/** Boot loader 12.12.13.00, hardware 30.00.00.02 (M6e Nano), 2020-06-13, firmware 01.09.01.12, Gen2. */
export const nanoVersion = Uint8Array.from(Buffer.from('1212130030000002202006130109011200000010', 'hex'));
