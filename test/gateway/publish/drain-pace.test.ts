// How much is under way: it follows the link, and never stops making progress.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DrainPace } from '../../../gateway/publish/drain-pace.js';

/** Acknowledgements of a link that carries so many records a second, after one way there and back. */
function drainOver(pace: DrainPace, recordsPerSecond: number, roundTripMs: number, pages: number): number {
  let worstMs = 0;
  for (let page = 0; page < pages; page += 1) {
    const ahead = pace.pages * pace.pageRecords;
    const latencyMs = roundTripMs + (ahead / recordsPerSecond) * 1000;
    worstMs = latencyMs;
    pace.acknowledged(latencyMs);
  }
  return worstMs;
}

describe('the pace of a drain', () => {
  it('grows to full pages over a link that is never busy, and no further', () => {
    const pace = new DrainPace(1024);
    drainOver(pace, 1_000_000, 300, 20);
    expect([pace.pageRecords, pace.pages]).toEqual([1024, 4]);
  });

  it('keeps what stands in front of an alert short on a slow link', () => {
    const pace = new DrainPace(1024);
    pace.connected();
    const latencyMs = drainOver(pace, 300, 300, 100);
    expect(latencyMs).toBeLessThan(300 + 2000);
    expect(pace.pageRecords).toBeLessThanOrEqual(512);
  });

  it('makes pages so small that one gets through before the next cut', () => {
    const pace = new DrainPace(1024);
    drainOver(pace, 1_000_000, 10, 20);
    for (let cut = 0; cut < 4; cut += 1) {
      pace.connected();
      pace.lost(true);
    }
    expect([pace.pageRecords, pace.pages]).toEqual([16, 1]);
  });

  it('is not smaller after a cut that came when something had got through, or with nothing under way', () => {
    const pace = new DrainPace(1024);
    drainOver(pace, 1_000_000, 10, 20);
    pace.connected();
    pace.lost(false);
    pace.connected();
    pace.acknowledged(10);
    pace.lost(true);
    expect(pace.pageRecords).toBe(1024);
  });

  it('never wishes for nothing, or for more than fits, whatever happens', () => {
    const event = fc.oneof(
      fc.record({ kind: fc.constant('ack' as const), ms: fc.integer({ min: 0, max: 60_000 }) }),
      fc.constantFrom({ kind: 'up' as const }, { kind: 'lost' as const, had: true }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 1024 }), fc.array(event, { maxLength: 200 }), (most, events) => {
        const pace = new DrainPace(most);
        for (const one of events) {
          if (one.kind === 'ack') pace.acknowledged(one.ms);
          else if (one.kind === 'up') pace.connected();
          else pace.lost(one.had);
          expect(pace.pageRecords).toBeGreaterThanOrEqual(16);
          expect(pace.pageRecords).toBeLessThanOrEqual(most);
          expect(pace.pages).toBeGreaterThanOrEqual(1);
          expect(pace.pages).toBeLessThanOrEqual(4);
        }
      }),
    );
  });
});
