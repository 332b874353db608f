// How long the other end of a request wants to be left alone: Retry-After (RFC 9110 section 10.2.3).

/**
 * HTTP-date in its three forms (section 5.6.7); the last one names no zone and means GMT. Date.parse by itself would take
 * "-5" and "soon 2100" for dates as well.
 */
const httpDate =
  /^[A-Z][a-z]{2,8}(, \d\d([ -])[A-Z][a-z]{2}\2\d{2,4} \d\d:\d\d:\d\d GMT| [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})$/;

/**
 * From now on in ms, not negative, without an upper bound: that is the caller's.
 * @returns undefined when there is none or it is neither seconds nor a date
 */
export function retryAfterMs(header: string | null | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, Number.MAX_SAFE_INTEGER);
  if (!httpDate.test(text)) return undefined;
  const atMs = Date.parse(text.endsWith(' GMT') ? text : `${text} GMT`);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
