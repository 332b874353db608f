// When an endpoint is left alone, and for how long at most.
import { expect, test } from 'vitest';
import { CircuitBreaker } from '../../../ledger-sync/anchor/circuit-breaker.js';

function bench(random = 1) {
  const clock = { nowMs: 5_000 };
  const breaker = new CircuitBreaker({ now: () => clock.nowMs, random: () => random });
  /** Ms until it may be asked again. */
  const openForMs = () => {
    const startMs = clock.nowMs;
    while (breaker.isOpen) clock.nowMs += 1;
    return clock.nowMs - startMs;
  };
  return { breaker, clock, openForMs };
}

test('one lost call opens nothing, two in a row do', () => {
  const { breaker } = bench();
  breaker.failed();
  breaker.succeeded();
  breaker.failed();
  expect(breaker.isOpen).toBe(false);
  breaker.failed();
  expect(breaker.isOpen).toBe(true);
});

test('each failed try doubles the pause, to two seconds and no more', () => {
  const { breaker, openForMs } = bench();
  breaker.failed();
  const pauses = Array.from({ length: 6 }, () => {
    breaker.failed();
    return openForMs();
  });
  expect(pauses).toEqual([500, 1_000, 2_000, 2_000, 2_000, 2_000]);
});

test('jitter takes at most half of the pause', () => {
  const { breaker, openForMs } = bench(0);
  breaker.failed();
  breaker.failed();
  expect(openForMs()).toBe(250);
});

test('a wish for patience is obeyed at once, up to an hour, and outlasts an answer that was under way', () => {
  const { breaker, openForMs } = bench();
  breaker.refused(7_000);
  breaker.succeeded();
  expect(openForMs()).toBe(7_000);
  breaker.refused(7_000);
  breaker.failed();
  breaker.failed();
  expect(openForMs()).toBe(7_000);
  breaker.succeeded();
  breaker.refused(undefined);
  expect(openForMs()).toBe(2_000);
  breaker.refused(Number.MAX_SAFE_INTEGER);
  expect(openForMs()).toBe(3_600_000);
});
