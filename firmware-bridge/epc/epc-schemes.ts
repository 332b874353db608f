// The coding schemes of GS1 TDS as data: header byte, total length and fields in their order on the tag.
// Sources: TDS 1.13 section 14.6, TDS 2.3 section 14.6, TDT 2.2 tables E, F and B.

import type { ReferenceRow } from './partition-tables.js';
import { referencePartitions as refs } from './partition-tables.js';

/** A field of a TDS 1.x scheme, behind header and filter. */
export type ClassicField =
  /** Partition value, company prefix, and a reference as a number, as 7-bit or as 6-bit text. */
  | { readonly kind: 'company'; readonly rows: readonly ReferenceRow[]; readonly reference: ReferenceKind }
  /** A number without leading zeros. */
  | { readonly kind: 'number'; readonly bits: number; readonly maxDigits?: number }
  /** A number of exactly these digits. */
  | { readonly kind: 'padded'; readonly bits: number; readonly digits: number }
  /** Digits with a 1 before them, so that leading zeros stay. */
  | { readonly kind: 'numeric-string'; readonly bits: number; readonly maxDigits: number }
  /** 7-bit characters, then zero bits. */
  | { readonly kind: 'text7'; readonly characters: number }
  /** 6-bit characters, ended by six zero bits. */
  | { readonly kind: 'text6'; readonly minCharacters: number; readonly maxCharacters: number }
  /** CAGE code or DoDAAC: six characters, the first a space where the code has five. */
  | { readonly kind: 'cage'; readonly bitsPerCharacter: 6 | 8 }
  | { readonly kind: 'zeros'; readonly bits: number };

/** `padded`: all digits; `number`: no leading zeros. */
export type ReferenceKind = 'padded' | 'number' | 'text7' | 'text6';

/** A part of a TDS 2.x scheme, behind header, data toggle and filter; `ai` starts a new element. */
export type PlusField =
  | { readonly kind: 'digits'; readonly ai: string; readonly count: number }
  /** Encoding indicator, length, characters; without `ai` it continues the element before. */
  | { readonly kind: 'text'; readonly ai?: string; readonly maxCharacters: number }
  /** Digits as nibbles, then an end mark, or a delimiter and more text. */
  | { readonly kind: 'delimited'; readonly ai: string; readonly maxCharacters: number }
  /** Length in 4 bits and a number; without `ai` it continues the element before. */
  | { readonly kind: 'numeric'; readonly ai?: string; readonly maxDigits: number }
  /** Type of a date and the date. */
  | { readonly kind: 'date' };

interface SchemeName {
  /** As in the standard: SGTIN-96, SGTIN+ ... */
  readonly name: string;
  /** Lower-case name of the key; also the name in its URIs. */
  readonly family: string;
}

export interface ClassicScheme extends SchemeName {
  readonly kind: 'classic';
  /** Undefined where the fields say where they end. */
  readonly bits: number | undefined;
  readonly filterBits: 0 | 3 | 4 | 6;
  readonly fields: readonly ClassicField[];
}

export interface PlusScheme extends SchemeName {
  readonly kind: 'plus';
  readonly fields: readonly PlusField[];
  /** Whether a host name follows: the `++` forms. */
  readonly hasHostname: boolean;
}

function classic(name: string, bits: number | undefined, ...fields: readonly ClassicField[]): ClassicScheme {
  const family = name.slice(0, name.lastIndexOf('-')).toLowerCase();
  const filterBits = family === 'gid' ? 0 : family === 'usdod' ? 4 : family === 'adi' ? 6 : 3;
  return { kind: 'classic', name, family, bits, filterBits, fields };
}

const company = (rows: readonly ReferenceRow[], reference: ReferenceKind = 'padded'): ClassicField => ({
  kind: 'company',
  rows,
  reference,
});
const number = (bits: number): ClassicField => ({ kind: 'number', bits });
const text7 = (characters: number): ClassicField => ({ kind: 'text7', characters });
const zeros24: ClassicField = { kind: 'zeros', bits: 24 };
const padded2: ClassicField = { kind: 'padded', bits: 7, digits: 2 };

const classicSchemes: readonly (readonly [number, ClassicScheme])[] = [
  [0x2c, classic('GDTI-96', 96, company(refs.sgln), number(41))],
  [0x2d, classic('GSRN-96', 96, company(refs.sscc), zeros24)],
  [0x2e, classic('GSRNP-96', 96, company(refs.sscc), zeros24)],
  [0x2f, classic('USDOD-96', 96, { kind: 'cage', bitsPerCharacter: 8 }, number(36))],
  [0x30, classic('SGTIN-96', 96, company(refs.sgtin), number(38))],
  [0x31, classic('SSCC-96', 96, company(refs.sscc), zeros24)],
  [0x32, classic('SGLN-96', 96, company(refs.sgln), number(41))],
  [0x33, classic('GRAI-96', 96, company(refs.grai), number(38))],
  [0x34, classic('GIAI-96', 96, company(refs.giai96, 'number'))],
  [0x35, classic('GID-96', 96, number(28), number(24), number(36))],
  [0x36, classic('SGTIN-198', 198, company(refs.sgtin), text7(20))],
  [0x37, classic('GRAI-170', 170, company(refs.grai), text7(16))],
  [0x38, classic('GIAI-202', 202, company(refs.giai202, 'text7'))],
  [0x39, classic('SGLN-195', 195, company(refs.sgln), text7(20))],
  [
    0x3b,
    classic(
      'ADI-var',
      undefined,
      { kind: 'cage', bitsPerCharacter: 6 },
      { kind: 'text6', minCharacters: 0, maxCharacters: 32 },
      { kind: 'text6', minCharacters: 1, maxCharacters: 30 },
    ),
  ],
  [0x3c, classic('CPI-96', 96, company(refs.cpi96, 'number'), number(31))],
  [
    0x3d,
    classic('CPI-var', undefined, company(refs.cpiVar, 'text6'), { kind: 'number', bits: 40, maxDigits: 12 }),
  ],
  [0x3e, classic('GDTI-174', 174, company(refs.sgln), text7(17))],
  [0x3f, classic('SGCN-96', 96, company(refs.sgln), { kind: 'numeric-string', bits: 41, maxDigits: 12 })],
  [0x40, classic('ITIP-110', 110, company(refs.sgtin), padded2, padded2, number(38))],
  [0x41, classic('ITIP-212', 212, company(refs.sgtin), padded2, padded2, text7(20))],
];

const digits = (ai: string, count: number): PlusField => ({ kind: 'digits', ai, count });
const serial: PlusField = { kind: 'text', ai: '21', maxCharacters: 20 };

/** Name, header of the + form, header of the ++ form, fields. */
const plusForms: readonly (readonly [string, number, number, readonly PlusField[]])[] = [
  ['SGTIN', 0xf7, 0xfd, [digits('01', 14), serial]],
  ['DSGTIN', 0xfb, 0xfc, [{ kind: 'date' }, digits('01', 14), serial]],
  ['SSCC', 0xf9, 0xef, [digits('00', 18)]],
  ['SGLN', 0xf2, 0xe9, [digits('414', 13), { kind: 'text', ai: '254', maxCharacters: 20 }]],
  ['GRAI', 0xf1, 0xeb, [digits('8003', 14), { kind: 'text', maxCharacters: 16 }]],
  ['GIAI', 0xfa, 0xee, [{ kind: 'delimited', ai: '8004', maxCharacters: 30 }]],
  ['GSRN', 0xf4, 0xe7, [digits('8018', 18)]],
  ['GSRNP', 0xf5, 0xe8, [digits('8017', 18)]],
  ['GDTI', 0xf6, 0xea, [digits('253', 13), { kind: 'text', maxCharacters: 17 }]],
  [
    'CPI',
    0xf0,
    0xe6,
    [
      { kind: 'delimited', ai: '8010', maxCharacters: 30 },
      { kind: 'numeric', ai: '8011', maxDigits: 12 },
    ],
  ],
  ['SGCN', 0xf8, 0xec, [digits('255', 13), { kind: 'numeric', maxDigits: 12 }]],
  ['ITIP', 0xf3, 0xed, [digits('8006', 18), serial]],
];

const plusSchemes = plusForms.flatMap(([name, header, headerWithHostname, fields]) => {
  const family = name === 'DSGTIN' ? 'sgtin' : name.toLowerCase();
  const plus: PlusScheme = { kind: 'plus', name: `${name}+`, family, fields, hasHostname: false };
  const plusPlus: PlusScheme = { kind: 'plus', name: `${name}++`, family, fields, hasHostname: true };
  return [[header, plus] as const, [headerWithHostname, plusPlus] as const];
});

/** Every scheme that is decoded, by its header byte. */
export const epcSchemes: ReadonlyMap<number, ClassicScheme | PlusScheme> = new Map<
  number,
  ClassicScheme | PlusScheme
>([...classicSchemes, ...plusSchemes]);

/** Header bytes that are known and hold no EPC that could be decoded; every other one is reserved. */
export const refusedHeaders: ReadonlyMap<number, string> = new Map([
  [0x00, 'header 00: unprogrammed tag'],
  [0x3a, 'header 3a: GDTI-113 is deprecated, its tags must be written again as GDTI-174'],
  [0xe2, 'header e2: this is a TID, not an EPC'],
]);

/** The date of DSGTIN: application identifier by date type (TDS 2.3 section 14.5.3). */
export const dateTypes: readonly string[] = ['11', '13', '15', '16', '17', '7006', '7007'];
