// Whether a receiver's date can be true. A receiver whose week number rolled over is wrong by 1024 weeks
// (19.6 years), with a perfect fix; one without an almanac starts at its firmware's date.

const earliestUnixMs = Date.UTC(2020, 0, 1);
const furthestAheadMs = 20 * 365.25 * 86_400_000;

/**
 * Not before 2020, and not more than 20 years ahead of the system clock. A system clock that itself stands before
 * 2020 (a board without a battery) counts as 2020: it must not keep the first true time out.
 */
export function isPlausibleTime(sourceUnixMs: number, systemUnixMs: number): boolean {
  const latestUnixMs = Math.max(systemUnixMs, earliestUnixMs) + furthestAheadMs;
  return sourceUnixMs >= earliestUnixMs && sourceUnixMs <= latestUnixMs;
}
