// Round numbers for the scales of a chart. Pure.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const timeSteps = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28, 56, 112, 224].map((days) => days * DAY),
];

/** Unix ms at round UTC times between two moments, about `wanted` of them. */
export function timeTicks(fromMs: number, toMs: number, wanted: number): { ms: number; stepMs: number }[] {
  const spanMs = Math.max(1, toMs - fromMs);
  const stepMs = timeSteps.find((step) => spanMs / step <= wanted) ?? Math.ceil(spanMs / wanted / DAY) * DAY;
  const ticks: { ms: number; stepMs: number }[] = [];
  for (let ms = Math.ceil(fromMs / stepMs) * stepMs; ms <= toMs; ms += stepMs) ticks.push({ ms, stepMs });
  return ticks;
}

/** `03-01` for days, `03-01 08:00` where a day begins in between, else `08:00`. */
export function tickText(ms: number, stepMs: number): string {
  const text = new Date(ms).toISOString();
  const day = text.slice(5, 10);
  if (stepMs >= DAY) return day;
  const clock = text.slice(11, 16);
  return clock === '00:00' ? day : clock;
}

/** Round values in milli-degrees that hold both ends, about `wanted` of them, ascending. */
export function valueTicks(lowest: number, highest: number, wanted: number): number[] {
  const span = Math.max(1000, highest - lowest);
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.floor(lowest / step);
  const last = Math.max(first + 1, Math.ceil(highest / step));
  return Array.from({ length: last - first + 1 }, (_, index) => Math.round((first + index) * step));
}
