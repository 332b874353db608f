// Dates as GS1 writes them: YYMMDD, the day 00 for the whole month, the century by a window around the present year
// (GS1 General Specifications, sections 3.4.2 and 7.12).

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days of a month; 0 for a month that does not exist. */
export function daysInMonth(year: number, month: number): number {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeapYear ? 29 : (monthDays[month - 1] ?? 0);
}

/**
 * The full year of two digits: at most 49 years back, at most 50 ahead.
 * @param thisYear the present year, such as 2026
 */
function fullYear(yy: number, thisYear: number): number {
  const difference = yy - (thisYear % 100);
  const century = thisYear - (thisYear % 100);
  if (difference >= 51) return century - 100 + yy;
  return difference <= -50 ? century + 100 + yy : century + yy;
}

export interface Gs1Date {
  /** ISO 8601 date; for the day 00 the last day of the month, as the standard says for an expiry date. */
  readonly iso: string;
  /** Whether only year and month were given. */
  readonly isWholeMonth: boolean;
}

/** A date of six digits YYMMDD, or undefined if there is no such day. */
export function parseYymmdd(yymmdd: string, thisYear: number): Gs1Date | undefined {
  const year = fullYear(Number(yymmdd.slice(0, 2)), thisYear);
  const month = Number(yymmdd.slice(2, 4));
  const days = daysInMonth(year, month);
  const day = Number(yymmdd.slice(4, 6));
  if (days === 0 || day > days) return undefined;
  const isoDay = String(day === 0 ? days : day).padStart(2, '0');
  return { iso: `${year}-${yymmdd.slice(2, 4)}-${isoDay}`, isWholeMonth: day === 0 };
}
