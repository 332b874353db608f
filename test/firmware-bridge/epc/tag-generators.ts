// Tags made at random by the tests' own encoder, with what they must be told as.

import fc from 'fast-check';
import { bitsToHex, encodable, field, nibbles, plusText, type TextEncoding, text7 } from './epc-encoder.js';
import { readVectors } from './vectors.js';

interface PartitionRow {
  readonly p: number;
  readonly gcpBits: number;
  readonly gcpDigits: number;
  readonly refBits: number;
  readonly refDigits: number;
}

const { partitionTables } = readVectors<{
  readonly partitionTables: Readonly<Record<string, readonly PartitionRow[]>>;
}>('tds/tables.json');

export interface MadeTag {
  readonly hex: string;
  readonly scheme: string;
  readonly tagUri: string;
  readonly pureIdentity: string;
}

const textOf = (alphabet: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength, size: 'max' });

const digits = (length: number) => textOf('0123456789', length, length);

const escaped = (text: string) =>
  [...text]
    .map((char) => ('"%&/<>?'.includes(char) ? `%${char.charCodeAt(0).toString(16).toUpperCase()}` : char))
    .join('');

interface Shape {
  readonly scheme: string;
  readonly header: number;
  readonly table: string;
  /** Bits of a numeric serial, or characters of a text. */
  readonly serialBits?: number;
  readonly serialCharacters?: number;
  readonly zeros?: number;
}

const shapes: readonly Shape[] = [
  { scheme: 'SGTIN-96', header: 0x30, table: 'SGTIN', serialBits: 38 },
  { scheme: 'SSCC-96', header: 0x31, table: 'SSCC', zeros: 24 },
  { scheme: 'SGLN-96', header: 0x32, table: 'SGLN', serialBits: 41 },
  { scheme: 'GRAI-96', header: 0x33, table: 'GRAI', serialBits: 38 },
  { scheme: 'GSRN-96', header: 0x2d, table: 'SSCC', zeros: 24 },
  { scheme: 'GDTI-96', header: 0x2c, table: 'SGLN', serialBits: 41 },
  { scheme: 'SGTIN-198', header: 0x36, table: 'SGTIN', serialCharacters: 20 },
  { scheme: 'SGLN-195', header: 0x39, table: 'SGLN', serialCharacters: 20 },
  { scheme: 'GRAI-170', header: 0x37, table: 'GRAI', serialCharacters: 16 },
  { scheme: 'GDTI-174', header: 0x3e, table: 'SGLN', serialCharacters: 17 },
];

/** Serial as text and as bits. */
function serialOf(shape: Shape, alphabet: string): fc.Arbitrary<{ text: string | undefined; bits: string }> {
  const { serialBits, serialCharacters } = shape;
  if (serialBits !== undefined) {
    const max = (1n << BigInt(serialBits)) - 1n;
    return fc
      .bigInt({ min: 0n, max })
      .map((serial) => ({ text: `${serial}`, bits: field(serial, serialBits) }));
  }
  if (serialCharacters !== undefined) {
    return textOf(alphabet, 1, serialCharacters).map((text) => ({
      text,
      bits: text7(text, serialCharacters),
    }));
  }
  return fc.constant({ text: undefined, bits: '0'.repeat(shape.zeros ?? 0) });
}

/** A tag of TDS 1.x; text serials hold the characters of `alphabet`. */
export function classicTag(alphabet: string = encodable.ascii): fc.Arbitrary<MadeTag> {
  return fc
    .record({ shape: fc.constantFrom(...shapes), row: fc.nat(6), filter: fc.nat(7) })
    .chain(({ shape, row, filter }) => {
      const partition = partitionTables[shape.table]?.[row];
      if (partition === undefined) throw new Error(`no partition ${row} of ${shape.table}`);
      const { p, gcpBits, gcpDigits, refBits, refDigits } = partition;
      return fc
        .record({
          company: digits(gcpDigits),
          reference: digits(refDigits),
          serial: serialOf(shape, alphabet),
        })
        .map(({ company, reference, serial }) => {
          const head = field(shape.header, 8) + field(filter, 3) + field(p, 3);
          const item = field(BigInt(company), gcpBits) + field(BigInt(reference || '0'), refBits);
          const parts = [company, reference, ...(serial.text === undefined ? [] : [escaped(serial.text)])];
          const family = shape.scheme.split('-')[0]?.toLowerCase();
          return {
            hex: bitsToHex(head + item + serial.bits, 16),
            scheme: shape.scheme,
            tagUri: `urn:epc:tag:${shape.scheme.toLowerCase()}:${filter}.${parts.join('.')}`,
            pureIdentity: `urn:epc:id:${family}:${parts.join('.')}`,
          };
        });
    });
}

/** An individual asset, whose reference fills the rest of the tag. */
export function assetTag(alphabet: string = encodable.ascii): fc.Arbitrary<MadeTag> {
  return fc
    .record({ row: fc.nat(6), filter: fc.nat(7), isLong: fc.boolean() })
    .chain(({ row, filter, isLong }) => {
      const scheme = isLong ? 'GIAI-202' : 'GIAI-96';
      const partition = partitionTables[scheme]?.[row];
      if (partition === undefined) throw new Error(`no partition ${row} of ${scheme}`);
      const { p, gcpBits, gcpDigits, refBits, refDigits } = partition;
      const reference: fc.Arbitrary<string> = isLong
        ? textOf(alphabet, 1, refDigits)
        : fc.bigInt({ min: 0n, max: (1n << BigInt(refBits)) - 1n }).map(String);
      return fc.record({ company: digits(gcpDigits), reference }).map((made) => {
        const bits = isLong
          ? text7(made.reference, made.reference.length).padEnd(refBits, '0')
          : field(BigInt(made.reference), refBits);
        const head = field(isLong ? 0x38 : 0x34, 8) + field(filter, 3) + field(p, 3);
        const body = `${made.company}.${escaped(made.reference)}`;
        return {
          hex: bitsToHex(head + field(BigInt(made.company), gcpBits) + bits, 16),
          scheme,
          tagUri: `urn:epc:tag:${scheme.toLowerCase()}:${filter}.${body}`,
          pureIdentity: `urn:epc:id:giai:${body}`,
        };
      });
    });
}

/** The check digit by the long way: weights 1 and 3 from the left of a number with its check digit. */
function withCheckDigit(body: string): string {
  for (const digit of '0123456789') {
    const all = [...(body + digit)].reverse();
    const sum = all.reduce((total, char, index) => total + Number(char) * (index % 2 === 0 ? 1 : 3), 0);
    if (sum % 10 === 0) return body + digit;
  }
  throw new Error('one of ten digits fits');
}

export interface MadePlusTag {
  readonly hex: string;
  readonly scheme: string;
  readonly elementString: string;
  readonly hostname?: string;
}

const encodings = Object.keys(encodable) as TextEncoding[];
const someText = (maxLength: number) =>
  fc
    .constantFrom(...encodings)
    .chain((encoding) =>
      textOf(encodable[encoding], 1, maxLength).map((text) => ({ text, bits: plusText(text, encoding) })),
    );

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
/** Host name and its bits, without any of the short codes. */
const host = fc
  .array(label, { minLength: 1, maxLength: 4 })
  .map((labels) => labels.join('.'))
  .map((text) => ({ text, bits: `1${field(text.length, 6)}${text7(text, text.length)}` }));

/** A serialised item or asset of TDS 2.x, in the + or the ++ form. */
export const plusTag: fc.Arbitrary<MadePlusTag> = fc
  .record({
    kind: fc.constantFrom('SGTIN', 'SSCC', 'SGLN', 'GRAI', 'GIAI'),
    number: digits(17),
    serial: someText(20),
    asset: someText(16),
    filter: fc.nat(7),
    hostname: fc.option(host, { nil: undefined }),
  })
  .map(({ kind, number, serial, asset, filter, hostname }) => {
    const gtin = withCheckDigit(number.slice(0, 13));
    const gln = withCheckDigit(number.slice(0, 12));
    const sscc = withCheckDigit(number);
    const extension = serial.text === '0' ? '' : `(254)${serial.text}`;
    const [headers, bits, elementString] = {
      SGTIN: [[0xf7, 0xfd], nibbles(gtin) + serial.bits, `(01)${gtin}(21)${serial.text}`] as const,
      SSCC: [[0xf9, 0xef], nibbles(sscc), `(00)${sscc}`] as const,
      SGLN: [[0xf2, 0xe9], nibbles(gln) + serial.bits, `(414)${gln}${extension}`] as const,
      GRAI: [[0xf1, 0xeb], nibbles(`0${gln}`) + asset.bits, `(8003)0${gln}${asset.text}`] as const,
      GIAI: [[0xfa, 0xee], `${nibbles(number)}1111`, `(8004)${number}`] as const,
    }[kind];
    const [plus, plusPlus] = headers;
    const head = field(hostname === undefined ? plus : plusPlus, 8) + field(filter, 4);
    return {
      hex: bitsToHex(head + bits + (hostname?.bits ?? ''), 16),
      scheme: `${kind}${hostname === undefined ? '+' : '++'}`,
      elementString,
      ...(hostname === undefined ? {} : { hostname: hostname.text }),
    };
  });
