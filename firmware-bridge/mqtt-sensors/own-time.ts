// When a sensor says that it took a reading: sensors that keep what they could not send stamp it with their own clock.

import type { Observation } from '../observation.js';
import { parseJsonPath, valueAt } from './json-path.js';
import type { JsonValue } from './json-text.js';
import type { OwnTime } from './mapping.js';
import { scalarText } from './payload.js';

/** ISO 8601 with its zone: without one nobody knows which hour was meant. */
const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const digits = /^\d{1,13}(\.\d{1,9})?$/;

/**
 * The same observations with the time that the message tells. Where it tells none that can be read, nobody knows how
 * old they are: they are stale.
 */
export function withOwnTime(
  observations: readonly Observation[],
  document: JsonValue,
  { path, unit }: OwnTime,
): Observation[] {
  const measuredUnixMs = unixMsOf(scalarText(valueAt(document, parseJsonPath(path))), unit);
  return observations.map((observation) => {
    if (observation.kind !== 'temperature' && observation.kind !== 'humidity') return observation;
    if (measuredUnixMs !== undefined) return { ...observation, measuredUnixMs };
    return observation.quality === 'good' ? { ...observation, quality: 'stale' } : observation;
  });
}

function unixMsOf(text: string | undefined, unit: OwnTime['unit']): number | undefined {
  if (text === undefined) return undefined;
  if (unit === 'iso8601') {
    const unixMs = isoTime.test(text) ? Date.parse(text) : Number.NaN;
    return Number.isNaN(unixMs) ? undefined : unixMs;
  }
  if (!digits.test(text)) return undefined;
  return Math.round(Number(text) * (unit === 'unix-s' ? 1000 : 1));
}
