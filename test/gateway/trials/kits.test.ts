// Kits of a trial on their way through depot, truck and site: what each has used is carried on, nothing that nobody measured
// is zero, and what is set aside is told, noticed and decided on together.

import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { noUse } from '../../../gateway/excursions/kit-use.js';
import { eraseShipmentHandler } from '../../../gateway/privacy/erase-shipment.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import { kitRow, readKit } from '../../../gateway/trials/kit.js';
import { KitDesk } from '../../../gateway/trials/kit-desk.js';
import { readQuarantines } from '../../../gateway/trials/quarantine.js';
import { trialHandlersFor } from '../../../gateway/trials/trial-handlers.js';
import { draftWith } from '../drafts.js';
import { approver, codeOf, driver, orderOf, reviewer } from '../shipments/shipment-office.js';
import { tempFolder } from '../temp-folder.js';
import { MINUTE_MS, TrialClock, TrialGatewayBench } from './trial-gateway.js';

const kits = ['0172945513', '3390127764', '4711908325', '8265501934'];
const [first = '', second = ''] = kits;
const terms = { trial: 'EX-301', lowMilliC: 2000, highMilliC: 8000, warmMinutes: 120, coldMinutes: 30 };

/** Depot, truck and site, each with the terms and the kits. */
function chain(allowed: Partial<typeof terms> = {}) {
  const clock = new TrialClock();
  const [depot, truck, site] = [1, 2, 3].map((key) => new TrialGatewayBench(tempFolder(), key, clock));
  if (!depot || !truck || !site) throw new Error('three gateways');
  const all = [depot, truck, site];
  onTestFinished(() => {
    for (const one of all) one.close();
  });
  const own = { ...terms, ...allowed, origin: depot.address, gateways: all.map(({ address }) => address) };
  for (const one of all) one.must('trial.register', { terms: own, kits });
  const pass = (minutes: number) => {
    clock.ms += minutes * MINUTE_MS;
  };
  return { clock, depot, truck, site, pass, own };
}

/** Readings once a minute on a running shipment. */
function drive(
  gateway: TrialGatewayBench,
  clock: TrialClock,
  shipment: string,
  values: readonly (number | undefined)[],
) {
  for (const value of values) {
    clock.ms += MINUTE_MS;
    gateway.read(`probe-of-${shipment}`, value);
    gateway.tick();
  }
}

const minutes = (count: number, value: number | undefined) =>
  new Array<number | undefined>(count).fill(value);
const usedOf = (gateway: TrialGatewayBench, kit: string) => readKit(gateway.state, kit)?.used;
const inMinutes = (use: { warmMs: number; coldMs: number; unknownMs: number } | undefined) =>
  use && [use.warmMs, use.coldMs, use.unknownMs].map((ms) => ms / MINUTE_MS);

function handOver(from: TrialGatewayBench, to: TrialGatewayBench) {
  return to.ask('trial.receive', { bundle: JSON.parse(from.evidence('trial-leg', 'ended')) });
}

describe('what a kit has used', () => {
  test('adds up over depot, truck and site, with each hand-over between them as unknown', () => {
    const { clock, depot, truck, site, pass } = chain({ coldMinutes: 60 });
    depot.send('D-1', kits);
    drive(depot, clock, 'D-1', [...minutes(10, 5000), ...minutes(20, 9000), ...minutes(5, 5000)]);
    depot.deliver('D-1');
    // One minute from the arming to the first reading.
    expect(inMinutes(usedOf(depot, first))).toEqual([20, 0, 1]);
    pass(15);
    expect(handOver(depot, truck)).toMatchObject({ ok: true, answer: { kits: 4, others: 0 } });
    truck.send('T-1', kits);
    expect(inMinutes(usedOf(truck, first))).toEqual([20, 0, 16]);
    drive(truck, clock, 'T-1', [...minutes(5, 5000), ...minutes(12, 1000), ...minutes(5, 5000)]);
    truck.deliver('T-1');
    expect(inMinutes(usedOf(truck, first))).toEqual([20, 12, 17]);
    pass(3);
    expect(handOver(truck, site)).toMatchObject({ ok: true });
    site.send('S-1', kits);
    drive(site, clock, 'S-1', minutes(3, 5000));
    expect(inMinutes(usedOf(site, second))).toEqual([20, 12, 20]);
    expect(readKit(site.state, first)).toMatchObject({ condition: 'usable', legs: 2 });
    site.must('trial.dispense', { kit: first });
    expect(readKit(site.state, first)).toMatchObject({ condition: 'dispensed', legs: 3 });
    expect(codeOf(site.ask('trial.dispense', { kit: first }))).toBe('KIT_GONE');
  });

  test('a leg that nobody states is unknown for as long as it lasted', () => {
    const { clock, depot, truck, site, pass } = chain({ warmMinutes: 600, coldMinutes: 600 });
    depot.send('D-1', kits);
    drive(depot, clock, 'D-1', minutes(5, 5000));
    depot.deliver('D-1');
    handOver(depot, truck);
    truck.send('T-1', kits);
    drive(truck, clock, 'T-1', minutes(30, 5000));
    truck.deliver('T-1');
    pass(4);
    // The site gets the depot's statement alone: 34 minutes are missing.
    expect(handOver(depot, site)).toMatchObject({ ok: true });
    site.send('S-1', kits);
    expect(inMinutes(usedOf(site, first))).toEqual([0, 0, 1 + 34]);
  });

  test('a hole in the readings, a fault and a clock that nobody set count as unknown, not as good', () => {
    const { clock, depot, pass } = chain({ warmMinutes: 600, coldMinutes: 600 });
    depot.send('D-1', kits);
    drive(depot, clock, 'D-1', [...minutes(3, 5000), ...minutes(4, undefined), ...minutes(3, 5000)]);
    // The profile lets a reading hold for two minutes.
    pass(20);
    drive(depot, clock, 'D-1', minutes(2, 5000));
    depot.clockTrust = 0;
    drive(depot, clock, 'D-1', minutes(5, 5000));
    depot.clockTrust = 2;
    drive(depot, clock, 'D-1', minutes(2, 5000));
    depot.deliver('D-1');
    const [warm, cold, unknown] = inMinutes(usedOf(depot, first)) ?? [];
    expect([warm, cold]).toEqual([0, 0]);
    // 1 to the first reading, 4 faults, 19 of the hole, 5 without a clock.
    expect(unknown).toBe(1 + 4 + 19 + 5);
  });

  test('a probe that fell silent leaves unknown time up to the delivery', () => {
    const { clock, depot, pass } = chain({ warmMinutes: 600, coldMinutes: 600 });
    depot.send('D-1', kits);
    drive(depot, clock, 'D-1', minutes(3, 5000));
    pass(30);
    depot.deliver('D-1');
    expect(inMinutes(usedOf(depot, first))).toEqual([0, 0, 1 + 28]);
  });

  test('begins just outside of the range, on both sides', () => {
    const { clock, depot } = chain();
    depot.send('D-1', kits);
    drive(depot, clock, 'D-1', [8000, 8001, 2000, 1999, 5000]);
    expect(inMinutes(usedOf(depot, first))).toEqual([0, 0, 0]);
    depot.deliver('D-1');
    expect(inMinutes(usedOf(depot, first))).toEqual([1, 1, 1]);
    expect(depot.state.entries('exposure/')).toEqual([]);
  });

  test('is what the worst of two probes says', () => {
    const { clock, depot } = chain();
    depot.send('D-1', kits, ['front', 'rear']);
    for (const [front, rear] of [
      [5000, 5000],
      [9000, 5000],
      [9000, 1000],
      [5000, 5000],
    ]) {
      clock.ms += MINUTE_MS;
      depot.read('front', front);
      depot.read('rear', rear);
      depot.tick();
    }
    depot.deliver('D-1');
    expect(inMinutes(usedOf(depot, first))).toEqual([2, 1, 1]);
  });

  test('is unknown for a whole leg whose end was lost with the power', () => {
    const { clock, depot } = chain();
    depot.send('D-1', kits);
    drive(depot, clock, 'D-1', minutes(12, 5000));
    depot.deliverAndDie('D-1');
    depot.tick();
    expect(inMinutes(usedOf(depot, first))).toEqual([0, 0, 12]);
    expect(depot.documents('trial-leg')).toHaveLength(1);
  });

  test('is unknown altogether where a leg begins and nobody has set the clock', () => {
    const { depot } = chain();
    depot.clockTrust = 0;
    depot.send('D-1', kits);
    expect(depot.documents('trial-quarantine')).toMatchObject([{ cause: 'unknown', kits }]);
  });

  test('is the same over restarts at any point (property)', () => {
    const value = fc.constantFrom(5000, 8000, 8001, 9000, 1999, 2000, undefined);
    const story = fc.array(fc.tuple(value, fc.boolean()), { minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(story, (steps) => {
        const clock = new TrialClock();
        const [plain, killed] = [
          new TrialGatewayBench(tempFolder(), 1, clock),
          new TrialGatewayBench(tempFolder(), 1, clock),
        ];
        for (const one of [plain, killed]) {
          const own = {
            ...terms,
            warmMinutes: 6,
            coldMinutes: 4,
            origin: one.address,
            gateways: [one.address],
          };
          one.must('trial.register', { terms: own, kits });
          one.send('D-1', kits);
        }
        for (const [milliC, isKilled] of steps) {
          clock.ms += MINUTE_MS;
          if (isKilled) killed.restart();
          for (const one of [plain, killed]) {
            one.read('probe-of-D-1', milliC);
            one.tick();
          }
        }
        for (const one of [plain, killed]) one.deliver('D-1');
        const rows = (one: TrialGatewayBench) => [
          ...one.state.entries('kit/'),
          ...one.state.entries('quarantine/'),
        ];
        expect(rows(killed)).toEqual(rows(plain));
        for (const one of [plain, killed]) one.close();
      }),
      { numRuns: 12 },
    );
  });
});

describe('a statement', () => {
  test('of a gateway that the terms do not name, of other terms, or that was changed, is refused', () => {
    const { clock, depot, truck, own } = chain();
    const stranger = new TrialGatewayBench(tempFolder(), 9, clock);
    onTestFinished(() => stranger.close());
    stranger.must('trial.register', { terms: { ...own, origin: stranger.address }, kits });
    stranger.send('X-1', kits);
    stranger.deliver('X-1');
    expect(codeOf(handOver(stranger, truck))).toBe('GATEWAY_UNKNOWN');

    depot.send('D-1', kits);
    drive(depot, clock, 'D-1', minutes(30, 9000));
    depot.deliver('D-1');
    const bundle = JSON.parse(depot.evidence('trial-leg', 'ended'));
    const forged = structuredClone(bundle);
    forged.details[0].kits[0][1] = 0;
    const refused = truck.ask('trial.receive', { bundle: forged });
    expect(codeOf(refused)).toBe('STATEMENT_INVALID');
    const other = JSON.parse(depot.evidence('trial-kits', 'loaded'));
    expect(codeOf(truck.ask('trial.receive', { bundle: other }))).toBe('STATEMENT_INVALID');
    expect(codeOf(truck.ask('trial.receive', { bundle: {} }))).toBe('STATEMENT_INVALID');
    expect(truck.ask('trial.receive', { bundle })).toMatchObject({ ok: true });
    const site = new TrialGatewayBench(tempFolder(), 3, clock);
    onTestFinished(() => site.close());
    site.must('trial.register', { terms: { ...own, warmMinutes: 500 }, kits });
    expect(codeOf(site.ask('trial.receive', { bundle }))).toBe('TRIAL_DIFFERS');
  });

  test('that is older than what is known, or is given twice, is refused', () => {
    const { clock, depot, truck } = chain();
    depot.send('D-1', kits);
    drive(depot, clock, 'D-1', minutes(5, 9000));
    depot.deliver('D-1');
    const old = JSON.parse(depot.evidence('trial-leg', 'ended'));
    depot.send('D-2', kits);
    drive(depot, clock, 'D-2', minutes(5, 9000));
    depot.deliver('D-2');
    expect(handOver(depot, truck)).toMatchObject({ ok: true });
    expect(codeOf(truck.ask('trial.receive', { bundle: old }))).toBe('STATEMENT_OLD');
    expect(codeOf(handOver(depot, truck))).toBe('STATEMENT_OLD');
    expect(inMinutes(usedOf(truck, first))).toEqual([8, 0, 2]);
  });

  test('that leaves legs out, or ends in the future, is refused', () => {
    const { clock, depot, truck, site, pass } = chain({ warmMinutes: 600, coldMinutes: 600 });
    for (const shipment of ['D-1', 'D-2']) {
      depot.send(shipment, kits);
      drive(depot, clock, shipment, minutes(1, 5000));
      depot.deliver(shipment);
    }
    expect(handOver(depot, truck)).toMatchObject({ ok: true });
    // The site never heard of the two legs, and says more of unknown time than the truck knows.
    pass(5);
    site.send('S-1', kits);
    drive(site, clock, 'S-1', minutes(9, undefined));
    site.deliver('S-1');
    expect(codeOf(handOver(site, truck))).toBe('STATEMENT_CONTRADICTS');
    const ahead = clock.ms;
    depot.send('D-3', kits);
    drive(depot, clock, 'D-3', minutes(30, 5000));
    depot.deliver('D-3');
    clock.ms = ahead;
    expect(codeOf(handOver(depot, truck))).toBe('STATEMENT_AHEAD');
  });

  test('whose clock was not synchronised tells nobody when the leg ended, and is refused', () => {
    const { clock, depot, truck } = chain();
    depot.send('D-1', kits);
    drive(depot, clock, 'D-1', minutes(2, 5000));
    depot.clockTrust = 0;
    depot.deliver('D-1');
    expect(codeOf(handOver(depot, truck))).toBe('STATEMENT_INVALID');
  });

  test('says that kits were set aside, and the next gateway sets them aside as well', () => {
    const { clock, depot, truck } = chain({ warmMinutes: 10 });
    depot.send('D-1', kits);
    drive(depot, clock, 'D-1', minutes(15, 9000));
    depot.deliver('D-1');
    handOver(depot, truck);
    truck.tick();
    expect(readKit(truck.state, first)).toMatchObject({ condition: 'quarantined' });
    expect(readQuarantines(truck.state, 'EX-301')).toMatchObject([{ cause: 'set-aside-before', kits }]);
  });
});

describe('a quarantine', () => {
  test('begins at the reading at which the allowance is used up, for all kits of that history, as one alert', () => {
    const { clock, depot } = chain({ warmMinutes: 10 });
    depot.send('D-1', kits);
    drive(depot, clock, 'D-1', minutes(9, 9000));
    expect(depot.documents('trial-quarantine')).toEqual([]);
    drive(depot, clock, 'D-1', minutes(1, 9000));
    const [opened] = depot.documents('trial-quarantine');
    expect(opened).toMatchObject({
      event: 'opened',
      case: 'kits-q1',
      cause: 'unknown',
      kits,
      severity: 'critical',
    });
    const alert = JSON.parse(depot.state.get('alert/kits-q1') ?? '{}');
    expect(alert).toMatchObject({ source: 'kits', severity: 'critical', state: 'open' });
    expect(codeOf(depot.ask('trial.dispense', { kit: first }))).toBe('KIT_SET_ASIDE');
  });

  test('of measured time says so, and of a kit without history begins when it is loaded', () => {
    const { clock, depot, truck } = chain({ coldMinutes: 1 });
    depot.send('D-1', [first]);
    drive(depot, clock, 'D-1', [5000, 1000, 1000]);
    expect(depot.documents('trial-quarantine')).toMatchObject([{ cause: 'unknown', kits: [first] }]);
    truck.send('T-1', [second]);
    expect(truck.documents('trial-quarantine')).toMatchObject([{ cause: 'history-missing', kits: [second] }]);
  });

  test('wants its notice within 24 hours, and says once that it is overdue', () => {
    const { clock, depot, pass } = chain();
    depot.send('D-1', kits);
    depot.must('trial.set-aside', { kits: [first], reason: 'seal broken' }, driver);
    depot.tick();
    drive(depot, clock, 'D-1', minutes(2, 5000));
    const events = () => depot.documents('trial-quarantine').map(({ event }) => event);
    pass(24 * 60 - 3);
    depot.tick();
    expect(events()).toContain('opened');
    expect(events()).not.toContain('notice-overdue');
    pass(2);
    depot.restart();
    for (let look = 0; look < 3; look++) depot.tick();
    expect(events().filter((event) => event === 'notice-overdue')).toHaveLength(1);
    const late = depot.must('trial.notice', { quarantine: 'kits-q1', to: 'safety desk' }, driver);
    expect(late).toMatchObject({ isLate: true });
    expect(codeOf(depot.ask('trial.notice', { quarantine: 'kits-q1', to: 'again' }))).toBe('NOTICE_GIVEN');
  });

  test('is decided on as a whole, after the notice, once; released kits are set aside again by more of it', () => {
    const { clock, depot } = chain({ warmMinutes: 10 });
    depot.send('D-1', kits);
    drive(depot, clock, 'D-1', [...minutes(14, 9000), 5000]);
    const release = { quarantine: 'kits-q1', decision: 'release', reason: 'stability study' };
    expect(codeOf(depot.ask('trial.dispose', release))).toBe('NOTICE_MISSING');
    depot.must('trial.notice', { quarantine: 'kits-q1', to: 'safety desk' });
    expect(depot.must('trial.dispose', release, approver)).toMatchObject({ kits: 4 });
    expect(codeOf(depot.ask('trial.dispose', { ...release, decision: 'destroy' }))).toBe('DISPOSED');
    drive(depot, clock, 'D-1', minutes(5, 5000));
    expect(readKit(depot.state, first)).toMatchObject({ condition: 'usable' });
    drive(depot, clock, 'D-1', minutes(2, 9000));
    expect(readKit(depot.state, first)).toMatchObject({ condition: 'quarantined', quarantine: 'kits-q2' });
    depot.must('trial.notice', { quarantine: 'kits-q2', to: 'safety desk' });
    depot.must('trial.dispose', { quarantine: 'kits-q2', decision: 'destroy', reason: 'twice warm' });
    expect(kits.map((kit) => readKit(depot.state, kit)?.condition)).toEqual(kits.map(() => 'destroyed'));
    expect(codeOf(depot.ask('trial.load', { shipment: 'D-1', kits: [first] }))).toBe('STEP_OUT_OF_ORDER');
  });

  test('is decided on by quality, signed; a driver may notice it and set kits aside', () => {
    const handlers = trialHandlersFor({ address: '', exposureOf: () => undefined });
    const rules = Object.fromEntries(
      handlers.map(({ kind, roles, needsSignature }) => [kind, [...roles, needsSignature]]),
    );
    expect(rules).toEqual({
      'trial.register': ['quality', true],
      'trial.receive': ['operator', 'quality', false],
      'trial.load': ['operator', 'quality', false],
      'trial.dispense': ['operator', 'quality', false],
      'trial.set-aside': ['operator', 'quality', false],
      'trial.notice': ['operator', 'quality', false],
      'trial.dispose': ['quality', true],
    });
    const { depot } = chain();
    const asked = { quarantine: 'kits-q7', decision: 'release', reason: 'x' };
    expect(codeOf(depot.ask('trial.dispose', asked))).toBe('QUARANTINE_UNKNOWN');
  });
});

test('a shipment is erased once its kits are decided on, and then no quarantine names it', () => {
  const { clock, depot } = chain();
  depot.send('D-1', kits);
  drive(depot, clock, 'D-1', minutes(2, 5000));
  depot.must('trial.set-aside', { kits: [first], reason: 'seal broken' });
  depot.tick();
  depot.deliver('D-1');
  for (const step of ['review', 'release', 'close'])
    depot.must(`shipment.${step}`, { id: 'D-1', ...(step === 'release' ? { reason: 'all well' } : {}) });
  const erase = () =>
    eraseShipmentHandler.handle(
      { id: 1, kind: 'shipment.erase', document: { id: 'D-1', reason: 'asked for' }, createdAtMs: clock.ms },
      { actor: reviewer, state: depot.state, nowMs: clock.ms },
    );
  const alert = JSON.parse(depot.state.get('alert/kits-q1') ?? '{}');
  depot.state.apply([['alert/kits-q1', JSON.stringify({ ...alert, state: 'closed' })]]);
  expect(codeOf(erase())).toBe('KITS_SET_ASIDE');
  depot.must('trial.notice', { quarantine: 'kits-q1', to: 'safety desk' });
  depot.must('trial.dispose', { quarantine: 'kits-q1', decision: 'destroy', reason: 'seal' });
  const outcome = erase();
  expect(outcome.ok).toBe(true);
  depot.state.apply(outcome.state ?? []);
  expect(JSON.stringify(depot.state.entries('quarantine/'))).not.toContain('D-1');
});

test('what was due for a kit that is gone comes to nothing', () => {
  const kit = { kit: first, trial: 'EX-301', condition: 'destroyed', used: noUse, legs: 1 } as const;
  const state = new StateStore(
    new Map([kitRow({ ...kit, due: { cause: 'by-hand' } })] as [string, string][]),
  );
  const desk = new KitDesk({ state, exposures: () => [] });
  const { drafts, judgeState } = desk.tick(draftWith());
  expect(drafts).toEqual([]);
  expect(judgeState).toEqual([kitRow(kit)]);
});

describe('loading', () => {
  test('before the statement has come sets nothing aside, if it comes at once', () => {
    const { clock, depot, truck } = chain();
    depot.send('D-1', kits);
    drive(depot, clock, 'D-1', minutes(2, 5000));
    depot.deliver('D-1');
    truck.must('shipment.create', orderOf('T-1'));
    expect(truck.must('trial.load', { shipment: 'T-1', kits })).toMatchObject({ withoutHistory: 4 });
    expect(handOver(depot, truck)).toMatchObject({ ok: true });
    truck.tick();
    expect(truck.documents('trial-quarantine')).toEqual([]);
  });

  test('lets the shipment warn by what the kit with the least of it has left', () => {
    const { clock, depot } = chain();
    depot.send('D-1', [first]);
    drive(depot, clock, 'D-1', minutes(40, 9000));
    depot.deliver('D-1');
    depot.send('D-2', kits);
    drive(depot, clock, 'D-2', minutes(45, 9000));
    const warned = depot
      .documents('excursion')
      .find(({ excursionId }) => excursionId === 'probe-of-D-2-D-2-budget-warm-kits');
    // 120 less 39 warm and 1 unknown.
    expect(warned).toMatchObject({ allowanceMs: 80 * MINUTE_MS, level: 'warned-50' });
  });

  test('takes no more kits than a statement can tell of', () => {
    const { depot, own } = chain();
    const many = Array.from({ length: 251 }, (_, at) => String(1_000_000_000 + at * 7_654_321));
    depot.must('trial.register', { terms: own, kits: many });
    depot.must('shipment.create', orderOf('D-1'));
    expect(codeOf(depot.ask('trial.load', { shipment: 'D-1', kits: many }))).toBe('TOO_MANY_KITS');
    depot.must('trial.load', { shipment: 'D-1', kits: many.slice(1) });
    expect(codeOf(depot.ask('trial.load', { shipment: 'D-1', kits: many.slice(0, 1) }))).toBe(
      'TOO_MANY_KITS',
    );
  });

  test('takes a shipment that names no goods, before it is armed, and kits that are free', () => {
    const { depot } = chain();
    const products = [{ gtin: '09521141123454', lot: 'ACTIVE-7' }];
    depot.must('shipment.create', orderOf('P-1', { products, probes: ['p'] }));
    expect(codeOf(depot.ask('trial.load', { shipment: 'P-1', kits }))).toBe('LABELS_REFUSED');
    depot.must('shipment.create', orderOf('P-2', { tags: ['106141412345678908'], probes: ['q'] }));
    expect(codeOf(depot.ask('trial.load', { shipment: 'P-2', kits }))).toBe('LABELS_REFUSED');
    depot.send('D-1', kits);
    expect(codeOf(depot.ask('trial.load', { shipment: 'D-1', kits }))).toBe('STEP_OUT_OF_ORDER');
    depot.must('shipment.create', orderOf('D-2'));
    expect(codeOf(depot.ask('trial.load', { shipment: 'D-2', kits }))).toBe('KIT_TAKEN');
    expect(codeOf(depot.ask('trial.load', { shipment: 'D-2', kits: ['9999999999'] }))).toBe('KIT_UNKNOWN');
  });
});
