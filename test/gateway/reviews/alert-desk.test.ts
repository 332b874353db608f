// From excursions and changed devices to alerts: one for each, told again while nobody answers, and open again when
// there is more to know.

import { describe, expect, it } from 'vitest';
import { defaultReminders } from '../../../gateway/reviews/reminder-clock.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { draftWith, readings, requestOf } from '../drafts.js';
import { AlertBench, condition, dana, excursion, MINUTE_MS, omar, START_MS, wim } from './alert-bench.js';

const at = (minutes: number) => START_MS + minutes * MINUTE_MS;

function close(bench: AlertBench, id: string): void {
  bench.commit();
  bench.must('acknowledge', { id }, omar);
  bench.must('assess', { id, result: 'no-impact', why: 'short' }, dana);
  bench.must('sign', { id, meaning: 'approved', boundTo: bench.hashOf(id) }, wim);
}

describe('an alert', () => {
  it('is one per excursion, with its window, its rule and its place in the log', () => {
    const bench = new AlertBench();
    bench.see(excursion('E1', 'opened', { startedAtMs: START_MS - 5, extremeMilliC: 8100 }));
    bench.see(excursion('E1', 'updated', { extremeMilliC: 9100, severity: 'critical' }, at(1)));
    bench.commit();
    bench.see(excursion('E1', 'closed', { extremeMilliC: 9100 }, at(2)));
    bench.commit();
    expect(bench.state.entries('alert/')).toHaveLength(1);
    expect(bench.alert('E1')).toMatchObject({
      ...{
        state: 'open',
        source: 'excursion',
        severity: 'critical',
        isOngoing: false,
        sensorId: 'cargo-front',
      },
      ...{ shipment: 'SHIP-0001', openedAtMs: START_MS, endedAtMs: at(2) },
      matter: {
        ruleId: 'warm',
        profile: 'vaccines',
        limitMilliC: 8000,
        extremeMilliC: 9100,
        event: 'closed',
      },
      ...{ records: 3, firstSequence: 0, lastSequence: 2, checkpoint: { size: 3 } },
    });
    expect(bench.alert('E1').pending).toBeUndefined();
  });

  const events: readonly (readonly [event: string, isOngoing: boolean])[] = [
    ['updated', true],
    ['corrected', true],
    ['an event of a later version', true],
    ['closed', false],
    ['withdrawn', false],
  ];
  it.each(events)('that goes on, after "%s": %s', (event, isOngoing) => {
    const bench = new AlertBench();
    bench.see(excursion('E1', 'opened'));
    bench.see(excursion('E1', event, {}, at(3)));
    expect(bench.alert('E1').isOngoing).toBe(isOngoing);
    expect(bench.alert('E1').endedAtMs).toBe(isOngoing ? undefined : at(3));
    bench.see(excursion('E1', 'corrected', {}, at(4)));
    expect(bench.alert('E1').isOngoing).toBe(isOngoing);
    expect(bench.alert('E1').endedAtMs).toBe(isOngoing ? undefined : at(3));
    bench.see(excursion('E1', 'opened', {}, at(5)));
    expect(bench.alert('E1')).toMatchObject({ isOngoing: true, records: 4 });
    expect(bench.alert('E1').endedAtMs).toBeUndefined();
  });

  it('is one per changed device and kind of change; other conditions and readings are none', () => {
    const bench = new AlertBench();
    bench.see(condition('calibration-changed'));
    bench.see(condition('calibration-changed'));
    bench.see(condition('device-changed'));
    bench.see(condition('silent'));
    bench.see(draftWith());
    bench.see(draftWith({ kind: recordKinds.deviceCondition }));
    expect(bench.state.entries('alert/').map(([key]) => key)).toEqual([
      'alert/probe-7-calibration-changed',
      'alert/probe-7-device-changed',
    ]);
    expect(bench.alert('probe-7-calibration-changed')).toMatchObject({
      ...{ severity: 'major', isOngoing: false, records: 2 },
      matter: { condition: 'calibration-changed', reason: 'offset 100, before 0' },
    });
  });

  it('is made also of an excursion that nobody could name, and of one whose row cannot be read', () => {
    const bench = new AlertBench();
    bench.see(draftWith({ kind: recordKinds.excursion }));
    expect(bench.alert('cargo-front-1-5000')).toMatchObject({ severity: 'major', isOngoing: true });
    bench.state.apply([['alert/E1', 'torn']]);
    bench.see(excursion('E1', 'opened'));
    expect(bench.alert('E1').state).toBe('open');
  });

  it('takes back what was assessed without the newest record, once, and as a record', () => {
    const bench = new AlertBench();
    bench.see(excursion('E1', 'opened'));
    bench.commit();
    bench.must('acknowledge', { id: 'E1' }, omar);
    expect(bench.see(excursion('E1', 'updated'))).toEqual([]);
    bench.must('assess', { id: 'E1', result: 'no-impact', why: 'short' }, dana);
    bench.commit();
    bench.must('sign', { id: 'E1', meaning: 'reviewed', boundTo: bench.hashOf('E1') }, dana);
    const records = bench.see(excursion('E1', 'corrected'));
    expect(records.map(({ detail }) => detail)).toMatchObject([
      { type: 'alert-evidence-changed', from: 'assessed', state: 'acknowledged', records: 3 },
    ]);
    expect(bench.alert('E1')).toMatchObject({ state: 'acknowledged', signatures: [] });
    expect(bench.alert('E1').assessment).toBeUndefined();
    expect(bench.see(excursion('E1', 'closed'))).toEqual([]);
  });

  it('that was closed opens again with all its records when its excursion goes on', () => {
    const bench = new AlertBench();
    bench.see(excursion('E1', 'opened'));
    close(bench, 'E1');
    const records = bench.see(excursion('E1', 'closed', {}, at(9)));
    expect(records.map(({ detail }) => detail)).toMatchObject([{ type: 'alert-reopened', from: 'closed' }]);
    bench.commit();
    expect(bench.alert('E1')).toMatchObject({ state: 'open', records: 2, firstSequence: 0, signatures: [] });
    expect(bench.alert('E1').history.map(({ action }) => action)).toEqual([
      ...['opened', 'acknowledged', 'assessed', 'signed', 'reopened'],
    ]);
  });

  it('of a device that changes again begins anew', () => {
    const bench = new AlertBench();
    bench.see(condition('device-changed'));
    close(bench, 'probe-7-device-changed');
    bench.commit();
    bench.see(condition('device-changed', at(60)));
    bench.commit();
    // Its place is found again in the log, and not that of the matter before.
    bench.restart();
    expect(bench.alert('probe-7-device-changed')).toMatchObject({
      ...{ state: 'open', records: 1, openedAtMs: at(60), firstSequence: 4, lastSequence: 4 },
    });
  });
});

it('an alert whose place was not noted before the power went has the place that its commit gave it', () => {
  const bench = new AlertBench();
  bench.see(excursion('E1', 'opened'));
  bench.commit();
  const { checkpoint } = bench.alert('E1');
  bench.log.writer.seal(requestOf(readings(3)));
  bench.restart();
  expect(bench.alert('E1')).toMatchObject({ firstSequence: 0, lastSequence: 0, checkpoint });
  expect(checkpoint?.size).toBe(1);
});

describe('a reminder', () => {
  it('comes every half hour, climbs after one, two and four hours, and ends after a day', () => {
    const bench = new AlertBench();
    bench.see(excursion('E1', 'opened'));
    const told: unknown[] = [];
    for (let minute = 1; minute <= 30 * 60; minute++) {
      told.push(
        ...bench.passTime(at(minute)).map(({ detail }) => [minute, detail.level, detail.isEscalated]),
      );
    }
    expect(told).toHaveLength(defaultReminders.most);
    expect(told.slice(0, 8)).toEqual([
      ...[
        [30, 1, false],
        [60, 2, true],
        [90, 2, false],
        [120, 3, true],
        [150, 3, false],
      ],
      ...[
        [180, 3, false],
        [210, 3, false],
        [240, 4, true],
      ],
    ]);
  });

  it('is one per probe, however many of its alerts wait', () => {
    const bench = new AlertBench();
    for (let number = 0; number < 40; number++) bench.see(excursion(`E${number}`, 'opened'));
    bench.see(condition('device-changed'));
    const records = bench.passTime(at(30));
    expect(records.map(({ subjectName, detail }) => [subjectName, detail.alsoWaiting])).toEqual([
      ['cargo-front', 39],
      ['probe-7', 0],
    ]);
    expect(bench.passTime(at(31))).toEqual([]);
  });

  it('does not come once somebody has acknowledged, and comes again when it was closed and opens again', () => {
    const bench = new AlertBench();
    bench.see(excursion('E1', 'opened'));
    close(bench, 'E1');
    expect(bench.passTime(at(31))).toEqual([]);
    bench.see(excursion('E1', 'corrected', {}, at(40)));
    expect(bench.passTime(at(69))).toEqual([]);
    expect(bench.passTime(at(70)).map(({ detail }) => [detail.reminder, detail.level])).toEqual([[1, 1]]);
  });

  it('is not lost when the clock steps back, nor by a restart', () => {
    const bench = new AlertBench();
    bench.see(excursion('E1', 'opened'));
    bench.commit();
    expect(bench.passTime(at(-1000))).toEqual([]);
    bench.see(excursion('E1', 'updated'));
    bench.commit();
    expect(bench.passTime(at(-970))).toHaveLength(1);
    bench.commit();
    bench.restart();
    expect(bench.passTime(at(-941))).toEqual([]);
    expect(bench.passTime(at(-940)).map(({ detail }) => detail.reminder)).toEqual([2]);
  });
});
