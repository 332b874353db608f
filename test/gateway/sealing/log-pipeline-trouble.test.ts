// What the pipeline does with a group that failed, at its end, and when memory runs out.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAX_WAITING_RECORDS } from '../../../gateway/sealing/log-pipeline.js';
import { orderOf } from '../ledger-domain.js';
import { PipelineBench } from '../pipeline-bench.js';

const order = orderOf(1, new Uint8Array(28));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a group that failed', () => {
  it('is tried again with growing pauses, and nothing is acknowledged meanwhile', () => {
    const bench = new PipelineBench(0);
    bench.add(1, 'a');
    const [group] = bench.writer.requests;
    const pauses = [500, 1000, 2000, 4000, 8000, 10_000, 10_000];
    for (const [at, pauseMs] of pauses.entries()) {
      bench.fail();
      bench.add(1, 'later', { isUrgent: true });
      vi.advanceTimersByTime(pauseMs - 1);
      expect(bench.writer.requests.length).toBe(at + 1);
      vi.advanceTimersByTime(1);
      expect(bench.writer.requests.length).toBe(at + 2);
      expect(bench.writer.last).toBe(group);
    }
    expect(new Set(bench.told)).toEqual(new Set(['DISK_FULL']));
    bench.seal();
    expect(bench.told.slice(pauses.length)).toEqual(['works again', 'a 0', 'sealed 1']);
    expect(bench.sent.at(-1)).toBe(pauses.length);
  });

  it('keeps its cursors and its batch order', () => {
    const bench = new PipelineBench(0);
    bench.pipeline.saveCursor('mqtt:a', 4);
    bench.pipeline.cutBatch(order);
    bench.fail();
    vi.advanceTimersByTime(500);
    expect(bench.writer.last).toMatchObject({ cursors: [['mqtt:a', 4]], batch: order });
  });

  it('starts with a short pause again after a success', () => {
    const bench = new PipelineBench(0);
    for (const name of ['a', 'b']) {
      bench.add(1, name);
      bench.fail();
      vi.advanceTimersByTime(500);
      bench.seal();
    }
    expect(bench.sent).toEqual([1, 1, 1, 1]);
  });

  it('is not tried again once the pipeline is stopped', () => {
    const bench = new PipelineBench(0);
    bench.add(1, 'a');
    bench.fail();
    bench.pipeline.stop();
    vi.advanceTimersByTime(60_000);
    expect(bench.sent).toEqual([1]);
  });
});

describe('draining', () => {
  async function isDone(promise: Promise<void>): Promise<boolean> {
    let done = false;
    void promise.then(() => {
      done = true;
    });
    await vi.advanceTimersByTimeAsync(0);
    return done;
  }

  it('resolves at once when nothing waits', async () => {
    expect(await isDone(new PipelineBench().pipeline.drain())).toBe(true);
  });

  it('sends what waits and resolves once all of it is durable', async () => {
    const bench = new PipelineBench();
    bench.add(1000, 'a');
    bench.add(1000, 'b');
    const drained = bench.pipeline.drain();
    bench.seal();
    expect(await isDone(drained)).toBe(false);
    bench.seal();
    expect(await isDone(drained)).toBe(true);
    expect(bench.sent).toEqual([1000, 1000]);
  });

  it('waits for a group that failed until it went in', async () => {
    const bench = new PipelineBench(0);
    bench.add(1, 'a');
    bench.fail();
    const drained = bench.pipeline.drain();
    await vi.advanceTimersByTimeAsync(500);
    expect(await isDone(drained)).toBe(false);
    bench.seal();
    expect(await isDone(drained)).toBe(true);
  });

  it('makes cursors durable that were noted while a group was in flight', async () => {
    const bench = new PipelineBench(0);
    bench.add(1, 'a');
    bench.pipeline.saveCursor('mqtt:a', 4);
    const drained = bench.pipeline.drain();
    bench.seal();
    expect(bench.writer.last.cursors).toEqual([['mqtt:a', 4]]);
    expect(await isDone(drained)).toBe(false);
    bench.seal();
    expect(await isDone(drained)).toBe(true);
  });
});

describe('room', () => {
  it('ends at the bound, and comes back when records become durable', () => {
    const bench = new PipelineBench(0);
    bench.add(1, 'first');
    bench.add(MAX_WAITING_RECORDS - 1, 'a');
    expect(bench.pipeline.hasRoom(1)).toBe(true);
    expect(bench.pipeline.hasRoom(2)).toBe(false);
    expect(bench.pipeline.waitingRecords).toBe(MAX_WAITING_RECORDS);
    bench.seal();
    expect(bench.pipeline.hasRoom(2)).toBe(true);
    expect(bench.pipeline.waitingRecords).toBe(MAX_WAITING_RECORDS - 1);
    bench.seal();
    expect(bench.pipeline.waitingRecords).toBe(0);
  });
});
