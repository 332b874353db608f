// The GGA sentence of NMEA 0183: time, position, fix quality, satellites and HDOP, of any talker. It has no date.
// Only a quality that says "measured" gives a position; the fields of a sentence without a fix are never numbers.

import { type Coordinates, coordinates, dilutionCenti, timeOfDay } from './fields.js';
import type { NmeaSentence } from './sentence.js';

export type Gga =
  | {
      readonly isValid: true;
      /** Ms since midnight UTC. */
      readonly timeOfDayMs: number;
      readonly position: Coordinates;
      readonly satellites: number | undefined;
      readonly hdopCenti: number | undefined;
    }
  | {
      readonly isValid: false;
      readonly timeOfDayMs: number | undefined;
      /** For a person. */
      readonly reason: string;
    };

/** 1 GPS, 2 differential, 3 precise, 4 and 5 RTK. Not: 6 estimated, 7 manual, 8 simulated. */
const measuredQualities = '12345';
const ggaFields = 14;

/** undefined where a field that should have a value has none, or one that is not of its form. */
export function decodeGga({ fields }: NmeaSentence): Gga | undefined {
  const [time = '', latitude = '', northSouth = '', longitude = '', eastWest = '', quality = ''] = fields;
  const [satelliteText = '', hdopText = ''] = fields.slice(6);
  if (fields.length < ggaFields || !/^\d$/.test(quality)) return undefined;
  const clock = timeOfDay(time);
  if (!measuredQualities.includes(quality)) {
    const reason = quality === '0' ? 'quality 0 (no fix)' : `quality ${quality} (not measured)`;
    return { isValid: false, timeOfDayMs: clock?.timeOfDayMs, reason };
  }
  const position = coordinates(latitude, northSouth, longitude, eastWest);
  if (clock === undefined || position === undefined) return undefined;
  const satellites = /^\d{1,3}$/.test(satelliteText) ? Number(satelliteText) : undefined;
  const hdopCenti = dilutionCenti(hdopText);
  const isDamaged =
    (satelliteText !== '' && satellites === undefined) || (hdopText !== '' && hdopCenti === undefined);
  if (isDamaged) return undefined;
  return { isValid: true, timeOfDayMs: clock.timeOfDayMs, position, satellites, hdopCenti };
}
