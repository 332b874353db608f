// The token bucket: a rate over time, whatever the sizes.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TokenBucket } from '../../../gateway/publish/token-bucket.js';

it('lets no more through than a burst and the rate, and something always', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 100 });
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 2000 }), sizes, (perSecond, messages) => {
      const bucket = new TokenBucket(perSecond, 0);
      let nowMs = 0;
      let sent = 0;
      for (const size of messages) {
        const waitMs = bucket.waitMs(nowMs);
        nowMs += waitMs;
        expect(bucket.waitMs(nowMs)).toBe(0);
        // What is sent before this one is covered by the burst and the time.
        expect(sent).toBeLessThan(perSecond + (nowMs / 1000) * perSecond + 1);
        bucket.take(size);
        sent += size;
      }
    }),
  );
});

it('saves up no more than one second', () => {
  const bucket = new TokenBucket(1000, 0);
  expect(bucket.waitMs(3_600_000)).toBe(0);
  bucket.take(1500);
  expect(bucket.waitMs(3_600_000)).toBe(501);
});
