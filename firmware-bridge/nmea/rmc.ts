// The RMC sentence of NMEA 0183: time, date, status, position and speed, of any talker.
// Only status A with a mode that says "measured" gives a position; V's fields are never read as numbers.

import { type Coordinates, coordinates, dateUnixMs, speedMmPerS, timeOfDay } from './fields.js';
import type { NmeaSentence } from './sentence.js';

export type Rmc =
  | {
      readonly isValid: true;
      /** Ms since midnight UTC. */
      readonly timeOfDayMs: number;
      /** Unix ms; within a leap second that of the second after it. */
      readonly unixMs: number;
      readonly isLeapSecond: boolean;
      readonly position: Coordinates;
      readonly speedMmPerS: number | undefined;
    }
  | {
      readonly isValid: false;
      readonly timeOfDayMs: number | undefined;
      /** For a person. */
      readonly reason: string;
    };

/** From NMEA 2.3 on: autonomous, differential, RTK fixed and float, precise. Not: estimated, manual, simulated. */
const measuredModes = 'ADRFP';
/** Up to the magnetic variation; mode (2.3) and navigational status (4.1) may follow. */
const fieldsOfFirstVersion = 11;

/** undefined where a field that should have a value has none, or one that is not of its form. */
export function decodeRmc({ fields }: NmeaSentence): Rmc | undefined {
  const [time = '', status, latitude = '', northSouth = '', longitude = '', eastWest = ''] = fields;
  const [speed = '', , date = '', , , mode] = fields.slice(6);
  if (fields.length < fieldsOfFirstVersion) return undefined;
  const clock = timeOfDay(time);
  if (status === 'V') {
    return { isValid: false, timeOfDayMs: clock?.timeOfDayMs, reason: 'status V (no fix)' };
  }
  if (status !== 'A' || clock === undefined) return undefined;
  if (mode !== undefined && !isMeasured(mode)) {
    return { isValid: false, timeOfDayMs: clock.timeOfDayMs, reason: `mode ${mode} (not measured)` };
  }
  const midnightUnixMs = dateUnixMs(date);
  const position = coordinates(latitude, northSouth, longitude, eastWest);
  const mmPerS = speed === '' ? undefined : speedMmPerS(speed);
  const isSpeedWrong = speed !== '' && mmPerS === undefined;
  if (midnightUnixMs === undefined || position === undefined || isSpeedWrong) return undefined;
  return {
    isValid: true,
    ...clock,
    unixMs: midnightUnixMs + clock.timeOfDayMs,
    position,
    speedMmPerS: mmPerS,
  };
}

function isMeasured(mode: string): boolean {
  // Receivers of version 2.3 may leave it empty.
  return mode === '' || (mode.length === 1 && measuredModes.includes(mode));
}
