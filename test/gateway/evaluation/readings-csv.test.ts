// What a file of readings may look like, and what is refused instead of guessed.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readReadingsCsv } from '../../../gateway/evaluation/readings-csv.js';
import { seriesEndMs } from '../../../gateway/evaluation/series-end.js';

const read = (...rows: string[]) => readReadingsCsv(['time,sensor,celsius', ...rows].join('\n'));
const noon = Date.UTC(2026, 2, 1, 12);

test('quotes, CRLF, a byte order mark, zones and an empty last line are understood', () => {
  const text =
    '\ufefftime,sensor,celsius\r\n"2026-03-01T12:00:00Z","p1","5.1"\r\n2026-03-01T14:05+02:00,p1,-0.001\r\n\r\n';
  expect(readReadingsCsv(text)).toEqual({
    ok: true,
    sensors: [
      {
        sensor: 'p1',
        wasUnsorted: false,
        readings: [
          { sensor: 'p1', observedAtMs: noon, temperatureMilliC: 5100 },
          { sensor: 'p1', observedAtMs: noon + 300_000, temperatureMilliC: -1 },
        ],
      },
    ],
  });
});

test.each(['', 'fault'])('celsius "%s" is a fault', (celsius) => {
  expect(read(`2026-03-01T12:00:00Z,p1,${celsius}`)).toMatchObject({
    sensors: [{ readings: [{ temperatureMilliC: undefined }] }],
  });
});

describe('refused with its line', () => {
  test.each([
    ['no zone', '2026-03-01T12:00:00,p1,5'],
    ['30 February', '2026-02-30T12:00:00Z,p1,5'],
    ['hour 24', '2026-03-01T24:00:00Z,p1,5'],
    ['four decimals', '2026-03-01T12:00:00Z,p1,5.0001'],
    ['an exponent', '2026-03-01T12:00:00Z,p1,5e0'],
    ['a comma for a point', '2026-03-01T12:00:00Z,p1,5,1'],
    ['below absolute zero', '2026-03-01T12:00:00Z,p1,-273.151'],
    ['a sensor with a space', '2026-03-01T12:00:00Z,p 1,5'],
    ['two fields', '2026-03-01T12:00:00Z,p1'],
    ['a second reading at one time', '2026-03-01T11:00:00Z,p1,6'],
    ['an open quote', '2026-03-01T12:00:00Z,"p1,5'],
  ])('%s', (_what, row) => {
    expect(read('2026-03-01T11:00:00Z,p1,5', row)).toMatchObject({ ok: false, problems: [{ line: 3 }] });
  });

  test('another header, and a file without readings', () => {
    expect(readReadingsCsv('a,b,c\n')).toMatchObject({ ok: false, problems: [{ line: 1 }] });
    expect(readReadingsCsv('')).toMatchObject({ ok: false, problems: [{ line: 1 }] });
    expect(read()).toMatchObject({ ok: false });
  });
});

test('every milli-degree is read exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: -273_150, max: 1_000_000 }), (milliC) => {
      const text = `${milliC < 0 ? '-' : ''}${Math.floor(Math.abs(milliC) / 1000)}.${String(Math.abs(milliC) % 1000).padStart(3, '0')}`;
      expect(read(`2026-03-01T12:00:00Z,p1,${text}`)).toMatchObject({
        sensors: [{ readings: [{ temperatureMilliC: milliC }] }],
      });
    }),
  );
});

test('any order of rows gives the same series', () => {
  const rows = Array.from({ length: 8 }, (_, index) => `2026-03-01T12:0${index}:00Z,p1,${index}`);
  fc.assert(
    fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (shuffled) => {
      const inOrder = read(...rows);
      const result = read(...shuffled);
      const readings = inOrder.ok ? inOrder.sensors[0]?.readings : undefined;
      expect(result).toMatchObject({ ok: true, sensors: [{ readings }] });
    }),
  );
});

test.each([
  ['one usual interval', [0, 10, 20, 90], 5, 60, 100],
  ['no longer than the gap allows', [0, 50], 5, 20, 70],
  ["the profile's interval after a single reading", [7], 5, 20, 12],
])('the last reading stands for %s', (_what, times, intervalMs, maxGapMs, endMs) => {
  expect(seriesEndMs(times, intervalMs, maxGapMs)).toBe(endMs);
});

test('quotes that never end, or two million of them, are refused like any others', () => {
  for (const row of [`"${'a'.repeat(1e7)}`, `"${'""'.repeat(1e6)}"`])
    expect(read(row)).toMatchObject({ ok: false });
});
