// The JSON of an MQTT message that anybody may have sent.

/** What a payload says; undefined where it is no UTF-8 or no JSON, which no schema takes. */
export function jsonOf(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
}
