// The chart without a browser: windows, columns, moments, keys and lanes. Nothing that was measured may fall between
// them, and a hole stays a hole.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Chart, ChartSeries } from '../../../../gateway/console/api/chart.js';
import { columnsOf, extentOf } from '../../../../gateway/console/web/chart/chart-columns.js';
import { cursorKey, windowKey } from '../../../../gateway/console/web/chart/chart-keys.js';
import {
  happeningAt,
  nearestIndex,
  positionAt,
  readingAt,
  stepFrom,
  stepsOf,
} from '../../../../gateway/console/web/chart/chart-moment.js';
import { happeningsOf, lanesOf, placed } from '../../../../gateway/console/web/chart/lanes.js';
import { COLOURS, dashOf } from '../../../../gateway/console/web/chart/palette.js';
import { chosen, panned, withRoom, zoomed } from '../../../../gateway/console/web/chart/time-window.js';
import { chartOf, EXCURSION, FROM_MS } from '../../../browser/fixture-shipment.js';

const whole = { fromMs: 0, toMs: 1_000_000 };

describe('a window', () => {
  const windows = fc
    .tuple(fc.nat({ max: 1_000_000 }), fc.nat({ max: 1_000_000 }))
    .map(([a, b]) => chosen(a, b, whole));

  test('stays within the whole and never closes, whatever is pressed', () => {
    const key = fc.constantFrom('+', '-', '=', '_', '0', 'PageUp', 'PageDown');
    const cursor = fc.option(fc.nat({ max: 1_000_000 }), { nil: undefined });
    fc.assert(
      fc.property(windows, fc.array(fc.tuple(key, cursor), { maxLength: 30 }), (start, presses) => {
        let window = start;
        for (const [pressed, cursorMs] of presses)
          window = windowKey(pressed, window, whole, cursorMs) ?? window;
        expect(window.fromMs).toBeGreaterThanOrEqual(whole.fromMs);
        expect(window.toMs).toBeLessThanOrEqual(whole.toMs);
        expect(window.toMs - window.fromMs).toBeGreaterThanOrEqual(10_000);
      }),
    );
  });

  test('zooms around the cursor, which stays where it is', () => {
    const near = zoomed({ fromMs: 0, toMs: 1_000_000 }, 0.5, 250_000, whole);
    expect(near).toEqual({ fromMs: 125_000, toMs: 625_000 });
    expect(zoomed(near, 2, 250_000, whole)).toEqual(whole);
  });

  test('moves as it is, up to the edge', () => {
    const window = { fromMs: 100_000, toMs: 300_000 };
    expect(panned(window, 0.5, whole)).toEqual({ fromMs: 200_000, toMs: 400_000 });
    expect(panned(window, -0.5, whole)).toEqual({ fromMs: 0, toMs: 200_000 });
    expect(panned(window, -5, whole)).toEqual({ fromMs: 0, toMs: 200_000 });
  });

  test('of a stretch that was drawn backwards is the same', () => {
    expect(chosen(400_000, 100_000, whole)).toEqual({ fromMs: 100_000, toMs: 400_000 });
    expect(chosen(999_999, 999_998, whole)).toEqual({ fromMs: 990_000, toMs: 1_000_000 });
  });

  test('around something short still shows ten minutes before and after', () => {
    expect(withRoom({ fromMs: 1_000_000, toMs: 1_060_000 })).toEqual({ fromMs: 400_000, toMs: 1_660_000 });
    expect(withRoom({ fromMs: 0, toMs: 4_000_000 })).toEqual({ fromMs: 0, toMs: 6_000_000 });
  });

  test('is not moved by other keys', () => {
    expect(windowKey('a', whole, whole, undefined)).toBeUndefined();
    expect(cursorKey({ key: 'Enter', shiftKey: false }, [1], 1)).toBeUndefined();
  });
});

const chart = chartOf(new URLSearchParams());

function series(startMs: number[], milli: (number | null)[], more: Partial<ChartSeries> = {}): ChartSeries {
  const zeros = startMs.map(() => 0);
  return {
    ...{ sensorId: 'a', quantity: 'temperature', startMs, minMilli: milli, maxMilli: milli },
    ...{ firstMilli: milli, lastMilli: milli, good: zeros, bad: zeros, worstQuality: zeros },
    ...{ gaps: [], gapMs: 50, summary: null },
    ...more,
  };
}

const drawn = (...all: ChartSeries[]): Chart => ({
  ...chart,
  fromMs: 0,
  toMs: 1_000,
  bucketMs: 10,
  series: all,
});

describe('columns', () => {
  test('hold every extreme of every bucket', () => {
    const { xs, ranges } = columnsOf(chart, 'C');
    chart.series.forEach(({ minMilli, maxMilli }, index) => {
      const { least = [], greatest = [] } = ranges[index] ?? {};
      expect(Math.min(...least.filter((value) => typeof value === 'number'))).toBe(
        Math.min(...minMilli.map(Number)) / 1000,
      );
      expect(Math.max(...greatest.filter((value) => typeof value === 'number'))).toBe(
        Math.max(...maxMilli.map(Number)) / 1000,
      );
    });
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    expect(new Set(xs).size).toBe(xs.length);
  });

  test('break a line in a hole, at every place that another probe has there', () => {
    const { xs, ranges } = columnsOf(
      drawn(
        series([0, 100], [1, 2], { gaps: [{ fromMs: 0, toMs: 100 }] }),
        series([0, 40, 60, 100], [5, 6, 7, 8]),
      ),
      'C',
    );
    const inHole = xs.flatMap((x, index) => (x > 10 && x < 100 ? [ranges[0]?.least[index]] : []));
    expect(inHole.length).toBeGreaterThan(0);
    expect(inHole.every((value) => value === null)).toBe(true);
    expect(ranges[1]?.least.filter((value) => value === null)).toEqual([]);
  });

  test('keep apart "no entry here" and "no good reading here"', () => {
    const { ranges } = columnsOf(
      { ...drawn(series([0, 20], [1, null]), series([10], [3])), isExact: true },
      'C',
    );
    expect(ranges.map(({ least }) => least)).toEqual([
      [0.001, undefined, null],
      [undefined, 0.003, undefined],
    ]);
  });

  test('stand in the middle of a bucket that sums up several readings', () => {
    expect(columnsOf(drawn(series([0, 20], [1, 2])), 'C').xs).toEqual([5, 25]);
  });

  test('are in the unit that is shown; humidity has only one', () => {
    const exact = {
      ...drawn(series([0], [5_000]), series([0], [61_000], { quantity: 'humidity' })),
      isExact: true,
    };
    expect(columnsOf(exact, 'F').ranges.map(({ least }) => least)).toEqual([[41], [61]]);
  });

  test('an axis has room around all that is shown, and a steady value is no storm', () => {
    const [low, high] = extentOf([4, 4.01], 1);
    expect(high - low).toBeGreaterThan(1);
    expect((high + low) / 2).toBeCloseTo(4.005);
    expect(extentOf([], 5)).toEqual([0, 5]);
  });
});

describe('a moment', () => {
  const one = { ...drawn(series([0, 100, 200], [1_000, null, 3_000], { gapMs: 120 })), isExact: true };
  const [first] = one.series;
  if (!first) throw new Error('no series');

  test('has the nearest bucket', () => {
    expect([-50, 49, 51, 149, 151, 900].map((atMs) => nearestIndex(first, one, atMs))).toEqual([
      0, 0, 1, 1, 2, 2,
    ]);
    expect(nearestIndex({ startMs: [] }, one, 1)).toBeUndefined();
  });

  test('tells a value, no good reading, and nothing heard apart', () => {
    expect(readingAt(first, one, 10).range).toEqual([1_000, 1_000]);
    expect(readingAt(first, one, 100).range).toBeNull();
    expect(readingAt(first, one, 500).range).toBeUndefined();
    const holed = { ...first, gaps: [{ fromMs: 0, toMs: 100 }] };
    expect(readingAt(holed, one, 60).range).toBeUndefined();
    expect(readingAt(holed, one, 0).range).toEqual([1_000, 1_000]);
  });

  test('knows what happened meanwhile, and where the truck was', () => {
    expect(happeningAt(chart, EXCURSION.fromMs + 1).excursions).toHaveLength(1);
    expect(happeningAt(chart, EXCURSION.toMs + 1).excursions).toHaveLength(0);
    expect(positionAt(chart, FROM_MS + 60_000)?.atMs).toBe(FROM_MS);
    expect(positionAt(chart, FROM_MS - 1)).toBeUndefined();
    expect(positionAt(chart, FROM_MS + 20 * 86_400_000)).toBeUndefined();
  });
});

describe('the cursor', () => {
  const steps = [10, 20, 30, 40];

  test.each([
    [undefined, 1, 10],
    [undefined, -1, 40],
    [20, 1, 30],
    [20, -1, 10],
    [25, 1, 30],
    [25, -1, 20],
    [40, 1, 40],
    [10, -1, 10],
    [20, 10, 40],
    [30, -10, 10],
    [99, -1, 40],
  ])('from %s by %i steps goes to %i', (from, count, to) => {
    expect(stepFrom(steps, from, count)).toBe(to);
  });

  test('goes nowhere without readings', () => {
    expect(stepFrom([], undefined, 1)).toBeUndefined();
  });

  test('goes to the edges, ten at once with shift, and over shown probes only', () => {
    const plain = { shiftKey: false };
    expect(cursorKey({ key: 'Home', ...plain }, steps, 30)).toBe(10);
    expect(cursorKey({ key: 'End', ...plain }, steps, 30)).toBe(40);
    expect(cursorKey({ key: 'ArrowRight', shiftKey: true }, steps, 10)).toBe(40);
    expect(cursorKey({ key: 'ArrowLeft', ...plain }, steps, 30)).toBe(20);
    const two = { ...drawn(series([0, 20], [1, 1]), series([10], [1])), isExact: true };
    expect(stepsOf(two, (index) => index === 1)).toEqual([10]);
    expect(stepsOf(two, () => true)).toEqual([0, 10, 20]);
  });
});

describe('lanes', () => {
  const words = {
    custody: (event: string, by: string | null) => `${event} by ${by}`,
    mark: (kind: string, type: string | null) => type ?? kind,
    position: (latitude: number, longitude: number) => `${latitude} ${longitude}`,
  };

  test('hold what happened, each in its own, and no empty one', () => {
    expect(lanesOf(chart, words).map(({ name, items }) => [name, items.length])).toEqual([
      ['door', 1],
      ['defrost', 1],
      ['custody', 2],
      ['position', 20],
      ['mark', 1],
    ]);
    expect(lanesOf({ ...chart, doors: [], custody: [], positions: [], marks: [] }, words)).toEqual([]);
  });

  test('place what reaches into the window, cut at its edges', () => {
    const items = [
      { key: 'before', fromMs: 0, toMs: 99, words: '' },
      { key: 'into', fromMs: 50, toMs: 150, words: '' },
      { key: 'moment', fromMs: 150, toMs: 150, words: '' },
      { key: 'over', fromMs: 0, toMs: 900, words: '' },
    ];
    expect(
      placed(items, { fromMs: 100, toMs: 200 }).map(({ key, left, width }) => [key, left, width]),
    ).toEqual([
      ['into', 0, 0.5],
      ['moment', 0.5, 0],
      ['over', 0, 1],
    ]);
  });

  test('and the table of events tell the same, with excursions and holes', () => {
    const told = happeningsOf(chart, words, { fromMs: chart.fromMs, toMs: chart.toMs });
    expect(told.map(({ name }) => name)).toEqual([
      'custody',
      'custody',
      'defrost',
      'gap',
      'mark',
      'door',
      'excursion',
    ]);
    const late = { fromMs: EXCURSION.toMs - 1, toMs: chart.toMs };
    expect(happeningsOf(chart, words, late).map(({ name }) => name)).toEqual(['excursion']);
  });
});

test('no two of the first 24 lines look the same, and neighbours differ without colour', () => {
  const looks = Array.from({ length: 24 }, (_, index) => `${index % COLOURS} ${dashOf(index)}`);
  expect(new Set(looks).size).toBe(24);
  for (let index = 1; index < 24; index++) expect(dashOf(index)).not.toEqual(dashOf(index - 1));
});
