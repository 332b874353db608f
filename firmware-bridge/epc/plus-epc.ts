// Decodes the + and ++ schemes of TDS 2.x, which hold whole GS1 keys with their check digits: GS1 TDS 2.3 section 14.

import type { BitReader } from './bit-reader.js';
import { charset39, hasCheckDigit, isOfCharset } from './check-digit.js';
import type { AiElement } from './epc-identity.js';
import { dateTypes, type PlusField, type PlusScheme } from './epc-schemes.js';
import { daysInMonth } from './gs1-date.js';
import { readHostname } from './hostname.js';
import { readDelimited, readDigits, readNumeric, readText } from './plus-text.js';
import { refuse } from './refusal.js';

export interface PlusIdentity {
  readonly filter: number;
  readonly elements: readonly AiElement[];
  readonly hostname: string | undefined;
  /** Whether more GS1 data follows the identity on the tag (the +AIDC data toggle). */
  readonly hasMoreData: boolean;
}

const twoDigits = (value: number) => String(value).padStart(2, '0');

function readDate(bits: BitReader): AiElement {
  const type = bits.number(4);
  const ai = dateTypes[type] ?? refuse(`date type ${type} is reserved`);
  const [year, month, day] = [bits.number(7), bits.number(4), bits.number(5)];
  // The century is not on the tag: every fourth year counts as a leap year, as in 2000.
  const days = daysInMonth(2000 + year, month);
  if (year > 99 || days === 0 || day > days) refuse(`date ${year}-${month}-${day} does not exist`);
  // Only the dates of two-digit identifiers may leave the day open.
  if (day === 0 && ai.length > 2) refuse(`(${ai}) needs a day`);
  return [ai, twoDigits(year) + twoDigits(month) + twoDigits(day)];
}

function readField(bits: BitReader, field: PlusField): string {
  switch (field.kind) {
    case 'digits':
      return readDigits(bits, field.count);
    case 'text':
      return readText(bits, field.maxCharacters);
    case 'delimited':
      return readDelimited(bits, field.maxCharacters);
    case 'numeric':
      return readNumeric(bits, field.maxDigits);
    case 'date':
      return '';
  }
}

/** What the key itself must fulfil; all digits come from the tag, so that damage and forgery show here. */
function checkKey(ai: string, digits: string): void {
  if (ai === '8003' && !digits.startsWith('0')) refuse('a GRAI begins with 0');
  const body = ai === '8003' ? digits.slice(1) : ai === '8006' ? digits.slice(0, 14) : digits;
  if (!hasCheckDigit(body)) refuse(`wrong check digit in (${ai})${digits}`);
  const [piece, total] = [digits.slice(14, 16), digits.slice(16)];
  if (ai === '8006' && (Number(piece) < 1 || piece > total))
    refuse(`piece ${piece} of ${total} does not exist`);
}

function checkText(ai: string, text: string): void {
  // The shortest company prefix has four digits.
  if (!/^[0-9]{4}/.test(text)) refuse(`(${ai}) does not begin with a company prefix`);
  if (ai === '8010' && !isOfCharset(text, charset39)) refuse('a character is outside the set of 39');
}

/** Reads everything behind the header. */
export function readPlus(bits: BitReader, scheme: PlusScheme): PlusIdentity {
  const hasMoreData = bits.number(1) === 1;
  const filter = bits.number(3);
  const elements: AiElement[] = [];
  let date: AiElement | undefined;
  for (const field of scheme.fields) {
    if (field.kind === 'date') {
      date = readDate(bits);
      continue;
    }
    const text = readField(bits, field);
    if (field.kind === 'digits') checkKey(field.ai, text);
    if (field.kind === 'delimited') checkText(field.ai, text);
    if (field.ai === '8011' && /^0./.test(text)) refuse('serial of a component has a leading zero');
    if (field.ai !== undefined) elements.push([field.ai, text]);
    else {
      const [ai, value] = elements.pop() ?? refuse('a part has no key');
      elements.push([ai, value + text]);
    }
  }
  // The date is read first, and told last: it belongs to the key that follows it.
  if (date !== undefined) elements.push(date);
  const hostname = scheme.hasHostname ? readHostname(bits) : undefined;
  // Extension 0 says that there is none.
  const told = elements.filter(([ai, value]) => ai !== '254' || value !== '0');
  return { filter, elements: told, hostname, hasMoreData };
}
