// Days as date fields give them, as moments: a day begins and ends in the zone in which the page shows times. Pure but for
// the reader's own zone.

import type { Zone } from './moment.js';

const DAY_MS = 86_400_000;
const dayForm = /^(\d{4})-(\d{2})-(\d{2})$/;

/** When a day begins; undefined for what is no day. */
export function dayStartMs(day: string, zone: Zone): number | undefined {
  const [, year, month, date] = dayForm.exec(day) ?? [];
  if (year === undefined) return undefined;
  const parts = [Number(year), Number(month) - 1, Number(date)] as const;
  const atMs = zone === 'utc' ? Date.UTC(...parts) : new Date(...parts).getTime();
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** The last millisecond of a day. */
export function dayEndMs(day: string, zone: Zone): number | undefined {
  const startMs = dayStartMs(day, zone);
  if (startMs === undefined) return undefined;
  if (zone === 'utc') return startMs + DAY_MS - 1;
  // Days with a change of the clocks are not 24 hours long.
  const next = new Date(startMs);
  next.setDate(next.getDate() + 1);
  return next.getTime() - 1;
}

/** A day as the language writes it, whatever zone the reader is in; other text as it is. */
export function dayText(day: string, locale: string): string {
  const startMs = dayStartMs(day, 'utc');
  if (startMs === undefined) return day;
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  return format.format(startMs);
}
