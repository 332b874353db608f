// Labels as scanners send them: bracketed, raw with FNC1, Digital Link; what they mean, and what is refused.

import { describe, expect, test } from 'vitest';
import { decodeLabel } from '../../../firmware-bridge/epc/gs1-label.js';

const thisYear = 2026;
const gs = '\u001d';
const medicine = '(01)09521141123454(17)270630(10)LOT-7A(21)S/N(1)';

function read(text: string) {
  const decoded = decodeLabel(text, thisYear);
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.value;
}

function refusalOf(text: string): string {
  const decoded = decodeLabel(text, thisYear);
  return decoded.ok ? `accepted: ${decoded.value.elementString}` : decoded.reason;
}

describe('a medicine pack gives GTIN, lot, serial and expiry, however it arrives', () => {
  const raw = (fnc1: string) => `010952114112345417270630${'10'}LOT-7A${fnc1}21S/N(1)`;

  test.each([
    ['brackets', String.raw`(01)09521141123454(17)270630(10)LOT-7A(21)S/N\(1)`, { form: 'bracketed' }],
    ['raw with GS', raw(gs), { form: 'raw', separators: ['GS (0x1D)'] }],
    ['a DataMatrix scanner', `]d2${raw(gs)}\r\n`, { form: 'raw', symbology: ']d2 GS1 DataMatrix' }],
    [
      'GS1-128 with FNC1 in front and at the end',
      `]C1${gs}${raw(gs)}${gs}`,
      { form: 'raw', symbology: ']C1 GS1-128' },
    ],
    ['a QR Code', `]Q3${raw(gs)}`, { form: 'raw', symbology: ']Q3 GS1 QR Code' }],
    ['{GS}', raw('{GS}'), { form: 'raw', separators: ['{GS}'] }],
    ['a caret', `^${raw('^')}`, { form: 'raw', separators: ['^'] }],
    ['the symbol for GS', raw('\u241d'), { form: 'raw', separators: ['\u241d'] }],
    ['an escape', raw(String.raw`\x1d`), { form: 'raw', separators: [String.raw`\x1d`] }],
    [
      'a link',
      'https://id.gs1.org/01/09521141123454/10/LOT-7A/21/S%2FN%281%29?17=270630&linkType=gs1:pip',
      { form: 'digital-link', hostname: 'id.gs1.org' },
    ],
    [
      'a link behind other steps, in a plain Data Matrix',
      ']d1HTTPS://Example.com:8443/some/shop/01/09521141123454/10/LOT-7A/21/S%2fN(1)?17=270630#x',
      { form: 'digital-link', hostname: 'Example.com', symbology: ']d1' },
    ],
  ])('%s', (_title, text, how) => {
    expect(read(text)).toMatchObject({
      ...how,
      gtin: '09521141123454',
      lot: 'LOT-7A',
      serial: 'S/N(1)',
      expiry: '2027-06-30',
    });
  });

  test('a lot that looks like a key of a link is a lot', () => {
    const { lot, serial } = read('https://example.com/01/09521141123454/10/00/21/01');
    expect({ lot, serial }).toEqual({ lot: '00', serial: '01' });
  });

  test('each element has its title, and dates are written in full', () => {
    expect(read('(01)09521141123454(17)270600(10)A')).toEqual({
      form: 'bracketed',
      elementString: '(01)09521141123454(17)270600(10)A',
      elements: [
        { ai: '01', title: 'GTIN', value: '09521141123454' },
        { ai: '17', title: 'USE BY or EXPIRY', value: '270600', meaning: '2027-06-30' },
        { ai: '10', title: 'BATCH/LOT', value: 'A' },
      ],
      gtin: '09521141123454',
      lot: 'A',
      expiry: '2027-06-30',
    });
  });

  test('the element string that is told reads back as the same', () => {
    const first = read(raw(gs));
    expect(first.elementString).toBe(String.raw`(01)09521141123454(17)270630(10)LOT-7A(21)S/N\(1)`);
    expect(read(first.elementString).elements).toEqual(first.elements);
    expect(refusalOf(medicine)).toBe('no (AI) at "(1)"; a bracket inside a value is written \\(');
  });
});

describe('a pallet label gives SSCC and the temperatures of its transport', () => {
  test.each([
    ['000800', '000200', 8000, 2000],
    ['000000', '002500-', 0, -25_000],
    ['001000-', '003050-', -10_000, -30_500],
  ])('(4331)%s(4333)%s', (max, min, transportMaxMilliC, transportMinMilliC) => {
    expect(read(`(00)106141412345678908(4331)${max}(4333)${min}`)).toMatchObject({
      sscc: '106141412345678908',
      transportMaxMilliC,
      transportMinMilliC,
    });
  });
});

describe('the century of a date is the one within 49 years back and 50 ahead', () => {
  test.each([
    ['260101', 2026, '2026-01-01'],
    ['760101', 2026, '2076-01-01'],
    ['770101', 2026, '1977-01-01'],
    ['000229', 2026, '2000-02-29'],
    ['990101', 2026, '1999-01-01'],
    ['010101', 2099, '2101-01-01'],
    ['490101', 2099, '2149-01-01'],
    ['500101', 2099, '2050-01-01'],
  ])('%s in %i is %s', (yymmdd, year, iso) => {
    const decoded = decodeLabel(`(01)09521141123454(17)${yymmdd}`, year);
    expect(decoded.ok && decoded.value.expiry).toBe(iso);
  });
});

test.each([
  ['(01)09521141123454(3103)001250', '3103', '1.250'],
  ['(01)09521141123454(3105)000001', '3105', '0.00001'],
  ['(01)09521141123454(3100)000120', '3100', '120'],
  ['(01)09521141123454(30)1(3922)1299', '3922', '12.99'],
  ['(01)09521141123454(30)1(3932)9781299', '3932', '12.99 in currency 978'],
  ['(01)09521141123454(7003)2706301330', '7003', '2027-06-30T13:30'],
  ['(01)09521141123454(7007)260601260630', '7007', '2026-06-01 to 2026-06-30'],
  ['(01)09521141123454(8008)26063013', '8008', '2026-06-30T13'],
  ['(01)09521141123454(8008)260630134501', '8008', '2026-06-30T13:45:01'],
  ['(00)106141412345678908(4333)002550-', '4333', '-25.50 degC'],
  ['(00)106141412345678908(4324)2606000800', '4324', '2026-06-30T08:00'],
])('%s: (%s) means %s', (text, ai, meaning) => {
  expect(read(text).elements.find((element) => element.ai === ai)?.meaning).toBe(meaning);
});

describe('a label that breaks a rule is refused, with its reason', () => {
  test.each([
    ['nothing', '', 'nothing there'],
    ['only a symbology', ']d2', 'nothing there'],
    ['only a separator', ']d2^', 'nothing there'],
    ['a symbology without GS1 data', ']C00109521141123454', 'symbology "]C0" holds no GS1 element string'],
    ['a wrong check digit', '(01)09521141123453', '(01) GTIN has a wrong check digit: "09521141123453"'],
    ['a GTIN of 13 digits', '(01)9521141123454', '(01) GTIN has 13 characters, 14 belong there'],
    [
      'a letter in a number',
      '(01)0952114112345X',
      '(01) GTIN holds a character that is no digit: "0952114112345X"',
    ],
    [
      'a lot of 21 characters',
      `(01)09521141123454(10)${'A'.repeat(21)}`,
      '(10) BATCH/LOT has 21 characters, 1 to 20 belong there',
    ],
    [
      'a lot with a space',
      '(01)09521141123454(10)A B',
      '(10) BATCH/LOT holds a character outside the GS1 set of 82: "A B"',
    ],
    ['an empty lot', '(01)09521141123454(10)', '(10) has no value'],
    ['month 13', '(01)09521141123454(17)271301', '(17) USE BY or EXPIRY is no date: "271301"'],
    ['30 February', '(01)09521141123454(17)270230', '(17) USE BY or EXPIRY is no date: "270230"'],
    [
      '29 February of a common year',
      '(01)09521141123454(17)270229',
      '(17) USE BY or EXPIRY is no date: "270229"',
    ],
    [
      'day 00 where a day is needed',
      '(01)09521141123454(7006)270600',
      '(7006) FIRST FREEZE DATE is no date with a day: "270600"',
    ],
    ['hour 24', '(01)09521141123454(7003)2706302400', '(7003) EXPIRY TIME is no time: "2400"'],
    ['an unknown AI', '(01)09521141123454(05)1', '(05) is no application identifier'],
    ['text without an AI', 'hello', 'no application identifier at "hello"'],
    ['an unclosed bracket', '(01', 'no (AI) at "(01"; a bracket inside a value is written \\('],
    ['a truncated raw GTIN', '0109521141', '(01) GTIN has 8 characters, 14 belong there'],
    ['two separators', `0109521141123454${gs}${gs}10A`, 'two separators with nothing between them'],
    [
      'an expiry without its item',
      '(17)270630',
      '(17) USE BY or EXPIRY needs (01) or (02) or (03) or (255) or (8006) or (8026) beside it',
    ],
    [
      'a temperature without its pallet',
      '(01)09521141123454(4331)000800',
      '(4331) MAX TEMP C. needs (00) beside it',
    ],
    [
      'two temperatures in different units',
      '(00)106141412345678908(4331)000800(4330)004640',
      '(4331) MAX TEMP C. must not stand beside (4330) MAX TEMP F.',
    ],
    ['a GTIN beside a count', '(01)09521141123454(37)5', '(01) GTIN must not stand beside (37) COUNT'],
    [
      'two net weights',
      '(01)09521141123454(3103)001250(3102)000125',
      '(3103) NET WEIGHT (kg) must not stand beside (3102) NET WEIGHT (kg)',
    ],
    [
      'a need of two together',
      '(01)09521141123454(7004)1',
      '(7004) ACTIVE POTENCY needs (01) with (10) beside it',
    ],
    [
      'the same AI with two values',
      '(01)09521141123454(10)A(10)B',
      '(10) BATCH/LOT is told twice: "A" and "B"',
    ],
    ['a country that does not exist', '(01)09521141123454(422)999', '(422) ORIGIN is no country: "999"'],
    [
      'an asset without a company prefix',
      '(8004)ABC123',
      '(8004) GIAI does not begin with a company prefix: "ABC123"',
    ],
    [
      'a link without a key',
      'https://example.com/10/A',
      'the path holds no primary key of GS1, or is compressed',
    ],
    [
      'a link with its qualifiers in a wrong order',
      'https://example.com/01/09521141123454/21/1/10/A',
      'behind (01) the path may not go (21) (10)',
    ],
    [
      'a link that mixes two sequences',
      'https://example.com/01/09521141123454/22/A/235/B',
      'behind (01) the path may not go (22) (235)',
    ],
    [
      'a link with half an escape',
      'https://example.com/01/09521141123454/10/A%2',
      'percent sign without two hexadecimal digits in "A%2"',
    ],
    [
      'a link with a key in its query',
      'https://example.com/01/09521141123454?21=A',
      '(21) may not stand in the query of a Digital Link',
    ],
    [
      'a link with an unknown number in its query',
      'https://example.com/01/09521141123454?05=A',
      '(05) may not stand in the query of a Digital Link',
    ],
    ['a link without a path', 'https://example.com', 'no Digital Link: host and path belong there'],
    [
      'a link with an escaped control character',
      'https://example.com/01/09521141123454/10/A%1B',
      '(10) BATCH/LOT holds a character outside the GS1 set of 82: "A\\u{1b}"',
    ],
    ['more than a carrier holds', '1'.repeat(4097), '4097 characters, no carrier holds more than 4096'],
  ])('%s', (_title, text, reason) => {
    expect(refusalOf(text)).toBe(reason);
  });

  test('a quotation mark in foreign text does not end the quotation', () => {
    expect(refusalOf('(01)09521141123454(10)A" B')).toBe(
      String.raw`(10) BATCH/LOT holds a character outside the GS1 set of 82: "A\u{22} B"`,
    );
  });

  test('an element that is told twice with the same value counts once', () => {
    expect(read('(01)09521141123454(10)A(01)09521141123454').elementString).toBe('(01)09521141123454(10)A');
  });

  test('a foreign text in a reason can neither break the line nor command the terminal', () => {
    for (const nasty of ['\u001b[31m', 'a\nb', '\u202e', '\u0000', '\\', '"', '\ud800', '\u{1f600}']) {
      for (const text of [
        nasty,
        `(01)09521141123454(10)${nasty}`,
        `(${nasty})1`,
        `https://x/${nasty}`,
        `]${nasty}`,
      ]) {
        expect(refusalOf(text)).toMatch(/^[ -~]+$/);
      }
    }
  });
});
