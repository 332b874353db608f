// One flipped bit in a column of a stored row, as a statement that does what a card would have done.

import { type CheckedTable, checkedTables } from '../../../gateway/journal/row-check.js';

export type Value = number | string | Uint8Array | null;

function flippedValue(value: Value, bit: number): Value {
  if (typeof value === 'number') {
    const power = 2 ** (bit % 30);
    return Math.floor(value / power) % 2 === 0 ? value + power : value - power;
  }
  if (value === null) return value;
  const bytes = Buffer.from(value as Uint8Array);
  const at = Math.floor(bit / 8) % bytes.length;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8));
  return bytes;
}

/** @param row as it is stored. @param bit any number; which one is meant depends on the value */
export function flipIn(
  table: CheckedTable,
  row: Readonly<Record<string, Value>>,
  column: string,
  bit: number,
): { readonly sql: string; readonly values: readonly Value[] } {
  const value = row[column] ?? null;
  const isRow = checkedTables[table].map((name) => `${name} IS ?`).join(' AND ');
  // What was text may be none any more.
  const set = typeof value === 'string' ? 'CAST(? AS TEXT)' : '?';
  const sql = `UPDATE OR IGNORE ${table} SET ${column} = ${set} WHERE ${isRow}`;
  return {
    sql,
    values: [flippedValue(value, bit), ...checkedTables[table].map((name) => row[name] ?? null)],
  };
}
