// Ten faults of sensors and clocks, each judged where it can be seen: by the watch over many readings, by a driver over
// one, by the certificate, by the clock watch.

import { describe, expect, it } from 'vitest';
import { newCounters } from '../../../firmware-bridge/device.js';
import { modbusProfile } from '../../../firmware-bridge/modbus/profiles.js';
import { temperatureOf } from '../../../firmware-bridge/modbus/reading.js';
import { observationOf } from '../../../firmware-bridge/mqtt-sensors/mapped-value.js';
import type { Observation } from '../../../firmware-bridge/observation.js';
import { OnewireProbe } from '../../../firmware-bridge/onewire/onewire-probe.js';
import { SensorFaultWatch } from '../../../gateway/excursions/sensor-fault-watch.js';
import type {
  FaultVerdict,
  QualityName,
  RawReading,
  WatchedSensor,
} from '../../../gateway/excursions/watched-sensor.js';
import { ClockWatch } from '../../../gateway/intake/clock-watch.js';
import { qualityCodes } from '../../../ledger-sync/evidence/record.js';
import { contextWith } from '../record-context.js';

const minuteMs = 60_000;
const wallMs = 1_700_000_000_000;
const plain: WatchedSensor = {
  sensorId: 'front',
  siblings: [],
  rate: undefined,
  disagreement: undefined,
  rangeMilliC: undefined,
  sibling: { nearMilliC: 1_000, maxAgeMs: 5 * minuteMs },
};
const buffered = { milliCPerMinute: 1_000, toleranceMilliC: 500 };

function at(
  minutes: number,
  temperatureMilliC: number,
  sensorId = 'front',
  more: Partial<RawReading> = {},
): RawReading {
  const uptimeMs = Math.round(minutes * minuteMs);
  return {
    sensorId,
    temperatureMilliC,
    quality: 'good',
    observedAtMs: wallMs + uptimeMs,
    uptimeMs,
    bootCount: 1,
    ...more,
  };
}

/** The readings of one sensor, a minute apart. */
function run(watch: SensorFaultWatch, values: readonly number[], sensorId = 'front'): FaultVerdict[] {
  return values.map((value, minutes) => watch.take(at(minutes, value, sensorId)));
}

const qualities = (verdicts: readonly FaultVerdict[]) => verdicts.map(({ quality }) => quality);
const resolutions = (verdicts: readonly FaultVerdict[]) =>
  verdicts.flatMap((verdict) =>
    verdict.resolutions.map(({ outcome, by, sensorId, reading }) => [
      outcome,
      by,
      sensorId,
      reading.temperatureMilliC,
    ]),
  );

describe('85 degrees', () => {
  it('as the first conversion is the value of the power-up', () => {
    expect(qualities(run(new SensorFaultWatch([plain]), [85_000, 85_000, 5_000]))).toEqual([
      'power-on-value',
      'power-on-value',
      'good',
    ]);
  });

  it('out of nowhere is the value of a power-up that nobody told', () => {
    expect(qualities(run(new SensorFaultWatch([plain]), [5_000, 85_000, 5_000]))[1]).toBe('power-on-value');
  });

  it('reached by a ramp is a measurement', () => {
    const ramp = [76_000, 79_500, 82_000, 85_000, 87_000];
    expect(qualities(run(new SensorFaultWatch([plain]), ramp))).toEqual(ramp.map(() => 'good'));
  });

  it.each<[string, (watch: SensorFaultWatch) => RawReading]>([
    [
      'a reconnect',
      (watch) => {
        watch.restart('front');
        return at(2, 85_000);
      },
    ],
    ['a reboot', () => at(0, 85_000, 'front', { bootCount: 2, observedAtMs: wallMs + 2 * minuteMs })],
  ])('after %s is no measurement, however warm it was before', (_what, next) => {
    const watch = new SensorFaultWatch([plain]);
    run(watch, [84_000, 84_900]);
    expect(watch.take(next(watch)).quality).toBe('power-on-value');
  });

  it('less a milli-degree is a measurement', () => {
    expect(qualities(run(new SensorFaultWatch([plain]), [84_999, 85_001]))).toEqual(['good', 'good']);
  });
});

describe('a change faster than a buffered probe can', () => {
  const sensors = [{ ...plain, rate: buffered }];

  it.each<[string, number[], QualityName[], unknown[]]>([
    [
      'and back is suspected and refuted by the next reading',
      [5_000, 12_000, 5_000],
      ['good', 'suspect-rate', 'good'],
      [['refuted', 'next-reading', 'front', 12_000]],
    ],
    [
      'that the next reading repeats is confirmed',
      [5_000, 12_000, 12_400],
      ['good', 'suspect-rate', 'good'],
      [['confirmed', 'next-reading', 'front', 12_000]],
    ],
    [
      'and on is confirmed reading by reading: a real ramp is one reading late, not lost',
      [5_000, 12_000, 19_000, 26_000],
      ['good', 'suspect-rate', 'suspect-rate', 'suspect-rate'],
      [
        ['confirmed', 'next-reading', 'front', 12_000],
        ['confirmed', 'next-reading', 'front', 19_000],
      ],
    ],
    [
      'downwards is judged alike',
      [5_000, -3_000, -3_000],
      ['good', 'suspect-rate', 'good'],
      [['confirmed', 'next-reading', 'front', -3_000]],
    ],
    [
      'to and fro confirms nothing',
      [5_000, 12_000, -2_000, 5_000],
      ['good', 'suspect-rate', 'suspect-rate', 'good'],
      [
        ['refuted', 'next-reading', 'front', 12_000],
        ['refuted', 'next-reading', 'front', -2_000],
      ],
    ],
    ['by just the limit is not suspect', [5_000, 6_000, 7_000], ['good', 'good', 'good'], []],
    ['by a milli-degree more is', [5_000, 6_001], ['good', 'suspect-rate'], []],
  ])('%s', (_what, values, expected, resolved) => {
    const verdicts = run(new SensorFaultWatch(sensors), values);
    expect(qualities(verdicts)).toEqual(expected);
    expect(resolutions(verdicts)).toEqual(resolved);
  });

  it('is not judged without a limit, and is not seen where readings are seldom', () => {
    expect(qualities(run(new SensorFaultWatch([plain]), [5_000, 12_000]))).toEqual(['good', 'good']);
    const watch = new SensorFaultWatch(sensors);
    watch.take(at(0, 5_000));
    expect(watch.take(at(7, 12_000)).quality).toBe('good');
  });

  it('is no matter of resolution: half a degree within a second is noise', () => {
    const watch = new SensorFaultWatch(sensors);
    watch.take(at(0, 5_000));
    expect(watch.take(at(1 / 60, 5_500)).quality).toBe('good');
    expect(watch.take(at(2 / 60, 6_001)).quality).toBe('suspect-rate');
  });

  it('names the reading that it resolves by both clocks, since no sequence is known yet', () => {
    const [, , last] = run(new SensorFaultWatch(sensors), [5_000, 12_000, 5_000]);
    expect(last?.resolutions[0]?.reading).toEqual({
      ...{ temperatureMilliC: 12_000, bootCount: 1 },
      ...{ observedAtMs: wallMs + minuteMs, uptimeMs: minuteMs },
    });
  });

  it('that is pending when the sensor restarts is told as unresolved', () => {
    const watch = new SensorFaultWatch(sensors);
    run(watch, [5_000, 12_000]);
    expect(watch.restart('front')).toMatchObject([{ outcome: 'unresolved', by: 'restart' }]);
    expect(watch.restart('front')).toEqual([]);
  });

  describe('with a sibling', () => {
    const pair = [
      { ...plain, rate: buffered, siblings: ['rear'] },
      { ...plain, sensorId: 'rear', rate: buffered },
    ];

    it('that says the same is confirmed by it, and so is the sibling', () => {
      const watch = new SensorFaultWatch(pair);
      run(watch, [5_000]);
      run(watch, [5_200], 'rear');
      expect(watch.take(at(1, 12_000)).quality).toBe('suspect-rate');
      const rear = watch.take(at(1.5, 12_500, 'rear'));
      expect(rear.quality).toBe('good');
      expect(resolutions([rear])).toEqual([['confirmed', 'sibling', 'front', 12_000]]);
      expect(watch.take(at(2, 12_500))).toMatchObject({ quality: 'good', resolutions: [] });
    });

    it.each<[string, RawReading]>([
      ['stays where it was', at(1.5, 5_200, 'rear')],
      ['spoke too late', at(7, 12_000, 'rear')],
      ['is faulty itself', at(1.5, 12_000, 'rear', { quality: 'probe-fault' })],
    ])('that %s is not confirmed by it', (_what, said) => {
      const watch = new SensorFaultWatch(pair);
      run(watch, [5_000, 12_000]);
      expect(watch.take(said).resolutions).toEqual([]);
    });
  });
});

describe('a sensor that says the same for ever', () => {
  const pair = [
    { ...plain, siblings: ['rear'] },
    { ...plain, sensorId: 'rear' },
  ];

  /** Front says 5 degrees `count` times, rear drifts from 5 degrees by `driftMilliC` in all. */
  function frozen(
    count: number,
    driftMilliC: number,
    sensors = pair,
  ): { watch: SensorFaultWatch; front: FaultVerdict[] } {
    const watch = new SensorFaultWatch(sensors);
    const front: FaultVerdict[] = [];
    for (let minutes = 0; minutes < count; minutes += 1) {
      front.push(watch.take(at(minutes, 5_000)));
      watch.take(at(minutes, 5_000 + Math.round((driftMilliC * (minutes + 1)) / (count - 1)), 'rear'));
    }
    return { watch, front };
  }

  it('is stuck at the 60th equal reading while a sibling moved by more than half a degree', () => {
    const { front } = frozen(60, 540);
    expect(qualities(front.slice(0, 59))).toEqual(Array.from({ length: 59 }, () => 'good'));
    expect(front[59]).toMatchObject({
      quality: 'probe-fault',
      conditions: [{ condition: 'stuck', sensor: 'front', sinceMs: wallMs }],
    });
  });

  it.each<[string, number, number, WatchedSensor[]]>([
    ['59 equal readings', 59, 3_000, pair],
    ['a sibling that moved by half a degree at most', 60, 490, pair],
    ['no sibling', 200, 3_000, [plain, { ...plain, sensorId: 'rear' }]],
  ])('is not stuck with %s', (_what, count, drift, sensors) => {
    const { front } = frozen(count, drift, sensors);
    expect(qualities(front)).not.toContain('probe-fault');
    expect(front.flatMap(({ conditions }) => conditions)).toEqual([]);
  });

  it('is told once, and that it moves again, too', () => {
    const { watch } = frozen(60, 2_000);
    expect(watch.take(at(60, 5_000))).toMatchObject({ quality: 'probe-fault', conditions: [] });
    expect(watch.take(at(61, 5_063))).toMatchObject({
      quality: 'good',
      conditions: [{ condition: 'moving-again', sensor: 'front', sinceMs: wallMs + 61 * minuteMs }],
    });
  });
});

describe('siblings that contradict each other', () => {
  const disagreement = { limitMilliC: 1_500, delayMs: 10 * minuteMs };
  const pair = [
    { ...plain, siblings: ['rear'], disagreement },
    { ...plain, sensorId: 'rear' },
  ];

  /** Both sensors each minute; what was told and when. */
  function both(
    watch: SensorFaultWatch,
    fromMinutes: number,
    toMinutes: number,
    front: number,
    rear: number,
  ) {
    const told: unknown[] = [];
    let last: FaultVerdict[] = [];
    for (let minutes = fromMinutes; minutes <= toMinutes; minutes += 1) {
      last = [watch.take(at(minutes, front)), watch.take(at(minutes, rear, 'rear'))];
      for (const { sensor, sibling, condition } of last.flatMap(({ conditions }) => conditions)) {
        told.push([minutes, sensor, sibling, condition]);
      }
    }
    return { told, last };
  }

  it('are both told after the delay, and both go on counting: one of them may be right', () => {
    const { told, last } = both(new SensorFaultWatch(pair), 0, 15, 5_000, 6_501);
    expect(told).toEqual([
      [10, 'front', 'rear', 'disagreement'],
      [10, 'rear', 'front', 'disagreement'],
    ]);
    expect(last).toMatchObject([
      { isDisputed: true, quality: 'good' },
      { isDisputed: true, quality: 'good' },
    ]);
  });

  it('are told again when they agree', () => {
    const watch = new SensorFaultWatch(pair);
    both(watch, 0, 15, 5_000, 7_000);
    const { told, last } = both(watch, 16, 16, 6_000, 7_000);
    expect(told).toEqual([
      [16, 'front', 'rear', 'agreement'],
      [16, 'rear', 'front', 'agreement'],
    ]);
    expect(last).toMatchObject([{ isDisputed: false }, { isDisputed: false }]);
  });

  it('are not told before the delay, at the limit itself, or without a limit', () => {
    expect(both(new SensorFaultWatch(pair), 0, 9, 5_000, 9_000).told).toEqual([]);
    expect(both(new SensorFaultWatch(pair), 0, 60, 5_000, 6_500).told).toEqual([]);
    const unlimited = pair.map((sensor) => ({ ...sensor, disagreement: undefined }));
    expect(both(new SensorFaultWatch(unlimited), 0, 60, 5_000, 9_000).told).toEqual([]);
  });
});

describe('what one reading alone shows is judged by its driver', () => {
  const allOnes = `${'ff '.repeat(9)}: crc=ff NO\n${'ff '.repeat(9)}t=-62\n`;
  const badCrc = 'a6 01 4b 46 7f ff 0c 10 5d : crc=5d YES\na6 01 4b 46 7f ff 0c 10 5d t=26375\n';
  const wire = { unixMs: wallMs, uptimeMs: 0 };

  function probe(...texts: readonly string[]): readonly Observation[] {
    const seen: Observation[] = [];
    const onewire = new OnewireProbe({ sensorId: 'front', romId: '28-0316a2795cff' }, newCounters());
    for (const text of texts) onewire.onText(text, wire, (observation) => seen.push(observation));
    return seen;
  }

  it('a bad CRC is no reading, and three in a row are a fault', () => {
    expect(probe(badCrc, badCrc)).toEqual([]);
    expect(probe(badCrc, badCrc, badCrc)).toMatchObject([{ quality: 'probe-fault' }]);
  });

  it('a disconnected probe is open: a line of ones, no presence, -127 degrees of a library', () => {
    expect(probe(allOnes, allOnes, allOnes)).toMatchObject([{ quality: 'probe-open' }]);
    expect(probe('', '', '')).toMatchObject([{ condition: 'probe-unreachable' }]);
    const mapped = { path: 't', sensorId: 'front', unit: 'celsius' } as const;
    expect(observationOf(mapped, '-127.0', wire, 'ds18b20')).toMatchObject({ quality: 'probe-open' });
  });

  it.each<[string, number, QualityName]>([
    ['an open resistance thermometer', 0x7fff, 'probe-open'],
    ['a shorted one', 0x8000, 'probe-short'],
  ])('%s is a fault, not a temperature', (_what, word, quality) => {
    const profile = modbusProfile('comwintop-8pt1000');
    const registers = Array.from({ length: profile.quantity }, () => word);
    expect(temperatureOf(profile, registers, 1)).toEqual({ value: 0, quality });
  });

  it.each(Object.keys(qualityCodes).filter((name) => name !== 'good') as QualityName[])(
    'the watch keeps the word of a driver: %s',
    (quality) => {
      const watch = new SensorFaultWatch([{ ...plain, rate: buffered }]);
      expect(watch.take(at(0, 85_000, 'front', { quality })).quality).toBe(quality);
      expect(watch.take(at(0, 85_000, 'stranger', { quality })).quality).toBe(quality);
    },
  );
});

it.each([-55_001, 125_001])('%i milli-degrees are beyond a DS18B20', (value) => {
  const watch = new SensorFaultWatch([{ ...plain, rangeMilliC: [-55_000, 125_000] }]);
  expect(watch.take(at(0, value)).quality).toBe('out-of-range');
  expect(watch.take(at(0, value - Math.sign(value))).quality).toBe('good');
});

it.each([-2_001, 60_001])(
  'a step of the wall clock by %i ms is an event with both times, and no rate',
  (stepMs) => {
    let now = { unixMs: wallMs, uptimeMs: 0 };
    const clock = new ClockWatch({ now: () => now }, contextWith());
    now = { unixMs: wallMs + minuteMs + stepMs, uptimeMs: minuteMs };
    expect(clock.check()).toMatchObject({ observedAtMs: now.unixMs, detail: { stepMs, beforeMs: wallMs } });
    const watch = new SensorFaultWatch([{ ...plain, rate: buffered }]);
    watch.take(at(0, 5_000));
    const stepped = { observedAtMs: wallMs + minuteMs + stepMs };
    expect(watch.take(at(1, 6_000, 'front', stepped)).quality).toBe('good');
    expect(watch.take(at(2, 7_001, 'front', stepped)).quality).toBe('suspect-rate');
  },
);
