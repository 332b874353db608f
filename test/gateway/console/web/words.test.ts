// What pages say: numbers, temperatures, moments and spans in English and German, and messages with their parameters.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesText, shareText } from '../../../../gateway/console/web/words/amount.js';
import { dayEndMs, dayStartMs } from '../../../../gateway/console/web/words/day.js';
import { agoText, durationText } from '../../../../gateway/console/web/words/duration.js';
import { momentText, utcText, zoneText } from '../../../../gateway/console/web/words/moment.js';
import {
  degreesOf,
  temperatureChangeText,
  temperatureText,
} from '../../../../gateway/console/web/words/temperature.js';
import { fillIn, fillInCount } from '../../../../gateway/console/web/words/translate.js';

const NBSP = '\u00a0';
const english = { locale: 'en-GB' };
const german = { locale: 'de-DE' };

describe('a temperature', () => {
  test.each([
    [7_300, { unit: 'C', ...english }, `7.3${NBSP}°C`],
    [7_300, { unit: 'C', ...german }, `7,3${NBSP}°C`],
    [7_300, { unit: 'F', ...english }, `45.1${NBSP}°F`],
    [-40_000, { unit: 'F', ...english }, `\u221240.0${NBSP}°F`],
    [-18_250, { unit: 'C', ...english, digits: 2 }, `\u221218.25${NBSP}°C`],
    // A freezer at -0.04 is not at "-0.0".
    [-40, { unit: 'C', ...english }, `0.0${NBSP}°C`],
  ] as const)('%i milli-degrees are %o: %s', (milliC, style, text) => {
    expect(temperatureText(milliC, style)).toBe(text);
  });

  test('a change has its sign, and no offset of the other scale', () => {
    expect(temperatureChangeText(1_000, { unit: 'F', ...english })).toBe(`+1.8${NBSP}°F`);
    expect(temperatureChangeText(-400, { unit: 'C', ...german })).toBe(`\u22120,4${NBSP}°C`);
    expect(temperatureChangeText(0, { unit: 'C', ...english })).toBe(`0.0${NBSP}°C`);
  });

  test('both scales order the same', () => {
    const milli = fc.integer({ min: -200_000, max: 200_000 });
    fc.assert(
      fc.property(milli, milli, (a, b) => {
        expect(Math.sign(degreesOf(a, 'F') - degreesOf(b, 'F'))).toBe(Math.sign(a - b));
      }),
    );
  });
});

describe('a moment', () => {
  const atMs = Date.UTC(2026, 2, 3, 13, 3, 20);

  test('in UTC is the same everywhere, with its zone', () => {
    expect(momentText(atMs, 'full', { locale: 'en-GB', zone: 'utc' })).toBe('3 Mar 2026, 13:03:20 UTC');
    expect(momentText(atMs, 'full', { locale: 'de-DE', zone: 'utc' })).toBe('3. März 2026, 13:03:20 UTC');
    expect(utcText(atMs)).toBe('2026-03-03 13:03:20 UTC');
    expect(zoneText(atMs, { locale: 'en-GB', zone: 'utc' })).toBe('UTC');
  });

  test('midnight is 00, not 24', () => {
    const midnight = Date.UTC(2026, 2, 3);
    expect(momentText(midnight, 'time', { locale: 'en-GB', zone: 'utc' })).toBe('00:00:00');
  });

  test('one that no calendar has is a bare number', () => {
    expect(momentText(1e300, 'full', { locale: 'en-GB', zone: 'local' })).toBe('1e+300 ms');
    expect(utcText(Number.MAX_SAFE_INTEGER)).toBe('9007199254740991 ms');
  });
});

describe('a day of a date field', () => {
  test('is all of it', () => {
    expect(dayStartMs('2026-03-03', 'utc')).toBe(Date.UTC(2026, 2, 3));
    expect(dayEndMs('2026-03-03', 'utc')).toBe(Date.UTC(2026, 2, 4) - 1);
    const [from, to] = [dayStartMs('2026-03-29', 'local'), dayEndMs('2026-03-29', 'local')];
    expect(new Date((to ?? 0) + 1).getHours()).toBe(0);
    expect(from).toBeLessThan(to ?? 0);
  });

  test.each(['', '2026', '2026-3-1', 'yesterday'])('"%s" is none', (text) => {
    expect(dayStartMs(text, 'utc')).toBeUndefined();
    expect(dayEndMs(text, 'local')).toBeUndefined();
  });
});

describe('a span', () => {
  test.each([
    [0, '0 secs', '0 Sek.'],
    [59_999, '59 secs', '59 Sek.'],
    [61_000, '1 min 1 sec', '1 Min. 1 Sek.'],
    [3 * 3_600_000 + 5 * 60_000 + 59_000, '3 hrs 5 mins', '3 Std. 5 Min.'],
    [86_400_000, '1 day', '1 Tg.'],
    [-5, '0 secs', '0 Sek.'],
  ])('%i ms', (ms, inEnglish, inGerman) => {
    expect([durationText(ms, 'en-GB'), durationText(ms, 'de-DE')]).toEqual([inEnglish, inGerman]);
  });

  test.each([
    [0, '0 sec ago', 'vor 0 Sek.'],
    [8_900, '8 sec ago', 'vor 8 Sek.'],
    [90_000, '1 min ago', 'vor 1 Min.'],
    [-7_200_000, 'in 2 hr', 'in 2 Std.'],
    [200_000_000, '2 days ago', 'vor 2 Tagen'],
  ])('%i ms ago', (ms, inEnglish, inGerman) => {
    expect([agoText(ms, 'en-GB'), agoText(ms, 'de-DE')]).toEqual([inEnglish, inGerman]);
  });
});

test('amounts have their unit and no more digits than they are worth', () => {
  expect(bytesText(0, 'en-GB')).toBe(`0${NBSP}B`);
  expect(bytesText(1_536, 'de-DE')).toBe(`1,5${NBSP}KiB`);
  expect(bytesText(11_200_000_000, 'en-GB')).toBe(`10${NBSP}GiB`);
  expect(shareText(625_000, 'en-GB')).toBe('62.5%');
});

describe('a message', () => {
  test('gets its parameters as text, once, and shows the name of one that is missing', () => {
    expect(fillIn('{a} and {b}', { a: '{b}', b: '<i>' })).toBe('{b} and <i>');
    expect(fillIn('{missing}')).toBe('{missing}');
  });

  test('has the plural form of its language', () => {
    const messages = { 'x#one': '{count} thing', 'x#other': '{count} things of {who}' };
    const counted = (count: number, locale = 'en-GB') =>
      fillInCount(messages, 'x', { count, locale, who: 'dana' });
    expect([0, 1, 2].map((count) => counted(count))).toEqual([
      '0 things of dana',
      '1 thing',
      '2 things of dana',
    ]);
    expect(counted(12_345, 'de-DE')).toBe('12.345 things of dana');
  });
});
