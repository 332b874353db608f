// Spans of time for people, in the units that a person would say. Pure.

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

type Unit = 'day' | 'hour' | 'minute' | 'second';
const units: readonly (readonly [Unit, number])[] = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
  ['second', SECOND_MS],
];

const unitText = (count: number, unit: Unit, locale: string) =>
  new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(count);

/** "3 hr 5 min": the greatest unit and the one below it, rounded down. */
export function durationText(ms: number, locale: string): string {
  const whole = Math.max(0, Math.floor(ms / SECOND_MS)) * SECOND_MS;
  const first = units.findIndex(([, unitMs]) => whole >= unitMs);
  if (first === -1) return unitText(0, 'second', locale);
  const [unit, unitMs] = units[first] as (typeof units)[number];
  const count = Math.floor(whole / unitMs);
  const below = units[first + 1];
  const rest = below ? Math.floor((whole - count * unitMs) / below[1]) : 0;
  const words = [unitText(count, unit, locale)];
  if (below && rest > 0) words.push(unitText(rest, below[0], locale));
  return words.join(' ');
}

/** "8 sec. ago" or "in 2 hr"; whole units, rounded towards now. */
export function agoText(agoMs: number, locale: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'short' });
  const size = Math.abs(agoMs);
  const [unit, unitMs] = units.find(([, oneMs]) => size >= oneMs) ?? ['second', SECOND_MS];
  const count = Math.floor(size / unitMs);
  // Zero is said of the past: "0 sec. ago".
  return format.format(agoMs < 0 ? count : -count || -0, unit);
}
