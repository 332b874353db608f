// The register of kits: numbers that were drawn, one column, one set of terms for all.

import { describe, expect, test } from 'vitest';
import { StateStore } from '../../../gateway/requests/state-store.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { readKits } from '../../../gateway/trials/kit.js';
import { lookCounted, newKitNumbers, parseKitList } from '../../../gateway/trials/kit-number.js';
import { registerTrialHandler } from '../../../gateway/trials/register-trial.js';
import { codeOf, nowMs, reviewer } from '../shipments/shipment-office.js';

const address = `0x${'ab'.repeat(20)}`;
const terms = {
  ...{ trial: 'EX-301', lowMilliC: 2000, highMilliC: 8000, warmMinutes: 120, coldMinutes: 30 },
  ...{ origin: address, gateways: [address] },
};
const kits = ['0172945513', '3390127764', '4711908325'];

/** The same numbers in every run. */
function drawing(seed: number) {
  let state = seed;
  return (limit: number) => {
    state = (state * 6_364_136 + 1_442_695) % 2_147_483_647;
    return Math.floor((state / 2_147_483_647) * limit);
  };
}

describe('a list of kits', () => {
  test('is one column of ten digits, and comes out in rising order whatever order it came in', () => {
    expect(parseKitList('kit\n4711908325\n0172945513\r\n3390127764\n', 'kits.csv')).toEqual(kits);
    expect(parseKitList('\uFEFF"kit"\n0172945513\n', 'kits.csv')).toEqual(['0172945513']);
  });

  test.each([
    ['kit,arm\n0172945513,active\n', 'arm'],
    ['kit;treatment;lot\n0172945513;placebo;7\n', 'treatment, lot'],
    ['kit\tgroup\n0172945513\tA\n', 'group'],
    ['number\n0172945513\n', 'number'],
    ['kit\n0172945513,A\n', 'more than one value in line 2'],
  ])('with anything beside it is refused by name: %j', (text, named) => {
    expect(() => parseKitList(text, 'kits.csv')).toThrow(named);
    expect(() => parseKitList(text, 'kits.csv')).toThrow(/holds more than kit numbers/);
  });

  test.each([
    'kit\n',
    'kit\n123\n',
    'kit\n01729455130\n',
    'kit\nA172945513\n',
    'kit\n0172945513\n0172945513\n',
  ])('that is none is refused: %j', (text) => {
    expect(() => parseKitList(text, 'kits.csv')).toThrow('kits.csv');
  });
});

describe('numbers', () => {
  test('that are drawn are distinct, sorted and do not look counted', () => {
    const drawn = newKitNumbers(500, drawing(7));
    expect(new Set(drawn).size).toBe(500);
    expect([...drawn].sort()).toEqual(drawn);
    expect(drawn.every((number) => /^[0-9]{10}$/.test(number))).toBe(true);
    expect(lookCounted(drawn)).toBe(false);
  });

  test('that were counted are seen, also in two blocks or shuffled', () => {
    const counted = (from: number, count: number, step = 1) =>
      Array.from({ length: count }, (_, at) => String(from + at * step).padStart(10, '0'));
    expect(lookCounted(counted(1_000_000_000, 20))).toBe(true);
    expect(lookCounted(counted(1_000_000_000, 20, 10).reverse())).toBe(true);
    expect(lookCounted([...counted(1, 10), ...counted(5_000_000_000, 10)])).toBe(true);
  });
});

describe('registering', () => {
  function registry() {
    const state = new StateStore(new Map());
    const ask = (document: DetailDocument) => {
      const request = { id: 1, kind: 'trial.register', document, createdAtMs: nowMs };
      const outcome = registerTrialHandler.handle(request, { actor: reviewer, state, nowMs });
      state.apply(outcome.state ?? []);
      return outcome;
    };
    return { state, ask };
  }

  test.each([
    ['an arm in the terms', { terms: { ...terms, arm: 'active' }, kits }],
    ['limits for each arm', { terms: { ...terms, arms: { active: 60, placebo: 600 } }, kits }],
    ['an arm beside them', { terms, kits, arm: 'active' }],
    ['kits with more than a number', { terms, kits: [{ kit: kits[0], arm: 'active' }] as never }],
    ['a range that is none', { terms: { ...terms, lowMilliC: 9000 }, kits }],
    ['an allowance of nothing', { terms: { ...terms, coldMinutes: 0 }, kits }],
  ])('refuses %s', (_what, document) => {
    expect(codeOf(registry().ask(document))).toBe('TRIAL_INVALID');
  });

  test('refuses numbers that were counted', () => {
    const counted = Array.from({ length: 8 }, (_, at) => String(4_711_000_000 + at));
    expect(codeOf(registry().ask({ terms, kits: counted }))).toBe('KITS_COUNTED');
  });

  test('adds kits under the same terms only, each number once', () => {
    const { state, ask } = registry();
    expect(ask({ terms, kits })).toMatchObject({ ok: true, answer: { kits: 3 } });
    expect(ask({ terms, kits: ['8265501934'] })).toMatchObject({ ok: true });
    expect(readKits(state, 'EX-301')).toHaveLength(4);
    expect(codeOf(ask({ terms, kits }))).toBe('KIT_EXISTS');
    expect(codeOf(ask({ terms: { ...terms, trial: 'EX-302' }, kits }))).toBe('KIT_EXISTS');
    expect(codeOf(ask({ terms: { ...terms, warmMinutes: 60 }, kits: ['5550001112'] }))).toBe('TRIAL_DIFFERS');
  });

  test('records the kits in rising order: what order they came in is in nobody’s log', () => {
    const { ask } = registry();
    const outcome = ask({ terms, kits: [...kits].reverse() });
    expect(outcome.ok && outcome.records[0]?.detail.kits).toEqual(kits);
  });
});
