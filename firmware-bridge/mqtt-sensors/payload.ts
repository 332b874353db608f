// A payload as text and as JSON, bounded before it is read.

import { JsonRefusal, type JsonValue, readJson } from './json-text.js';

/** A sensor's message is a few hundred bytes. */
export const maxPayloadBytes = 16_384;
/** A reader batches: some 600 tags at 100 bytes each. */
export const maxReaderPayloadBytes = 65_536;

/** The text of a payload of at most `maxBytes`. Throws JsonRefusal. */
export function textOf(payload: Uint8Array, maxBytes: number = maxPayloadBytes): string {
  if (payload.length > maxBytes) {
    throw new JsonRefusal(`${payload.length} bytes, at most ${maxBytes} are read`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(payload);
  } catch {
    throw new JsonRefusal('the payload is no UTF-8');
  }
}

/** Throws JsonRefusal. */
export function documentOf(payload: Uint8Array, maxBytes: number = maxPayloadBytes): JsonValue {
  return readJson(textOf(payload, maxBytes));
}

/** The text of a string, number or boolean; undefined for the rest. */
export function scalarText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'object' && value !== null && 'digits' in value ? value.digits : undefined;
}

/** A whole number within [low, high]; undefined for everything else. */
export function integerOf(value: JsonValue | undefined, low: number, high: number): number | undefined {
  const isNumber = typeof value === 'object' && value !== null && 'digits' in value;
  if (!isNumber || !/^-?\d{1,15}$/.test(value.digits)) return undefined;
  const number = Number(value.digits);
  return number >= low && number <= high ? number : undefined;
}
