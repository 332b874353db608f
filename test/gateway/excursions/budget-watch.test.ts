// The life of a product over two gateways: what is debited, warned of and carried on.

import { describe, expect, it } from 'vitest';
import { limitsProfile } from '../../../config/limits-profile.js';
import { checkLedger } from '../../../gateway/excursions/stability-ledger.js';
import type { ProductLedger } from '../../../gateway/excursions/told-budgets.js';
import { canonicalJson } from '../../../ledger-sync/evidence/jcs.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { DeskBench } from './desk-bench.js';

const MINUTE_MS = 60_000;
const profile = limitsProfile({ highMilliC: 60_000, delayMs: 0, maxGapMs: 10 * MINUTE_MS });
const bands = [{ id: 'warm', fromMilliC: 8_000, toMilliC: 25_000, allowanceMs: 10 * MINUTE_MS }];
const product = '09521141123454:LOT/7A';

function shipmentBench(carried: ProductLedger['entries'] = []): DeskBench {
  const bench = new DeskBench({ watched: [] });
  bench.assign([{ sensorId: 'cargo', profile, shipment: 'S-1', budgets: [{ product, bands, carried }] }]);
  return bench;
}

function minutes(bench: DeskBench, ...values: readonly number[]) {
  for (const value of values) {
    bench.nowMs += MINUTE_MS;
    bench.read('cargo', value);
    bench.tick();
  }
}

const debits = (bench: DeskBench) =>
  bench.log.flatMap(({ kind, detail }) => (detail?.type === 'stability-debit' ? [{ kind, ...detail }] : []));
const warnings = (bench: DeskBench) => bench.told().filter(({ rule }) => rule === 'budget-warm');

/** What the next gateway takes over. */
function delivered(bench: DeskBench): readonly ProductLedger[] {
  bench.assign([]);
  return JSON.parse(bench.rows.get('stability/S-1/cargo') ?? '[]');
}

describe('a stability budget', () => {
  it('is debited by records of the shipment, and warned of at 50 and 80 percent and at its end', () => {
    const bench = shipmentBench();
    minutes(bench, ...Array.from({ length: 13 }, () => 15_000));
    expect(warnings(bench).map(({ level, severity }) => [level, severity])).toEqual([
      ['warned-50', 'minor'],
      ['warned-80', 'major'],
      ['exhausted', 'critical'],
    ]);
    const ids = new Set(warnings(bench).map(({ excursionId }) => excursionId));
    expect([...ids]).toEqual(['cargo-S-1-budget-warm-09521141123454-3aLOT-2f7A']);
    for (const { kind } of debits(bench)) expect(kind).toBe(recordKinds.shipmentEvent);
    for (const { detail } of bench.log) if (detail) canonicalJson(detail);
  });

  it('is carried on: the next gateway begins with what the last has debited', () => {
    const first = shipmentBench();
    minutes(first, 15_000, 15_000, 15_000, 15_000, 5_000);
    const [ledger] = delivered(first);
    expect(ledger).toMatchObject({ product, usedPpm: 400_000 });
    expect(checkLedger(product, bands, ledger?.entries ?? [])).toMatchObject({ ok: true });
    const second = shipmentBench(ledger?.entries);
    minutes(second, 15_000, 15_000);
    expect(warnings(second).map(({ level, gateway }) => [level, gateway])).toEqual([
      ['warned-50', undefined],
    ]);
    const [whole] = delivered(second);
    expect(checkLedger(product, bands, whole?.entries ?? [])).toMatchObject({ ok: true });
    expect(whole?.usedPpm).toBe(500_000);
  });

  it('allows no automatic release once it is used up', () => {
    const judged = (bench: DeskBench) => bench.log.find(({ detail }) => detail?.type === 'judged')?.detail;
    const cold = shipmentBench();
    minutes(cold, 5_000, 5_000);
    delivered(cold);
    expect(judged(cold)).toMatchObject({
      budgets: [{ product, state: 'within', allowsAutomaticRelease: true }],
    });
    const spent = shipmentBench();
    minutes(spent, ...Array.from({ length: 12 }, () => 15_000));
    delivered(spent);
    expect(judged(spent)).toMatchObject({ budgets: [{ state: 'exhausted', allowsAutomaticRelease: false }] });
  });

  it('is debited once, whatever restarts and late readings come in between', () => {
    const whole = shipmentBench();
    const broken = shipmentBench();
    const values = [15_000, 15_000, 5_000, 15_000, 15_000, 15_000, 15_000, 5_000];
    for (const value of values) {
      minutes(whole, value);
      broken.restart([
        { sensorId: 'cargo', profile, shipment: 'S-1', budgets: [{ product, bands, carried: [] }] },
      ]);
      minutes(broken, value);
    }
    expect(debits(broken)).toEqual(debits(whole));
    whole.read('cargo', 5_000, 1.5 * MINUTE_MS);
    whole.tick();
    minutes(whole, 5_000);
    expect(checkLedger(product, bands, delivered(whole)[0]?.entries ?? [])).toMatchObject({ ok: true });
  });
});
