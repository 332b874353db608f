// EPC decoding against the vectors of the standard and against tags that must be refused.

import { describe, expect, test } from 'vitest';
import { decodeEpc } from '../../../firmware-bridge/epc/epc.js';
import { epcSchemes, refusedHeaders } from '../../../firmware-bridge/epc/epc-schemes.js';
import { companyPartition, referencePartitions } from '../../../firmware-bridge/epc/partition-tables.js';
import { bitsToHex, field, nibbles, plusText, sgtin96, sgtin198, text7 } from './epc-encoder.js';
import { epcVectors, mustRefuse, readVectors, statedBy } from './vectors.js';

const refusalOf = (hex: string, pc?: string) => {
  const decoded = decodeEpc(hex, pc);
  return decoded.ok ? `accepted as ${decoded.value.scheme}` : decoded.reason;
};

const sgtinPlus = (serialBits: string) =>
  bitsToHex(field(0xf70, 12) + nibbles('79521141123453') + serialBits);
const dsgtin = (type: number, year: number, month: number, day: number) =>
  bitsToHex(
    field(0xfb0, 12) +
      field(type, 4) +
      field(year, 7) +
      field(month, 4) +
      field(day, 5) +
      nibbles('79521141123453') +
      plusText('1', 'integer'),
  );
const cpiPlus = (serial: string) =>
  bitsToHex(
    `${field(0xf00, 12)}${nibbles('9521141')}1111${field(serial.length, 4)}${field(Number(serial), 14)}`,
  );
const cpiVarHead = field(0x3d, 8) + field(3, 3) + field(5, 3) + field(614141, 24);
const ssccPlusPlus = (host: string, length = host.length) =>
  bitsToHex(
    `${field(0xef0, 12)}${nibbles('095201234567891235')}1${field(length, 6)}${text7(host, host.length)}`,
  );

describe('every vector of the standard is told as it says', () => {
  test.each(epcVectors.map((vector) => [vector.scheme, vector.hex, vector] as const))(
    '%s %s',
    (_s, hex, vector) => {
      const decoded = decodeEpc(hex);
      if (!decoded.ok) throw new Error(decoded.reason);
      expect(decoded.value).toMatchObject(statedBy(vector));
      expect(decodeEpc(hex.toLowerCase())).toEqual(decoded);
    },
  );

  test('the vectors cover every scheme that is decoded', () => {
    const covered = new Set(epcVectors.map(({ scheme }) => scheme));
    expect([...epcSchemes.values()].map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([]);
  });
});

test.each(mustRefuse.map(({ why, hex }) => [why, hex]))('must be refused: %s', (_why, hex) => {
  expect(decodeEpc(hex)).toEqual({ ok: false, reason: expect.stringMatching(/^[ -~]+$/) });
});

describe('the tables are those of the standard', () => {
  interface Row {
    readonly p: number;
    readonly gcpBits: number;
    readonly gcpDigits: number;
    readonly refBits: number;
    readonly refDigits: number;
  }
  const tables = readVectors<{
    readonly headers: Readonly<Record<string, readonly [string, number | null]>>;
    readonly partitionTables: Readonly<Record<string, readonly Row[]>>;
  }>('tds/tables.json');

  test.each([
    ['SGTIN', referencePartitions.sgtin],
    ['SSCC', referencePartitions.sscc],
    ['SGLN', referencePartitions.sgln],
    ['GRAI', referencePartitions.grai],
    ['GIAI-96', referencePartitions.giai96],
    ['GIAI-202', referencePartitions.giai202],
  ])('partitions of %s', (name, rows) => {
    const ours = rows.map(({ bits, length }, p) => ({
      p,
      gcpBits: companyPartition[p]?.bits,
      gcpDigits: companyPartition[p]?.digits,
      refBits: bits,
      refDigits: length,
    }));
    expect(ours).toEqual(tables.partitionTables[name]);
  });

  test('every header of the standard is decoded or refused by name', () => {
    for (const [hex, [name, bits]] of Object.entries(tables.headers)) {
      const header = Number.parseInt(hex, 16);
      const scheme = epcSchemes.get(header);
      if (scheme === undefined) expect(refusedHeaders.get(header), hex).toContain('GDTI-113');
      else expect(scheme.name).toBe(name);
      if (scheme?.kind === 'classic') expect(scheme.bits ?? null).toBe(bits);
    }
    expect(epcSchemes.size + 1).toBe(Object.keys(tables.headers).length);
  });

  test('all other headers are refused as reserved, except the two with a name of their own', () => {
    for (let header = 0; header < 256; header += 1) {
      const hex = header.toString(16).padStart(2, '0');
      if (epcSchemes.has(header)) continue;
      const reason = refusalOf(`${hex}${'0'.repeat(22)}`);
      expect(reason).toMatch(refusedHeaders.has(header) ? `header ${hex}: ` : `header ${hex} is reserved`);
    }
  });
});

describe('what is not exactly an identity is refused, with its reason', () => {
  test.each([
    ['no digits', '', 'no digits'],
    ['no hexadecimal', '3074257BF7194E40 00001A85', 'not hexadecimal'],
    ['one digit', '3', 'truncated: no whole header'],
    ['a truncated EPC', '3074257BF7194E4000001A', 'truncated: SGTIN-96 has 96 bits, 88 are there'],
    ['a word too many', '3074257BF7194E4000001A850000', 'wrong length: 16 bits follow the identity'],
    [
      'padding that is not zero',
      '3074257BF7194E4000001A8501',
      'the 8 padding bits after the identity are not zero',
    ],
    ['more than a tag can hold', `30${'0'.repeat(124)}`, 'wrong length: 504 bits, a tag holds 496'],
    ['an SSCC with digits in its zero bits', '3174257BF4499602D2000001', 'the last 24 bits are not zero'],
    [
      'a company prefix of too many digits',
      sgtin96({ company: 10_000_000n }),
      'company prefix 10000000 has more than 7 digits',
    ],
    [
      'an item reference of too many digits',
      sgtin96({ item: 1_000_000n }),
      'reference 1000000 has more than 6 digits',
    ],
    ['the reserved partition', sgtin96({ partition: 7 }), 'partition value 7 is reserved'],
    [
      'a deprecated scheme',
      `3A${'0'.repeat(28)}`,
      'header 3a: GDTI-113 is deprecated, its tags must be written again as GDTI-174',
    ],
    ['a TID', 'E28069952000500101D589CC', 'header e2: this is a TID, not an EPC'],
    ['an empty serial', sgtin198(''), 'serial is empty'],
    [
      'a coupon serial without its leading 1',
      '3F74F4E4E612640000000007',
      'serial does not begin with the digit 1 that keeps its zeros',
    ],
    ['a piece beyond the total', '4076451FD40C0E41820000000F54', 'piece 03 of 02 does not exist'],
    ['a CAGE code with the letter O', '2F3204F414745590000162E0', 'CAGE code has a wrong character'],
    [
      'a wrong check digit in a + form',
      'F73795211411234548566CB0AFC4',
      'wrong check digit in (01)79521141123454',
    ],
    ['a digit above 9 in a + form', 'F7379521141123A538566CB0AFC4', 'digit 12 of 14 is 10, more than 9'],
    ['a GRAI that does not begin with 0', 'F13195211411234548566CB0AFC4', 'a GRAI begins with 0'],
    ['a reserved date type', 'FB372CDE795211411234538566CB0AFC4', 'date type 7 is reserved'],
    ['a day that does not exist', 'FB342CDF795211411234538566CB0AFC4', 'date 22-6-31 does not exist'],
    ['a month 0 without a day', dsgtin(4, 22, 0, 0), 'date 22-0-0 does not exist'],
    ['a month 13 without a day', dsgtin(4, 22, 13, 0), 'date 22-13-0 does not exist'],
    ['a year 100', dsgtin(4, 100, 1, 1), 'date 100-1-1 does not exist'],
    ['29 February of a common year', dsgtin(4, 23, 2, 29), 'date 23-2-29 does not exist'],
    ['a first freeze date without a day', dsgtin(5, 22, 6, 0), '(7006) needs a day'],
    ['a component serial with a leading zero', cpiPlus('0123'), 'serial of a component has a leading zero'],
    [
      'a group of URN Code 40 that is none',
      sgtinPlus(`101${field(3, 5)}${field(64_001, 16)}`),
      'a group of URN Code 40 is out of range',
    ],
    [
      'a group of URN Code 40 of zero bits',
      sgtinPlus(`101${field(3, 5)}${field(0, 16)}`),
      'a group of URN Code 40 is out of range',
    ],
    [
      'a length of URN Code 40 that cuts a character',
      sgtinPlus(`101${field(2, 5)}${field(1600 + 40 * 2 + 3 + 1, 16)}`),
      'padding of URN Code 40 is not where the length ends',
    ],
    [
      'a pad of URN Code 40 inside the text',
      sgtinPlus(`101${field(3, 5)}${field(1600 + 3 + 1, 16)}`),
      'padding of URN Code 40 is not where the length ends',
    ],
    [
      'a number of more digits than its length',
      sgtinPlus(`000${field(1, 5)}${field(10, 4)}`),
      'number 10 has more than the 1 digits that its length says',
    ],
    ['a host name that ends with a dot', ssccPlusPlus('a.'), 'host name is none that DNS knows'],
    ['a host name with an underscore', ssccPlusPlus('a_b'), 'host name is none that DNS knows'],
    ['a host name of nothing', ssccPlusPlus(''), 'host name is none that DNS knows'],
    [
      'a host name that ends inside a code',
      ssccPlusPlus('a\u0000', 2),
      'host name ends inside a code of 14 bits',
    ],
    ['a reserved code of a host name', ssccPlusPlus('a\u0003\u0001'), 'host name has the reserved code 3-1'],
    ['a component reference of nothing', bitsToHex(cpiVarHead + '0'.repeat(6 + 40)), 'text is empty'],
    [
      'a component reference without an end',
      bitsToHex(cpiVarHead + '110001'.repeat(30)),
      'text without an end after 23 characters',
    ],
    [
      'a component reference with a space',
      bitsToHex(`${cpiVarHead}100000${'0'.repeat(46)}`),
      'a character is outside the set of 39',
    ],
    [
      'a component serial of 13 digits',
      bitsToHex(`${cpiVarHead}110001${'0'.repeat(6)}${field(10n ** 12n, 40)}`),
      'number 1000000000000 has more than 12 digits',
    ],
    ['a reserved encoding', `F7379521141123453${'C5'}66CB0AFC4`, 'encoding indicator 6 is reserved'],
    ['a serial of no characters', 'F7379521141123453800', 'length says 0, 1 to 20 are allowed'],
    ['a serial of more than 20', 'F737952114112345395', 'length says 21, 1 to 20 are allowed'],
    ['a digit behind the delimiter', 'FA39521141E8166', 'not canonical: a digit follows the delimiter'],
    ['an asset of 31 digits', `FA3${'9'.repeat(31)}F`, 'more than 30 digits without an end mark'],
    ['a GIAI without a company prefix', 'FA3952F', '(8004) does not begin with a company prefix'],
  ])('%s', (_title, hex, reason) => {
    expect(refusalOf(hex)).toBe(reason);
  });

  test('a serial with a character that no GS1 key may hold', () => {
    for (const serial of ['a b', 'a#b', 'a\u0007']) {
      const hex = sgtin198(text7(serial, 20));
      expect(refusalOf(hex)).toBe('a character of the serial is outside the GS1 set of 82');
    }
  });

  test('a serial with anything after its end', () => {
    const serial = `${text7('a', 1)}${field(0, 7)}${text7('b', 18)}`;
    const hex = sgtin198(serial);
    expect(refusalOf(hex)).toBe('bits after the end of the serial are not zero');
  });
});

describe('the PC word must belong to the EPC', () => {
  const hex = '3074257BF7194E4000001A85';

  test.each([
    ['3000', 'accepted as SGTIN-96'],
    ['3400', 'accepted as SGTIN-96'],
    ['2800', 'PC word says 5 words, the EPC has 6'],
    ['3800', 'PC word says 7 words, the EPC has 6'],
    ['31A2', 'PC word says another numbering system than EPC, family a2'],
    // With an extension its words may be counted.
    ['3A00', 'accepted as SGTIN-96'],
    ['30', 'PC word is not 4 hexadecimal digits'],
  ])('%s: %s', (pc, said) => {
    expect(refusalOf(hex, pc)).toBe(said);
  });
});

test('a data toggle says that more data follows, and the identity still stands', () => {
  const plain = decodeEpc('F90095201234567891235');
  const withData = decodeEpc('F98095201234567891235D0A1B2C3');
  if (!plain.ok || !withData.ok) throw new Error('both are identities');
  expect(withData.value).toEqual({ ...plain.value, hasMoreData: true });
});

test.each([
  [0, '11'],
  [1, '13'],
  [2, '15'],
  [3, '16'],
  [4, '17'],
  [5, '7006'],
  [6, '7007'],
])('date type %i is told as (%s)', (type, ai) => {
  expect(decodeEpc(dsgtin(type, 24, 2, 29))).toMatchObject({
    ok: true,
    value: {
      elementString: `(01)79521141123453(21)1(${ai})240229`,
      digitalLinkPath: `/01/79521141123453/21/1?${ai}=240229`,
    },
  });
});

test.each([
  ['4076451FD40C0E41020000000F54', '(8006)095211411234540202(21)981'],
  ['F3309521141123454020266AE27FDF35', '(8006)095211411234540202(21)rif981'],
])('the last piece of an item is one: %s', (hex, elementString) => {
  expect(decodeEpc(hex)).toMatchObject({ ok: true, value: { elementString } });
});

test('extension 0 is none in the + form too', () => {
  expect(decodeEpc('F239521141123454010')).toMatchObject({
    ok: true,
    value: { elementString: '(414)9521141123454', digitalLinkPath: '/414/9521141123454' },
  });
});

test('extension 0 of a location is no extension', () => {
  const decoded = decodeEpc('3274257BF460720000000000');
  expect(decoded).toMatchObject({
    ok: true,
    value: {
      pureIdentity: 'urn:epc:id:sgln:0614141.12345.0',
      elementString: '(414)0614141123452',
      digitalLinkPath: '/414/0614141123452',
    },
  });
});

test('characters that a URI reserves are escaped in it, and stand as they are in the element string', () => {
  const serial = '!"%&\'()*+,-./:;<=>?_';
  const hex = sgtin198(text7(serial, 20));
  const decoded = decodeEpc(hex);
  if (!decoded.ok) throw new Error(decoded.reason);
  expect(decoded.value.elementString).toBe(`(01)80614141123458(21)${serial}`);
  expect(decoded.value.pureIdentity).toBe(
    "urn:epc:id:sgtin:0614141.812345.!%22%25%26'()*+,-.%2F:;%3C=%3E%3F_",
  );
  const escaped = decoded.value.digitalLinkPath?.split('/').at(-1) ?? '';
  expect(escaped).toMatch(/^[A-Za-z0-9._%-]+$/);
  expect(decodeURIComponent(escaped)).toBe(serial);
});
