import { describe, expect, it } from 'vitest';
import { SequenceWatch } from '../../../firmware-bridge/board/sequence-watch.js';

const wrap = 2 ** 32;
const day = 86_400_000;

/** What the second of two frames is: [sequence, uptimeMs] each, and the gateway's ms between their arrivals. */
function second(first: [number, number], next: [number, number], passedMs: number) {
  const watch = new SequenceWatch();
  const reading = ([sequence, uptimeMs]: [number, number]) =>
    ({ kind: 'reading', sequence, uptimeMs, flags: 0, values: [] }) as const;
  expect(watch.follow(reading(first), 1000).kind).toBe('first');
  return watch.follow(reading(next), 1000 + passedMs);
}

describe('what a frame is after the one before', () => {
  it.each<[string, [number, number], [number, number], number, string]>([
    ['the next', [42, 60_000], [43, 70_000], 10_000, 'next'],
    ['the next, with a slow clock', [42, 60_000], [43, 70_000], 12_000, 'next'],
    ['the next, out of a buffer of ten hours', [42, 60_000], [43, 36_060_000], 0, 'next'],
    ['two in one millisecond', [42, 60_000], [43, 60_000], 0, 'next'],
    ['the same again', [42, 60_000], [42, 60_000], 10, 'duplicate'],
    ['the sequence wrapping', [wrap - 1, 60_000], [0, 70_000], 10_000, 'next'],
    ['the uptime wrapping', [42, wrap - 5000], [43, 5000], 10_000, 'next'],
    ['both wrapping', [wrap - 1, wrap - 5000], [0, 5000], 10_000, 'next'],
    ['a gap', [42, 60_000], [46, 100_000], 40_000, 'lost'],
    ['a gap over the end of the sequence', [wrap - 1, 60_000], [3, 100_000], 40_000, 'lost'],
    ['a night without a port, the board going on', [42, 60_000], [42 + 8640, 60_000 + day], day, 'lost'],
    ['a start', [42, 60_000], [0, 800], 10_000, 'reset'],
    ['a start whose first frames were not seen', [42, 60_000], [3, 30_800], 40_000, 'reset'],
    ['a start right after a start', [0, 800], [0, 900], 5000, 'reset'],
    ['a start after four weeks', [241_920, 2_419_200_000], [0, 800], 10_000, 'reset'],
    ['a start when the sequence is near its end', [wrap - 3, 2_000_000_000], [0, 800], 10_000, 'reset'],
    ['a start when the uptime is near its end', [42, wrap - 5000], [0, 800], 10_000, 'reset'],
    ['a start in an hour without a port', [2, 20_800], [170, 1_700_800], 2 * 3_600_000, 'reset'],
    ['an uptime that stood still under a new sequence', [42, 60_000], [7, 60_000], 10_000, 'reset'],
    ['an uptime that went back', [42, 60_000], [43, 59_999], 10_000, 'reset'],
  ])('%s', (_what, first, next, passedMs, kind) => {
    expect(second(first, next, passedMs).kind).toBe(kind);
  });

  it('counts the lost frames, also over the end of the sequence', () => {
    expect(second([42, 60_000], [46, 100_000], 40_000)).toMatchObject({ count: 3 });
    expect(second([wrap - 1, 60_000], [3, 100_000], 40_000)).toEqual({
      kind: 'lost',
      count: 3,
      reason: '3 frames lost: sequence 4294967295 to 3, uptime 60000 to 100000 ms',
    });
    expect(second([42, 60_000], [44, 80_000], 20_000)).toMatchObject({
      reason: expect.stringMatching(/^1 frame lost: /),
    });
  });

  it('says after a start which frames nobody saw', () => {
    expect(second([42, 60_000], [3, 30_800], 40_000)).toMatchObject({
      reason: expect.stringContaining('; 3 frames since its start were not seen'),
    });
  });

  it('another board starts afresh', () => {
    const watch = new SequenceWatch();
    const reading = { kind: 'reading', sequence: 42, uptimeMs: 60_000, flags: 0, values: [] } as const;
    watch.follow(reading, 1000);
    watch.forget();
    expect(watch.follow({ ...reading, sequence: 3 }, 2000).kind).toBe('first');
  });
});
