// A watch that has lost rows with a damaged journal: what was open stays open or is told again, nothing is withdrawn that was seen,
// and no minute of a product's life is counted less.

import { describe, expect, it } from 'vitest';
import type { AlarmProfile, StabilityBand } from '../../../config/alarm-profile.js';
import { limitsProfile } from '../../../config/limits-profile.js';
import { bootsInLog } from '../../../gateway/excursions/boots-in-log.js';
import { restoredWatch, watchKeysIn } from '../../../gateway/excursions/lost-watch.js';
import type { LedgerEntry } from '../../../gateway/excursions/stability-ledger.js';
import { watchKey } from '../../../gateway/excursions/watch-terms.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import { DeskBench } from './desk-bench.js';

const MINUTE_MS = 60_000;
const HOURS = 30;
const SHIPMENT = 'SHIP-1';
const profile: AlarmProfile = limitsProfile({
  ...{ lowMilliC: 2_000, highMilliC: 8_000, delayMs: 2 * MINUTE_MS, maxGapMs: 10 * MINUTE_MS },
});
const bands: StabilityBand[] = [
  { id: 'warm', fromMilliC: 8_000, toMilliC: 25_000, allowanceMs: 100 * 60 * MINUTE_MS } as StabilityBand,
];
const budgets = [{ product: 'LOT-7', bands, carried: [] }];
const watched = [{ sensorId: 'cargo', shipment: SHIPMENT, profile, budgets }];

/** Over a day: two excursions that ended, and one that goes on. */
function journey(): DeskBench {
  const bench = new DeskBench({ watched });
  for (let minute = 0; minute < HOURS * 60; minute++) {
    const isWarm = minute % 700 > 640 || minute > HOURS * 60 - 30;
    bench.nowMs += MINUTE_MS;
    bench.read('cargo', isWarm ? 12_000 : 5_000);
    bench.tick();
  }
  return bench;
}

/** What a start behind a recovery does. */
function restore(bench: DeskBench): void {
  const debits = bench.log.flatMap(({ detail }) =>
    detail?.type === 'stability-debit' ? [detail as unknown as LedgerEntry] : [],
  );
  const key = watchKey({ sensorId: 'cargo', shipment: SHIPMENT, profile, uncertaintyMilliC: undefined });
  for (const [row, value] of restoredWatch(key, new StateStore(bench.rows), { firstSequence: 0, debits })) {
    if (value === undefined) bench.rows.delete(row);
    else bench.rows.set(row, value);
  }
}

/** Goes on for a while, cools down, and is delivered. */
function arrive(bench: DeskBench) {
  const before = bench.log.length;
  for (let minute = 0; minute < 120; minute++) {
    bench.nowMs += MINUTE_MS;
    bench.read('cargo', minute < 20 ? 12_000 : 5_000);
    bench.tick();
  }
  const openAtEnd = bench.states('cargo');
  bench.assign([]);
  const told = bench.log.slice(before).flatMap(({ detail }) => (detail ? [detail] : []));
  const ledger = JSON.parse(bench.rows.get(`stability/${SHIPMENT}/cargo`) ?? '[]');
  const debits = bench.log.flatMap(({ detail }) =>
    detail?.type === 'stability-debit' ? [detail.number] : [],
  );
  return { told, ledger, openAtEnd, debits, judged: told.find(({ type }) => type === 'judged') };
}

const idOf = ({ excursionId, event }: { readonly [key: string]: unknown }) => `${excursionId} ${event}`;

describe('a watch of which rows were lost', () => {
  const whole = arrive(journey());
  const losses: readonly (readonly [what: string, parts: readonly string[]])[] = [
    ['what was told', ['told']],
    ['its fold', ['fold']],
    ['its older folds', ['past']],
    ['all folds', ['fold', 'past']],
    ['all of it', ['told', 'fold', 'past']],
  ];

  it.each(losses)('counts and tells as before, where %s was lost', (_what, parts) => {
    const bench = journey();
    const isOpen = bench.states('cargo');
    expect(isOpen).toEqual(['EXCURSION']);
    for (const key of [...bench.rows.keys()])
      if (parts.some((part) => key.startsWith(`${part}/`))) bench.rows.delete(key);
    restore(bench);
    bench.restart();
    bench.tick();
    expect(bench.states('cargo')).toEqual(isOpen);
    const after = arrive(bench);
    expect(bench.told().filter(({ event }) => event === 'withdrawn')).toEqual([]);
    expect(after.ledger).toEqual(whole.ledger);
    expect(after.judged).toEqual(whole.judged);
    // Debits have numbers: none is told twice.
    expect(new Set(after.debits).size).toBe(after.debits.length);
    // The end of what was open is told under the name under which it was opened.
    for (const one of whole.told.filter(({ event }) => event === 'closed'))
      expect(after.told.map(idOf)).toContain(idOf(one));
  });

  it('begins anew where nobody knows any more when it began, and withdraws nothing', () => {
    const bench = new DeskBench({ watched: [{ sensorId: 'cargo', profile }] });
    for (let minute = 0; minute < 20; minute++) {
      bench.nowMs += MINUTE_MS;
      bench.read('cargo', 12_000);
      bench.tick();
    }
    for (const key of [...bench.rows.keys()]) if (/^(fold|past)/.test(key)) bench.rows.delete(key);
    for (const key of watchKeysIn(new StateStore(bench.rows)))
      for (const [row, value] of restoredWatch(key, new StateStore(bench.rows), {
        firstSequence: undefined,
        debits: [],
      }))
        if (value === undefined) bench.rows.delete(row);
    bench.restart();
    for (let minute = 0; minute < 20; minute++) {
      bench.nowMs += MINUTE_MS;
      bench.read('cargo', 5_000);
      bench.tick();
    }
    expect(bench.told().map(({ event }) => event)).toEqual(['opened']);
  });
});

describe('the axis of time, made again from the log', () => {
  it('is the one that was lost, over boots of known and of unknown length', () => {
    const bench = new DeskBench({ watched: [{ sensorId: 'cargo', profile }] });
    const say = (minutes: number) => {
      for (let minute = 0; minute < minutes; minute++) {
        bench.nowMs += MINUTE_MS;
        bench.read('cargo', 5_000);
        bench.tick();
      }
    };
    say(30);
    bench.reboot(3 * 60 * MINUTE_MS);
    say(20);
    bench.clockTrust = 0;
    bench.reboot(60 * MINUTE_MS);
    say(5);
    bench.clockTrust = 2;
    say(40);
    const kept = JSON.parse(bench.rows.get('judge-clock') ?? '[]');
    expect(kept).toHaveLength(3);
    const log = bench.log.map((draft, sequence) => ({ ...draft, sequence }));
    const from = (sequence: number) => log.find((one) => one.sequence >= sequence);
    const made = bootsInLog({ size: log.length, from });
    expect(made.map(({ bootCount }) => bootCount)).toEqual(
      kept.map((boot: { bootCount: number }) => boot.bootCount),
    );
    for (const [at, boot] of made.entries())
      expect(Math.abs(boot.offsetMs - kept[at].offsetMs)).toBeLessThan(2 * MINUTE_MS);
  });
});
