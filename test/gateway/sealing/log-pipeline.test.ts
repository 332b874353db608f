// Grouping in front of the writer, with a writer that answers when the test says so and a clock that stands
// still.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { orderOf } from '../ledger-domain.js';
import { PIPELINE_WINDOW_MS, PipelineBench } from '../pipeline-bench.js';

const MAX_GROUP = 1024;
const order = orderOf(1, new Uint8Array(28));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('cursors', () => {
  it('go with a commit if there is one, and alone if not', () => {
    const bench = new PipelineBench();
    bench.pipeline.saveCursor('mqtt:hq', 5);
    bench.pipeline.flushCursors();
    expect(bench.sent).toEqual([0]);
    bench.seal();
    bench.add(1, 'reading', { isUrgent: true });
    bench.seal();
    bench.pipeline.saveCursor('mqtt:hq', 6);
    bench.pipeline.flushCursors();
    expect(bench.sent).toEqual([0, 1]);
    bench.pipeline.flushCursors();
    expect(bench.sent).toEqual([0, 1, 0]);
    bench.seal();
    bench.pipeline.flushCursors();
    bench.pipeline.flushCursors();
    expect(bench.sent).toEqual([0, 1, 0]);
  });
});

describe('the window', () => {
  it('lets a group grow from its first record on', () => {
    const bench = new PipelineBench();
    bench.add(1, 'a');
    vi.advanceTimersByTime(PIPELINE_WINDOW_MS - 1);
    bench.add(2, 'b');
    expect(bench.sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(bench.sent).toEqual([3]);
  });

  it('is longer for entries that may wait, and ends for all with the window of one that may not', () => {
    const bench = new PipelineBench(PIPELINE_WINDOW_MS, 5 * PIPELINE_WINDOW_MS);
    bench.add(1, 'sighting', { isPatient: true });
    vi.advanceTimersByTime(5 * PIPELINE_WINDOW_MS - 1);
    expect(bench.sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(bench.sent).toEqual([1]);
    bench.seal();
    bench.add(1, 'sighting', { isPatient: true });
    bench.add(2, 'reading');
    bench.add(1, 'sighting', { isPatient: true });
    vi.advanceTimersByTime(PIPELINE_WINDOW_MS);
    expect(bench.sent).toEqual([1, 4]);
    bench.seal();
    bench.add(1, 'sighting', { isPatient: true });
    vi.advanceTimersByTime(PIPELINE_WINDOW_MS);
    bench.add(1, 'alarm', { isPatient: true, isUrgent: true });
    expect(bench.sent).toEqual([1, 4, 2]);
  });

  it('of 0 ms lets nobody wait, however patient', () => {
    const bench = new PipelineBench(0, 5_000);
    bench.add(1, 'sighting', { isPatient: true });
    expect(bench.sent).toEqual([1]);
  });

  it('is no longer for a reading that comes while sightings are in flight', () => {
    const bench = new PipelineBench(PIPELINE_WINDOW_MS, 5 * PIPELINE_WINDOW_MS);
    bench.add(1, 'sighting', { isPatient: true });
    bench.pipeline.flush();
    bench.add(1, 'reading');
    bench.seal();
    vi.advanceTimersByTime(PIPELINE_WINDOW_MS);
    expect(bench.sent).toEqual([1, 1]);
  });

  it('of 0 ms sends at once', () => {
    const bench = new PipelineBench(0);
    bench.add(1, 'a');
    expect(bench.sent).toEqual([1]);
  });

  it('is skipped by an urgent entry, which takes along what waits', () => {
    const bench = new PipelineBench();
    bench.add(1, 'a');
    bench.add(1, 'b', { isUrgent: true });
    expect(bench.sent).toEqual([2]);
    vi.advanceTimersByTime(PIPELINE_WINDOW_MS * 2);
    expect(bench.sent).toEqual([2]);
  });

  it('holds again after an urgent entry', () => {
    const bench = new PipelineBench();
    bench.add(1, 'a', { isUrgent: true });
    bench.seal();
    bench.add(1, 'b');
    expect(bench.sent).toEqual([1]);
  });

  it('holds again after a flush that met a group in flight', () => {
    const bench = new PipelineBench();
    bench.add(1, 'a', { isUrgent: true });
    bench.pipeline.flush();
    bench.seal();
    bench.add(1, 'b');
    expect(bench.sent).toEqual([1]);
  });

  it('does not delay a full group', () => {
    const bench = new PipelineBench();
    bench.add(MAX_GROUP, 'a');
    expect(bench.sent).toEqual([MAX_GROUP]);
  });

  it('does not delay an urgent entry that came while a group was in flight', () => {
    const bench = new PipelineBench();
    bench.add(1, 'a', { isUrgent: true });
    bench.add(2, 'b');
    bench.add(3, 'c', { isUrgent: true });
    bench.seal();
    expect(bench.sent).toEqual([1, 5]);
  });

  it('does not start before there is something to send', () => {
    const bench = new PipelineBench();
    bench.pipeline.flush();
    vi.advanceTimersByTime(PIPELINE_WINDOW_MS * 2);
    expect(bench.sent).toEqual([]);
  });
});

describe('a group', () => {
  it('has at most 1024 records, and no entry is torn apart', () => {
    const bench = new PipelineBench(0);
    bench.add(1, 'first');
    for (const name of ['a', 'b', 'c']) bench.add(500, name);
    bench.seal();
    bench.seal();
    expect(bench.sent).toEqual([1, 1000, 500]);
  });

  it('of one entry may be larger: records that belong together stay together', () => {
    const bench = new PipelineBench(0);
    bench.add(1500, 'a');
    expect(bench.sent).toEqual([1500]);
  });

  it('keeps the order, and tells each entry its first sequence', () => {
    const bench = new PipelineBench(0);
    bench.writer.size = 70;
    bench.add(2, 'a');
    bench.add(3, 'b');
    bench.add(4, 'c');
    bench.seal();
    bench.seal();
    expect(bench.told).toEqual(['a 70', 'sealed 72', 'b 72', 'c 75', 'sealed 79']);
  });

  it('goes to the writer before the listeners of the one before run', () => {
    const bench = new PipelineBench(0);
    let sentWhenTold = 0;
    bench.add(1, 'a', {
      onDurable: () => {
        sentWhenTold = bench.writer.requests.length;
      },
    });
    bench.add(1, 'b');
    bench.seal();
    expect(sentWhenTold).toBe(2);
  });

  it('carries judge states in their order, and the cursors of the moment', () => {
    const bench = new PipelineBench();
    bench.add(1, 'a', { judgeState: [['x', '1']] });
    bench.pipeline.saveCursor('mqtt:a', 4);
    bench.pipeline.saveCursor('mqtt:b', 5);
    bench.pipeline.saveCursor('mqtt:a', 6);
    bench.add(1, 'b', { judgeState: [['x', '2']], isUrgent: true });
    expect(bench.writer.last.judgeState).toEqual([
      ['x', '1'],
      ['x', '2'],
    ]);
    expect(bench.writer.last.cursors).toEqual([
      ['mqtt:a', 6],
      ['mqtt:b', 5],
    ]);
    bench.seal();
    bench.add(1, 'c', { isUrgent: true });
    expect(bench.writer.last.cursors).toEqual([]);
  });

  it('of cursors alone waits for a flush', () => {
    const bench = new PipelineBench();
    bench.pipeline.saveCursor('mqtt:a', 4);
    vi.advanceTimersByTime(PIPELINE_WINDOW_MS * 2);
    expect(bench.sent).toEqual([]);
    bench.pipeline.flush();
    expect(bench.writer.last).toEqual({
      drafts: [],
      judgeState: [],
      results: [],
      cursors: [['mqtt:a', 4]],
      batch: undefined,
    });
  });

  it('carries a batch order at once, but only behind all records that waited', () => {
    const bench = new PipelineBench();
    bench.add(1, 'first', { isUrgent: true });
    bench.add(1000, 'a');
    bench.add(1000, 'b');
    bench.pipeline.cutBatch(order);
    bench.seal();
    expect(bench.writer.last.batch).toBeUndefined();
    bench.seal();
    expect(bench.sent).toEqual([1, 1000, 1000]);
    expect(bench.writer.last.batch).toBe(order);
    bench.seal();
    bench.add(1, 'c', { isUrgent: true });
    expect(bench.writer.last.batch).toBeUndefined();
  });
});
