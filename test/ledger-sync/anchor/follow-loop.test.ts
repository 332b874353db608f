// The rhythm of the loop, without a clock: how long it would wait after which outcome.
import { expect, test } from 'vitest';
import { runAnchorLoop } from '../../../ledger-sync/anchor/follow-loop.js';
import type { TickOutcome } from '../../../ledger-sync/anchor/payer-lane.js';

const idle: TickOutcome = { kind: 'idle', seq: 1 };
const down: TickOutcome = { kind: 'unreachable', code: 'RPC_DOWN' };
const held: TickOutcome = { kind: 'held', code: 'NOT_REGISTERED' };
const dear: TickOutcome = { kind: 'held', code: 'FEE_LIMIT' };

/** The waits between these outcomes, with jitter fixed. */
async function waitsAfter(outcomes: TickOutcome[], random: number, intervalMs = 10_000): Promise<number[]> {
  const stop = new AbortController();
  const waits: number[] = [];
  const left = [...outcomes];
  await runAnchorLoop({
    submitter: { tick: async () => left.shift() ?? idle },
    intervalMs,
    signal: stop.signal,
    random: () => random,
    wait: async (delayMs) => {
      waits.push(delayMs);
      if (left.length === 0) stop.abort();
    },
  });
  return waits;
}

test('a ledger that answers is looked at in a fixed rhythm', async () => {
  expect(await waitsAfter([idle, idle, idle], 0.7)).toEqual([10_000, 10_000, 10_000]);
});

test('an endpoint that is down is tried in the same rhythm, with jitter: its breaker spares it', async () => {
  expect(await waitsAfter([down, down, down, idle], 1)).toEqual([10_000, 10_000, 10_000, 10_000]);
  expect(await waitsAfter([down, down], 0)).toEqual([5_000, 5_000]);
});

test('waits double while a person must act, and fall back with the first success', async () => {
  expect(await waitsAfter([held, held, idle, held], 1, 4_000)).toEqual([8_000, 16_000, 4_000, 8_000]);
});

test('fees that are too high now are asked for again in the usual rhythm', async () => {
  expect(await waitsAfter([dear, dear, dear], 1)).toEqual([10_000, 10_000, 10_000]);
});

test('no wait is longer than half a minute, and jitter takes at most half of it', async () => {
  const outcomes = Array.from({ length: 60 }, () => held);
  expect((await waitsAfter(outcomes, 1)).at(-1)).toBe(30_000);
  expect((await waitsAfter(outcomes, 0)).at(-1)).toBe(15_000);
});

test('a stop ends the wait at once', async () => {
  const stop = new AbortController();
  const loop = runAnchorLoop({
    submitter: { tick: async () => idle },
    intervalMs: 2 ** 30,
    signal: stop.signal,
  });
  setImmediate(() => stop.abort());
  await loop;
});

test('a call that the stop cut off is no failure', async () => {
  const stop = new AbortController();
  const tick = async () => {
    stop.abort();
    throw new Error('cut off');
  };
  await runAnchorLoop({ submitter: { tick }, intervalMs: 1, signal: stop.signal });
});

test('a broken store ends the loop', async () => {
  const tick = () => Promise.reject(new Error('disk full'));
  const loop = runAnchorLoop({ submitter: { tick }, intervalMs: 1, signal: new AbortController().signal });
  await expect(loop).rejects.toThrow('disk full');
});
