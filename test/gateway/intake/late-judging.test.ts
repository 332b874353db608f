// The judges behind a real journal: a start goes on where the log is, and a reading that comes late is judged from
// what the log holds.

import { describe, expect, it } from 'vitest';
import { limitsProfile } from '../../../config/limits-profile.js';
import { ExcursionDesk } from '../../../gateway/excursions/excursion-desk.js';
import { LateJudging, resumeJudging } from '../../../gateway/intake/late-judging.js';
import { StoredJudged } from '../../../gateway/intake/stored-judged.js';
import { CorrectedTimes } from '../../../gateway/journal/corrected-times.js';
import type { DraftRecord } from '../../../gateway/sealing/draft-record.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { draftWith, requestOf } from '../drafts.js';
import { openTestLog, type TestLog } from '../test-log.js';

const MINUTE_MS = 60_000;
const profile = limitsProfile({ highMilliC: 8_000, delayMs: 4 * MINUTE_MS, maxGapMs: 10 * MINUTE_MS });

const at = (minute: number, value: number, more: Partial<DraftRecord> = {}): DraftRecord => {
  const ms = minute * MINUTE_MS;
  return draftWith({
    subjectName: 'cargo',
    value,
    uptimeMs: ms,
    observedAtMs: 1_700_000_000_000 + ms,
    ...more,
  });
};

const storedOf = ({ reader: log }: TestLog) => new StoredJudged({ log, times: new CorrectedTimes(log) });

/** A desk as a start finds it. */
function deskOf(log: TestLog) {
  const stored = storedOf(log);
  const rows = log.database.prepare<[], [string, string]>('SELECT key, value FROM judge_state').raw().all();
  const desk = new ExcursionDesk({
    stored: new Map(rows),
    terms: [{ sensorId: 'cargo', shipment: undefined, profile, uncertaintyMilliC: undefined }],
    markOf: () => undefined,
    now: at(0, 0),
    last: stored.last(),
    size: log.writer.size,
  });
  resumeJudging(desk, stored);
  const late = new LateJudging(desk, stored, () => log.writer.size);
  const take = (draft: DraftRecord) => {
    const { drafts, judgeState } = desk.judge(draft);
    log.writer.seal(requestOf([draft, ...drafts], { judgeState }));
    return drafts.map(({ detail }) => detail?.event);
  };
  const tick = (minute: number) => {
    const { drafts, judgeState } = desk.tick(at(minute, 0), log.writer.size);
    log.writer.seal(requestOf(drafts, { judgeState }));
    return drafts.map(({ detail }) => detail?.event);
  };
  const state = (minute: number) => desk.status('cargo', at(minute, 0))[0]?.state;
  const timeKnown = (minute: number) => {
    const zeroMs = 1_700_000_000_000;
    const about = { kind: recordKinds.timeReference, subjectName: 'clock' };
    const judgeState = desk.timeKnown(at(minute, 0));
    log.writer.seal(requestOf([at(minute, zeroMs, about)], { judgeState: [...judgeState] }));
  };
  return { take, tick, late, state, timeKnown };
}

describe('judging from the journal', () => {
  it('goes on after a start with what the log holds, over more than one page of it', () => {
    const log = openTestLog();
    const first = deskOf(log);
    const others = Array.from({ length: 1500 }, () => draftWith({ subjectName: 'roof' }));
    expect(first.take(at(0, 9_000))).toEqual([]);
    log.writer.seal(requestOf(others));
    expect(first.take(at(2, 9_000))).toEqual([]);
    const second = deskOf(log);
    expect(second.state(2)).toBe('OK');
    expect(second.take(at(4, 9_000))).toEqual(['opened']);
    expect(deskOf(log).state(4)).toBe('EXCURSION');
    expect(deskOf(log).take(at(5, 5_000))).toEqual(['closed']);
  });

  it('judges a late reading in its own place', async () => {
    const log = openTestLog();
    const { take, tick, late, state } = deskOf(log);
    expect([9_000, 9_000, 9_000].flatMap((value, index) => take(at(index * 2, value)))).toEqual(['opened']);
    const measuredAtMs = 1_700_000_000_000 + 3 * MINUTE_MS;
    take(at(5, 5_000, { detail: { type: 'backlog-reading', measuredAtMs } }));
    late.look();
    await eventually('the late reading is judged', () => state(5) === 'OK');
    expect(tick(5)).toEqual(['withdrawn']);
    late.close();
    expect(deskOf(log).state(5)).toBe('OK');
  });

  it('judges again what was read before anybody knew the time, also over a restart', async () => {
    const log = openTestLog();
    const first = deskOf(log);
    const unknown = { clockTrust: 0, observedAtMs: 10_000 } as const;
    for (let minute = 0; minute < 4; minute++) first.take(at(minute, 5_000, unknown));
    expect(first.state(3)).toBe('UNKNOWN');
    // The reference is on its way into the log: without it the same would come out.
    first.late.hold();
    first.timeKnown(4);
    first.late.look();
    expect(first.state(3)).toBe('UNKNOWN');
    const second = deskOf(log);
    second.late.look();
    await eventually('judged again after a restart', () => second.state(3) === 'OK');
    first.late.release();
    first.late.look();
    await eventually('judged again', () => first.state(3) === 'OK');
    for (const { late } of [first, second]) late.close();
  });

  it('takes a log whose names were erased for what is left of it', () => {
    const log = openTestLog();
    deskOf(log).take(at(0, 9_000));
    log.database.prepare('DELETE FROM subjects').run();
    expect(deskOf(log).state(0)).toBe('UNKNOWN');
  });

  it('of doors and resolutions reads what the judges need, of the rest nothing', () => {
    const log = openTestLog();
    const drafts = [
      at(0, 1, { kind: recordKinds.door, subjectName: 'door' }),
      at(0, 1, { kind: recordKinds.humidity }),
      at(0, 0, {
        kind: recordKinds.deviceCondition,
        detail: { type: 'reading-resolved', outcome: 'refuted' },
      }),
    ];
    log.writer.seal(requestOf(drafts));
    const page = storedOf(log).page(0, 10);
    expect(page.map((record) => record?.subjectName)).toEqual(['door', undefined, 'cargo']);
    expect(page[2]?.detail).toEqual({ type: 'reading-resolved', outcome: 'refuted' });
  });
});
