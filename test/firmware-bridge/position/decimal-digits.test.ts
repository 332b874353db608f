import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decimalFraction,
  roundedQuotient,
  scaledDecimal,
} from '../../../firmware-bridge/position/decimal-digits.js';

describe('decimal text as scaled integers', () => {
  it.each([
    ['48.117302000', 7, 481_173_020],
    ['-0.00000005', 7, -1],
    ['-0.00000004', 7, 0],
    ['11.516674167', 7, 115_166_742],
    ['1.0005', 3, 1001],
    ['0', 7, 0],
    ['-0', 7, 0],
    ['180', 7, 1_800_000_000],
  ])('%s times 10^%i is %i', (text, places, scaled) => {
    expect(scaledDecimal(text, places)).toBe(scaled);
  });

  it.each(['', '.5', '5.', '+1', '1e3', ' 1', '0x1', '1,5', 'NaN', '--1', '1.2.3'])(
    '"%s" is no number',
    (text) => {
      expect(scaledDecimal(text, 3)).toBeUndefined();
      expect(decimalFraction(text)).toBeUndefined();
    },
  );

  it('agrees with exact arithmetic for every decimal', () => {
    const digits = (min: number, max: number) =>
      fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: min, maxLength: max });
    fc.assert(
      fc.property(digits(1, 8), digits(1, 12), fc.integer({ min: 0, max: 7 }), (whole, fraction, places) => {
        const exact = BigInt(whole + fraction) * 10n ** BigInt(places);
        const unit = 10n ** BigInt(fraction.length);
        expect(scaledDecimal(`${whole}.${fraction}`, places)).toBe(Number((2n * exact + unit) / (2n * unit)));
      }),
      { numRuns: 1000 },
    );
  });

  it('rounds quotients as exact arithmetic does', () => {
    fc.assert(
      fc.property(
        fc.nat(Number.MAX_SAFE_INTEGER),
        fc.integer({ min: 1, max: 600_000_000 }),
        (dividend, divisor) => {
          const [a, b] = [BigInt(dividend), BigInt(divisor)];
          expect(roundedQuotient(dividend, divisor)).toBe(Number((2n * a + b) / (2n * b)));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
