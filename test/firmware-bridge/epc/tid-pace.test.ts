import { expect, it } from 'vitest';
import { TidPace } from '../../../firmware-bridge/epc/tid-pace.js';

it('TIDs get a third of the time at most, and inventory has half a second before each', () => {
  const pace = new TidPace(0);
  let [nowMs, spentMs] = [0, 0];
  for (const turnMs of [20, 1000, 60, 700, 1500, 5]) {
    const asleepMs = nowMs;
    while (!pace.isReady(nowMs)) nowMs += 1;
    expect(nowMs - asleepMs).toBeGreaterThanOrEqual(500);
    pace.spent(nowMs, nowMs + turnMs);
    nowMs += turnMs;
    spentMs += turnMs;
  }
  while (!pace.isReady(nowMs)) nowMs += 1;
  expect(spentMs * 3).toBeLessThanOrEqual(nowMs);
});
