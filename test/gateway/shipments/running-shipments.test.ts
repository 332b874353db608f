// Which shipment holds a probe or a tag, and that it is never two.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { activeShipments, ShipmentLookup } from '../../../gateway/shipments/active-shipments.js';
import { thrownBy } from '../thrown.js';
import { codeOf, orderOf, ShipmentOffice, sscc, vaccines } from './shipment-office.js';

/** SSCC-96 of 106141412345678908. */
const ssccEpc = '3114257bf4499602d2000000';
const item = '3074257bf7194e4000001a85';

/** Most often what makes claims. */
const steps = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('create', 'arm') },
  { weight: 1, arbitrary: fc.constantFrom('depart', 'deliver', 'review', 'release', 'reject', 'close') },
);
const probes = ['a', 'b', 'c'];
const asked = fc.record({
  step: steps,
  id: fc.constantFrom('S1', 'S2', 'S3'),
  probes: fc.subarray(probes, { minLength: 1 }),
  tags: fc.subarray([sscc, ssccEpc, item]),
});

test('no sequence of requests puts one probe or one tag into two running shipments', () => {
  fc.assert(
    fc.property(fc.array(asked, { minLength: 20, maxLength: 40 }), (requests) => {
      const office = new ShipmentOffice();
      const held = new Map<string, readonly string[]>();
      for (const { step, id, probes: wanted, tags } of requests) {
        const document =
          step === 'create'
            ? orderOf(id, { probes: wanted, tags })
            : { id, ...(step === 'release' || step === 'reject' ? { reason: 'because' } : {}) };
        const isDone = office.ask(step, document).ok;
        if (isDone && step === 'create') held.set(id, wanted);
        const active = activeShipments(office.state);
        const claims = active.flatMap(({ sensorIds, tags: identities }) => [...sensorIds, ...identities]);
        expect(new Set(claims).size).toBe(claims.length);
        const lookup = new ShipmentLookup(active);
        for (const { id: running } of active) {
          for (const probe of held.get(running) ?? []) expect(lookup.shipmentOf(probe)).toBe(running);
        }
      }
    }),
    { numRuns: 60 },
  );
});

function running(...orders: readonly (readonly [id: string, changes: Parameters<typeof orderOf>[1]])[]) {
  const office = new ShipmentOffice();
  for (const [id, changes] of orders) {
    office.must('create', orderOf(id, changes));
    office.must('arm', { id });
  }
  return office;
}

describe('a probe or a tag that another running shipment holds', () => {
  test('several shipments run at once with probes of their own', () => {
    const office = running(['S1', { probes: ['a'] }], ['S2', { probes: ['b'] }]);
    expect(activeShipments(office.state).map(({ id, state }) => [id, state])).toEqual([
      ['S1', 'armed'],
      ['S2', 'armed'],
    ]);
  });

  test.each([
    ['a probe', { probes: ['b', 'a'] }, 'PROBE_TAKEN'],
    ['an SSCC', { tags: [sscc] }, 'TAG_TAKEN'],
    ['an SSCC told as an EPC', { tags: [ssccEpc] }, 'TAG_TAKEN'],
    ['an SSCC told by a label', { label: `(00)${sscc}` }, 'TAG_TAKEN'],
  ])('%s keeps the second from being armed until the first is delivered', (_what, changes, code) => {
    const office = running(['S1', { probes: ['a'], tags: [sscc] }]);
    office.must('create', orderOf('S2', changes));
    expect(codeOf(office.ask('arm', { id: 'S2' }))).toBe(code);
    office.must('depart', { id: 'S1' });
    expect(codeOf(office.ask('arm', { id: 'S2' }))).toBe(code);
    office.must('deliver', { id: 'S1' });
    office.must('arm', { id: 'S2' });
  });
});

describe('which shipment a record belongs to', () => {
  const office = running(['S1', { probes: ['a'], tags: [sscc] }], ['S2', { probes: ['b'], tags: [item] }]);
  const lookup = new ShipmentLookup(activeShipments(office.state), 'SHIP-OF-THE-FILE');

  test.each([
    ['a', 'S1'],
    ['b', 'S2'],
    [ssccEpc, 'S1'],
    [item, 'S2'],
    ['door-rear', 'SHIP-OF-THE-FILE'],
    ['3074257bf7194e4000001a86', 'SHIP-OF-THE-FILE'],
  ])('%s: %s', (subject, shipment) => {
    expect(lookup.shipmentOf(subject)).toBe(shipment);
  });

  test('without a shipment in the configuration what nobody holds belongs to none', () => {
    expect(new ShipmentLookup(activeShipments(office.state)).shipmentOf('door-rear')).toBeUndefined();
  });

  test('drafts and delivered shipments hold nothing', () => {
    const ended = running(['S1', { probes: ['a'] }]);
    ended.must('depart', { id: 'S1' });
    ended.must('deliver', { id: 'S1' });
    ended.must('create', orderOf('S2', { probes: ['b'] }));
    expect(activeShipments(ended.state)).toEqual([]);
  });
});

test('a shipment comes back from its row as it was: rules, hash and holdings', () => {
  const office = running(['S1', { probes: ['a'], tags: [item] }]);
  expect(activeShipments(office.state)).toEqual([
    {
      id: 'S1',
      state: 'armed',
      profile: vaccines,
      profileHash: vaccines.hash,
      sensorIds: ['a'],
      tags: [item],
      budgets: [],
    },
  ]);
});

test.each([
  ['no JSON', '{'],
  ['no object', '7'],
  ['a state of a later version', '{"state":"quarantined"}'],
  ['a running one that misses all else', '{"state":"armed"}'],
])('a row that may be of a running shipment and cannot be read is told, not skipped: %s', (_what, row) => {
  const office = new ShipmentOffice();
  office.state.apply([['shipment/S1', row]]);
  expect(thrownBy(() => activeShipments(office.state))).toMatchObject({
    name: 'ShipmentError',
    code: 'SHIPMENT_UNREADABLE',
    message: 'what is kept of shipment S1 cannot be read',
  });
});
