// Decodes the schemes of TDS 1.x, whose length and fields the header fixes: GS1 TDS 1.13 section 14.

import type { BitReader } from './bit-reader.js';
import { charset39, charset82, checkDigit, isOfCharset } from './check-digit.js';
import type { AiElement } from './epc-identity.js';
import type { ClassicField, ClassicScheme } from './epc-schemes.js';
import { companyPartition } from './partition-tables.js';
import { refuse } from './refusal.js';

export interface ClassicIdentity {
  readonly filter: number | undefined;
  /** Parts of the pure identity URI, not escaped. */
  readonly parts: readonly string[];
  /** The same as GS1 elements; none for the schemes that hold no GS1 key. */
  readonly elements: readonly AiElement[];
}

/** A number of at most so many digits, which are exactly these if it is padded. */
function readDecimal(
  bits: BitReader,
  width: number,
  digits: number,
  what: string,
  isPadded: boolean,
): string {
  const text = bits.integer(width).toString();
  // A field of no digits still has bits: they must be zero.
  if (digits === 0 && text === '0') return '';
  if (text.length > digits) refuse(`${what} ${text} has more than ${digits} digits`);
  return isPadded ? text.padStart(digits, '0') : text;
}

function readText7(bits: BitReader, width: number, maxCharacters: number): string {
  let text = '';
  let left = width;
  for (; left >= 7 && text.length < maxCharacters; left -= 7) {
    const code = bits.number(7);
    if (code === 0) {
      left -= 7;
      break;
    }
    text += String.fromCharCode(code);
  }
  if (left > 0 && bits.integer(left) !== 0n) refuse('bits after the end of the serial are not zero');
  if (text === '') refuse('serial is empty');
  if (!isOfCharset(text, charset82)) refuse('a character of the serial is outside the GS1 set of 82');
  return text;
}

function readText6(bits: BitReader, minCharacters: number, maxCharacters: number): string {
  let text = '';
  for (;;) {
    const code = bits.number(6);
    if (code === 0) break;
    text += String.fromCharCode(code < 32 ? code + 64 : code);
    if (text.length > maxCharacters) refuse(`text without an end after ${maxCharacters} characters`);
  }
  if (text.length < minCharacters) refuse('text is empty');
  if (!isOfCharset(text, charset39)) refuse('a character is outside the set of 39');
  return text;
}

function readCage(bits: BitReader, bitsPerCharacter: 6 | 8): string {
  let text = '';
  for (let index = 0; index < 6; index += 1) {
    const code = bits.number(bitsPerCharacter);
    text += String.fromCharCode(bitsPerCharacter === 6 && code < 32 ? code + 64 : code);
  }
  if (!/^[ 0-9A-HJ-NP-Z][0-9A-HJ-NP-Z]{5}$/.test(text)) refuse('CAGE code has a wrong character');
  return text.trimStart();
}

function readCompany(bits: BitReader, field: ClassicField & { kind: 'company' }): readonly string[] {
  const partition = bits.number(3);
  const company = companyPartition[partition];
  const row = field.rows[partition];
  if (company === undefined || row === undefined) return refuse(`partition value ${partition} is reserved`);
  const prefix = readDecimal(bits, company.bits, company.digits, 'company prefix', true);
  if (field.reference === 'text7') return [prefix, readText7(bits, row.bits, row.length)];
  if (field.reference === 'text6') return [prefix, readText6(bits, 1, row.length)];
  return [prefix, readDecimal(bits, row.bits, row.length, 'reference', field.reference === 'padded')];
}

function readField(bits: BitReader, field: ClassicField): readonly string[] {
  switch (field.kind) {
    case 'company':
      return readCompany(bits, field);
    case 'number':
      return [readDecimal(bits, field.bits, field.maxDigits ?? field.bits, 'number', false)];
    case 'padded':
      return [readDecimal(bits, field.bits, field.digits, 'number', true)];
    case 'numeric-string': {
      const text = bits.integer(field.bits).toString();
      if (!text.startsWith('1')) refuse('serial does not begin with the digit 1 that keeps its zeros');
      if (text.length < 2 || text.length > field.maxDigits + 1)
        refuse(`serial has ${text.length - 1} digits, 1 to ${field.maxDigits} are allowed`);
      return [text.slice(1)];
    }
    case 'text7':
      return [readText7(bits, field.characters * 7, field.characters)];
    case 'text6':
      return [readText6(bits, field.minCharacters, field.maxCharacters)];
    case 'cage':
      return [readCage(bits, field.bitsPerCharacter)];
    case 'zeros':
      if (bits.integer(field.bits) !== 0n) refuse(`the last ${field.bits} bits are not zero`);
      return [];
  }
}

const withCheck = (digits: string) => digits + checkDigit(digits);

/** Company prefix and reference as the key that is printed: indicator first, check digit last. */
function elementsOf(family: string, parts: readonly string[]): readonly AiElement[] {
  const [company = '', reference = '', third = '', fourth = '', fifth = ''] = parts;
  const indicatorFirst = () => withCheck(reference.slice(0, 1) + company + reference.slice(1));
  const plain = () => withCheck(company + reference);
  switch (family) {
    case 'sgtin':
      return [
        ['01', indicatorFirst()],
        ['21', third],
      ];
    case 'sscc':
      return [['00', indicatorFirst()]];
    case 'sgln':
      // Extension 0 says that there is none.
      return third === '0'
        ? [['414', plain()]]
        : [
            ['414', plain()],
            ['254', third],
          ];
    case 'grai':
      return [['8003', `0${plain()}${third}`]];
    case 'giai':
      return [['8004', company + reference]];
    case 'gsrn':
      return [['8018', plain()]];
    case 'gsrnp':
      return [['8017', plain()]];
    case 'gdti':
      return [['253', plain() + third]];
    case 'sgcn':
      return [['255', plain() + third]];
    case 'cpi':
      return [
        ['8010', company + reference],
        ['8011', third],
      ];
    case 'itip':
      if (Number(third) < 1 || third > fourth) refuse(`piece ${third} of ${fourth} does not exist`);
      return [
        ['8006', indicatorFirst() + third + fourth],
        ['21', fifth],
      ];
    default:
      return [];
  }
}

/** Reads everything behind the header. */
export function readClassic(bits: BitReader, scheme: ClassicScheme): ClassicIdentity {
  const filter = scheme.filterBits === 0 ? undefined : bits.number(scheme.filterBits);
  const parts = scheme.fields.flatMap((field) => readField(bits, field));
  return { filter, parts, elements: elementsOf(scheme.family, parts) };
}
