// The newest readings over a slow link: fewer of them, never old ones.

import type { MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LatestLane } from '../../../gateway/publish/latest-lane.js';
import { LatestReadings } from '../../../gateway/publish/latest-readings.js';
import { OwnCheckpoints } from '../../../gateway/publish/own-checkpoints.js';
import { topicsOf } from '../../../gateway/publish/topics.js';
import { draftWith, requestOf } from '../drafts.js';
import { openTestLog } from '../test-log.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function laneBench() {
  const log = openTestLog();
  const { reader } = log;
  const readings = new LatestReadings(
    reader,
    new OwnCheckpoints(),
    topicsOf('truck-17'),
    (subject) => reader.subjectName(subject)?.name,
  );
  const lane = new LatestLane(readings);
  const values: number[] = [];
  let acknowledgements: (() => void)[] = [];
  const publish = (_topic: string, payload: string, _options: object, done: () => void) => {
    values.push(JSON.parse(payload).value);
    acknowledgements.push(done);
  };
  const client = { publish } as unknown as MqttClient;
  const read = (...all: readonly number[]) => {
    for (const value of all) log.writer.seal(requestOf([draftWith({ value })]));
    readings.refresh();
    lane.pump();
  };
  const acknowledge = () => {
    const waiting = acknowledgements;
    acknowledgements = [];
    for (const done of waiting) done();
  };
  return { lane, client, values, read, acknowledge };
}

it('sends one lot at a time, four a second at most, and then only what is newest', () => {
  const { lane, client, values, read, acknowledge } = laneBench();
  lane.up(client);
  read(1);
  read(2, 3);
  read(4);
  expect(values).toEqual([1]);
  vi.advanceTimersByTime(1000);
  expect(values).toEqual([1]);
  acknowledge();
  expect(values).toEqual([1, 4]);
  acknowledge();
  read(5);
  vi.advanceTimersByTime(200);
  read(6);
  expect(values).toEqual([1, 4]);
  vi.advanceTimersByTime(50);
  expect(values).toEqual([1, 4, 6]);
  acknowledge();
  vi.advanceTimersByTime(1000);
  expect(values).toEqual([1, 4, 6]);
});

it('sends what came while it waited not over a connection that is gone', () => {
  const { lane, client, values, read, acknowledge } = laneBench();
  lane.up(client);
  read(1);
  acknowledge();
  read(2);
  lane.down();
  vi.advanceTimersByTime(1000);
  expect(values).toEqual([1]);
});

it('tells all again on a connection that is new, and hears nothing of the old one', () => {
  const { lane, client, values, read, acknowledge } = laneBench();
  lane.up(client);
  read(1);
  lane.down();
  lane.up({ ...client } as MqttClient);
  lane.pump();
  expect(values).toEqual([1, 1]);
  acknowledge();
  vi.advanceTimersByTime(250);
  read(2);
  expect(values).toEqual([1, 1, 2]);
});
