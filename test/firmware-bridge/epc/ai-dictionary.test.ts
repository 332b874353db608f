// The embedded syntax dictionary is the published one, and every rule in it is understood.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { aiChecks } from '../../../firmware-bridge/epc/ai-checks.js';
import { aiAtStartOf, aiEntries, matchesPattern } from '../../../firmware-bridge/epc/ai-dictionary.js';
import { checkCharacters, checkDigit, hasCheckDigit } from '../../../firmware-bridge/epc/check-digit.js';
import { gs1SyntaxDictionary } from '../../../firmware-bridge/epc/gs1-syntax-dictionary.js';

const published = readFileSync(
  new URL('../../vectors/gs1/gs1-syntax-dictionary.txt', import.meta.url),
  'utf8',
);

test('the embedded dictionary is the published one, line for line', () => {
  const entries = published.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(gs1SyntaxDictionary.trim().split('\n')).toEqual(entries);
  expect(entries.length).toBeGreaterThan(200);
});

test('the licence notice of the dictionary stands above it', () => {
  const source = readFileSync(
    new URL('../../../firmware-bridge/epc/gs1-syntax-dictionary.ts', import.meta.url),
    'utf8',
  );
  const notices = published.split('\n').filter((line) => line.startsWith('# Copyright'));
  expect(notices).toHaveLength(3);
  for (const notice of notices) expect(source).toContain(notice.replace('# ', '// '));
  expect(source).toContain('Apache License, Version 2.0');
});

describe('every rule of the dictionary is understood', () => {
  const entries = [...aiEntries.values()];

  test('each AI has a title and components of a known type and length', () => {
    for (const { ai, title, components } of entries) {
      expect(ai).toMatch(/^[0-9]{2,4}$/);
      expect(components.length, ai).toBeGreaterThan(0);
      // The two coupon AIs have none in the dictionary.
      if (ai !== '8110' && ai !== '8112') expect(title, ai).not.toBe('');
      for (const { type, minLength, maxLength } of components) {
        expect('NXYZ').toContain(type);
        expect(minLength).toBeGreaterThan(0);
        expect(maxLength).toBeGreaterThanOrEqual(minLength);
      }
      // Only the last part may vary in length, or none could be cut.
      for (const { minLength, maxLength } of components.slice(0, -1)) expect(minLength).toBe(maxLength);
    }
  });

  test('each check that it names exists', () => {
    const named = new Set(entries.flatMap(({ components }) => components.flatMap(({ checks }) => checks)));
    expect([...named].filter((name) => aiChecks[name] === undefined)).toEqual([]);
    expect(Object.keys(aiChecks).filter((name) => !named.has(name))).toEqual([]);
  });

  test('each association points to an AI that exists', () => {
    const patterns = entries.flatMap(({ requires, excludes, linkQualifiers = [] }) => [
      ...requires.flat(2),
      ...excludes,
      ...linkQualifiers.flat(),
    ]);
    const isKnown = (pattern: string) => entries.some(({ ai }) => matchesPattern(ai, pattern));
    expect([...new Set(patterns)].filter((pattern) => !isKnown(pattern))).toEqual([]);
    expect(patterns.length).toBeGreaterThan(500);
  });

  test('ranges are spread and predefined lengths known', () => {
    expect(aiEntries.get('3105')).toMatchObject({ title: 'NET WEIGHT (kg)', isPredefinedLength: true });
    expect(aiEntries.has('3106')).toBe(false);
    expect(aiEntries.get('01')).toMatchObject({ linkQualifiers: [['22', '10', '21'], ['235']] });
    expect(aiEntries.get('00')?.linkQualifiers).toEqual([[]]);
    expect(aiEntries.get('7004')?.requires).toEqual([[['01', '10']]]);
    expect(aiEntries.get('250')?.requires).toEqual([[['01'], ['8006']], [['21']]]);
  });

  test('no AI is the beginning of another, so that raw text can be cut only one way', () => {
    for (const { ai } of entries) {
      expect(entries.filter((other) => other.ai.startsWith(ai)).map((other) => other.ai)).toEqual([ai]);
      expect(aiAtStartOf(`${ai}123`)?.ai).toBe(ai);
    }
  });
});

describe('check digits and check characters', () => {
  test.each(['09521141123454', '106141412345678908', '9521141123454', '95050003'])('%s is right', (key) => {
    expect(hasCheckDigit(key)).toBe(true);
    expect(checkDigit(key.slice(0, -1))).toBe(key.slice(-1));
  });

  test('each wrong digit is noticed', () => {
    const key = '09521141123454';
    for (let index = 0; index < key.length; index += 1) {
      for (const digit of '0123456789') {
        if (digit === key[index]) continue;
        expect(hasCheckDigit(key.slice(0, index) + digit + key.slice(index + 1))).toBe(false);
      }
    }
  });

  test('the example of the General Specifications for a check character pair', () => {
    expect(checkCharacters('1987654Ad4X4bL5ttr2310c')).toBe('2K');
  });
});

describe('each content check accepts and refuses', () => {
  test.each<[string, string[], string[]]>([
    ['csumalpha', ['1987654Ad4X4bL5ttr2310c2K'], ['1987654Ad4X4bL5ttr2310c2L', '2K']],
    ['gcppos1', ['9521X'], ['952X1', '952']],
    ['gcppos2', ['X9521'], ['9521']],
    ['yymmd0', ['270600', '240229'], ['270001', '271332', '270931']],
    ['yymmdd', ['270630'], ['270600', '270631']],
    ['yyyymmdd', ['19680229', '20271231'], ['19690229', '20271301', '20271200']],
    ['hhmi', ['0000', '2359'], ['2400', '1260']],
    ['hh', ['23'], ['24']],
    ['mi', ['59'], ['60']],
    ['ss', ['00'], ['60']],
    ['iso3166', ['276', '840'], ['000', '999']],
    ['iso3166999', ['999', '276'], ['998']],
    ['iso3166alpha2', ['DE', 'US'], ['XX', 'de']],
    ['iso4217', ['978', '840'], ['000', '979x']],
    ['iso5218', ['0', '9'], ['3']],
    [
      'iban',
      ['GB82WEST12345698765432', 'DE89370400440532013000'],
      ['GB83WEST12345698765432', 'XX82WEST12345698765432', 'GB82', 'gb82WEST12345698765432'],
    ],
    ['packagetype', ['PX', '200'], ['0', 'px']],
    ['mediatype', ['01', '10', '80'], ['00', '11', '79']],
    ['pcenc', ['A%20B', 'AB'], ['A%', 'A%2', 'A%G0']],
    ['latitude', ['1800000000'], ['1800000001']],
    ['longitude', ['3600000000'], ['3600000001']],
    ['yesno', ['0', '1'], ['2']],
    ['hyphen', ['-'], ['+', '']],
    ['winding', ['0', '1', '9'], ['2']],
    ['zero', ['0'], ['1']],
    ['nonzero', ['0001'], ['0000']],
    ['nozeroprefix', ['0', '10'], ['01', '00']],
    ['hasnondigit', ['1A'], ['12']],
    ['importeridx', ['-', '_', 'a', 'Z', '0'], ['!', 'ab']],
    ['pieceoftotal', ['0101', '0299', '9999'], ['0001', '0100', '0302']],
    ['posinseqslash', ['1/1', '2/9'], ['0/1', '1/0', '3/2', '01/2', '1', '1/', '/1', '1/2/3']],
    ['couponcode', ['012'], ['01A']],
    ['couponposoffer', ['012', '112'], ['212', '0', '0A1']],
  ])('%s', (name, right, wrong) => {
    for (const text of right) expect(aiChecks[name]?.(text, 2026), text).toBeUndefined();
    for (const text of wrong) expect(aiChecks[name]?.(text, 2026), text).toEqual(expect.any(String));
  });
});
