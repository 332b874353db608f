// Decimal text to scaled integers by its digits: no binary fraction is ever made of a coordinate or a speed.
// Receivers write plain decimals; exponents and signs other than one leading minus are refused.

const decimalForm = /^(-?)(\d{1,9})(?:\.(\d{1,20}))?$/;
/** Nine digits before the point and these behind it stay below 2^53. */
const maxPlaces = 6;
/** Coordinates have at most three digits before the point, and seven behind it. */
const maxDigits = 15;

/**
 * `text` times 10^places, rounded half away from zero: ("12.5", 2) is 1250. `places`: 0..7.
 * undefined where the text is no plain decimal, or the result has more than 15 digits.
 */
export function scaledDecimal(text: string, places: number): number | undefined {
  const match = decimalForm.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  const digits = whole + fraction.slice(0, places).padEnd(places, '0');
  const significant = digits.replace(/^0+/, '');
  if (significant.length > maxDigits) return undefined;
  const roundsUp = (fraction[places] ?? '0') >= '5';
  const size = Number(significant) + (roundsUp ? 1 : 0);
  // No -0: it would be written as 0 and compared as another value.
  return sign === '-' && size !== 0 ? -size : size;
}

/** A decimal as digits over a power of ten: "4.80" is 480 over 10^2. At most six places; more are cut off. */
export interface DecimalFraction {
  readonly digits: number;
  readonly places: number;
}

/** undefined where the text is no plain decimal without a sign. */
export function decimalFraction(text: string): DecimalFraction | undefined {
  const match = decimalForm.exec(text);
  if (match === null || match[1] === '-') return undefined;
  const [, , whole = '', fraction = ''] = match;
  const kept = fraction.slice(0, maxPlaces);
  return { digits: Number(whole + kept), places: kept.length };
}

/** dividend / divisor to the nearest integer, halves up; exact for integers below 2^53. Both are >= 0. */
export function roundedQuotient(dividend: number, divisor: number): number {
  const rest = dividend % divisor;
  const quotient = (dividend - rest) / divisor;
  return 2 * rest >= divisor ? quotient + 1 : quotient;
}
