// One entry after the other through faults, excursions and alerts: each sees what the one before has changed.

import { expect, test } from 'vitest';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { draftWith } from '../drafts.js';
import { judgingWith } from '../judging-with.js';

const HALF_HOUR_MS = 1_800_000;

const at = (ms: number, value: number) =>
  draftWith({
    subjectName: 'cargo',
    bootCount: 3,
    value,
    uptimeMs: ms,
    observedAtMs: 1_700_000_000_000 + ms,
  });

const alertOf = (rows: readonly (readonly [string, string | undefined])[]) =>
  rows.flatMap(([key, text]) => (key.startsWith('alert/') && text ? [JSON.parse(text)] : [])).at(-1);

test('the end of an excursion belongs to the alert of its beginning', () => {
  const judging = judgingWith([{ sensorId: 'cargo', highMilliC: 8_000 }]);
  expect(alertOf(judging.take([at(0, 9_000)]).judgeState)).toMatchObject({ records: 1, isOngoing: true });
  expect(alertOf(judging.take([at(1_000, 5_000)]).judgeState)).toMatchObject({
    records: 2,
    isOngoing: false,
  });
});

test('an alert that nobody acknowledges is told again by a record of its own', () => {
  const judging = judgingWith([{ sensorId: 'cargo', highMilliC: 8_000 }]);
  judging.take([at(0, 9_000)]);
  const { drafts, judgeState } = judging.tick(at(HALF_HOUR_MS, 0), 2);
  const reminders = drafts.filter(({ kind }) => kind === recordKinds.review);
  expect(reminders.map(({ detail }) => [detail?.type, detail?.reminder])).toEqual([['alert-reminder', 1]]);
  expect(alertOf(judgeState)).toMatchObject({ reminders: { count: 1 } });
  expect(judging.tick(at(HALF_HOUR_MS + 1, 0), 3).drafts).toEqual([]);
});

test('an alert learns with the next commit where its records lie, and what was signed over them', () => {
  const judging = judgingWith([{ sensorId: 'cargo', highMilliC: 8_000 }]);
  const { drafts } = judging.take([at(0, 5_000), at(1, 9_000)]);
  expect(drafts.map(({ kind }) => kind)).toEqual([
    recordKinds.temperature,
    recordKinds.temperature,
    recordKinds.excursion,
  ]);
  judging.placed(drafts, 40);
  const receipt = { firstSequence: 40, size: 43, root: new Uint8Array(32).fill(7), batchSeq: undefined };
  const rows = judging.sealed(receipt);
  expect(alertOf(rows)).toMatchObject({
    firstSequence: 42,
    lastSequence: 42,
    checkpoint: { size: 43, root: '07'.repeat(32) },
  });
  expect(judging.sealed({ ...receipt, size: 44 })).toEqual([]);
});
