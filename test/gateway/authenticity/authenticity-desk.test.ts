// What the judge of tags promises: every tag gets a verdict, nothing unknown passes, and what cannot be is told once.
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { proofResults } from '../../../gateway/authenticity/proof/proof-detail.js';
import {
  basel,
  chips,
  epcOf,
  HOUR_MS,
  knowledgeOf,
  lotWith,
  northOf,
  START_MS,
  TagBench,
} from './tag-bench.js';

const serials = [1001, 1002, 1003, 1004, 1005];
const lot = lotWith(serials);
let bench: TagBench;

beforeEach(() => {
  bench = new TagBench().know(knowledgeOf([lot]));
});

const levels = (more: object) => expect.objectContaining(more);

describe('a tag of a known lot', () => {
  test('is verified, once, with a record that names neither serial nor chip nor lot', () => {
    const record = bench.read({ epc: epcOf(1002), tid: chips[0] });
    expect(record).toMatchObject({
      ...{ kind: 17, subjectName: epcOf(1002), isSalted: true, value: 1 },
      detail: {
        type: 'tag-authenticity',
        case: 'tag-1',
        verdict: 'verified',
        findings: [],
        knownAsOfMs: START_MS,
      },
    });
    expect(record?.detail?.levels).toEqual({
      ...{
        syntax: 'passed',
        registry: 'passed',
        chip: 'first-sight',
        proof: 'chip-has-none',
        trace: 'no-place',
      },
    });
    const text = JSON.stringify(record?.detail);
    for (const word of ['1002', epcOf(1002), chips[0], 'LOT7', '09521234543213', lot.lotId]) {
      expect(text).not.toContain(word);
    }
    expect(bench.wait(60_000).read({ epc: epcOf(1002), tid: chips[0] })).toBeUndefined();
  });

  test('whose chip was bound reaches the second level', () => {
    const record = bench.read({ epc: epcOf(1001), tid: chips[0] });
    expect(record).toMatchObject({ value: 2, detail: { levels: levels({ chip: 'passed' }) } });
  });

  test('without a read chip says so, and with a chip that could prove itself that nobody asked it', () => {
    expect(bench.read({ epc: epcOf(1002) })).toMatchObject({
      detail: { levels: levels({ chip: 'not-read', proof: 'not-read' }) },
    });
    expect(bench.read({ epc: epcOf(1003), tid: chips[1] })).toMatchObject({
      detail: { levels: levels({ proof: 'not-supported-by-reader' }) },
    });
  });

  test('that was seen before its chip was read is told again, once, when the chip is', () => {
    expect(bench.read({ epc: epcOf(1001) })).toMatchObject({ value: 1 });
    expect(bench.read({ epc: epcOf(1001) })).toBeUndefined();
    expect(bench.read({ epc: epcOf(1001), tid: chips[0] })).toMatchObject({
      ...{ value: 2, detail: { case: 'tag-1', verdict: 'verified', before: 'verified' } },
    });
    for (const tid of [undefined, chips[0], undefined])
      expect(bench.restart().read({ epc: epcOf(1001), tid })).toBeUndefined();
  });

  test.each([
    ['recalled', { recalls: 1 }, 'recalled', 'recalled'],
    ['dispensed', { dispensed: [1] }, 'suspect', 'dispensed'],
    ['decommissioned', { decommissioned: [1] }, 'suspect', 'decommissioned'],
  ] as const)('that is %s is told at the next read', (_what, spent, verdict, code) => {
    expect(bench.read({ epc: epcOf(1002) })).toMatchObject({ detail: { verdict: 'verified' } });
    bench.know(knowledgeOf([lot], spent));
    const record = bench.read({ epc: epcOf(1002) });
    expect(record).toMatchObject({
      value: 0,
      detail: {
        case: 'tag-1',
        verdict,
        before: 'verified',
        finding: code,
        levels: levels({ registry: 'failed' }),
      },
    });
    // A pack beside it is not meant.
    const other = bench.read({ epc: epcOf(1003) });
    expect(other?.detail?.verdict).toBe(code === 'recalled' ? 'recalled' : 'verified');
    bench.know(knowledgeOf([lot]));
    expect(bench.read({ epc: epcOf(1002) })).toMatchObject({
      detail: { verdict: 'verified', before: verdict },
    });
  });

  test('with another chip than the bound one is suspect', () => {
    const record = bench.read({ epc: epcOf(1001), tid: chips[2] });
    expect(record).toMatchObject({
      detail: { verdict: 'suspect', finding: 'chip-mismatch', levels: levels({ chip: 'failed' }) },
    });
  });

  test('is no longer verified when the list is old, or the clock cannot say how old', () => {
    bench.wait(71 * HOUR_MS);
    expect(bench.read({ epc: epcOf(1002) })).toMatchObject({ detail: { verdict: 'verified' } });
    bench.wait(2 * HOUR_MS);
    expect(bench.read({ epc: epcOf(1002) })).toMatchObject({
      detail: { verdict: 'unverified', levels: levels({ registry: 'stale' }) },
    });
    expect(bench.read({ epc: epcOf(1003), clockTrust: 0 })).toMatchObject({
      detail: { verdict: 'unverified', levels: levels({ registry: 'no-clock' }) },
    });
    // An old recall is a recall.
    bench.know(knowledgeOf([lot], { recalls: 2 }));
    expect(bench.read({ epc: epcOf(1002) })).toMatchObject({ detail: { verdict: 'recalled' } });
  });

  test('that has expired is told, and not suspected for it', () => {
    const old = lotWith([7], { lot: 'OLD', expiry: '2026-01-31' });
    bench.know(knowledgeOf([lot, old]));
    expect(bench.read({ epc: epcOf(7) })).toMatchObject({
      detail: { verdict: 'verified', finding: 'expired' },
    });
  });
});

describe('a tag that no list holds', () => {
  test('is suspect where the keys of its product are there, and unverified where they are not', () => {
    expect(bench.read({ epc: epcOf(999) })).toMatchObject({
      detail: { verdict: 'suspect', finding: 'unknown-serial', levels: levels({ registry: 'failed' }) },
    });
    expect(bench.read({ epc: epcOf(1001, 54_322) })).toMatchObject({
      detail: { verdict: 'unverified', levels: levels({ registry: 'no-key' }) },
    });
  });

  test('is unverified without any list', () => {
    const record = new TagBench().read({ epc: epcOf(1001) });
    expect(record).toMatchObject({
      value: 0,
      detail: { verdict: 'unverified', levels: levels({ registry: 'no-snapshot' }) },
    });
  });

  test('a pallet is no pack; what the standard forbids fails the first level', () => {
    // An SSCC-96 of the standard's own examples.
    expect(bench.read({ epc: '3174257bf4499602d2000000' })).toMatchObject({
      detail: { verdict: 'unverified', levels: levels({ syntax: 'passed', registry: 'no-pack' }) },
    });
    expect(bench.read({ epc: '301c257bf7194e4000001a85' })).toMatchObject({
      value: -1,
      detail: { verdict: 'unverified', finding: 'malformed-epc', levels: levels({ syntax: 'failed' }) },
    });
  });
});

describe('its course', () => {
  test('the first chip under an EPC is the one: another one is suspect, and stays so', () => {
    bench.read({ epc: epcOf(1002), tid: chips[0] });
    expect(bench.wait(HOUR_MS).read({ epc: epcOf(1002), tid: chips[2] })).toMatchObject({
      detail: { verdict: 'suspect', finding: 'two-chips' },
    });
    expect(bench.wait(HOUR_MS).read({ epc: epcOf(1002), tid: chips[0] })).toBeUndefined();
  });

  test('in two places at once, or further than a truck drives', () => {
    bench.fixed.set('here', { ...basel, errorM: 50 }).set('there', { ...northOf(5_000), errorM: 50 });
    bench.read({ epc: epcOf(1002), reader: 'here' });
    bench.wait(1_500);
    expect(bench.read({ epc: epcOf(1002), reader: 'there' })).toMatchObject({
      detail: { verdict: 'suspect', finding: 'two-places', findings: [{ gapMs: 1_500 }] },
    });
    bench.read({ epc: epcOf(1003), reader: 'here' });
    // 4,900 m at least, in 2 minutes: 147 km/h.
    expect(bench.wait(120_000).read({ epc: epcOf(1003), reader: 'there' })).toMatchObject({
      detail: { verdict: 'suspect', finding: 'impossible-speed', findings: [{ kmh: 147 }] },
    });
    bench.read({ epc: epcOf(1004), reader: 'here' });
    expect(bench.wait(180_000).read({ epc: epcOf(1004), reader: 'there' })).toBeUndefined();
  });

  test('the errors of GNSS and an old fix never make a truck too fast', () => {
    bench.fix(basel, 2_000).read({ epc: epcOf(1002) });
    // 600 m in a second, with 300 m of error at both ends.
    bench.wait(1_000).fix(northOf(600), 2_000);
    expect(bench.read({ epc: epcOf(1002) })).toBeUndefined();
    // The fix is five minutes old: the truck may be 10 km on.
    bench.wait(300_000).read({ epc: epcOf(1003) });
    bench.wait(1_000).fix(northOf(9_000), 100);
    expect(bench.read({ epc: epcOf(1003) })).toBeUndefined();
    // Without error at all it is seen.
    bench.fix(northOf(9_000), 100).read({ epc: epcOf(1004) });
    bench.wait(1_000).fix(northOf(12_000), 100);
    expect(bench.read({ epc: epcOf(1004) })).toMatchObject({ detail: { finding: 'two-places' } });
  });

  test('over a restart of the machine only synchronised clocks tell how long it was', () => {
    bench.fixed.set('here', { ...basel, errorM: 0 }).set('there', { ...northOf(100_000), errorM: 0 });
    bench.read({ epc: epcOf(1002), reader: 'here', clockTrust: 0 });
    bench.read({ epc: epcOf(1003), reader: 'here' });
    bench.wait(60_000).tick().restart(true);
    const unsure = bench.read({ epc: epcOf(1002), reader: 'there' });
    expect(unsure?.detail?.finding).toBeUndefined();
    expect(bench.read({ epc: epcOf(1003), reader: 'there' })).toMatchObject({
      detail: { finding: 'impossible-speed' },
    });
  });

  test('one weak sign is worth a word, two are suspicious', () => {
    bench.leftOut.add(epcOf(1002));
    expect(bench.read({ epc: epcOf(1002) })).toMatchObject({
      detail: { verdict: 'verified', finding: 'not-in-order', levels: levels({ trace: 'doubtful' }) },
    });
    bench.shipment('S', 'armed');
    for (let round = 0; round < 3; round++) bench.wait(10_000).read({ epc: epcOf(1003), shipment: 'S' });
    bench.shipment('S', 'departed');
    const late = bench.read({ epc: epcOf(1002), shipment: 'S' });
    expect(late).toMatchObject({ detail: { verdict: 'suspect', finding: 'late-appearance, not-in-order' } });
  });

  test('a tag that was missed at loading is weak evidence, and only after enough rounds', () => {
    const appear = (rounds: number) => {
      const one = new TagBench().know(knowledgeOf([lot])).shipment('S', 'armed');
      for (let round = 0; round < rounds; round++) {
        // Many reads in one round are one chance, not many.
        for (let read = 0; read < 5; read++) one.wait(1_000).read({ epc: epcOf(1003), shipment: 'S' });
        one.wait(25_000);
      }
      return one.shipment('S', 'departed').read({ epc: epcOf(1002), shipment: 'S' })?.detail;
    };
    expect(appear(0)?.finding).toBeUndefined();
    expect(appear(1)?.finding).toBeUndefined();
    expect(appear(2)).toMatchObject({
      verdict: 'verified',
      findings: [{ code: 'late-appearance', weight: 'weak', rounds: 2, missedPermille: 30 }],
    });
    // However many rounds: a shadowed tag may be missed in all of them.
    expect(appear(50)).toMatchObject({ findings: [{ missedPermille: 20 }] });
  });

  test('goods that move far before anybody said that they left', () => {
    bench
      .fix(basel)
      .shipment('S', 'armed')
      .read({ epc: epcOf(1002), shipment: 'S' });
    bench.wait(HOUR_MS).fix(northOf(1_900));
    expect(bench.read({ epc: epcOf(1002), shipment: 'S' })).toBeUndefined();
    bench.wait(HOUR_MS).fix(northOf(40_000));
    expect(bench.read({ epc: epcOf(1002), shipment: 'S' })).toMatchObject({
      detail: { verdict: 'verified', finding: 'moved-without-custody' },
    });
    // Another shipment begins a new course.
    expect(bench.read({ epc: epcOf(1002), shipment: 'T' })).toMatchObject({
      detail: { verdict: 'verified' },
    });
  });
});

describe('a restart', () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant('read' as const),
      serial: fc.constantFrom(1001, 1002, 999),
      tid: fc.constantFrom(undefined, ...chips),
      shipment: fc.constantFrom(undefined, 'S'),
      reader: fc.constantFrom('here', 'there', 'truck'),
      proof: fc.constantFrom(undefined, ...proofResults),
      challengedBy: fc.constantFrom('gateway' as const, 'reader' as const),
      more: fc.constantFrom({}, { challenge: '0535443e2aa7' }),
    }),
    fc.record({
      do: fc.constant('answer' as const),
      result: fc.constantFrom('passed' as const, 'failed' as const, 'no-key' as const),
      lateMs: fc.constantFrom(0, 1),
    }),
    fc.record({ do: fc.constant('fix' as const), metres: fc.integer({ min: 0, max: 60_000 }) }),
    fc.record({
      do: fc.constant('shipment' as const),
      event: fc.constantFrom('armed', 'departed', 'delivered'),
    }),
    fc.record({
      do: fc.constant('know' as const),
      recalls: fc.constantFrom(0, 1),
      dispensed: fc.constantFrom([], [1]),
    }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 3_000_000 }) }),
    fc.constant({ do: 'tick' as const }),
  );

  function play(
    steps: readonly (typeof step extends fc.Arbitrary<infer One> ? One : never)[],
    restarts: readonly boolean[],
  ) {
    const one = new TagBench();
    one.fixed.set('here', { ...basel, errorM: 50 }).set('there', { ...northOf(30_000), errorM: 50 });
    for (const [index, each] of steps.entries()) {
      if (each.do === 'read') {
        const { proof, more, ...read } = each;
        one.read({ epc: epcOf(each.serial), ...read, ...(proof === undefined ? {} : { proof, ...more }) });
      } else if (each.do === 'answer') {
        for (const { epc, askedAtMs } of one.asks())
          one.answer({ epc, askedAtMs: askedAtMs + each.lateMs, result: each.result });
      }
      if (each.do === 'fix') one.fix(northOf(each.metres));
      else if (each.do === 'shipment') one.shipment('S', each.event);
      else if (each.do === 'know') one.know(knowledgeOf([lot], each));
      else if (each.do === 'wait') one.wait(each.ms);
      else if (each.do === 'tick') one.tick();
      if (restarts[index % restarts.length]) one.restart();
    }
    return one;
  }

  test('at any point leaves the same records and the same rows', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40, size: 'max' }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
        (steps, restarts) => {
          const through = play(steps, [false]);
          const broken = play(steps, restarts);
          expect(broken.log).toEqual(through.log);
          expect(broken.asks()).toEqual(through.asks());
        },
      ),
      { numRuns: 60 },
    );
  });
});
