// The pauses between attempts to reach a broker.

import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../gateway/publish/broker-link.js';

describe('the pause before the next connection', () => {
  it('grows to a minute, and is spread over half of itself', () => {
    const least = Array.from({ length: 12 }, (_unused, attempt) => backoffMs(attempt, () => 0));
    const greatest = Array.from({ length: 12 }, (_unused, attempt) => backoffMs(attempt, () => 1));
    expect(greatest).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000, 60_000,
    ]);
    expect(least).toEqual(greatest.map((ms) => ms / 2));
  });

  it('stays a minute after years of attempts', () => {
    expect(backoffMs(1e6, () => 1)).toBe(60_000);
  });
});
