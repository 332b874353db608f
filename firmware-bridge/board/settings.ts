// What a person configures of a sensor board. The wire carries numbers of channels; what they measure stands here.

import { BridgeError } from '../bridge-error.js';

export type BoardFormat = 'cobs' | 'json-lines';
export type BoardQuantity = 'temperature' | 'humidity' | 'door';

export interface BoardChannel {
  /** As the firmware numbers it, 0..255. */
  readonly channel: number;
  readonly sensorId: string;
  readonly quantity: BoardQuantity;
}

export interface BoardSettings {
  readonly id: string;
  /** cobs for service; json-lines for a first board and a terminal. */
  readonly format: BoardFormat;
  /** The time between two regular frames of the board, 100..3600000 ms. Default 10000. */
  readonly cadenceMs?: number | undefined;
  readonly channels: readonly BoardChannel[];
}

export const defaultBoardCadenceMs = 10_000;
const cadenceRangeMs = [100, 3_600_000] as const;
const sensorIdShape = /^[A-Za-z0-9_-]{1,64}$/;

/** Throws BridgeError BUS_CONFIG for a format, cadence or channels that cannot work. */
export function checkBoardSettings({ id, format, cadenceMs, channels }: BoardSettings): void {
  const refuse = (message: string, hint: string): never => {
    throw new BridgeError('BUS_CONFIG', `${id}: ${message}`, hint);
  };
  if (format !== 'cobs' && format !== 'json-lines') {
    refuse(`unknown format ${String(format)}`, 'Use cobs or json-lines, as the firmware has it.');
  }
  const [shortest, longest] = cadenceRangeMs;
  if (cadenceMs !== undefined && !isIntegerIn(cadenceMs, shortest, longest)) {
    refuse(
      `cadence ${cadenceMs} ms is not in ${shortest}..${longest}`,
      'Write what the firmware has, in whole ms.',
    );
  }
  if (channels.length === 0) refuse('no channels', 'Name at least one channel and its sensor.');
  const numbers = new Set<number>();
  const sensorIds = new Set<string>();
  for (const { channel, sensorId, quantity } of channels) {
    if (!isIntegerIn(channel, 0, 255)) refuse(`channel ${channel}`, 'Channels are 0 to 255.');
    if (!sensorIdShape.test(sensorId)) refuse(`sensor id "${sensorId}"`, 'Use 1 to 64 of A-Z a-z 0-9 _ -.');
    if (!['temperature', 'humidity', 'door'].includes(quantity)) {
      refuse(`channel ${channel}: unknown quantity ${quantity}`, 'Use temperature, humidity or door.');
    }
    if (numbers.has(channel)) refuse(`channel ${channel} is there twice`, 'One sensor per channel.');
    if (sensorIds.has(sensorId)) refuse(`sensor ${sensorId} is there twice`, 'One channel per sensor.');
    numbers.add(channel);
    sensorIds.add(sensorId);
  }
}

function isIntegerIn(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}
