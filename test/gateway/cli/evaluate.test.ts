// `coldgate evaluate` over files: the vectors to the minute, and what a person and a script get to see.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runEvaluate } from '../../../gateway/cli/evaluate-command.js';
import { capturedIo } from './captured-io.js';

interface Scenario {
  readonly id: string;
  readonly desc: string;
  readonly profile: string;
  readonly intervalMin: number;
  readonly maxGapMin: number;
  readonly ignoreMin: number;
  readonly segments: readonly (readonly [celsius: number, minutes: number])[];
  readonly expectAlarmAtMin: Readonly<Record<string, number | null>>;
  readonly expectMinutesInViolation: Readonly<Record<string, number>>;
}

interface VectorFile {
  readonly scenarios: readonly Scenario[];
}

const vectors: VectorFile = JSON.parse(
  readFileSync(new URL('../../vectors/alarm/alarm-vectors.json', import.meta.url), 'utf8'),
);
const startMs = Date.UTC(2026, 2, 1, 8);
const iso = (minute: number) => new Date(startMs + minute * 60_000).toISOString();

function seriesRows({ segments, intervalMin }: Pick<Scenario, 'segments' | 'intervalMin'>, sensor = 'p1') {
  const rows: string[] = [];
  let endMin = 0;
  let atMin = 0;
  for (const [celsius, minutes] of segments) {
    endMin += minutes;
    for (; atMin < endMin; atMin += intervalMin) rows.push(`${iso(atMin)},${sensor},${celsius}`);
  }
  return rows;
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldgate-evaluate-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function evaluate(profile: string, rows: readonly string[], json = true) {
  const input = join(folder, 'readings.csv');
  writeFileSync(input, ['time,sensor,celsius', ...rows].join('\n'));
  const io = capturedIo();
  const exitCode = await runEvaluate({ profile, input, json }, io);
  return { exitCode, out: io.outLines, err: io.errLines };
}

async function report(profile: string, rows: readonly string[]) {
  const { out, exitCode } = await evaluate(profile, rows);
  return { exitCode, ...JSON.parse(out[0] ?? '') };
}

/** The built-in profile with the times of a scenario, as a file. */
function profileFile({ profile, intervalMin, maxGapMin, ignoreMin }: Scenario): string {
  const text = readFileSync(
    new URL(`../../../config/profiles/alarm/${profile}.yaml`, import.meta.url),
    'utf8',
  ).replace(
    /^intervalMin: .*$/m,
    `intervalMin: ${intervalMin}\nmaxGapMin: ${maxGapMin}\nignoreMin: ${ignoreMin}`,
  );
  const file = join(folder, 'profile.yaml');
  writeFileSync(file, text);
  return file;
}

describe('every scenario fires at its minute and counts its minutes', () => {
  test.each(vectors.scenarios)('$id: $desc', async (scenario) => {
    const { alarms, minutesInViolation, exitCode } = await report(
      profileFile(scenario),
      seriesRows(scenario),
    );
    const expected = Object.entries(scenario.expectAlarmAtMin).filter(([, atMin]) => atMin !== null);
    const fired = alarms.map(({ rule, atMin }: { rule: string; atMin: number }) => [rule, atMin]);
    expect(fired.sort()).toEqual(expected.sort());
    expect(minutesInViolation).toEqual(scenario.expectMinutesInViolation);
    expect(exitCode).toBe(expected.length > 0 ? 1 : 0);
  });

  test.each(vectors.scenarios.filter(({ ignoreMin }) => ignoreMin === 0))(
    '$id: under the built-in profile by its name as well',
    async (scenario) => {
      const { minutesInViolation } = await report(scenario.profile, seriesRows(scenario));
      expect(minutesInViolation).toEqual(scenario.expectMinutesInViolation);
    },
  );
});

describe('the document', () => {
  const warm = seriesRows({
    segments: [
      [5, 60],
      [8.1, 605],
      [5, 60],
    ],
    intervalMin: 5,
  });

  test('names rule, sensor and minute of an alarm', async () => {
    expect(await report('WHO-TR06-30DTR', warm)).toMatchObject({
      exitCode: 1,
      alarms: [{ rule: 'TR06-high', sensor: 'p1', atMin: 660 }],
      minutesInViolation: { 'TR06-high': 605, 'TR06-low': 0 },
      unknownMinutes: 0,
      profile: { name: 'WHO-TR06-30DTR' },
    });
  });

  test('counts the worst sensor, and each by itself', async () => {
    const other = seriesRows(
      {
        segments: [
          [9, 30],
          [5, 60],
        ],
        intervalMin: 5,
      },
      'p2',
    );
    const { minutesInViolation, sensors } = await report('WHO-TR06-30DTR', [...other, ...warm]);
    expect(minutesInViolation['TR06-high']).toBe(605);
    expect(sensors).toMatchObject([
      { sensor: 'p2', minutesInViolation: { 'TR06-high': 30 } },
      { sensor: 'p1', minutesInViolation: { 'TR06-high': 605 } },
    ]);
  });

  test('a gap and a fault are unknown, not inside', async () => {
    const rows = [`${iso(0)},p1,5`, `${iso(5)},p1,5`, `${iso(65)},p1,fault`, `${iso(70)},p1,5`];
    const { unknownMinutes, sensors } = await report('GDP-2-8-default', rows);
    expect(unknownMinutes).toBe(50 + 5);
    expect(sensors).toMatchObject([{ faults: 1, gaps: [{ fromMin: 5, toMin: 65 }] }]);
  });

  test('sorts the rows of a sensor and says so', async () => {
    const shuffled = await report('WHO-TR06-30DTR', [...warm].reverse());
    const { sensors } = shuffled;
    expect(sensors[0].wasUnsorted).toBe(true);
    expect(shuffled.alarms).toEqual([{ rule: 'TR06-high', sensor: 'p1', atMin: 660 }]);
  });
});

describe('mean kinetic temperature', () => {
  test('is told to six decimals and judged over its whole window', async () => {
    const rows = seriesRows({
      segments: [
        [5, 1080],
        [14, 360],
      ],
      intervalMin: 5,
    });
    expect(await report('GDP-2-8-default', rows)).toMatchObject({
      mktCelsius: 8.285216,
      mktWithinLimit: false,
    });
  });

  test('is not judged over a part of its window', async () => {
    const rows = seriesRows({ segments: [[5, 60]], intervalMin: 5 });
    expect(await report('GDP-2-8-default', rows)).toMatchObject({ mktCelsius: 5, mktWithinLimit: null });
  });

  test.each([
    ['frozen', -20, 'frozen-product'],
    ['GDP-2-8-default', 1.9, 'low-side-violated'],
  ])('%s at %d degrees: refused as %s', async (profile, celsius, reason) => {
    const rows = seriesRows({ segments: [[celsius, 60]], intervalMin: 5 });
    expect(await report(profile, rows)).toMatchObject({ mktCelsius: null, mktRefused: reason });
  });
});

test('a person reads alarms, minutes, gaps and MKT', async () => {
  const rows = [
    ...seriesRows({
      segments: [
        [5, 30],
        [9, 20],
      ],
      intervalMin: 5,
    }),
    `${iso(120)},p1,5`,
  ];
  const { out, exitCode } = await evaluate('GDP-2-8-default', rows, false);
  expect(exitCode).toBe(1);
  expect(out).toContain('1 alarm');
  expect(out).toContain('  range-high on p1 at minute 45');
  expect(out).toContain('  gap from minute 45 to 120');
  expect(out.some((line) => /^ {2}MKT 6\.\d{6} C$/.test(line))).toBe(true);
});

test('a refused row stops everything and is named by its line', async () => {
  const { exitCode, out, err } = await evaluate('GDP-2-8-default', [`${iso(0)},p1,5`, `${iso(5)},p1,5.1234`]);
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: [] });
  expect(err[1]).toMatch(/^ {2}line 3: celsius is no temperature/);
});
