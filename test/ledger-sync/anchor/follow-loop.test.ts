// The rhythm of the loop, without a clock: how long it would wait after which outcome.
import { expect, test } from 'vitest';
import { runAnchorLoop } from '../../../ledger-sync/anchor/follow-loop.js';
import type { TickOutcome } from '../../../ledger-sync/anchor/submitter.js';

const idle: TickOutcome = { kind: 'idle', seq: 1 };
const down: TickOutcome = { kind: 'unreachable', code: 'RPC_DOWN' };
const held: TickOutcome = { kind: 'held', code: 'NOT_REGISTERED' };

/** The waits between these outcomes, with jitter fixed. */
async function waitsAfter(outcomes: TickOutcome[], random: number): Promise<number[]> {
  const stop = new AbortController();
  const waits: number[] = [];
  const left = [...outcomes];
  await runAnchorLoop({
    submitter: { tick: async () => left.shift() ?? idle },
    intervalMs: 10_000,
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

test('waits double while the endpoint is down, and fall back with its first answer', async () => {
  expect(await waitsAfter([down, down, held, idle, down], 1)).toEqual([
    20_000, 40_000, 80_000, 10_000, 20_000,
  ]);
});

test('no wait is longer than five minutes, and jitter takes at most half of it', async () => {
  const outcomes = Array.from({ length: 60 }, () => down);
  expect((await waitsAfter(outcomes, 1)).at(-1)).toBe(300_000);
  expect((await waitsAfter(outcomes, 0)).at(-1)).toBe(150_000);
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
