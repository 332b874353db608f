// Where a tag was read, and how far apart two such places are at least. Every number is on the side of the innocent: what
// GNSS may be wrong by, and how far a truck may have driven since its last fix, is taken away from the distance.

/** A point with the radius in which it surely lies. */
export interface Place {
  /** WGS 84, 1e-7 degrees. */
  readonly latitudeDegE7: number;
  readonly longitudeDegE7: number;
  readonly errorM: number;
}

/** A fix of the gateway's own receiver. */
export interface Fix {
  readonly latitudeDegE7: number;
  readonly longitudeDegE7: number;
  /** Horizontal dilution of precision in hundredths; undefined where the receiver does not say. */
  readonly hdopCenti: number | undefined;
  readonly uptimeMs: number;
  readonly bootCount: number;
}

/** Mean radius of the earth (IUGG). */
const EARTH_M = 6_371_008.8;
const RADIANS_PER_E7 = Math.PI / 180 / 1e7;
/** A receiver without corrections: 5 m a unit of dilution, taken three times (99.7 %). */
const METRES_PER_HDOP = 15;
const UNKNOWN_HDOP_CENTI = 500;
/** Of a reader with a place of its own: the length of a dock. */
export const FIXED_ERROR_M = 50;
/** A fix older than this says nothing of now. */
const MAX_FIX_AGE_MS = 600_000;
const MS_PER_HOUR = 3_600_000;
const M_PER_KM = 1000;

/** Where the gateway is now, by its last fix; undefined if that is too old or of another boot. */
export function placeByFix(
  fix: Fix | undefined,
  at: { readonly uptimeMs: number; readonly bootCount: number },
  maxSpeedKmh: number,
): Place | undefined {
  if (!fix || fix.bootCount !== at.bootCount) return undefined;
  const ageMs = Math.abs(at.uptimeMs - fix.uptimeMs);
  if (ageMs > MAX_FIX_AGE_MS) return undefined;
  const { latitudeDegE7, longitudeDegE7, hdopCenti = UNKNOWN_HDOP_CENTI } = fix;
  const drivenM = (ageMs / MS_PER_HOUR) * maxSpeedKmh * M_PER_KM;
  return { latitudeDegE7, longitudeDegE7, errorM: Math.ceil((hdopCenti / 100) * METRES_PER_HDOP + drivenM) };
}

/** Metres between two places at least, by the great circle less both errors; never below 0. */
export function leastDistanceM(a: Place, b: Place): number {
  const [latA, latB] = [a.latitudeDegE7 * RADIANS_PER_E7, b.latitudeDegE7 * RADIANS_PER_E7];
  const north = Math.sin((latB - latA) / 2) ** 2;
  const east = Math.sin(((b.longitudeDegE7 - a.longitudeDegE7) * RADIANS_PER_E7) / 2) ** 2;
  const half = Math.min(1, north + Math.cos(latA) * Math.cos(latB) * east);
  return Math.max(0, Math.floor(2 * EARTH_M * Math.asin(Math.sqrt(half)) - a.errorM - b.errorM));
}

/** How far something gets in that time, metres. */
export const reachM = (durationMs: number, maxSpeedKmh: number): number =>
  (durationMs / MS_PER_HOUR) * maxSpeedKmh * M_PER_KM;
