// How long an endpoint wants to be left alone: HTTP Retry-After (RFC 9110 section 10.2.3), and the JSON-RPC codes
// that providers use for a rate limit.

/** EIP-1474 "limit exceeded" (Infura, Ankr, QuickNode) and the HTTP status that Alchemy repeats in the body. */
const limitCodes: readonly unknown[] = [-32005, 429];

/** True for a JSON-RPC error code that means "too many requests". */
export function isRateLimit(errorCode: unknown): boolean {
  return limitCodes.includes(errorCode);
}

/** Milliseconds from a Retry-After header; undefined when there is none or it is neither seconds nor a date. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
