// Alerts whose rows were lost with a damaged journal: what nobody has closed is open again, with its records, and nothing else is.

import { expect, test } from 'vitest';
import { StateStore } from '../../../gateway/requests/state-store.js';
import type { Alert } from '../../../gateway/reviews/alert.js';
import { lostAlerts } from '../../../gateway/reviews/lost-alerts.js';
import { journalReaderOf } from '../test-log.js';
import { AlertBench, condition, dana, excursion, omar, wim } from './alert-bench.js';

const WHY = 'the door stood open';

/** One that goes on, one that has ended, one that was looked at, one that was closed, and a device that was changed. */
function told(): AlertBench {
  const bench = new AlertBench();
  for (const id of ['goes-on', 'ended', 'seen', 'closed']) bench.see(excursion(id, 'opened'));
  bench.see(excursion('ended', 'closed'));
  bench.see(condition('device-changed'));
  bench.commit();
  bench.commit();
  bench.must('acknowledge', { id: 'seen' }, omar);
  bench.must('acknowledge', { id: 'closed' }, omar);
  bench.must('assess', { id: 'closed', result: 'no-impact', why: WHY }, dana);
  bench.commit();
  bench.must('sign', { id: 'closed', meaning: 'approved', boundTo: bench.hashOf('closed') }, wim);
  bench.commit();
  expect(bench.alert('closed').state).toBe('closed');
  return bench;
}

function lost(bench: AlertBench, state = new StateStore(new Map())): Alert[] {
  return lostAlerts(state, journalReaderOf(bench.log)).map(([, row]) => JSON.parse(row ?? ''));
}

test('each that nobody has closed is open, from its first record to its last', () => {
  const bench = told();
  const found = new Map(lost(bench).map((alert) => [alert.id, alert]));
  expect([...found.keys()]).toEqual(['goes-on', 'ended', 'seen', 'probe-7-device-changed']);
  for (const [id, alert] of found) {
    const { state, history, checkpoint, ...before } = bench.alert(id);
    expect(alert).toMatchObject({ ...before, state: 'open' });
    expect(checkpoint?.size).toBe(alert.checkpoint?.size);
    expect(alert.history[0]).toEqual(history[0]);
    // Whoever has looked at it sees it once more.
    expect(alert.history.at(-1)?.action).toBe(state === 'open' ? 'opened' : 'reopened');
  }
  expect(found.get('goes-on')).toMatchObject({ isOngoing: true });
  expect(found.get('ended')).toMatchObject({ isOngoing: false, records: 2 });
});

test('one whose row is there, or whose documents were erased, is left alone', () => {
  const bench = told();
  const kept = new StateStore(new Map([['alert/goes-on', JSON.stringify(bench.alert('goes-on'))]]));
  bench.log.damage('UPDATE records SET detail = NULL WHERE detail LIKE \'%"ended"%\'');
  bench.log.open();
  expect(lost(bench, kept).map(({ id }) => id)).toEqual(['seen', 'probe-7-device-changed']);
});
