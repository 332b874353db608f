// The life of a shipment, step by step, through the handlers.

import { describe, expect, test } from 'vitest';
import { shipmentHandlers, shipmentHandlersFor } from '../../../gateway/shipments/shipment-handlers.js';
import { canonicalJson } from '../../../ledger-sync/evidence/jcs.js';
import { codeOf, nowMs, orderOf, ShipmentOffice, vaccines } from './shipment-office.js';

const steps = ['arm', 'depart', 'deliver', 'review', 'release', 'reject', 'close'] as const;
type Step = (typeof steps)[number];

const asked = (step: Step) =>
  step === 'release' || step === 'reject' ? { id: 'S1', reason: 'seals intact' } : { id: 'S1' };

/** By state: the steps that lead there from a draft, and what each allowed step leads to. */
const life: readonly (readonly [state: string, way: readonly Step[], next: Partial<Record<Step, string>>])[] =
  [
    ['draft', [], { arm: 'armed' }],
    ['armed', ['arm'], { depart: 'in-transit' }],
    ['in-transit', ['arm', 'depart'], { deliver: 'delivered' }],
    ['delivered', ['arm', 'depart', 'deliver'], { review: 'under-review' }],
    ['under-review', ['arm', 'depart', 'deliver', 'review'], { release: 'released', reject: 'rejected' }],
    ['released', ['arm', 'depart', 'deliver', 'review', 'release'], { close: 'closed' }],
    ['rejected', ['arm', 'depart', 'deliver', 'review', 'reject'], { close: 'closed' }],
    ['closed', ['arm', 'depart', 'deliver', 'review', 'release', 'close'], {}],
  ];

const table = life.flatMap(([state, way, next]) =>
  steps.map((step) => ({ state, way, step, to: next[step] })),
);

test.each(table)('from $state the step $step leads to $to', ({ state, way, step, to }) => {
  const office = new ShipmentOffice();
  office.must('create', orderOf('S1'));
  for (const before of way) office.must(before, asked(before));
  const row = office.state.get('shipment/S1');
  expect(JSON.parse(row ?? '')).toMatchObject({ state });
  const outcome = office.ask(step, asked(step));
  if (to === undefined) {
    expect(outcome).toMatchObject({ ok: false, code: 'STEP_OUT_OF_ORDER' });
    expect(office.state.get('shipment/S1')).toBe(row);
  } else {
    expect(outcome).toMatchObject({ ok: true, answer: { shipment: 'S1', from: state, state: to } });
    expect(JSON.parse(office.state.get('shipment/S1') ?? '')).toMatchObject({ state: to });
  }
});

describe('what is done is one record of the shipment', () => {
  test('the creation holds the whole order with the content of the profile', () => {
    const { records } = new ShipmentOffice().must('create', orderOf('S1', { tags: ['106141412345678908'] }));
    expect(records).toMatchObject([
      {
        kind: 8,
        subjectName: 'S1',
        shipmentName: 'S1',
        detail: {
          type: 'shipment',
          event: 'created',
          state: 'draft',
          profileHash: vaccines.hash,
          order: { profile: { hash: vaccines.hash, rules: [{ highMilliC: 8000 }, { lowMilliC: 2000 }] } },
        },
      },
    ]);
    expect(() => canonicalJson(records[0]?.detail)).not.toThrow();
  });

  test('a release says why, and what the signature means', () => {
    const office = new ShipmentOffice();
    office.must('create', orderOf('S1'));
    for (const step of ['arm', 'depart', 'deliver', 'review'] as const) office.must(step, asked(step));
    const { records } = office.must('release', { id: 'S1', reason: 'no excursion' });
    expect(records).toEqual([
      {
        kind: 8,
        subjectName: 'S1',
        shipmentName: 'S1',
        isSalted: true,
        detail: {
          type: 'shipment',
          event: 'released',
          from: 'under-review',
          state: 'released',
          profileHash: vaccines.hash,
          reason: 'no excursion',
          meaning: 'release',
        },
      },
    ]);
    expect(JSON.parse(office.state.get('shipment/S1') ?? '').history.at(-1)).toEqual({
      state: 'released',
      atMs: nowMs,
      by: 'dana',
    });
  });
});

test('only quality reviews, judges and closes, and a judgement is signed', () => {
  const rights = shipmentHandlers.map(({ kind, roles, needsSignature }) => [
    kind,
    roles.join(),
    needsSignature,
  ]);
  expect(rights).toEqual([
    ['shipment.create', 'operator,quality', false],
    ['shipment.confirm-range', 'operator,quality', false],
    ['shipment.hand-over', 'operator,quality', false],
    ['shipment.arm', 'operator,quality', false],
    ['shipment.depart', 'operator,quality', false],
    ['shipment.deliver', 'operator,quality', false],
    ['shipment.review', 'quality', false],
    ['shipment.release', 'quality', true],
    ['shipment.reject', 'quality', true],
    ['shipment.close', 'quality', false],
  ]);
});

test.each(['release', 'reject'])('a %s without a reason is refused', (step) => {
  const office = new ShipmentOffice();
  office.must('create', orderOf('S1'));
  for (const before of ['arm', 'depart', 'deliver', 'review'] as const) office.must(before, asked(before));
  expect(codeOf(office.ask(step, { id: 'S1' }))).toBe('SHIPMENT_INVALID');
  expect(codeOf(office.ask(step, { id: 'S1', reason: '  ' }))).toBe('SHIPMENT_INVALID');
});

test('an unknown shipment, an id used twice and a row that cannot be read are refused', () => {
  const office = new ShipmentOffice();
  expect(codeOf(office.ask('arm', { id: 'S1' }))).toBe('SHIPMENT_UNKNOWN');
  office.must('create', orderOf('S1'));
  expect(codeOf(office.ask('create', orderOf('S1')))).toBe('SHIPMENT_EXISTS');
  office.state.apply([['shipment/S2', '{"state":"of a later version"}']]);
  expect(codeOf(office.ask('arm', { id: 'S2' }))).toBe('SHIPMENT_UNREADABLE');
  // S2 may hold the probe.
  expect(codeOf(office.ask('arm', { id: 'S1' }))).toBe('SHIPMENT_UNREADABLE');
});

test('a probe that the gateway does not have is refused at creation and at arming', () => {
  let known = true;
  const office = new ShipmentOffice(shipmentHandlersFor(() => known));
  office.must('create', orderOf('S1'));
  known = false;
  expect(codeOf(office.ask('arm', { id: 'S1' }))).toBe('PROBE_UNKNOWN');
  expect(codeOf(office.ask('create', orderOf('S2')))).toBe('PROBE_UNKNOWN');
});
