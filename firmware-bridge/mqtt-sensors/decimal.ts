// From decimal digits to integer milli-units, exactly: no binary floating point on the way.
// Pure. Rounds half away from zero, as the digits say.

/** milli = (x * factor + offset) / divisor, for x in the unit. */
interface UnitScale {
  readonly factor: bigint;
  readonly offset: bigint;
  readonly divisor: bigint;
}

export const unitScales = {
  celsius: { factor: 1000n, offset: 0n, divisor: 1n },
  // (F - 32) * 5 / 9
  fahrenheit: { factor: 5000n, offset: -160_000n, divisor: 9n },
  kelvin: { factor: 1000n, offset: -273_150n, divisor: 1n },
  'deci-celsius': { factor: 100n, offset: 0n, divisor: 1n },
  'centi-celsius': { factor: 10n, offset: 0n, divisor: 1n },
  'milli-celsius': { factor: 1n, offset: 0n, divisor: 1n },
  percent: { factor: 1000n, offset: 0n, divisor: 1n },
} as const satisfies Record<string, UnitScale>;

export type ValueUnit = keyof typeof unitScales;

/** Bounded digits and exponent: nobody makes us build a huge integer. */
const decimalPattern = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?(?:[eE]([+-]?\d{1,3}))?$/;

/** `digits` (a JSON number's text) in milli-units; undefined where they are no number of a sensible size. */
export function milliUnitsOf(digits: string, unit: ValueUnit): number | undefined {
  const match = decimalPattern.exec(digits);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match;
  const exponent = Number(exponentText) - fraction.length;
  const magnitude = BigInt(whole + fraction);
  const signed = sign === '-' ? -magnitude : magnitude;
  const numerator = exponent > 0 ? signed * 10n ** BigInt(exponent) : signed;
  const denominator = exponent < 0 ? 10n ** BigInt(-exponent) : 1n;
  const { factor, offset, divisor } = unitScales[unit];
  const milli = dividedRounded(numerator * factor + offset * denominator, denominator * divisor);
  const value = Number(milli);
  return Number.isSafeInteger(value) ? value : undefined;
}

function dividedRounded(numerator: bigint, denominator: bigint): bigint {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = (magnitude * 2n + denominator) / (denominator * 2n);
  return numerator < 0n ? -rounded : rounded;
}
