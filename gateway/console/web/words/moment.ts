// Moments for people: in the reader's zone, whose name is always shown, or in UTC, which the log itself speaks. Pure.

export type Zone = 'local' | 'utc';

export interface MomentStyle {
  /** BCP 47 */
  readonly locale: string;
  readonly zone: Zone;
}

/** `time`: 14:03:20; `short`: 3 Mar, 14:03; `full`: 3 Mar 2026, 14:03:20 CET. */
export type MomentDetail = 'time' | 'short' | 'full';

const details: Readonly<Record<MomentDetail, Intl.DateTimeFormatOptions>> = {
  time: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  short: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  full: {
    ...{ day: 'numeric', month: 'short', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' },
  },
};

/** Making one costs more than using it a thousand times. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(detail: MomentDetail, { locale, zone }: MomentStyle): Intl.DateTimeFormat {
  const key = `${detail} ${locale} ${zone}`;
  const known = formats.get(key);
  if (known) return known;
  const timeZone = zone === 'utc' ? { timeZone: 'UTC' } : {};
  const made = new Intl.DateTimeFormat(locale, { ...details[detail], ...timeZone, hourCycle: 'h23' });
  formats.set(key, made);
  return made;
}

/** Whether a calendar has the moment; a damaged row may hold any number. */
export const isMoment = (atMs: number): boolean => !Number.isNaN(new Date(atMs).getTime());

/** The moment in words; the bare number where no calendar has it. */
export function momentText(atMs: number, detail: MomentDetail, style: MomentStyle): string {
  return isMoment(atMs) ? formatOf(detail, style).format(atMs) : `${atMs} ms`;
}

/** The same moment as the log writes it: 2026-03-03 13:03:20 UTC. */
export function utcText(atMs: number): string {
  return isMoment(atMs) ? `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC` : `${atMs} ms`;
}

/** Short name of the zone at that moment: CET, GMT+5:30, UTC. */
export function zoneText(atMs: number, style: MomentStyle): string {
  const parts = formatOf('full', style).formatToParts(isMoment(atMs) ? atMs : 0);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';
}
