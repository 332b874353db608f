// A position as a read point: the geo: URI of RFC 5870.

import type { DetailDocument } from '../sealing/draft-record.js';
import { numberOf } from './source-record.js';

/** 1e-7 degrees to five decimals, about a metre. */
const DEG_E7_TO_E5 = 100;
const E5_PER_DEGREE = 100_000;

const degrees = (e7: number) => (Math.round(e7 / DEG_E7_TO_E5) / E5_PER_DEGREE + 0).toFixed(5);

/** The place of a position document; undefined if it holds none. */
export function geoUriOf({ latitudeDegE7, longitudeDegE7 }: DetailDocument): string | undefined {
  const [latitude, longitude] = [numberOf(latitudeDegE7), numberOf(longitudeDegE7)];
  if (latitude === undefined || longitude === undefined) return undefined;
  return `geo:${degrees(latitude)},${degrees(longitude)}`;
}
