// How values are written before they are hashed (CBV 2.0 section 8.9.2): one form for each meaning.

import { EpcisError } from './epcis-error.js';
import { keyUri } from './key-uri.js';

const cbvUrns: readonly (readonly [urn: string, uri: string])[] = [
  ['urn:epcglobal:cbv:bizstep:', 'https://ref.gs1.org/cbv/BizStep-'],
  ['urn:epcglobal:cbv:disp:', 'https://ref.gs1.org/cbv/Disp-'],
  ['urn:epcglobal:cbv:btt:', 'https://ref.gs1.org/cbv/BTT-'],
  ['urn:epcglobal:cbv:sdt:', 'https://ref.gs1.org/cbv/SDT-'],
  ['urn:epcglobal:cbv:er:', 'https://ref.gs1.org/cbv/ER-'],
];

/** Prefixes of the standard context that values, too, may carry. */
const standardPrefixes: readonly (readonly [prefix: string, uri: string])[] = [
  ['cbv:', 'https://ref.gs1.org/cbv/'],
  ['gs1:', 'https://gs1.org/voc/'],
];

/** @param words what a bare word stands for in this field */
export function canonicalValue(
  value: string | number | boolean,
  words?: ReadonlyMap<string, string>,
): string {
  const text = String(value).trim();
  const word = words?.get(text);
  if (word !== undefined) return word;
  for (const [from, to] of [...cbvUrns, ...standardPrefixes]) {
    if (text.startsWith(from)) return `${to}${text.slice(from.length)}`;
  }
  const number = canonicalNumber(text);
  return number ?? keyUri(text) ?? text;
}

const numberPattern = /^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)([eE][+-]?\d+(_\d+)*)?$/;

/**
 * A number without needless signs and zeros; undefined for other text. As in the reference, everything that looks like a
 * number goes through a double, so that serials of more than 15 digits can fall together: an id, never a proof.
 */
function canonicalNumber(text: string): string | undefined {
  if (!numberPattern.test(text)) return undefined;
  const number = Number(text.replaceAll('_', ''));
  if (!Number.isFinite(number)) return undefined;
  if (Number.isInteger(number)) return BigInt(number).toString();
  const shortest = String(number);
  if (Math.abs(number) >= 1e-4) return shortest;
  // Below that the reference writes an exponent of at least two digits.
  return number.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

const timePattern = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d+))?(Z|[+-]\d{2}:?\d{2})$/;

/**
 * A moment in UTC with exactly three decimals; a half is rounded to the even millisecond, as the reference does.
 * @throws EpcisError EPCIS_TIME_INVALID
 */
export function canonicalTime(text: string): string {
  const [, date, clock = '', fraction = '', zone = ''] = timePattern.exec(text.trim()) ?? [];
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const seconds = clock.length === 5 ? `${clock}:00` : clock;
  const wholeMs = Date.parse(`${date}T${seconds}${offset}`);
  if (date === undefined || Number.isNaN(wholeMs)) {
    const message = `${JSON.stringify(text)} is no moment`;
    throw new EpcisError('EPCIS_TIME_INVALID', message, 'write it as 2026-03-02T07:20:00.000Z');
  }
  const digits = fraction.padEnd(4, '0');
  const ms = Number(digits.slice(0, 3));
  const rest = digits.slice(3);
  const isHalf = /^50*$/.test(rest);
  const isUp = isHalf ? ms % 2 === 1 : rest >= '5';
  return new Date(wholeMs + ms + (isUp ? 1 : 0)).toISOString();
}
