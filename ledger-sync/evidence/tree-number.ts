// Leaf indexes and tree sizes as 64-bit unsigned numbers, as RFC 9162 has them.

const MAX_UINT64 = 2n ** 64n - 1n;

/** The number as a bigint; undefined if it is no whole number of 0..2^64-1 or not exact. */
export function toTreeNumber(value: number | bigint): bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : undefined;
  return value >= 0n && value <= MAX_UINT64 ? value : undefined;
}
