// The JSON of an MQTT message that anybody may have sent.

import { parseShallowJson } from '../shallow-json.js';

/** What a payload says; undefined where it is no UTF-8, no JSON or nested too deep, which no schema takes. */
export function jsonOf(payload: Uint8Array): unknown {
  try {
    return parseShallowJson(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
}
