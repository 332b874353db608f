// The dictionary of an attacker who knows every value there is, in each writing in which it may be written down.

import { fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { canonicalJson } from '../../../ledger-sync/evidence/jcs.js';
import type { PackIdentity } from '../../../ledger-sync/serials/pack-commitment.js';

/** Something that nobody may learn: how it is called in a failure, and its writings as bytes. */
export interface KnownWord {
  readonly name: string;
  readonly writings: readonly Uint8Array[];
}

const utf8 = new TextEncoder();
/** Shorter ones stand somewhere by chance: 5 bytes in half a megabyte once in two million runs. */
const MIN_BYTES = 5;

function wordOf(name: string, texts: readonly string[], raw: readonly string[] = []): KnownWord {
  const cases = texts.flatMap((text) => [text, text.toLowerCase(), text.toUpperCase()]);
  const digits = texts.filter((text) => /^\d+$/.test(text));
  const hex = [
    ...[...new Set(cases)].map((text) => toHex(utf8.encode(text))),
    ...texts.map((text) => Buffer.from(text, 'utf16le').toString('hex')),
    // Two digits in a byte, and the whole number as a contract would keep it.
    ...digits.map((text) => (text.length % 2 === 0 ? text : `0${text}`)),
    ...digits
      .map((text) => BigInt(text).toString(16))
      .map((text) => text.padStart(text.length + (text.length % 2), '0')),
  ];
  return {
    name,
    writings: [...new Set([...hex, ...raw])].map(fromHex).filter(({ length }) => length >= MIN_BYTES),
  };
}

/** Hexadecimal digits are taken as the bytes, too. */
export const textWord = (text: string): KnownWord =>
  wordOf(text, [text], /^([0-9a-f]{2})+$/.test(text) ? [text] : []);

/** A document that was hashed: as canonical text without its salt, and as what a careless maker would put there. */
export function documentWord(name: string, { salt: _salt, ...document }: Record<string, unknown>): KnownWord {
  const plain = [document, { ...document, salt: '' }, { ...document, salt: '00'.repeat(16) }].map(
    canonicalJson,
  );
  return wordOf(`document ${name}`, [...plain, JSON.stringify(document)]);
}

/** @param companyDigits of the GTIN's 14 digits, those of the GS1 company prefix */
export function packWords({ gtin, serial, lot, expiry }: PackIdentity, companyDigits: number): KnownWord[] {
  const yymmdd = expiry.slice(2).replaceAll('-', '');
  const company = gtin.slice(1, 1 + companyDigits);
  const item = `${gtin[0]}${gtin.slice(1 + companyDigits, 13)}`;
  const gs = '\x1d';
  const serialised = [
    ...[serial, `(21)${serial}`, `21${serial}`, `(01)${gtin}(21)${serial}`, `01${gtin}21${serial}`],
    `(01)${gtin}(17)${yymmdd}(10)${lot}(21)${serial}`,
    ...[`01${gtin}17${yymmdd}10${lot}${gs}21${serial}`, `01${gtin}21${serial}${gs}17${yymmdd}10${lot}`],
    ...[
      `urn:epc:id:sgtin:${company}.${item}.${serial}`,
      `urn:epc:tag:sgtin-96:3.${company}.${item}.${serial}`,
    ],
    `https://id.gs1.org/01/${gtin}/21/${serial}`,
    `https://id.gs1.org/01/${gtin}/10/${lot}/21/${serial}?17=${yymmdd}`,
  ];
  const ofLot = [
    lot,
    `(10)${lot}`,
    `(01)${gtin}(10)${lot}`,
    `01${gtin}10${lot}`,
    `https://id.gs1.org/01/${gtin}/10/${lot}`,
  ];
  const ofClass = [gtin, gtin.slice(1), `(01)${gtin}`, `urn:epc:idpat:sgtin:${company}.${item}.*`];
  return [
    wordOf(`serial ${serial}`, serialised, [sgtin96(company, item, serial)]),
    wordOf(`lot ${lot}`, [...ofLot, `urn:epc:class:lgtin:${company}.${item}.${lot}`]),
    wordOf(`GTIN ${gtin}`, ofClass),
  ];
}

/** @param sscc 18 digits @param epc its tag, hex @param companyDigits of the GS1 company prefix */
export function unitWord(sscc: string, epc: string, companyDigits: number): KnownWord {
  const company = sscc.slice(1, 1 + companyDigits);
  const urn = `urn:epc:id:sscc:${company}.${sscc[0]}${sscc.slice(1 + companyDigits, 17)}`;
  const texts = [sscc, `(00)${sscc}`, `00${sscc}`, urn, `https://id.gs1.org/00/${sscc}`, epc];
  return wordOf(`SSCC ${sscc}`, texts, [epc]);
}

/** SGTIN-96 of GS1 TDS 1.13 section 14.6.1.1: header, filter, partition, company, item, serial. */
export function sgtin96(company: string, item: string, serial: string): string {
  const companyBits = [40n, 37n, 34n, 30n, 27n, 24n, 20n][12 - company.length] ?? 0n;
  let bits = (0x30n << 6n) | (3n << 3n) | BigInt(12 - company.length);
  bits = (bits << companyBits) | BigInt(company);
  bits = (bits << (44n - companyBits)) | BigInt(item);
  return ((bits << 38n) | BigInt(serial)).toString(16).padStart(24, '0');
}
