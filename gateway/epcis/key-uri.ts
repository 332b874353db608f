// GS1 keys in all their notations (EPC URNs, class and pattern URNs, Digital Links of any domain) as one: the canonical
// Digital Link of the finest key, without anything that only describes it.

import { checkDigit } from '../../firmware-bridge/epc/check-digit.js';

const BASE = 'https://id.gs1.org';

/** Digits of company prefix and reference together, without the check digit. */
const lengths = { gtin: 13, sscc: 17, gln: 12, gsin: 16 } as const;

/** Table 7-1 of the Digital Link standard; the other unsafe characters cannot stand in a URN. */
function encoded(text: string): string {
  return text.replace(
    /[!()*+,:]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function checked(digits: string, length: number): string | undefined {
  return /^\d+$/.test(digits) && digits.length === length ? `${digits}${checkDigit(digits)}` : undefined;
}

/** The first digit of the reference stands in front of the company prefix. */
const indicated = (prefix: string, reference: string) =>
  `${reference.slice(0, 1)}${prefix}${reference.slice(1)}`;

type UrnReader = (parts: readonly string[]) => string | undefined;

function gtin([prefix = '', reference = '']: readonly string[]): string | undefined {
  return checked(indicated(prefix, reference), lengths.gtin);
}

function plain([prefix = '', reference = '']: readonly string[], length: number): string | undefined {
  return checked(`${prefix}${reference}`, length);
}

function path(...parts: readonly (string | undefined)[]): string | undefined {
  return parts.includes(undefined) ? undefined : `${BASE}/${parts.join('/')}`;
}

function joined(ai: string, key: string | undefined, serial: string): string | undefined {
  return key === undefined ? undefined : path(ai, `${key}${encoded(serial)}`);
}

/** By what stands between `urn:epc:` and the parts; a serial may hold dots. */
const urns: Readonly<Record<string, readonly [parts: number, read: UrnReader]>> = {
  'id:sgtin': [3, (parts) => path('01', gtin(parts), '21', encoded(parts[2] ?? ''))],
  'id:sscc': [
    2,
    ([prefix = '', reference = '']) => path('00', checked(indicated(prefix, reference), lengths.sscc)),
  ],
  'id:sgln': [3, sgln],
  'id:grai': [3, (parts) => joined('8003', graiKey(parts), parts[2] ?? '')],
  'id:giai': [2, ([prefix = '', reference = '']) => path('8004', `${prefix}${encoded(reference)}`)],
  'id:gsrn': [2, (parts) => path('8018', plain(parts, lengths.sscc))],
  'id:gsrnp': [2, (parts) => path('8017', plain(parts, lengths.sscc))],
  'id:gdti': [3, (parts) => joined('253', plain(parts, lengths.gln), parts[2] ?? '')],
  'id:cpi': [
    3,
    ([prefix = '', reference = '', serial]) => path('8010', encoded(`${prefix}${reference}`), '8011', serial),
  ],
  'id:sgcn': [3, (parts) => joined('255', plain(parts, lengths.gln), parts[2] ?? '')],
  'id:ginc': [2, ([prefix = '', reference = '']) => path('401', `${prefix}${encoded(reference)}`)],
  'id:gsin': [2, (parts) => path('402', plain(parts, lengths.gsin))],
  'id:itip': [5, itip],
  'id:upui': [3, (parts) => path('01', gtin(parts), '235', encoded(parts[2] ?? ''))],
  'id:pgln': [2, (parts) => path('417', plain(parts, lengths.gln))],
  'class:lgtin': [3, (parts) => path('01', gtin(parts), '10', encoded(parts[2] ?? ''))],
  'idpat:sgtin': [3, (parts) => pattern(parts[2], path('01', gtin(parts)))],
  'idpat:grai': [3, (parts) => pattern(parts[2], path('8003', graiKey(parts)))],
  'idpat:gdti': [3, (parts) => pattern(parts[2], path('253', plain(parts, lengths.gln)))],
  'idpat:sgcn': [3, (parts) => pattern(parts[2], path('255', plain(parts, lengths.gln)))],
  'idpat:cpi': [
    3,
    ([prefix = '', reference = '', serial]) =>
      pattern(serial, path('8010', encoded(`${prefix}${reference}`))),
  ],
  'idpat:itip': [5, (parts) => pattern(parts[4], path('8006', itipKey(parts)))],
  'idpat:upui': [3, (parts) => pattern(parts[2], path('01', gtin(parts)))],
};

const pattern = (serial: string | undefined, uri: string | undefined) => (serial === '*' ? uri : undefined);

/** The extension 0 means the place itself. */
function sgln(parts: readonly string[]): string | undefined {
  const key = plain(parts, lengths.gln);
  return parts[2] === '0' ? path('414', key) : path('414', key, '254', encoded(parts[2] ?? ''));
}

function graiKey(parts: readonly string[]): string | undefined {
  const key = plain(parts, lengths.gln);
  return key && `0${key}`;
}

function itipKey(parts: readonly string[]): string | undefined {
  const key = gtin(parts);
  return key && `${key}${parts[2]}${parts[3]}`;
}

function itip(parts: readonly string[]): string | undefined {
  return path('8006', itipKey(parts), '21', encoded(parts[4] ?? ''));
}

/** Digital Link keys with the qualifiers that make them finer, the finest first. */
const keys: readonly (readonly [ai: string, value: RegExp, qualifiers: readonly string[]])[] = [
  ['00', /^\d{18}$/, []],
  ['01', /^\d{8}(\d{4,6})?$/, ['21', '235', '10']],
  ['253', /^\d{13}[^/]{0,17}$/, []],
  ['255', /^\d{13}\d{0,12}$/, []],
  ['401', /^[^/]{1,30}$/, []],
  ['402', /^\d{17}$/, []],
  ['414', /^\d{13}$/, ['254']],
  ['417', /^\d{13}$/, []],
  ['8003', /^\d{14}[^/]{0,16}$/, []],
  ['8004', /^[^/]{1,30}$/, []],
  ['8006', /^\d{18}$/, ['21', '10']],
  ['8010', /^[^/]{1,30}$/, ['8011']],
  ['8017', /^\d{18}$/, []],
  ['8018', /^\d{18}$/, []],
];

/** What early Digital Links wrote for the application identifiers. */
const shortNames: Readonly<Record<string, string>> = {
  ...{ sscc: '00', gtin: '01', gdti: '253', gcn: '255', ginc: '401', gsin: '402', gln: '414', party: '417' },
  ...{ grai: '8003', giai: '8004', itip: '8006', cpi: '8010', gsrnp: '8017', gsrn: '8018' },
  ...{ ser: '21', tpx: '235', lot: '10', glnx: '254', cpsn: '8011' },
};

const identifier = (segment: string): string =>
  Object.hasOwn(shortNames, segment) ? (shortNames[segment] ?? segment) : segment;

function digitalLink(text: string): string | undefined {
  if (!/^https?:\/\/[^/?#]+\//.test(text)) return undefined;
  const segments = text
    .replace(/^https?:\/\/[^/]+\//, '')
    .replace(/[?#].*$/s, '')
    .split('/');
  for (const [at, segment] of segments.entries()) {
    const ai = identifier(segment);
    const given = segments[at + 1] ?? '';
    const key = keys.find(([known, form]) => known === ai && form.test(given));
    if (key === undefined) continue;
    const value = ai === '01' ? given.padStart(14, '0') : given;
    const rest = segments.slice(at + 2);
    for (const qualifier of key[2]) {
      const place = rest.findIndex((part, index) => index % 2 === 0 && identifier(part) === qualifier);
      const finer = place < 0 ? '' : (rest[place + 1] ?? '');
      // The extension 0 means the place itself.
      if (finer === '' || (qualifier === '254' && finer === '0')) continue;
      return `${BASE}/${ai}/${value}/${qualifier}/${encoded(finer)}`;
    }
    return `${BASE}/${ai}/${encoded(value)}`;
  }
  return undefined;
}

/** The canonical form of a GS1 key; undefined for text that is none. */
export function keyUri(text: string): string | undefined {
  const [, scheme = '', rest = ''] = /^urn:epc:([a-z]+:[a-z]+):(.+)$/s.exec(text) ?? [];
  const urn = Object.hasOwn(urns, scheme) ? urns[scheme] : undefined;
  if (urn === undefined) return digitalLink(text);
  const [count, read] = urn;
  const parts = rest.split('.');
  const last = parts.slice(count - 1).join('.');
  return parts.length < count ? undefined : read([...parts.slice(0, count - 1), last]);
}
