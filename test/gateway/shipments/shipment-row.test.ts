// What is kept of a shipment beside the log.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AlarmProfile } from '../../../config/alarm-profile.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import {
  readRunningShipments,
  readShipment,
  readShipments,
  type Shipment,
  shipmentRow,
} from '../../../gateway/shipments/shipment.js';
import { shipmentStates } from '../../../gateway/shipments/shipment-states.js';
import { profileOf, rule, vaccines } from './shipment-office.js';

const line = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => text.trim() !== '');
const timeMs = fc.nat();
const rangeName = fc.constantFrom('label' as const, 'order' as const);
const range = fc
  .tuple(fc.integer({ min: -50_000, max: 0 }), fc.integer({ min: 1, max: 50_000 }))
  .map(([lowMilliC, highMilliC]) => ({ lowMilliC, highMilliC }));
const band = { id: 'warm', fromMilliC: 8000, toMilliC: 25_000, allowanceMs: 86_400_000 };

const profiles: fc.Arbitrary<AlarmProfile> = fc
  .record({
    mkt: fc.constantFrom(undefined, { windowMs: 86_400_000, limitMilliC: 8000 }),
    isFrozen: fc.boolean(),
  })
  .map((changes) => profileOf(vaccines.rules, { ...changes, stability: [band] }));

const shipments: fc.Arbitrary<Shipment> = fc.record(
  {
    id: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
    state: fc.constantFrom(...shipmentStates),
    profile: profiles,
    probes: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
    tags: fc.subarray(['106141412345678908', '3074257bf7194e4000001a85']),
    consignor: line,
    consignee: line,
    carrier: line,
    products: fc.subarray([
      { gtin: '09521141123454', lot: 'A' },
      { gtin: '09521141123454', lot: 'B', bands: [band] },
    ]),
    stabilityLedger: fc.constantFrom([], [{ type: 'stability-debit', product: 'x', number: 1 }]),
    sscc: fc.constant('106141412345678908'),
    dispute: fc.record(
      {
        order: range,
        label: range,
        settled: rangeName,
        confirmations: fc.array(
          fc.record({
            by: line,
            role: fc.constantFrom('operator', 'quality'),
            range: rangeName,
            atMs: timeMs,
          }),
        ),
      },
      { requiredKeys: ['order', 'confirmations'] },
    ),
    history: fc.array(fc.record({ state: fc.constantFrom(...shipmentStates), atMs: timeMs, by: line })),
  },
  {
    requiredKeys: [
      'id',
      'state',
      'profile',
      'probes',
      'tags',
      'consignor',
      'consignee',
      'carrier',
      'products',
      'stabilityLedger',
      'history',
    ],
  },
);

test('a shipment comes back from its row as it was, whatever it holds', () => {
  fc.assert(
    fc.property(shipments, (shipment) => {
      const [key, row] = shipmentRow(shipment);
      const state = new StateStore(new Map([[key, row ?? '']]));
      expect(key).toBe(`shipment/${shipment.id}`);
      expect(readShipment(state, shipment.id)).toEqual(shipment);
      expect(readShipments(state)).toEqual([shipment]);
      const runs = shipment.state === 'armed' || shipment.state === 'in-transit';
      expect(readRunningShipments(state)).toEqual(runs ? [shipment] : []);
    }),
  );
});

test('a row whose profile was changed by hand is not believed', () => {
  const profile = profileOf([rule('warm', { highMilliC: 8000 })]);
  const parties = { consignor: 'A', consignee: 'B', carrier: 'C' };
  const holds = { probes: ['a'], tags: [], products: [], stabilityLedger: [], history: [] };
  const [key, row = ''] = shipmentRow({ id: 'S1', state: 'armed', profile, ...parties, ...holds });
  const changed = new StateStore(new Map([[key, row.replace('"highMilliC":8000', '"highMilliC":25000')]]));
  expect(() => readShipment(changed, 'S1')).toThrow('cannot be read');
});
