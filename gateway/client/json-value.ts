// Shapes of JSON values of strangers.

export type JsonObject = { readonly [field: string]: unknown };

/** Whether it is an object with fields: no array, no bytes, not null. */
export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

/** Whether it is a whole number from 0 that JavaScript holds exactly. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
