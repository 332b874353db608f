// CBOR bytes of general items (RFC 8949 section 4.2.1): shortest heads, definite lengths. Maps are written in the
// order given: the caller sorts them, or keeps the order of somebody's signed bytes.

import { concatBytes, writeUint } from './bytes.js';
import { CborMap, CborTag, type CborValue } from './cbor-value.js';

const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;

/** The bytes of one item. Numbers must be safe integers. */
export function encodeCbor(value: CborValue): Uint8Array {
  if (value === null) return Uint8Array.of(NULL);
  if (typeof value === 'boolean') return Uint8Array.of(value ? TRUE : FALSE);
  if (typeof value === 'number') return value < 0 ? headOf(1, -1 - value) : headOf(0, value);
  if (typeof value === 'string') {
    const utf8 = new TextEncoder().encode(value);
    return concatBytes(headOf(3, utf8.length), utf8);
  }
  if (value instanceof Uint8Array) return concatBytes(headOf(2, value.length), value);
  if (value instanceof CborTag) return concatBytes(headOf(6, value.tag), encodeCbor(value.value));
  if (value instanceof CborMap) {
    const entries = value.entries.flatMap(([key, member]) => [encodeCbor(key), encodeCbor(member)]);
    return joined([headOf(5, value.entries.length), ...entries]);
  }
  return joined([headOf(4, value.length), ...value.map(encodeCbor)]);
}

function headOf(major: number, argument: number): Uint8Array {
  const first = major << 5;
  if (argument < 24) return Uint8Array.of(first | argument);
  const form = argument < 0x100 ? 0 : argument < 0x1_0000 ? 1 : argument < 0x1_0000_0000 ? 2 : 3;
  const head = new Uint8Array(1 + 2 ** form);
  head[0] = first | (24 + form);
  writeUint(head, 1, 2 ** form, argument);
  return head;
}

/** As `concatBytes`, for more parts than a call takes arguments. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
