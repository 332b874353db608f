// A row as it was written: its check says whether it still is, and where a single bit has flipped it is found by trying all.

import { type CheckedTable, checkedTables, checkOf, isSoundRow } from './row-check.js';

/** Of a row in which all bits are tried; some seconds on a small machine. */
const MAX_TRIED_BYTES = 8_192;
const NUMBER_BITS = 53;

type Row = Readonly<Record<string, unknown>>;

/** What stands for a byte that was no text any more. */
const NO_TEXT = '\u{fffd}';
const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

/** All values that differ from this one in one bit; as SQLite stores it. */
export function* withOneBit(value: unknown): Generator<unknown> {
  if (typeof value === 'number') {
    for (let bit = 0; bit < NUMBER_BITS; bit++) {
      // Both: the highest bit of a stored number is its sign.
      yield value + 2 ** bit;
      yield value - 2 ** bit;
    }
    yield* ofOtherKind(value);
  } else if (value === null) {
    // Of 0 and of 1 there are no bytes, only a kind, which one bit makes one that reads as nothing.
    yield* [0, 1];
  } else if (typeof value === 'string' || value instanceof Uint8Array) {
    const bytes = Buffer.from(value as Uint8Array);
    for (const [at, byte] of bytes.entries()) {
      for (let mask = 1; mask < 256; mask *= 2) {
        bytes[at] = byte ^ mask;
        yield typeof value === 'string' ? bytes.toString('utf8') : Buffer.from(bytes);
      }
      bytes[at] = byte;
    }
    if (typeof value === 'string') yield* asText(value);
    // By one bit of its row a text is bytes, and bytes are a text.
    yield typeof value === 'string' ? Buffer.from(value) : bytes.toString('utf8');
  }
}

function* asText(value: string): Generator<string> {
  for (let at = value.indexOf(NO_TEXT); at >= 0; at = value.indexOf(NO_TEXT, at + 1))
    for (const char of ASCII) yield value.slice(0, at) + char + value.slice(at + 1);
}

/**
 * Beside the bytes of a number stands how they are to be read (SQLite file format, section 2.1): one bit makes a fraction of an
 * integer of 8 bytes, and nothing at all of a 0.
 */
function* ofOtherKind(value: number): Generator<unknown> {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setFloat64(0, value);
  yield Number(bytes.getBigInt64(0));
  if (value === 0) yield null;
}

/** In which SQLite stores one. */
const INTEGER_BITS = [8, 16, 24, 32, 48, 64];

/** As it is read: in 8 bytes a check may be beyond what a number holds exactly. */
function* checksWithOneBit(check: number): Generator<number> {
  const stored = BigInt(check);
  const bits = INTEGER_BITS.find((width) => BigInt.asIntN(width, stored) === stored) ?? 64;
  for (let bit = 0n; bit < bits; bit++) yield Number(BigInt.asIntN(bits, stored ^ (1n << bit)));
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setBigInt64(0, stored);
  yield bytes.getFloat64(0);
}

/** The values from which a single bit has flipped, in the order of the table's columns; undefined if none give the check. */
function unflipped(table: CheckedTable, row: Row): unknown[] | undefined {
  const values = checkedTables[table].map((column) => row[column]);
  const { checksum } = row;
  for (const flipped of checksWithOneBit(checkOf(...values))) if (flipped === checksum) return values;
  const bytes = values.reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? value.length : 32),
    0,
  );
  if (bytes > MAX_TRIED_BYTES) return undefined;
  for (const [at, value] of values.entries()) {
    for (const tried of withOneBit(value)) {
      const all = values.with(at, tried);
      if (checkOf(...all) === checksum) return all;
    }
  }
  return undefined;
}

/** Of rows that were changed: the same is read again each second, until a start puts it back. */
const found = new Map<string, unknown[] | undefined>();
const MAX_FOUND = 100;

function remembered(table: CheckedTable, row: Row): unknown[] | undefined {
  const key = JSON.stringify([table, checkOf(...Object.values(row))]);
  if (!found.has(key)) {
    if (found.size >= MAX_FOUND) found.clear();
    found.set(key, unflipped(table, row));
  }
  return found.get(key);
}

/** @param row with all its columns. @returns it without its check; undefined if nobody can tell what was written */
export function asWritten<Written>(table: CheckedTable, row: Row): Written | undefined {
  const { checksum: _checksum, ...columns } = row;
  if (isSoundRow(table, row)) return columns as Written;
  const values = remembered(table, row);
  return (
    values && (Object.fromEntries(checkedTables[table].map((name, at) => [name, values[at]])) as Written)
  );
}
