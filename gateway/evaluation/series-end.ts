// How long the last reading of a series stands. Pure.

/**
 * Unix ms up to which the last reading counts: one usual interval of its sensor (the median), but never longer than
 * `maxGapMs`. A single reading stands for the interval of the profile.
 * @param times Unix ms, ascending, at least one
 */
export function seriesEndMs(times: readonly number[], intervalMs: number, maxGapMs: number): number {
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  steps.sort((a, b) => a - b);
  // The lower of two middles: rather too short than invented.
  const usualMs = steps[Math.floor((steps.length - 1) / 2)] ?? intervalMs;
  return (times.at(-1) ?? 0) + Math.min(usualMs, maxGapMs);
}
