// Fields of NMEA 0183 sentences as integers: time of day, date, coordinates, speed.
// Each gives undefined for a text that is not exactly of its form; an empty field is the caller's to see first.

import { decimalFraction, roundedQuotient, scaledDecimal } from '../position/decimal-digits.js';

export interface TimeOfDay {
  /** Ms since midnight UTC; 86400000 and more within a leap second. */
  readonly timeOfDayMs: number;
  /** 23:59:60. Unix time has no such second. */
  readonly isLeapSecond: boolean;
}

export interface Coordinates {
  readonly latitudeDegE7: number;
  readonly longitudeDegE7: number;
}

const timeForm = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d|60)(?:\.(\d{1,9}))?$/;
const dateForm = /^(\d\d)(\d\d)(\d\d)$/;
const angleForm = /^(\d{2,3})([0-5]\d)(?:\.(\d{1,12}))?$/;
/** Two digits of a year from here on are of the last century: GPS time begins in 1980. */
const firstYearOfLastCentury = 80;
/** More digits of a minute than these are finer than a millimetre. */
const minutePlaces = 7;
const degE7 = 10_000_000;
/** A knot is 1852 m an hour: 4630/9 mm/s. */
const [knotDividend, knotDivisor] = [4630, 9];
const maxSpeedMmPerS = 1_000_000;

/** hhmmss or hhmmss.sss. */
export function timeOfDay(text: string): TimeOfDay | undefined {
  const match = timeForm.exec(text);
  if (match === null) return undefined;
  const [, hours, minutes, seconds, fraction = ''] = match;
  const isLeapSecond = seconds === '60';
  if (isLeapSecond && `${hours}${minutes}` !== '2359') return undefined;
  const wholeSeconds = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return {
    timeOfDayMs: wholeSeconds * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0')),
    isLeapSecond,
  };
}

/** ddmmyy as Unix ms of its midnight: years 80..99 are 1980..1999, the others 2000..2079. */
export function dateUnixMs(text: string): number | undefined {
  const match = dateForm.exec(text);
  if (match === null) return undefined;
  const [day, month, shortYear] = match.slice(1).map(Number) as [number, number, number];
  const year = shortYear >= firstYearOfLastCentury ? 1900 + shortYear : 2000 + shortYear;
  const unixMs = Date.UTC(year, month - 1, day);
  // Date.UTC makes 1 March of 30 February.
  const date = new Date(unixMs);
  return date.getUTCDate() === day && date.getUTCMonth() === month - 1 ? unixMs : undefined;
}

/** ddmm.mmmm N|S and dddmm.mmmm E|W. */
export function coordinates(
  latitude: string,
  northSouth: string,
  longitude: string,
  eastWest: string,
): Coordinates | undefined {
  const latitudeDegE7 = angleDegE7(latitude, 2, 90, northSouth, 'N', 'S');
  const longitudeDegE7 = angleDegE7(longitude, 3, 180, eastWest, 'E', 'W');
  if (latitudeDegE7 === undefined || longitudeDegE7 === undefined) return undefined;
  return { latitudeDegE7, longitudeDegE7 };
}

/** Knots as mm/s; undefined for more than 3600 km/h, which no truck and no train does. */
export function speedMmPerS(knots: string): number | undefined {
  const speed = decimalFraction(knots);
  if (speed === undefined) return undefined;
  const mmPerS = roundedQuotient(speed.digits * knotDividend, knotDivisor * 10 ** speed.places);
  return mmPerS <= maxSpeedMmPerS ? mmPerS : undefined;
}

/** A dilution of precision in hundredths. */
export function dilutionCenti(text: string): number | undefined {
  const centi = scaledDecimal(text, 2);
  return centi !== undefined && centi >= 0 ? centi : undefined;
}

function angleDegE7(
  text: string,
  degreeDigits: number,
  maxDegrees: number,
  side: string,
  positive: string,
  negative: string,
): number | undefined {
  const match = angleForm.exec(text);
  if (match === null || match[1]?.length !== degreeDigits) return undefined;
  if (side !== positive && side !== negative) return undefined;
  const [, degrees, minutes = '', fraction = ''] = match;
  const kept = fraction.slice(0, minutePlaces);
  // At most 60 * 10^7 * 10^7: exact.
  const minuteE7 = roundedQuotient(Number(minutes + kept) * degE7, 60 * 10 ** kept.length);
  const angle = Number(degrees) * degE7 + minuteE7;
  if (angle > maxDegrees * degE7) return undefined;
  return side === negative && angle !== 0 ? -angle : angle;
}
