// The index against a plain look through all readings: no extreme is lost, whatever the series, the window, the commits and
// the crashes in between.

import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import {
  type IndexConnection,
  indexPathOf,
  openIndex,
} from '../../../../gateway/console/index/index-database.js';
import { IndexReader } from '../../../../gateway/console/index/index-reader.js';
import { HOLE_MS } from '../../../../gateway/console/index/index-writer.js';
import { type FollowerTrouble, LogFollower } from '../../../../gateway/console/index/log-follower.js';
import { coverOf, SeriesReader } from '../../../../gateway/console/index/series-reader.js';
import { hasNumber, levelWidthsMs } from '../../../../gateway/console/index/span.js';
import { JournalReader } from '../../../../gateway/journal/journal-reader.js';
import type { DraftRecord } from '../../../../gateway/sealing/draft-record.js';
import { qualityCodes, recordKinds } from '../../../../ledger-sync/evidence/record.js';
import { draftWith, requestOf } from '../../drafts.js';
import { tempFolder } from '../../temp-folder.js';
import { openTestLog, type TestLog } from '../../test-log.js';

const START_MS = 1_700_000_000_000;
/** Thirty journals, each with its commits and crashes, on a machine that is busy. */
const LIMIT_MS = 120_000;

interface Told {
  readonly sensor: string;
  readonly atMs: number;
  readonly value: number;
  readonly quality: number;
}

/** An index that can be closed in order, or be lost as by kill -9. */
class Indexed {
  readonly #log: TestLog;
  readonly #path = indexPathOf(tempFolder());
  journal!: JournalReader;
  database!: IndexConnection;
  follower!: LogFollower;
  readonly troubles: (FollowerTrouble | undefined)[] = [];
  seen = 0;

  constructor(log: TestLog) {
    this.#log = log;
    this.open();
    onTestFinished(() => this.kill());
  }

  open(): void {
    this.journal = new JournalReader(this.#log.path);
    this.database = openIndex(this.#path, this.journal);
    this.follower = new LogFollower({
      journal: this.journal,
      database: this.database,
      reader: new IndexReader(this.database),
      dataDir: '/tmp',
      onRecords: (records) => {
        this.seen += records.length;
      },
      onTrouble: (trouble) => this.troubles.push(trouble),
      now: Date.now,
    });
  }

  /** Whatever was not committed is gone. */
  kill(): void {
    if (!this.database.open) return;
    this.database.close();
    this.journal.close();
  }

  async restart(isOrderly: boolean): Promise<void> {
    if (isOrderly) this.follower.close();
    this.kill();
    this.open();
    await this.follower.look();
  }

  get path() {
    return this.#path;
  }
}

function draftOf({ sensor, atMs, value, quality }: Told, arrivedMs: number): DraftRecord {
  const isLate = atMs < arrivedMs;
  return draftWith({
    subjectName: sensor,
    observedAtMs: arrivedMs,
    value,
    quality,
    detail: isLate ? { type: 'backlog-reading', measuredAtMs: atMs } : undefined,
  });
}

const noise: DraftRecord[] = [
  draftWith({ kind: recordKinds.tagSighting, subjectName: '3034257bf7194e4000001a85', value: -55_000 }),
  draftWith({ kind: recordKinds.door, subjectName: 'rear-door', value: 1 }),
];

const sensorNames = ['front', 'rear'];
const anyTold = fc.record({
  sensor: fc.constantFrom(...sensorNames),
  /** From the one before, minutes to hours; some come late. */
  stepMs: fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 9_000_000 })),
  lateMs: fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 8_000_000 }) },
  ),
  value: fc.integer({ min: -60_000, max: 60_000 }),
  quality: fc.constantFrom(...Object.values(qualityCodes), 0, 0, 0, 0, 0, 0),
});

function placesOf(
  steps: readonly { sensor: string; stepMs: number; lateMs: number; value: number; quality: number }[],
) {
  let nowMs = START_MS;
  return steps.map(({ stepMs, lateMs, ...told }) => {
    nowMs += stepMs;
    return { told: { ...told, atMs: Math.max(START_MS, nowMs - lateMs) }, arrivedMs: nowMs };
  });
}

interface Summary {
  min: number | null;
  max: number | null;
  first: number | null;
  last: number | null;
  good: number;
  bad: number;
  worst: number;
}

function naive(readings: readonly Told[]): Summary {
  const numbers = readings.filter(({ quality }) => hasNumber(quality));
  const earliest = Math.min(...numbers.map(({ atMs }) => atMs));
  const latest = Math.max(...numbers.map(({ atMs }) => atMs));
  const at = (ms: number) => numbers.filter(({ atMs }) => atMs === ms).map(({ value }) => value);
  const has = numbers.length > 0;
  return {
    min: has ? Math.min(...numbers.map(({ value }) => value)) : null,
    max: has ? Math.max(...numbers.map(({ value }) => value)) : null,
    first: has ? Math.min(...at(earliest)) : null,
    last: has ? Math.max(...at(latest)) : null,
    good: readings.filter(({ quality }) => quality === 0).length,
    bad: readings.filter(({ quality }) => quality !== 0).length,
    worst: Math.max(...readings.map(({ quality }) => quality)),
  };
}

test(
  'in any series, over any window and at any width, every bucket says what its readings say, and none is left out',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyTold, { minLength: 1, maxLength: 120 }),
        fc.array(fc.constantFrom('restart', 'kill', 'go on'), { maxLength: 4 }),
        fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
        fc.integer({ min: 2, max: 300 }),
        async (steps, lives, [one, other], widthPx) => {
          const log = openTestLog();
          const index = new Indexed(log);
          const places = placesOf(steps);
          const perLife = Math.ceil(places.length / (lives.length + 1));
          for (let at = 0; at < places.length; at += perLife) {
            const drafts = places
              .slice(at, at + perLife)
              .map(({ told, arrivedMs }) => draftOf(told, arrivedMs));
            log.writer.seal(requestOf([...drafts, ...noise]));
            await index.follower.look();
            const life = lives[at / perLife];
            if (life !== undefined && life !== 'go on') await index.restart(life === 'restart');
          }
          expect(index.troubles).toEqual([]);
          expect(index.follower.position).toBe(log.writer.size);

          const readings = places.map(({ told }) => told);
          const endMs = Math.max(...readings.map(({ atMs }) => atMs));
          const [fromMs = 0, toMs = 0] = [one, other]
            .sort((a, b) => a - b)
            .map((part) => START_MS + Math.round(part * (endMs - START_MS)));
          const reader = new IndexReader(index.database);
          const sensors = reader.sensors().filter(({ kind }) => kind === recordKinds.temperature);
          const series = new SeriesReader(index.journal, index.database);
          const { buckets, bucketMs, isExact } = series.read(sensors, { fromMs, toMs }, widthPx);
          const totals = series.total(sensors, { fromMs, toMs });
          for (const { id, subject } of sensors) {
            const name = index.journal.log.subjectName(subject)?.name;
            const own = readings.filter(({ sensor }) => sensor === name);
            const inside = own.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
            const found = buckets.get(id) ?? [];
            expect(found.length).toBeLessThanOrEqual(Math.max(widthPx, isExact ? inside.length : 0));
            for (const { startMs, min, max, first, last, good, bad, worst } of found) {
              const spanMs = isExact ? 1 : bucketMs;
              const its = own.filter(({ atMs }) => atMs >= startMs && atMs < startMs + spanMs);
              const cut = its.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
              // At its ends a bucket of the index holds its readings outside of the window as well.
              expect([naive(its), naive(cut.length > 0 ? cut : its)]).toContainEqual({
                min,
                max,
                first,
                last,
                good,
                bad,
                worst,
              });
            }
            const covered = (atMs: number) =>
              found.some(({ startMs }) => atMs >= startMs && atMs < startMs + (isExact ? 1 : bucketMs));
            expect(inside.filter(({ atMs }) => !covered(atMs))).toEqual([]);
            const total = totals.get(id);
            if (inside.length === 0) expect(total?.numbers ?? 0).toBe(0);
            else expect(total).toMatchObject(naive(inside));
          }
        },
      ),
      { numRuns: 30 },
    );
  },
  LIMIT_MS,
);

test(
  'holes are the times in which nothing was heard, also after late readings',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyTold, { minLength: 2, maxLength: 60 }), async (steps) => {
        const log = openTestLog();
        const index = new Indexed(log);
        const places = placesOf(steps.map((step) => ({ ...step, sensor: 'front' })));
        log.writer.seal(requestOf(places.map(({ told, arrivedMs }) => draftOf(told, arrivedMs))));
        await index.follower.look();
        const times = places.map(({ told }) => told.atMs).sort((a, b) => a - b);
        const first = places[0]?.told.atMs ?? 0;
        const expected = times.slice(1).flatMap((toMs, at) => {
          const fromMs = times[at] ?? 0;
          // Before the first reading that ever came nothing was expected.
          return toMs - fromMs > HOLE_MS && fromMs >= first ? [{ from_ms: fromMs, to_ms: toMs }] : [];
        });
        const reader = new IndexReader(index.database);
        const found = reader.holes(reader.sensors()[0]?.id ?? 0, 0, Number.MAX_SAFE_INTEGER, HOLE_MS);
        expect(found.filter(({ from_ms }) => from_ms >= first)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  },
  LIMIT_MS,
);

test('a window is covered by whole spans, once each', () => {
  const minute = levelWidthsMs[0] ?? 0;
  fc.assert(
    fc.property(fc.nat(5_000), fc.nat(5_000), (from, length) => {
      const [fromMs, toMs] = [from * minute, (from + length) * minute];
      const parts = coverOf(fromMs, toMs).sort((a, b) => a.fromMs - b.fromMs);
      let at = fromMs;
      for (const part of parts) {
        const width = levelWidthsMs[part.level] ?? 1;
        expect([part.fromMs, part.fromMs % width, part.toMs % width]).toEqual([at, 0, 0]);
        at = part.toMs;
      }
      expect(at).toBe(toMs);
      expect(parts.length).toBeLessThanOrEqual(2 * levelWidthsMs.length);
    }),
  );
});

function filled(records: number) {
  const log = openTestLog();
  const drafts = Array.from({ length: records }, (_, at) =>
    draftWith({ observedAtMs: START_MS + at * 10_000, uptimeMs: at, value: at % 97 }),
  );
  for (let at = 0; at < records; at += 100) log.writer.seal(requestOf(drafts.slice(at, at + 100)));
  return { log, index: new Indexed(log) };
}

test('what was not committed is read again after a crash, and only that', async () => {
  const { log, index } = filled(300);
  await index.follower.look();
  expect(index.seen).toBe(300);
  await index.restart(false);
  expect(index.seen).toBe(600);
  await index.restart(true);
  expect(index.seen).toBe(600);
  log.writer.seal(requestOf([draftWith({ observedAtMs: START_MS + 3_000_000 })]));
  await index.follower.look();
  expect([index.seen, index.follower.position]).toEqual([601, 301]);
});

test('an index of another log, or a damaged one, is made anew', async () => {
  const { index } = filled(200);
  await index.follower.look();
  index.follower.close();
  index.database.prepare('UPDATE meta SET root = zeroblob(32)').run();
  await index.restart(false);
  expect(index.seen).toBe(400);
  index.follower.close();
  index.kill();
  const { writeFileSync } = await import('node:fs');
  writeFileSync(
    index.path,
    'no database at all, but long enough to look like the beginning of a file'.repeat(100),
  );
  index.open();
  await index.follower.look();
  expect([index.seen, index.troubles]).toEqual([600, []]);
});

test('a record that is not what was signed enters no chart, and is told; what comes behind it is shown', async () => {
  const { log, index } = filled(400);
  index.kill();
  log.damage('UPDATE records SET leaf = zeroblob(90) WHERE sequence = 120');
  index.open();
  await index.follower.look();
  expect(index.troubles).toMatchObject([{ code: 'JOURNAL_DAMAGED' }]);
  expect([index.seen, index.follower.position]).toEqual([0, 400]);
  log.open();
  log.writer.seal(requestOf([draftWith({ observedAtMs: START_MS + 9_000_000 })]));
  await index.follower.look();
  expect([index.seen, index.troubles.at(-1)]).toEqual([1, undefined]);
});

test('a reading that changed on the disk after it was indexed is not drawn', async () => {
  const { log, index } = filled(400);
  await index.follower.look();
  index.follower.close();
  index.kill();
  log.damage('UPDATE records SET leaf = (SELECT leaf FROM records WHERE sequence = 7) WHERE sequence = 120');
  index.open();
  const series = new SeriesReader(index.journal, index.database);
  const sensors = new IndexReader(index.database).sensors();
  const window = { fromMs: START_MS, toMs: START_MS + 2_000_000 };
  expect(() => series.read(sensors, window, 500)).toThrow(
    expect.objectContaining({ code: 'JOURNAL_DAMAGED' }),
  );
});
