// The content checks that the syntax dictionary names ("linters"): what a component of an element must fulfil beyond
// its length and characters. Rules: GS1 General Specifications, as read by the reference routines of the GS1 Barcode
// Syntax Resource.

import { checkCharacters, hasCheckDigit } from './check-digit.js';
import { countryLetters, countryNumbers, currencyNumbers, packageTypes } from './code-lists.js';
import { daysInMonth, parseYymmdd } from './gs1-date.js';

/** Why a component is wrong, in a few words; undefined if it is right. */
export type AiCheck = (text: string, thisYear: number) => string | undefined;

const says =
  (isRight: (text: string, thisYear: number) => boolean, wrong: string): AiCheck =>
  (text, thisYear) =>
    isRight(text, thisYear) ? undefined : wrong;

const matches = (pattern: RegExp, wrong: string) => says((text) => pattern.test(text), wrong);
const isOf = (list: ReadonlySet<string>, wrong: string) => says((text) => list.has(text), wrong);

/** ISO 13616: the rearranged account number is 1 modulo 97. */
function hasIbanCheck(text: string): boolean {
  if (!/^[A-Z]{2}[0-9]{2}[0-9A-Z]{7,30}$/.test(text) || !countryLetters.has(text.slice(0, 2))) return false;
  let rest = 0;
  for (const char of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(char, 36);
    rest = (rest * (value < 10 ? 10 : 100) + value) % 97;
  }
  return rest === 1;
}

/** Position and end of a series, both without leading zeros, as numbers of the same width or with a slash. */
function isPiece(piece: string, total: string): boolean {
  return Number(piece) >= 1 && Number(piece) <= Number(total);
}

function isYyyymmdd(text: string): boolean {
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6))];
  return day >= 1 && day <= daysInMonth(year, month);
}

const companyPrefixAt = (position: number) =>
  matches(new RegExp(`^.{${position}}[0-9]{4}`), 'does not begin with a company prefix');

const isDate = says((text, thisYear) => parseYymmdd(text, thisYear) !== undefined, 'is no date');
const hour = matches(/^(?:[01][0-9]|2[0-3])$/, 'is no hour');
const sixtieth = matches(/^[0-5][0-9]$/, 'is no minute or second');

/** By the name in the dictionary. */
export const aiChecks: Readonly<Record<string, AiCheck>> = {
  csum: says(hasCheckDigit, 'has a wrong check digit'),
  csumalpha: says(
    (text) => text.length > 2 && checkCharacters(text.slice(0, -2)) === text.slice(-2),
    'has a wrong check character pair',
  ),
  gcppos1: companyPrefixAt(0),
  gcppos2: companyPrefixAt(1),
  yymmd0: isDate,
  yymmdd: says(
    (text, thisYear) => parseYymmdd(text, thisYear)?.isWholeMonth === false,
    'is no date with a day',
  ),
  yyyymmdd: says(isYyyymmdd, 'is no date'),
  hhmi: matches(/^(?:[01][0-9]|2[0-3])[0-5][0-9]$/, 'is no time'),
  hh: hour,
  mi: sixtieth,
  ss: sixtieth,
  iso3166: isOf(countryNumbers, 'is no country'),
  iso3166999: says((text) => text === '999' || countryNumbers.has(text), 'is no country'),
  iso3166alpha2: isOf(countryLetters, 'is no country'),
  iso4217: isOf(currencyNumbers, 'is no currency'),
  iso5218: matches(/^[0129]$/, 'is no code of ISO 5218'),
  iban: says(hasIbanCheck, 'is no IBAN'),
  packagetype: isOf(packageTypes, 'is no package type'),
  // ICCBBA has given out 01 to 10, and 80 to 99 for local use.
  mediatype: matches(/^(?:0[1-9]|10|[89][0-9])$/, 'is no media type'),
  pcenc: says(
    (text) => !/%(?![0-9A-Fa-f]{2})/.test(text),
    'has a percent sign without two hexadecimal digits',
  ),
  latitude: says((text) => Number(text) <= 1_800_000_000, 'is no latitude'),
  longitude: says((text) => Number(text) <= 3_600_000_000, 'is no longitude'),
  yesno: matches(/^[01]$/, 'is neither 0 nor 1'),
  hyphen: matches(/^-+$/, 'is no minus sign'),
  winding: matches(/^[019]$/, 'is no winding direction'),
  zero: matches(/^0+$/, 'is not zero'),
  nonzero: matches(/[^0]/, 'is zero'),
  nozeroprefix: matches(/^(?:0$|[^0])/, 'has a leading zero'),
  hasnondigit: matches(/[^0-9]/, 'has only digits'),
  importeridx: matches(/^[-0-9A-Z_a-z]$/, 'is no importer index'),
  pieceoftotal: says(
    (text) => isPiece(text.slice(0, text.length / 2), text.slice(text.length / 2)),
    'is no piece of a total',
  ),
  posinseqslash: says((text) => {
    const [, position = '', end = ''] = /^([1-9][0-9]*)\/([1-9][0-9]*)$/.exec(text) ?? [];
    return isPiece(position, end);
  }, 'is no position in a series'),
  // North American coupons: only that they hold digits; their inner structure means nothing to a shipment.
  couponcode: matches(/^[0-9]+$/, 'has other characters than digits'),
  couponposoffer: matches(/^[01][0-9]+$/, 'has a wrong format'),
};
