// Inventory by SSCC: any story of sightings and steps against a plain recomputation, and the cases that people ask about.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  hasDifference,
  type InventoryFact,
  InventoryFold,
  UNLOADING_MS,
} from '../../../gateway/inventory/inventory.js';

const units = ['106141412345678908', '106141412345678915', '106141412345678922', '106141412345678939'];
const [first = '', second = '', third = '', fourth = ''] = units;
const HOUR = 3_600_000;

const seen = (sscc: string, atMs: number): InventoryFact => ({ kind: 'seen', sscc, atMs });
const step = (event: 'armed' | 'departed' | 'delivered', atMs: number): InventoryFact => ({
  kind: 'step',
  event,
  atMs,
});

function foldOf(ordered: readonly string[], facts: readonly InventoryFact[]) {
  const fold = new InventoryFold(ordered);
  for (const fact of facts) fold.add(fact);
  return fold.inventory();
}

test('a shipment that goes as ordered has no difference', () => {
  const facts = [
    ...[step('armed', 0), seen(first, 1), seen(second, 2), step('departed', HOUR)],
    ...[seen(first, 5 * HOUR), seen(second, 5 * HOUR), step('delivered', 5 * HOUR + 1)],
  ];
  const inventory = foldOf([second, first], facts);
  expect(inventory).toEqual({
    ...{ ordered: [first, second], loaded: [first, second], notLoaded: [], missing: [] },
    ...{ unloaded: [first, second], notUnloaded: [], notOrdered: [], phase: 'delivered' },
    ...{ loadingRounds: 1, unloadingRounds: 1 },
  });
  expect(hasDifference(inventory)).toBe(false);
});

test('what was left behind, lost on the way, or loaded by mistake is told apart', () => {
  const facts = [
    ...[step('armed', 0), seen(first, 1), seen(second, 2), seen(fourth, 3), step('departed', HOUR)],
    ...[seen(second, 2 * HOUR), seen(first, 5 * HOUR), step('delivered', 5 * HOUR)],
  ];
  const inventory = foldOf([first, second, third], facts);
  expect(inventory).toMatchObject({ notLoaded: [third], notUnloaded: [second], notOrdered: [fourth] });
  expect(inventory.missing).toEqual([third]);
  expect(hasDifference(inventory)).toBe(true);
});

test('a unit that was seen anywhere was missed by a reader, and is not missing', () => {
  const facts = [
    ...[seen(first, 0), step('armed', 1), seen(second, 2), step('departed', HOUR)],
    ...[seen(third, 2 * HOUR), seen(second, 5 * HOUR), step('delivered', 5 * HOUR)],
  ];
  expect(foldOf([first, second, third, fourth], facts)).toMatchObject({
    ...{ notLoaded: [first, third, fourth], missing: [fourth], notUnloaded: [first, third] },
  });
});

test('rounds are ten seconds each, and at the end only those of the last hour count', () => {
  const atEach = (times: readonly number[]) => times.map((atMs) => seen(first, atMs));
  const facts = [
    ...[
      step('armed', 0),
      ...atEach([1, 9_999, 10_000, 35_000]),
      seen(second, 50_000),
      step('departed', HOUR),
    ],
    ...[...atEach([HOUR, 2 * HOUR, 4 * HOUR, 5 * HOUR - 1]), step('delivered', 5 * HOUR)],
  ];
  expect(foldOf([first], facts)).toMatchObject({ loadingRounds: 3, unloadingRounds: 2 });
  const days = Array.from({ length: 3_000 }, (_, index) => HOUR + index * 10_000);
  const long = foldOf(
    [first],
    [step('armed', 0), step('departed', 1), ...atEach(days), step('delivered', HOUR + 30_000_000)],
  );
  expect(long.unloadingRounds).toBe(360);
});

test('before the departure nothing is missing yet', () => {
  expect(hasDifference(foldOf([first], [step('armed', 0)]))).toBe(false);
  expect(hasDifference(foldOf([first], []))).toBe(false);
  expect(hasDifference(foldOf([first], [step('armed', 0), step('departed', 1)]))).toBe(true);
});

const fact: fc.Arbitrary<InventoryFact> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.constantFrom(...units), fc.nat(8 * HOUR)).map(([unit, at]) => seen(unit, at)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('armed' as const, 'departed' as const, 'delivered' as const), fc.nat(8 * HOUR))
      .map(([event, at]) => step(event, at)),
  },
);
const order = fc.uniqueArray(fc.constantFrom(...units));

/** Where the log stands before each fact. */
function phasesOf(facts: readonly InventoryFact[]): string[] {
  let phase = 'before';
  return facts.map((one) => {
    const before = phase;
    if (one.kind === 'step' && phase !== 'delivered') {
      phase = { armed: 'loading', departed: 'under-way', delivered: 'delivered' }[one.event];
    }
    return before;
  });
}

test('the fold says what a plain look through the whole story says', () => {
  fc.assert(
    fc.property(order, fc.array(fact, { maxLength: 40 }), (ordered, facts) => {
      const phases = phasesOf(facts);
      const during = (phase: string) =>
        facts.flatMap((one, index) => (one.kind === 'seen' && phases[index] === phase ? [one] : []));
      const end = facts.find(
        (one, index) => one.kind === 'step' && one.event === 'delivered' && phases[index] !== 'delivered',
      );
      const loading = new Set(during('loading').map(({ sscc }) => sscc));
      const late = new Set(
        end
          ? during('under-way')
              .filter(({ atMs }) => atMs >= end.atMs - UNLOADING_MS)
              .map(({ sscc }) => sscc)
          : [],
      );
      const inventory = foldOf(ordered, facts);
      expect(inventory.loaded).toEqual(ordered.filter((unit) => loading.has(unit)).sort());
      expect(inventory.notLoaded).toEqual(ordered.filter((unit) => !loading.has(unit)).sort());
      expect(inventory.unloaded).toEqual(ordered.filter((unit) => late.has(unit)).sort());
      const anywhere = new Set(
        [...during('before'), ...during('loading'), ...during('under-way')].map(({ sscc }) => sscc),
      );
      expect(inventory.missing).toEqual(ordered.filter((unit) => !anywhere.has(unit)).sort());
      const lost = ordered.filter((unit) => end && anywhere.has(unit) && !late.has(unit));
      expect(inventory.notUnloaded).toEqual(lost.sort());
      const extra = units.filter((unit) => !ordered.includes(unit) && (loading.has(unit) || late.has(unit)));
      expect(inventory.notOrdered).toEqual(extra.sort());
    }),
  );
});

test('seen twice is seen once, and what comes after the delivery changes nothing', () => {
  fc.assert(
    fc.property(
      order,
      fc.array(fact, { maxLength: 20 }),
      fc.array(fact, { maxLength: 10 }),
      (ordered, facts, more) => {
        const doubled = facts.flatMap((one) => [one, one]);
        expect(foldOf(ordered, doubled)).toEqual(foldOf(ordered, facts));
        const ended = [...facts, step('delivered', 8 * HOUR)];
        expect(foldOf(ordered, [...ended, ...more])).toEqual(foldOf(ordered, ended));
      },
    ),
  );
});
