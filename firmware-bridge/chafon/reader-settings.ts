// What an operator sets for a Chafon reader, with its defaults and limits.

import { BridgeError } from '../bridge-error.js';
import { broadcastAddress, type ChafonModel, chafonModels } from './codes.js';

export interface ChafonReaderSettings {
  readonly id: string;
  /** The layout of inventory; a reader that names itself as the other one is refused. */
  readonly model: ChafonModel;
  /** 0..254; 255 takes whichever reader answers and stays with it. Default 255. */
  readonly address?: number | undefined;
  /** 0..30. Left as the reader has it when absent. */
  readonly txPowerDbm?: number | undefined;
  /** Sightings of one EPC at one antenna within this time become one observation. 0..3600000, default 1000. */
  readonly mergeWindowMs?: number | undefined;
  /** From the end of one inventory round to the next. 10..10000, default 100. */
  readonly pollIntervalMs?: number | undefined;
  /** Whether each tag's TID is read when it comes and now and then; inventory pauses for it. Default false. */
  readonly readTid?: boolean | undefined;
}

export const defaultMergeWindowMs = 1000;
export const defaultPollIntervalMs = 100;

/** Throws BridgeError READER_CONFIG for a model, address, power, window or interval out of range. */
export function checkSettings(settings: ChafonReaderSettings): void {
  const { id, model, address, txPowerDbm, mergeWindowMs, pollIntervalMs } = settings;
  if (!chafonModels.includes(model)) {
    const hint = 'Use uhfreader18, or uhfreader288 (also RRU9816 and E310, E510, E710 modules).';
    throw new BridgeError('READER_CONFIG', `${id}: unknown model ${model}`, hint);
  }
  checkRange(
    id,
    'address',
    address,
    broadcastAddress,
    'Use 0 to 254, or 255 for the only reader on the line.',
  );
  checkRange(id, 'power in dBm', txPowerDbm, 30, 'Use 0 to 30 dBm.');
  checkRange(id, 'merge window in ms', mergeWindowMs, 3_600_000, 'Use 0 to 3600000 ms.');
  checkRange(id, 'poll interval in ms', pollIntervalMs, 10_000, 'Use 10 to 10000 ms.', 10);
}

function checkRange(
  id: string,
  what: string,
  value: number | undefined,
  high: number,
  hint: string,
  low = 0,
): void {
  if (value === undefined || (Number.isInteger(value) && value >= low && value <= high)) return;
  throw new BridgeError('READER_CONFIG', `${id}: ${what} ${value} is not in ${low}..${high}`, hint);
}
