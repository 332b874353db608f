// Openings of commitments and data sets, without a ledger.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { sha256 } from '../../../ledger-sync/evidence/sha256.js';
import {
  dataSetText,
  makeDataSet,
  membershipText,
  openMembership,
  parseDataSet,
} from '../../../ledger-sync/trials/data-set.js';
import {
  commitmentOf,
  kindNumber,
  parseOpening,
  recipientWord,
  trialWord,
} from '../../../ledger-sync/trials/opening.js';

const hash = (text: string) => toHex(sha256(new TextEncoder().encode(text)));
let count = 0;
const newSalt = () => hash(`salt ${count++}`).slice(0, 32);

const consent = {
  ...{ format: 'coldgate-opening', version: 1, kind: 'consent', salt: '00112233445566778899aabbccddeeff' },
  ...{ subject: 'S-0417', form: hash('form'), givenAt: '2026-11-30T09:00:00Z', sha256: hash('sheet') },
};

describe('an opening', () => {
  test('gives one commitment, whatever the order of its members', () => {
    const turned = Object.fromEntries(Object.entries(consent).reverse());
    const commitment = commitmentOf(parseOpening(JSON.stringify(consent)));
    expect(commitmentOf(parseOpening(JSON.stringify(turned)))).toBe(commitment);
    // Fixed, so that another language can be compared with it.
    expect(commitment).toBe('50b0dbe876b3ddda5cd00a6831221f1acea58b4a1153e03564e276f5561f488b');
  });

  test('with another salt or any other word has another commitment', () => {
    const own = commitmentOf(parseOpening(JSON.stringify(consent)));
    for (const change of [{ salt: 'f'.repeat(32) }, { subject: 'S-0418' }, { form: hash('form 2') }])
      expect(commitmentOf(parseOpening(JSON.stringify({ ...consent, ...change })))).not.toBe(own);
  });

  test('has no place for an arm, or anything else that it does not know', () => {
    for (const more of [{ arm: 'active' }, { treatment: 'placebo' }, { note: '' }])
      expect(() => parseOpening(JSON.stringify({ ...consent, ...more }))).toThrow('not of version 1');
    expect(() => parseOpening(JSON.stringify({ ...consent, salt: 'ab' }))).toThrow('salt');
    expect(() => parseOpening('{')).toThrow('no JSON');
  });

  test('kinds have the numbers of the contract', () => {
    expect((['document', 'consent-form', 'consent', 'data-set'] as const).map(kindNumber)).toEqual([
      1, 2, 3, 4,
    ]);
  });
});

test('words on the ledger differ with the salt: neither a trial nor a recipient can be tried', () => {
  const [one, two] = ['11'.repeat(16), '22'.repeat(16)];
  expect(trialWord('EX-301', one)).not.toBe(trialWord('EX-301', two));
  expect(recipientWord('ab'.repeat(32), one)).not.toBe(recipientWord('ab'.repeat(32), two));
  expect(recipientWord('ab'.repeat(32), one)).not.toBe(recipientWord('cd'.repeat(32), one));
});

describe('a data set', () => {
  const files = (size: number) =>
    Array.from({ length: size }, (_, at) => ({ name: `table-${at}.csv`, sha256: hash(`${at}`), bytes: at }));

  test('comes back from its text, and shows each of its files as a member', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (size, pick) => {
        const set = parseDataSet(dataSetText(makeDataSet('results', files(size), newSalt)));
        const name = `table-${pick % size}.csv`;
        const opened = openMembership(membershipText(set, name));
        expect(opened.file.name).toBe(name);
        expect(commitmentOf(opened.opening)).toBe(commitmentOf(set.opening));
      }),
      { numRuns: 60 },
    );
  });

  test('whose file, order or root was changed is refused', () => {
    const text = dataSetText(makeDataSet('results', files(5), newSalt));
    const set = JSON.parse(text);
    const [first, ...rest] = set.files;
    for (const broken of [
      { ...set, files: rest },
      { ...set, files: [...rest, first] },
      { ...set, files: [{ ...first, bytes: 9 }, ...rest] },
      { ...set, files: [first, first, ...rest.slice(1)] },
      { ...set, opening: { ...set.opening, root: hash('other') } },
      { ...set, opening: consent },
    ])
      expect(() => parseDataSet(JSON.stringify(broken))).toThrow('no data set');
  });

  test('shows no file that it does not have, and no member that was changed', () => {
    const set = makeDataSet('results', files(7), newSalt);
    expect(() => membershipText(set, 'table-7.csv')).toThrow('no file table-7.csv');
    const shown = JSON.parse(membershipText(set, 'table-3.csv'));
    for (const broken of [
      { ...shown, index: 4 },
      { ...shown, file: { ...shown.file, sha256: hash('forged') } },
      { ...shown, path: shown.path.slice(1) },
    ])
      expect(() => openMembership(JSON.stringify(broken))).toThrow('not shown to belong');
  });

  test('tells a recipient of one file nothing of the others but their number', () => {
    const shown = membershipText(makeDataSet('results', files(4), newSalt), 'table-1.csv');
    for (const other of [0, 2, 3]) expect(shown).not.toContain(hash(`${other}`));
    expect(shown).not.toContain('table-2');
  });
});
