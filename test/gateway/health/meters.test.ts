// What a role measures of its writer and of its devices.

import { expect, test } from 'vitest';
import type { DeviceCondition, TemperatureObservation } from '../../../firmware-bridge/observation.js';
import { CommitMeter } from '../../../gateway/health/commit-meter.js';
import { DeviceMeter } from '../../../gateway/health/device-meter.js';
import { ProcessMeter, writtenBytesIn } from '../../../gateway/health/process-meter.js';
import type { WriterAnswer, WriterMessage } from '../../../gateway/sealing/writer-message.js';
import { device } from './facts.js';

const seal: WriterMessage = {
  kind: 'seal',
  request: { drafts: [], judgeState: [], results: [], cursors: [], batch: undefined },
};
const sealed: WriterAnswer = {
  kind: 'sealed',
  receipt: { firstSequence: 0, size: 1, root: new Uint8Array(32), batchSeq: undefined },
};
const failed: WriterAnswer = { kind: 'failed', code: 'DISK_FULL', message: 'full', hint: 'free some' };

function metered() {
  const clock = { uptimeMs: 1_000, unixMs: 5_000 };
  const sent: string[] = [];
  const meter = new CommitMeter({
    writer: { send: ({ kind }) => sent.push(kind) },
    now: () => ({ ...clock }),
  });
  const pass = (ms: number) => {
    clock.uptimeMs += ms;
    clock.unixMs += ms;
  };
  return { meter, pass, sent };
}

test('a writer owes an answer from the moment that it was asked, and none once it has answered', () => {
  const { meter, pass } = metered();
  expect(meter.read(3)).toMatchObject({
    unansweredMs: 0,
    commits: 0,
    lastCommitAtMs: null,
    waitingRecords: 3,
  });
  meter.send(seal);
  pass(40);
  expect(meter.read(0).unansweredMs).toBe(40);
  meter.answered(sealed);
  expect(meter.read(0)).toMatchObject({
    ...{ unansweredMs: 0, commits: 1, commitP50Ms: 40, commitP99Ms: 40, lastCommitAtMs: 5_040 },
  });
});

test('a commit that fails is an answer, and a trouble since its first failure until one goes through', () => {
  const { meter, pass } = metered();
  for (let attempt = 0; attempt < 3; attempt++) {
    meter.send(seal);
    pass(1_000);
    meter.answered(failed);
  }
  expect(meter.read(0)).toMatchObject({
    unansweredMs: 0,
    commits: 0,
    trouble: { code: 'DISK_FULL', sinceMs: 6_000 },
  });
  meter.send(seal);
  meter.answered(sealed);
  expect(meter.read(0).trouble).toBeNull();
});

test('a mark that could not be written answers no group', () => {
  const { meter, pass } = metered();
  meter.send(seal);
  meter.answered({ ...failed, kind: 'mark-failed' });
  pass(9);
  expect(meter.read(0).unansweredMs).toBe(9);
});

test('an idle writer is asked every five seconds, a busy one is not', () => {
  const { meter, pass, sent } = metered();
  pass(4_999);
  meter.tick();
  expect(sent).toEqual([]);
  pass(1);
  meter.tick();
  pass(60_000);
  meter.tick();
  expect(sent).toEqual(['ping']);
  expect(meter.read(0).unansweredMs).toBe(60_000);
  meter.answered({ kind: 'alive' });
  expect(meter.read(0)).toMatchObject({ unansweredMs: 0, commits: 0 });
});

const at = (ms: number) => ({ unixMs: ms, uptimeMs: ms });
const condition = (word: DeviceCondition['condition'], ms: number): DeviceCondition => ({
  ...{ kind: 'device-condition', deviceId: 'bus', at: at(ms), condition: word, reason: `${word} it is` },
});
const reading = (
  ms: number,
  quality: TemperatureObservation['quality'] = 'good',
): TemperatureObservation => ({
  ...{ kind: 'temperature', sensorId: 'cargo', at: at(ms), temperatureMilliC: 5_000, quality },
});

test('an outage has one beginning, however its attempts end, and is over when the device is ready', () => {
  const meter = new DeviceMeter(0);
  const read = (ms: number) =>
    meter.read({ id: 'bus', state: 'opening', counters: device().counters }, at(ms));
  expect(read(1).failure).toBeNull();
  meter.take(condition('silent', 10));
  meter.take(condition('opening', 15));
  meter.take(condition('absent', 20));
  expect(read(30).failure).toEqual({ condition: 'absent', reason: 'absent it is', sinceMs: 10 });
  meter.take(condition('ready', 40));
  expect(read(50).failure).toBeNull();
});

test('a device is quiet since its last frame or datum; a fault of a probe is no datum', () => {
  const meter = new DeviceMeter(0);
  const read = (ms: number, frames: number) =>
    meter.read({ id: 'bus', state: 'ready', counters: { ...device().counters, frames } }, at(ms));
  expect(read(5, 0)).toMatchObject({ quietMs: 5, lastDataAtMs: null });
  meter.take(reading(7));
  expect(read(10, 0)).toMatchObject({ quietMs: 3, lastDataAtMs: 7 });
  meter.take(reading(20, 'probe-open'));
  expect(read(30, 0)).toMatchObject({ quietMs: 23, lastDataAtMs: 7 });
  expect(read(40, 1)).toMatchObject({ quietMs: 0, lastDataAtMs: 7 });
  expect(read(50, 1)).toMatchObject({ quietMs: 10 });
});

test('a process tells its memory, its delays and its bytes', () => {
  const meter = new ProcessMeter();
  const told = meter.read();
  meter.close();
  expect(told.residentBytes).toBeGreaterThan(10_000_000);
  expect(told.loopDelayP99Ms).toBeGreaterThanOrEqual(0);
  expect(writtenBytesIn('rchar: 5\nwrite_bytes: 4096\ncancelled_write_bytes: 1\n')).toBe(4096);
  expect(writtenBytesIn('')).toBeNull();
});
