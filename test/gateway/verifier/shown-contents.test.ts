// What the verifier page draws of a file: lines that lose no extreme, excursions with their newest word, records as text.

import { describe, expect, test } from 'vitest';
import { scaleOf } from '../../../gateway/verifier/chart-scale.js';
import { german } from '../../../gateway/verifier/messages-de.js';
import { english } from '../../../gateway/verifier/messages-en.js';
import { seriesIn } from '../../../gateway/verifier/reading-series.js';
import { excursionsIn } from '../../../gateway/verifier/shown-excursions.js';
import { FileRecords } from '../../../gateway/verifier/shown-records.js';
import { Words } from '../../../gateway/verifier/shown-words.js';
import { detailHash } from '../../../ledger-sync/evidence/jcs.js';
import {
  type EvidenceRecord,
  qualityCodes,
  recordKinds,
  subjectOf,
} from '../../../ledger-sync/evidence/record.js';
import {
  checkpointAt,
  sampleBundle,
  sampleLog,
  sampleRecord,
} from '../../ledger-sync/evidence/sample-log.js';

const noBytes = new Uint8Array(0);
const names = [{ name: 'box-1' }, { name: 'box-2' }];

/** Records of a bundle under a checkpoint; what a record changes of a good reading of box-1, one second after the last. */
function recordsOf(
  changes: readonly Partial<EvidenceRecord>[],
  details: readonly unknown[] = [],
): FileRecords {
  const log = sampleLog(changes.length, (sequence) => ({
    ...sampleRecord(1),
    sequence,
    observedAtMs: 1_790_000_000_000 + sequence * 1000,
    subject: subjectOf('box-1'),
    value: 4000,
    shipment: noBytes,
    ...changes[sequence],
  }));
  const head = { kind: 'checkpoint', checkpoint: checkpointAt(log, changes.length) } as const;
  const bundle = sampleBundle(0, changes.length, { leaves: log.leaves, names, details, proof: log, head });
  return new FileRecords({ kind: 'bundle', bundle });
}

const readings = (values: readonly number[]) => values.map((value) => ({ value }));
const onlySeries = (records: FileRecords, buckets: number) => {
  const [series] = seriesIn(records, 12, buckets).shown;
  if (!series) throw new Error('no series');
  return series;
};

describe('a line of readings', () => {
  test('keeps the first, the least, the greatest and the last reading of each bucket', () => {
    const values = Array.from({ length: 400 }, (_, at) => 4000 + ((at * 7919) % 100));
    values[123] = -70_000;
    values[124] = 90_000;
    const series = onlySeries(recordsOf(readings(values)), 10);
    const drawn = series.runs.flat().map(([, value]) => value);
    expect(series).toMatchObject({ readings: 400, leastMilliC: -70_000, greatestMilliC: 90_000 });
    expect(drawn.length).toBeLessThanOrEqual(44);
    expect(drawn).toEqual(expect.arrayContaining([values[0], -70_000, 90_000, values[399]]));
    const times = series.runs.flat().map(([ms]) => ms);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('is broken where nothing was read, and only there', () => {
    const start = 1_790_000_000_000;
    const at = (seconds: number) => ({ observedAtMs: start + seconds * 1000 });
    const series = onlySeries(recordsOf([0, 1, 2, 5, 9, 10].map(at)), 100);
    // Three intervals are late, four are a hole.
    expect(series.runs.map((run) => run.map(([ms]) => (ms - start) / 1000))).toEqual([
      [0, 1, 2, 5],
      [9, 10],
    ]);
  });

  test('runs forwards though the clock stepped back', () => {
    const series = onlySeries(recordsOf([{}, {}, { observedAtMs: 1_790_000_000_500 }]), 100);
    expect(series.runs.flat().map(([ms]) => ms - 1_790_000_000_000)).toEqual([0, 500, 1000]);
  });

  test('counts what is not good, and draws none of it', () => {
    const records = recordsOf([
      {},
      { quality: qualityCodes['probe-open'], value: 0 },
      { kind: recordKinds.humidity },
    ]);
    expect(onlySeries(records, 100)).toMatchObject({ readings: 1, doubtful: 1, leastMilliC: 4000 });
  });

  test('is one for each probe, as many as asked for, and all are counted', () => {
    const records = recordsOf([{}, { subject: subjectOf('box-2') }]);
    expect(seriesIn(records, 12, 100).shown.map(({ name }) => name)).toEqual(['box-1', 'box-2']);
    expect(seriesIn(records, 1, 100)).toMatchObject({ shown: [{ name: 'box-1' }], total: 2 });
  });
});

describe('the scale', () => {
  const series = (leastMilliC: number, greatestMilliC: number) => [
    {
      name: 'x',
      readings: 2,
      doubtful: 0,
      leastMilliC,
      greatestMilliC,
      runs: [
        [
          [1000, leastMilliC],
          [5000, greatestMilliC],
        ],
      ] as const,
    },
  ];

  test.each([
    ['a narrow span', 2625, 2975, [2600, 2700, 2800, 2900, 3000]],
    ['a deep freezer', -80_000, -60_000, [-80_000, -75_000, -70_000, -65_000, -60_000]],
    ['one temperature', 5000, 5000, [5000, 5100]],
  ])('has round lines around %s', (_, least, greatest, lines) => {
    expect(scaleOf(series(least, greatest), [])?.temperatures).toEqual(lines);
  });

  test('takes in the limits, and puts the corners into the corners', () => {
    const scale = scaleOf(series(4000, 5000), [8000]);
    if (!scale) throw new Error('no scale');
    expect(scale.temperatures.at(-1)).toBe(8000);
    expect([scale.x(1000), scale.x(5000)]).toEqual([scale.left, scale.right]);
    expect([scale.y(4000), scale.y(8000)]).toEqual([scale.bottom, scale.top]);
  });

  test('is none without a reading', () => expect(scaleOf([], [8000])).toBeUndefined());
});

describe('excursions', () => {
  const told = (event: string, more: object = {}) => ({
    type: 'excursion',
    event,
    excursionId: 'E1',
    sensor: 'box-1',
    side: 'high',
    limitMilliC: 8000,
    ...more,
  });
  const recordOf = (document: unknown) => ({ kind: recordKinds.excursion, detail: detailHash(document) });

  test('have their newest word, once', () => {
    const documents = [told('opened'), told('closed', { endedAtMs: 5, outsideMs: 60_000 })];
    const { shown, total } = excursionsIn(recordsOf(documents.map(recordOf), documents), 10);
    expect(total).toBe(1);
    expect(shown).toMatchObject([
      { id: 'E1', event: 'closed', endedAtMs: 5, outsideMs: 60_000, side: 'high', sequence: 1 },
    ]);
  });

  test('stand in the order of their newest word', () => {
    const other = told('opened', { excursionId: 'E2' });
    const documents = [told('opened'), other, told('closed')];
    const { shown } = excursionsIn(recordsOf(documents.map(recordOf), documents), 10);
    expect(shown.map(({ id }) => id)).toEqual(['E2', 'E1']);
  });

  test('stand alone without a document', () => {
    const { shown } = excursionsIn(recordsOf([recordOf(told('opened')), recordOf(told('closed'))]), 10);
    expect(shown.map(({ id, limitMilliC }) => [id, limitMilliC])).toEqual([
      ['#0', undefined],
      ['#1', undefined],
    ]);
  });

  test('of another form show what can be read of them', () => {
    const document = told('opened', {
      limitMilliC: '8000',
      side: 'upwards',
      startedAtMs: Number.MAX_SAFE_INTEGER,
      sensor: ['box-1'],
    });
    const { shown } = excursionsIn(recordsOf([recordOf(document)], [document]), 10);
    expect(shown).toMatchObject([
      { limitMilliC: undefined, side: undefined, startedAtMs: undefined, sensor: '', event: 'opened' },
    ]);
  });
});

test('a page of the table holds the records that were asked for, with their documents', () => {
  const document = { note: 'a\u202eb' };
  const records = recordsOf([{}, {}, { detail: detailHash(document) }, {}], [document]);
  expect(records.shown(1, 2)).toMatchObject([
    { sequence: 1, name: 'box-1', value: 4000, unit: 'milliC', document: undefined },
    { sequence: 2, document: '{"note":"a?b"}' },
  ]);
});

test.each([
  [english, '5.151 °C', '61 dBm', '48.2 %', 'open', '2 h 5 min'],
  [german, '5,151 °C', '61 dBm', '48,2 %', 'offen', '2 h 5 min'],
])('values are written as a reader writes them (%#)', (messages, degrees, rssi, humidity, door, duration) => {
  const words = new Words(messages);
  expect(words.value({ value: 5151, unit: 'milliC' })).toBe(degrees);
  expect(words.value({ value: 61_000, unit: 'milliDbm' })).toBe(rssi);
  expect(words.value({ value: 48_200, unit: 'milliPercent' })).toBe(humidity);
  expect(words.value({ value: 1, unit: 'isOpen' })).toBe(door);
  expect(words.value({ value: 0, unit: undefined })).toBe('');
  expect(words.duration(7_500_000)).toBe(duration);
  expect(words.time(Number.MAX_SAFE_INTEGER)).toBe('?');
});

test('both languages say everything', () => {
  const shapeOf = (value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shapeOf(one)]))
      : typeof value;
  expect(shapeOf(german)).toEqual(shapeOf(english));
});
