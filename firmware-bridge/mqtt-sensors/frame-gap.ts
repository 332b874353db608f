// What a sender's own counter tells about the messages that never came: a gap is a record, never silence.

import type { Arrival, DeviceCondition } from '../observation.js';

export interface FrameCounter {
  /** The counter runs from 0 to modulus - 1 and begins again. */
  readonly modulus: number;
  /** Missing frames that are usual for this kind of radio, and not told. */
  readonly toleratedGap: number;
}

/** LoRaWAN's frame counter, 32 bits in ChirpStack. Each missing uplink is a reading that nobody has. */
export const lorawanCounter: FrameCounter = { modulus: 2 ** 32, toleratedGap: 0 };
/**
 * RuuviTag's measurement sequence: 0..65534. A tag measures about every 1.3 s and Bluetooth advertisements are
 * heard by luck, so only five minutes without one are told.
 */
export const ruuviCounter: FrameCounter = { modulus: 0xffff, toleratedGap: 240 };

/** The condition to tell for each sensor, if any. A counter that went back is a device that began anew. */
export function gapConditions(
  counter: FrameCounter,
  last: number | undefined,
  now: number,
  sensorIds: Iterable<string>,
  at: Arrival,
): DeviceCondition[] {
  if (last === undefined || last === now) return [];
  const ahead = (now - last + counter.modulus) % counter.modulus;
  const wentBack = ahead > counter.modulus / 2;
  const lost = ahead - 1;
  if (!wentBack && lost <= counter.toleratedGap) return [];
  const condition: DeviceCondition['condition'] = wentBack ? 'device-reset' : 'frames-lost';
  const reason = wentBack
    ? `its frame counter went from ${last} back to ${now}`
    : `${lost} frames are missing between ${last} and ${now}`;
  return [...new Set(sensorIds)].map((deviceId) => ({
    kind: 'device-condition',
    deviceId,
    at,
    condition,
    reason,
  }));
}
