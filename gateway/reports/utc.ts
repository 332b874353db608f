// Moments as reports write them: ISO 8601, milliseconds, UTC. The machine's own time zone plays no part.

/** Nothing in a record is later. */
const LAST_MS = 253_402_300_799_999;

/** @param unixMs a moment outside of the years 1970 to 9999 becomes the nearest one inside */
export function instantOf(unixMs: number): string {
  return new Date(Math.min(LAST_MS, Math.max(0, Math.round(unixMs)))).toISOString();
}
