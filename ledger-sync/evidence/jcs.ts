// Detail documents in RFC 8785 (JCS) form, and their hash. A narrower JSON than RFC 8785: numbers are safe
// integers only, so that no verifier needs the ECMAScript rules for printing floats.

import { EvidenceError } from './evidence-error.js';
import { sha256 } from './sha256.js';

/** Deeper documents could exhaust the stack of whoever checks them. */
const MAX_DEPTH = 32;

/**
 * RFC 8785 text of a document: keys sorted by UTF-16 code units, no spaces.
 * @throws EvidenceError JSON_UNSUPPORTED for anything but strings (whole surrogate pairs), booleans, null, safe
 *   integers, arrays and plain objects, and beyond 32 levels
 */
export function canonicalJson(document: unknown): string {
  return textOf(document, '$', 0);
}

/**
 * SHA-256 of the UTF-8 bytes of the document's RFC 8785 text: the `detail` field of a record.
 * @throws EvidenceError JSON_UNSUPPORTED
 */
export function detailHash(document: unknown): Uint8Array {
  return sha256(new TextEncoder().encode(canonicalJson(document)));
}

function textOf(value: unknown, path: string, depth: number): string {
  if (depth > MAX_DEPTH) throw unsupported(path, `nested deeper than ${MAX_DEPTH} levels`);
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'string':
      return quoted(value, path);
    case 'number':
      if (Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value);
      throw unsupported(path, `${value} is no safe integer`);
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) {
        // Array.from: a hole must be refused like undefined, and map would skip it.
        return `[${Array.from(value, (member: unknown, at) => textOf(member, `${path}[${at}]`, depth + 1)).join(',')}]`;
      }
      if (isPlain(value)) return objectText(value, path, depth);
      throw unsupported(path, 'not a plain object');
    default:
      throw unsupported(path, `a ${typeof value} is not JSON`);
  }
}

function objectText(value: object, path: string, depth: number): string {
  const members = new Map<string, unknown>(Object.entries(value));
  const texts = [...members.keys()]
    .sort()
    .map((key) => `${quoted(key, path)}:${textOf(members.get(key), `${path}.${key}`, depth + 1)}`);
  return `{${texts.join(',')}}`;
}

/** JSON.stringify escapes as RFC 8785 section 3.2.2.2 says. Half a surrogate pair has no UTF-8. */
function quoted(text: string, path: string): string {
  if (/\p{Surrogate}/u.test(text)) throw unsupported(path, 'half a surrogate pair');
  return JSON.stringify(text);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function unsupported(path: string, problem: string): EvidenceError {
  return new EvidenceError(
    'JSON_UNSUPPORTED',
    `detail document at ${path}: ${problem}`,
    'use strings, booleans, null, whole numbers, arrays and objects',
  );
}
