// Numbers of kits: ten random digits and nothing else. A number that was counted, or that came in the order of a packing
// list, would tell which kits were packed together, and so which are of one arm.

import { matching } from '../../config/fields.js';
import { TrialFileError } from './trial-file-error.js';

const DIGITS = 10;
const SPACE = 10 ** DIGITS;
/** A request holds 64 kB. */
export const MAX_KITS = 2_000;
/** A statement of all kits of a shipment goes through a request as well. */
export const MAX_KITS_PER_SHIPMENT = 250;
const MAX_FILE_CHARACTERS = 1_000_000;
const HEADING = 'kit';

export const kitNumber = matching(/^[0-9]{10}$/, 'a kit number: ten digits', 'kit: 4711908325');

/**
 * New numbers, in rising order.
 * @param draw gives a whole number from 0 to below the limit, which nobody can foresee
 */
export function newKitNumbers(count: number, draw: (limit: number) => number): string[] {
  const drawn = new Set<string>();
  while (drawn.size < count) drawn.add(String(draw(SPACE)).padStart(DIGITS, '0'));
  return [...drawn].sort();
}

/**
 * Whether numbers were counted and not drawn: of ten billion, two that follow each other at less than a thousand are rare.
 * @param numbers in any order
 */
export function lookCounted(numbers: readonly string[]): boolean {
  const sorted = numbers.map(Number).sort((a, b) => a - b);
  const close = sorted.filter((number, at) => at > 0 && number - (sorted[at - 1] ?? 0) < 1_000).length;
  return close >= 2 && close * 10 > numbers.length;
}

/**
 * Reads a list of kits: the heading `kit`, then a number a line.
 * @returns the numbers in rising order, whatever order they came in
 * @throws TrialFileError COLUMN_REFUSED for anything beside the numbers, KIT_INVALID
 */
export function parseKitList(text: string, path: string): string[] {
  if (text.length > MAX_FILE_CHARACTERS) throw invalid(path, 'it is longer than any list of kits');
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const [heading = '', ...rows] = lines;
  const columns = heading.split(/[,;\t|]/).map((column) => column.trim().replace(/^"(.*)"$/, '$1'));
  const strange = columns.filter((column) => column !== HEADING);
  if (strange.length > 0) throw refusedColumn(path, strange.join(', '));
  for (const [at, row] of rows.entries()) {
    if (/[,;\t|]/.test(row)) throw refusedColumn(path, `more than one value in line ${at + 2}`);
    if (!/^[0-9]{10}$/.test(row)) throw invalid(path, `line ${at + 2} is no kit number of ten digits`);
  }
  if (rows.length === 0) throw invalid(path, 'it names no kit');
  if (rows.length > MAX_KITS)
    throw invalid(path, `it names ${rows.length} kits, at most ${MAX_KITS} at once`);
  if (new Set(rows).size !== rows.length) throw invalid(path, 'a kit stands in it twice');
  return rows.sort();
}

function refusedColumn(path: string, what: string): TrialFileError {
  const message = `${path} holds more than kit numbers: ${what}`;
  const hint = `a list of kits is the one column "${HEADING}": take out arms, products, lots and everything else; the gateway must not know them`;
  return new TrialFileError('COLUMN_REFUSED', message, hint);
}

function invalid(path: string, problem: string): TrialFileError {
  return new TrialFileError('KIT_INVALID', `${path}: ${problem}`, 'coldgate trial kits makes such lists');
}
