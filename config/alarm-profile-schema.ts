// What may stand in an alarm profile file: degrees Celsius and minutes as a quality team writes them, turned into
// milli-degrees and milliseconds. Rules over several fields are in alarm-profile-checks.ts.

import * as z from 'zod';
import { Digits, thousandthsOf } from './alarm-profile-digits.js';
import { list, matching, oneOf, says, section } from './fields.js';

/** Milliseconds in a thousandth of a minute. */
const msPerMilliMinute = 60;
/** Ten years: the life of a product whose stability is told in years. */
const longestMinutes = 5_256_000;
const minutesPerHour = 60;
const coldestCelsius = -273.15;
const hottestCelsius = 1_000;

const idPattern = /^[A-Za-z0-9_.-]{1,64}$/;

function thousandths(from: number, to: number, error: { error: string }) {
  return z
    .instanceof(Digits, error)
    .transform(({ text }) => thousandthsOf(text))
    .refine((value): value is number => value !== undefined && value >= from && value <= to, error);
}

/** Degrees Celsius by their digits; comes out as milli-degrees. */
function celsius(example: string) {
  const allowed = `${coldestCelsius} to ${hottestCelsius} (degrees Celsius), at most 3 decimals, without quotes`;
  return thousandths(coldestCelsius * 1000, hottestCelsius * 1000, says(allowed, example));
}

/** A time by its digits; comes out as milliseconds. */
function duration(unit: 'minutes' | 'hours', example: string, least: 'zero' | 'positive') {
  const from = least === 'zero' ? 0 : 1;
  const scale = unit === 'minutes' ? 1 : minutesPerHour;
  const longest = longestMinutes / scale;
  const allowed = `${from / 1000} to ${longest} (${unit}), at most 3 decimals, without quotes`;
  return thousandths(from, longest * 1000, says(allowed, example)).transform(
    (value) => value * msPerMilliMinute * scale,
  );
}

function id(example: string) {
  return matching(idPattern, '1 to 64 of A-Z a-z 0-9 _ . -', example);
}

/** One line for a person. Half a surrogate pair has no UTF-8, so no hash. */
function line(example: string) {
  const error = says('a text of 1 to 500 characters on one line', example);
  return z
    .string(error)
    .min(1, error)
    .max(500, error)
    .refine((text) => !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text), error);
}

function flag(example: string) {
  return z.boolean(says('true or false', example));
}

const rule = section(
  {
    id: id('id: range-high'),
    side: oneOf(['high', 'low', 'both'], 'side: high'),
    limit: celsius('limit: 8.0').exactOptional(),
    low: celsius('low: 2.0').exactOptional(),
    high: celsius('high: 8.0').exactOptional(),
    inclusive: flag('inclusive: false   # a reading at the limit itself does not violate it'),
    type: oneOf(['single', 'cumulative'], 'type: single'),
    delayMin: duration('minutes', 'delayMin: 15', 'zero'),
    clearHysteresis: thousandths(
      0,
      100_000,
      says('0 to 100 (degrees), at most 3 decimals, without quotes', 'clearHysteresis: 0.5'),
    ).default(0),
    severity: oneOf(['notice', 'minor', 'major', 'critical'], 'severity: major').default('major'),
  },
  '- { id: range-high, side: high, limit: 8.0, inclusive: false, type: single, delayMin: 15 }',
);

const band = section(
  {
    id: id('id: room'),
    from: celsius('from: 8.0'),
    to: celsius('to: 25.0'),
    allowanceMin: duration('minutes', 'allowanceMin: 1440', 'positive'),
  },
  '- { id: room, from: 8.0, to: 25.0, allowanceMin: 1440 }',
);

const mkt = section(
  { windowHours: duration('hours', 'windowHours: 24', 'positive'), limit: celsius('limit: 8.0') },
  'mkt: { windowHours: 24, limit: 8.0 }',
);

const rulesExample = 'rules: [ { id: range-high, side: high, limit: 8.0, ... } ]';

/** The file as written, with times and temperatures in the units of the gateway. */
export const alarmProfileSchema = section(
  {
    name: id('name: GDP-2-8-default'),
    version: line("version: '1'"),
    title: line('title: Medicines at 2 to 8 degrees in a truck'),
    source: line('source: where the numbers come from'),
    intervalMin: duration('minutes', 'intervalMin: 1', 'positive'),
    maxGapMin: duration('minutes', 'maxGapMin: 2', 'positive').exactOptional(),
    ignoreMin: duration('minutes', 'ignoreMin: 30', 'zero').default(0),
    frozen: flag('frozen: false').default(false),
    mkt: mkt.exactOptional(),
    stability: list(band, 'stability: [ { id: room, from: 8.0, to: 25.0, allowanceMin: 1440 } ]').default([]),
    rules: list(rule, rulesExample).min(1, says('at least one rule', rulesExample)),
  },
  'name: GDP-2-8-default',
);

export type AlarmProfileFile = z.output<typeof alarmProfileSchema>;
