// Readings, their judgement and their loss, in front of a writer that answers when the test says so.

import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../firmware-bridge/observation.js';
import { OffsetMemory } from '../../../gateway/intake/offset-memory.js';
import { ReadingDesk } from '../../../gateway/intake/reading-desk.js';
import {
  LogPipeline,
  MAX_WAITING_RECORDS,
  type PipelineOptions,
} from '../../../gateway/sealing/log-pipeline.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { FakeTime } from '../../firmware-bridge/fake-time.js';
import { readings } from '../drafts.js';
import { FakeWriter } from '../fake-writer.js';
import { deskWith, judgingOf } from '../judging-with.js';
import { contextWith } from '../record-context.js';

function bench(windows: Partial<PipelineOptions> = {}) {
  const writer = new FakeWriter();
  let excursions = 0;
  const pipeline = new LogPipeline({
    ...{ writer, windowMs: 60_000, onSealed: () => {}, onTrouble: () => {} },
    ...windows,
  });
  const judge = deskWith([{ sensorId: 'cargo', highMilliC: 8_000 }]);
  const desk = new ReadingDesk({
    context: contextWith(),
    judging: judgingOf(judge),
    offsets: new OffsetMemory(new Map()),
    pipeline,
    onExcursion: () => {
      excursions += 1;
    },
  });
  const seal = () => pipeline.onAnswer({ kind: 'sealed', receipt: writer.receipt() });
  return {
    ...{ desk, judge, pipeline, writer, seal },
    /** The first reading after a start is another matter. */
    pastFirst: () => {
      desk.take({ ...seen(-1), sensorId: 'other' } as Observation);
      seal();
      writer.requests.length = 0;
    },
    excursions: () => excursions,
    /** Fills the memory behind a group that is in flight. */
    fill: () => {
      pipeline.add({ drafts: readings(1), isUrgent: true });
      pipeline.add({ drafts: readings(MAX_WAITING_RECORDS) });
    },
  };
}

function seen(second: number, temperatureMilliC = 5_000): Observation {
  const at = { unixMs: 1_700_000_000_000 + second * 1000, uptimeMs: second * 1000 };
  return { kind: 'temperature', sensorId: 'cargo', at, temperatureMilliC, quality: 'good' };
}

const sighting: Observation = {
  ...{
    kind: 'tag-sighting',
    readerId: 'door',
    at: { unixMs: 1_700_000_000_000, uptimeMs: 5 },
    epc: '30ab',
  },
  ...{ pc: '3000', antenna: 1, lastSeenUptimeMs: 5, count: 1, bestRssiDbm: -50 },
};

describe('who waits how long for a commit', () => {
  const waits = async (take: (desk: ReadingDesk) => void) => {
    const time = new FakeTime();
    const b = bench({ windowMs: 1_000, patientWindowMs: 10_000, timers: time });
    b.pastFirst();
    take(b.desk);
    let ms = 0;
    for (; b.writer.requests.length === 0 && ms < 60_000; ms += 1_000) await time.pass(1_000);
    return ms;
  };

  it('a sighting of a reader on a port waits long, a reading and a sender who waits for his answer do not', async () => {
    expect(await waits((desk) => desk.take(sighting))).toBe(10_000);
    expect(await waits((desk) => desk.take(seen(0)))).toBe(1_000);
    expect(await waits((desk) => desk.takeAcknowledged([sighting], () => {}))).toBe(1_000);
    expect(
      await waits((desk) => {
        desk.take(sighting);
        desk.take(seen(0));
      }),
    ).toBe(1_000);
  });
});

describe('the reading desk', () => {
  it('makes the first reading after a start durable at once, and no later one', () => {
    const b = bench();
    b.desk.take({ ...sighting, at: seen(0).at });
    expect(b.writer.requests).toHaveLength(0);
    b.desk.take(seen(0));
    expect(b.writer.requests).toHaveLength(1);
    b.seal();
    b.desk.take(seen(1));
    expect(b.writer.requests).toHaveLength(1);
  });

  it('puts a reading and what the judge makes of it into one commit, at once', () => {
    const b = bench();
    b.pastFirst();
    b.desk.take(seen(0));
    expect(b.writer.requests).toEqual([]);
    b.desk.take(seen(1, 9_000));
    const { drafts, judgeState } = b.writer.last;
    expect(drafts.map(({ kind, value }) => [kind, value])).toEqual([
      [recordKinds.temperature, 5_000],
      [recordKinds.temperature, 9_000],
      [recordKinds.excursion, 9_000],
    ]);
    expect(judgeState.map(([key]) => key.split('/')[0])).toEqual([
      'judge-clock',
      'told',
      'fold',
      'past',
      'told',
      'alert',
    ]);
    expect(b.excursions()).toBe(1);
    b.pipeline.stop();
  });

  it('tells also of an excursion that closes', () => {
    const b = bench();
    b.desk.take(seen(0, 9_000));
    b.seal();
    b.desk.take(seen(1));
    expect(b.excursions()).toBe(2);
    expect(b.writer.last.drafts[1]).toMatchObject({
      kind: recordKinds.excursion,
      detail: { event: 'closed' },
    });
  });

  it('acknowledges a message when it is durable, not before', () => {
    const b = bench();
    const answers: (Error | undefined)[] = [];
    b.desk.takeAcknowledged([seen(0), seen(1)], (error) => answers.push(error));
    b.pipeline.flush();
    expect(answers).toEqual([]);
    b.seal();
    expect(answers).toEqual([undefined]);
    expect(b.writer.last.drafts.length).toBe(2);
  });

  it('acknowledges a message without readings at once', () => {
    const b = bench();
    const answers: (Error | undefined)[] = [];
    b.desk.takeAcknowledged([], (error) => answers.push(error));
    expect(answers).toEqual([undefined]);
  });

  it('refuses a message while the log is too far behind, judges nothing of it and counts no loss', () => {
    const b = bench();
    b.fill();
    const answers: unknown[] = [];
    b.desk.takeAcknowledged([seen(0, 9_000)], (error) => answers.push(error));
    expect(answers).toMatchObject([{ code: 'STORE_BEHIND' }]);
    const at = { observedAtMs: 0, uptimeMs: 0, bootCount: 3, clockTrust: 2 } as const;
    expect(b.judge.status('cargo', at)).toMatchObject([{ state: 'UNKNOWN' }]);
    expect(b.desk.lostRecords).toBe(0);
    b.seal();
    b.seal();
    b.desk.takeAcknowledged([seen(0, 9_000)], (error) => answers.push(error));
    expect(b.writer.last.drafts[1]).toMatchObject({ kind: recordKinds.excursion });
    b.seal();
    expect(answers.at(-1)).toBeUndefined();
  });

  it('counts readings that a device cannot repeat, and records the loss once there is room', () => {
    const b = bench();
    b.pastFirst();
    b.fill();
    for (const second of [10, 20, 30]) b.desk.take(seen(second));
    expect(b.desk.lostRecords).toBe(3);
    b.seal();
    b.seal();
    b.desk.take(seen(40));
    expect(b.desk.lostRecords).toBe(0);
    const { drafts } = b.writer.last;
    expect(drafts.map(({ kind }) => kind)).toEqual([recordKinds.temperature, recordKinds.dataLoss]);
    expect(drafts[1]).toMatchObject({
      subjectName: 'intake',
      value: 3,
      detail: {
        type: 'data-loss',
        cause: 'store-behind',
        records: 3,
        fromMs: 1_700_000_010_000,
        toMs: 1_700_000_030_000,
      },
    });
    b.seal();
    b.desk.take(seen(50));
    b.pipeline.flush();
    expect(b.writer.last.drafts.map(({ kind }) => kind)).toEqual([recordKinds.temperature]);
  });

  it('stores a calibration offset in the commit of its record, and only when it is new', () => {
    const b = bench();
    const at = { unixMs: 1_700_000_000_000, uptimeMs: 1000 };
    const offset = { kind: 'calibration-offset', sensorId: 'cargo', at, register: 0x0103 } as const;
    const states = () => {
      b.pipeline.flush();
      const { judgeState } = b.writer.last;
      b.seal();
      return judgeState;
    };
    b.desk.take({ ...offset, quantity: 'temperature', offsetMilli: -300 });
    const stored = states();
    expect(stored).toEqual([['offset/cargo 259', '-300']]);
    expect(new OffsetMemory(new Map(stored.map(([key, value]) => [key, value ?? '']))).known).toEqual(
      new Map([['cargo 259', -300]]),
    );
    b.desk.take({ ...offset, quantity: 'temperature', offsetMilli: -300 });
    expect(states()).toEqual([]);
    b.desk.take({ ...offset, quantity: 'temperature', offsetMilli: 0 });
    expect(states()).toEqual([['offset/cargo 259', '0']]);
  });

  it('commits a changed calibration at once', () => {
    const b = bench();
    const at = { unixMs: 1_700_000_000_000, uptimeMs: 1000 };
    const condition = { kind: 'device-condition', deviceId: 'cargo', at, reason: 'was 0, is -300' } as const;
    b.desk.take({ ...condition, condition: 'probe-reachable' });
    expect(b.writer.requests).toEqual([]);
    b.desk.take({ ...condition, condition: 'calibration-changed' });
    expect(b.writer.requests).toHaveLength(1);
    expect(b.excursions()).toBe(0);
  });
});
