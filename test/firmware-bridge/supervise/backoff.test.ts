// The pauses between attempts to open a port.

import { describe, expect, it } from 'vitest';
import { Backoff } from '../../../firmware-bridge/supervise/backoff.js';

const middle = () => new Backoff(() => 0.5);

describe('the pause before a port is opened again', () => {
  it('grows to half a minute while the device is at fault, for ever', () => {
    const backoff = middle();
    const pauses = Array.from({ length: 40 }, () => backoff.next(false));
    expect(pauses.slice(0, 8)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(new Set(pauses.slice(7))).toEqual(new Set([30_000]));
  });

  it('is two seconds at most while it is not there, also after years', () => {
    const backoff = middle();
    expect(Array.from({ length: 5 }, () => backoff.next(true))).toEqual([500, 1000, 2000, 2000, 2000]);
    for (let times = 0; times < 2000; times++) expect(backoff.next(true)).toBe(2000);
  });

  it('of a plug that rattles is as short after many times as after the first: each pull may look like a fault', () => {
    const backoff = middle();
    for (let pull = 0; pull < 100; pull++) {
      expect(backoff.next(false)).toBe(500);
      expect(backoff.next(true)).toBe(500);
    }
  });
});
