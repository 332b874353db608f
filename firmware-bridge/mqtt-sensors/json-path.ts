// The small part of JSONPath (RFC 9535) that names one value: $ then .name or [index], nothing that searches.

import { BridgeError } from '../bridge-error.js';
import type { JsonValue } from './json-text.js';

export type PathStep = string | number;

const pathPattern = /^\$(?:\.[A-Za-z0-9_-]{1,64}|\[\d{1,3}\]){0,8}$/;
const stepPattern = /\.([A-Za-z0-9_-]+)|\[(\d+)\]/g;

/** The steps of a path such as `$.temp` or `$.a.b[0]`. Throws BridgeError MAPPING_CONFIG. */
export function parseJsonPath(path: string): PathStep[] {
  if (!pathPattern.test(path)) {
    throw new BridgeError(
      'MAPPING_CONFIG',
      `"${path}" is no path`,
      'Write $ and at most eight steps: $.temp, $.probes[0].t',
    );
  }
  return [...path.matchAll(stepPattern)].map(([, name, index]) => name ?? Number(index));
}

/** The value at a path; undefined where the document has none. */
export function valueAt(document: JsonValue, steps: readonly PathStep[]): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const step of steps) {
    if (value instanceof Map && typeof step === 'string') value = value.get(step);
    else if (Array.isArray(value) && typeof step === 'number') value = value[step];
    else return undefined;
  }
  return value;
}
