// Reads `time,sensor,celsius` as RFC 4180 writes it: what a logger or a spreadsheet exports. Temperatures are taken by
// their digits, never through a binary float. A row that can be read in two ways is refused, not guessed.

import { thousandthsOf } from '../../config/alarm-profile-digits.js';

export interface CsvReading {
  readonly sensor: string;
  /** Unix ms. */
  readonly observedAtMs: number;
  /** undefined: the probe reported a fault, or nothing. */
  readonly temperatureMilliC: number | undefined;
}

export interface SensorReadings {
  readonly sensor: string;
  /** By time. */
  readonly readings: readonly CsvReading[];
  /** The file had them in another order. */
  readonly wasUnsorted: boolean;
}

export interface CsvProblem {
  /** In the file, from 1. */
  readonly line: number;
  readonly message: string;
}

export type ReadCsv =
  | { readonly ok: true; readonly sensors: readonly SensorReadings[] }
  | { readonly ok: false; readonly problems: readonly CsvProblem[] };

interface Row {
  readonly line: number;
  readonly fields: readonly string[];
}

const header = 'time,sensor,celsius';
const sensorPattern = /^[A-Za-z0-9_.:-]{1,64}$/;
/** Date, time to the millisecond or coarser, and a zone: local time without one is anybody's guess. */
const timePattern =
  /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;
/** Colder than nothing, or hotter than any probe here survives: no temperature of a cargo. */
const possibleMilliC = [-273_150, 1_000_000] as const;

/** All readings, grouped by sensor in the order in which sensors first appear, or every row that is refused. */
export function readReadingsCsv(text: string): ReadCsv {
  const table = rowsOf(text.startsWith('\ufeff') ? text.slice(1) : text);
  if (!table.ok) return { ok: false, problems: [table.problem] };
  const [first, ...rows] = table.rows;
  if (first?.fields.join(',') !== header) {
    return { ok: false, problems: [{ line: first?.line ?? 1, message: `the first line must be ${header}` }] };
  }
  const problems: CsvProblem[] = [];
  const bySensor = new Map<string, Map<number, CsvReading>>();
  for (const row of rows) {
    const reading = readingOf(row);
    const known = typeof reading === 'string' ? undefined : bySensor.get(reading.sensor);
    if (typeof reading === 'string') problems.push({ line: row.line, message: reading });
    else if (known?.has(reading.observedAtMs)) {
      problems.push({ line: row.line, message: 'this sensor already has a reading at this time' });
    } else if (known) known.set(reading.observedAtMs, reading);
    else bySensor.set(reading.sensor, new Map([[reading.observedAtMs, reading]]));
  }
  if (problems.length > 0) return { ok: false, problems };
  if (bySensor.size === 0) return { ok: false, problems: [{ line: 1, message: 'there are no readings' }] };
  const sensors = [...bySensor].map(([sensor, read]) => sorted(sensor, [...read.values()]));
  return { ok: true, sensors };
}

function sorted(sensor: string, asRead: readonly CsvReading[]): SensorReadings {
  const readings = [...asRead].sort((a, b) => a.observedAtMs - b.observedAtMs);
  return { sensor, readings, wasUnsorted: readings.some((reading, index) => reading !== asRead[index]) };
}

function readingOf({ fields }: Row): CsvReading | string {
  if (fields.length !== 3) return `${fields.length} fields instead of 3`;
  const [time = '', sensor = '', celsius = ''] = fields;
  const observedAtMs = timeOf(time);
  if (observedAtMs === undefined) {
    return 'the time is not ISO 8601 with a zone, such as 2026-03-01T08:00:00Z';
  }
  if (!sensorPattern.test(sensor)) return 'the sensor is not 1 to 64 of A-Z a-z 0-9 _ . : -';
  if (celsius === '' || celsius === 'fault') return { sensor, observedAtMs, temperatureMilliC: undefined };
  const temperatureMilliC = thousandthsOf(celsius);
  const [coldest, hottest] = possibleMilliC;
  if (temperatureMilliC === undefined || temperatureMilliC < coldest || temperatureMilliC > hottest) {
    return 'celsius is no temperature with at most 3 decimals, such as 5.125; a fault is written fault or left empty';
  }
  return { sensor, observedAtMs, temperatureMilliC };
}

/** Unix ms; undefined for anything that Date would have to bend, such as 30 February. */
function timeOf(text: string): number | undefined {
  const match = timePattern.exec(text);
  if (!match) return undefined;
  const [, day = '', clock = '', second = '00', fraction = '', zone = ''] = match;
  const local = `${day}T${clock}:${second}.${fraction.padEnd(3, '0')}`;
  const asUtc = new Date(`${local}Z`);
  if (Number.isNaN(asUtc.getTime()) || asUtc.toISOString() !== `${local}Z`) return undefined;
  return Date.parse(`${local}${zone}`);
}

type Table =
  | { readonly ok: true; readonly rows: readonly Row[] }
  | { readonly ok: false; readonly problem: CsvProblem };

/** A field without quotes; then what ends a field. Quotes are found by hand: a pattern for them overflows on a long text. */
const plainPattern = /[^",\r\n]*/y;
const endPattern = /,|\r\n|\n|$/y;

function rowsOf(text: string): Table {
  const rows: Row[] = [];
  let fields: string[] = [];
  let line = 1;
  let rowLine = 1;
  let at = 0;
  while (at < text.length || fields.length > 0) {
    const field = fieldAt(text, at);
    if (!field) return { ok: false, problem: { line, message: 'the quotes in this row do not match' } };
    fields.push(field.value);
    line += text.slice(at, field.next).split('\n').length - 1;
    at = field.next;
    if (field.end === ',') continue;
    // An empty line says nothing; spreadsheets leave them at the end.
    if (fields.length > 1 || fields[0] !== '') rows.push({ line: rowLine, fields });
    fields = [];
    rowLine = line;
  }
  return { ok: true, rows };
}

/** A field, in quotes, where two quotes stand for one, or plain; `next` is behind what ends it. */
function fieldAt(text: string, start: number): { value: string; end: string; next: number } | undefined {
  const isQuoted = text[start] === '"';
  const stop = isQuoted ? closingQuote(text, start) : stopOf(plainPattern, text, start);
  if (stop === undefined) return undefined;
  const behind = isQuoted ? stop + 1 : stop;
  const next = stopOf(endPattern, text, behind);
  if (next === undefined) return undefined;
  const value = isQuoted ? text.slice(start + 1, stop).replaceAll('""', '"') : text.slice(start, stop);
  return { value, end: text.slice(behind, next), next };
}

function closingQuote(text: string, start: number): number | undefined {
  let at = text.indexOf('"', start + 1);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at < 0 ? undefined : at;
}

/** Where the pattern's match at `start` ends. */
function stopOf(pattern: RegExp, text: string, start: number): number | undefined {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
