// What becomes of readings whose probe cannot have measured them: records, never gaps; and what a restart remembers.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FaultDesk } from '../../../gateway/excursions/fault-desk.js';
import type { WatchedSensor } from '../../../gateway/excursions/watched-sensor.js';
import type { DraftRecord, StateRow } from '../../../gateway/sealing/draft-record.js';
import { canonicalJson } from '../../../ledger-sync/evidence/jcs.js';
import { qualityCodes, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { draftWith } from '../drafts.js';

const MINUTE_MS = 60_000;
const sensors: readonly WatchedSensor[] = [
  {
    sensorId: 'front',
    siblings: ['rear'],
    rate: { milliCPerMinute: 1_000, toleranceMilliC: 500 },
    disagreement: { limitMilliC: 1_500, delayMs: 3 * MINUTE_MS },
    rangeMilliC: [-55_000, 125_000],
    sibling: { nearMilliC: 1_000, maxAgeMs: 5 * MINUTE_MS },
  },
  {
    sensorId: 'rear',
    siblings: [],
    rate: undefined,
    disagreement: undefined,
    rangeMilliC: undefined,
    sibling: { nearMilliC: 1_000, maxAgeMs: 5 * MINUTE_MS },
  },
];

class Intake {
  readonly rows = new Map<string, string>();
  readonly log: DraftRecord[] = [];
  minute = 0;
  #desk = new FaultDesk(sensors, this.rows);

  restart(): void {
    this.#desk = new FaultDesk(sensors, this.rows);
  }

  take(draft: DraftRecord): readonly StateRow[] {
    const { before, draft: judged, after, judgeState } = this.#desk.take(draft);
    this.log.push(...before, judged, ...after);
    for (const [key, value] of judgeState) {
      if (value === undefined) this.rows.delete(key);
      else this.rows.set(key, value);
    }
    return judgeState;
  }

  read(subjectName: string, value: number, more: Partial<DraftRecord> = {}): readonly StateRow[] {
    this.minute += 1;
    const ms = this.minute * MINUTE_MS;
    return this.take(
      draftWith({ subjectName, value, uptimeMs: ms, observedAtMs: 1_700_000_000_000 + ms, ...more }),
    );
  }

  /** Readings by their quality, notes by what they say. */
  get said(): unknown[] {
    return this.log.map(({ kind, quality, detail }) =>
      kind === recordKinds.temperature ? quality : (detail?.outcome ?? detail?.condition),
    );
  }
}

const { good } = qualityCodes;
const suspect = qualityCodes['suspect-rate'];

describe('the fault desk', () => {
  it('keeps a spike as suspect, and says in the log that the next reading refuted it', () => {
    const intake = new Intake();
    for (const value of [5_000, 20_000, 5_100]) intake.read('front', value);
    expect(intake.said).toEqual([good, suspect, 'refuted', good]);
    expect(intake.log[2]).toMatchObject({
      kind: recordKinds.deviceCondition,
      subjectName: 'front',
      detail: { type: 'reading-resolved', by: 'next-reading', reading: { temperatureMilliC: 20_000 } },
    });
  });

  it('says that a leap was true when the next reading confirms it', () => {
    const intake = new Intake();
    for (const value of [5_000, 20_000, 20_400]) intake.read('front', value);
    expect(intake.said).toEqual([good, suspect, 'confirmed', good]);
  });

  it('leaves alone what it does not watch, what is no temperature and what comes out of a backlog', () => {
    const intake = new Intake();
    const backlog = { detail: { type: 'backlog-reading', measuredAtMs: 1 } };
    intake.read('front', 5_000);
    intake.read('front', 50_000, backlog);
    intake.read('front', 50_000, { kind: recordKinds.humidity });
    intake.read('roof', 85_000);
    expect(intake.log.map(({ quality }) => quality)).toEqual([good, good, good, good]);
  });

  it('wears no card with good readings', () => {
    const intake = new Intake();
    const rows = [5_000, 5_100, 5_050].flatMap((value) => intake.read('front', value));
    expect(rows).toEqual([]);
  });

  it('remembers over a restart what waits for a word, and says that it got none', () => {
    const intake = new Intake();
    intake.read('front', 5_000);
    intake.read('front', 20_000);
    expect([...intake.rows.keys()]).toEqual(['fault/front']);
    intake.restart();
    intake.read('front', 20_000);
    expect(intake.said).toEqual([good, suspect, 'unresolved', good]);
    expect(intake.rows.size).toBe(0);
    intake.restart();
    intake.read('front', 20_000);
    expect(intake.said.slice(4)).toEqual([good]);
  });

  it('says so once, also if another probe speaks first', () => {
    const intake = new Intake();
    intake.read('front', 12_000);
    intake.read('front', 5_000);
    for (let start = 0; start < 2; start++) {
      intake.restart();
      intake.read('roof', 0);
    }
    expect(intake.said).toEqual([good, suspect, 'unresolved', good, good]);
  });

  it('tells once that siblings contradict each other, also over a restart, and once that they agree again', () => {
    const intake = new Intake();
    const both = (front: number, rear: number) => {
      intake.read('front', front);
      intake.read('rear', rear);
    };
    for (let minute = 0; minute < 4; minute++) both(5_000, 8_000);
    intake.restart();
    both(5_000, 8_000);
    both(8_000, 8_000);
    both(8_000, 8_000);
    const told = intake.said.filter((word) => word === 'disagreement' || word === 'agreement');
    expect(told).toEqual(['disagreement', 'disagreement', 'agreement', 'agreement']);
  });

  it('begins anew with a probe that was away', () => {
    const intake = new Intake();
    intake.read('front', 5_000);
    const condition = { type: 'device-condition', condition: 'probe-reachable', reason: '' };
    intake.read('front', 0, { kind: recordKinds.deviceCondition, detail: condition });
    intake.read('front', 20_000);
    expect(intake.log.at(-1)?.quality).toBe(good);
  });

  it('loses no reading on any course, and resolves each that was suspect exactly once', () => {
    const step = fc.record({
      sensorId: fc.constantFrom('front', 'rear', 'roof'),
      value: fc.constantFrom(5_000, 5_000, 5_600, 7_000, 12_000, 12_500, 85_000, 200_000),
      quality: fc.constantFrom(good, good, good, qualityCodes['probe-open']),
      isRestarted: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const intake = new Intake();
        for (const { sensorId, value, quality, isRestarted } of steps) {
          if (isRestarted) intake.restart();
          intake.read(sensorId, value, { quality });
        }
        // Whatever still waits is told with what comes next.
        intake.restart();
        intake.read('roof', 0);
        const readings = intake.log.filter(({ kind }) => kind === recordKinds.temperature);
        expect(readings.map(({ value }) => value)).toEqual([...steps.map(({ value }) => value), 0]);
        const suspects = readings.filter(({ quality }) => quality === suspect);
        const resolved = intake.log.filter(({ detail }) => detail?.type === 'reading-resolved');
        expect(resolved).toHaveLength(suspects.length);
        for (const { detail } of intake.log) if (detail) canonicalJson(detail);
      }),
    );
  });
});
