// What an order may hold, as the handler sees it.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { profileDocument } from '../../../gateway/shipments/profile-document.js';
import { shipmentHandlers } from '../../../gateway/shipments/shipment-handlers.js';
import { nowMs, orderOf, profileOf, reviewer, rule, ShipmentOffice, vaccines } from './shipment-office.js';

const forged = { ...profileDocument(vaccines), intervalMs: 61_000 };
const limitless = profileDocument(profileOf([rule('warm', { side: 'both', highMilliC: 8000 })]));
const upsideDown = profileDocument(
  profileOf([rule('warm', { side: 'both', highMilliC: 2000, lowMilliC: 8000 })]),
);
const twins = profileDocument(
  profileOf([rule('warm', { highMilliC: 8000 }), rule('warm', { highMilliC: 25_000 })]),
);

const wrong: readonly (readonly [what: string, changes: DetailDocument, reason: RegExp])[] = [
  ['an id that is no identifier', { id: 'S 1' }, /^id: .* seen "S 1"/],
  ['no probe', { probes: [] }, /^probes: .*at least one probe/],
  ['a probe told twice', { probes: ['a', 'a'] }, /^probes: .*each probe once/],
  ['a blank carrier', { carrier: ' ' }, /^carrier: /],
  ['a line end in a name', { consignee: 'City\nHospital' }, /^consignee: /],
  ['an SSCC with a wrong check digit', { tags: ['106141412345678907'] }, /^tags\[0\]: /],
  ['an EPC that is none', { tags: ['ff00'] }, /^tags\[0\]: /],
  [
    'a GTIN with a wrong check digit',
    { products: [{ gtin: '09521141123453', lot: 'A' }] },
    /^products\[0\]\.gtin/,
  ],
  ['a range upside down', { range: { lowMilliC: 8000, highMilliC: 2000 } }, /^range: .*below/],
  ['a limit that is no whole number', { range: { lowMilliC: 2.5 } }, /^range\.lowMilliC: /],
  ['a negative zero', { range: { lowMilliC: -0 } }, /^range\.lowMilliC: /],
  ['a label that the dictionary refuses', { label: '(00)106141412345678907' }, /^label: .*check digit/],
  ['a label without an SSCC', { label: '(01)09521141123454' }, /^label: .*SSCC/],
  [
    'a label whose temperatures leave nothing',
    { label: '(00)106141412345678908(4331)000200(4333)000800' },
    /^label: .*8 to 2 degC/,
  ],
  ['a key that nobody knows', { escort: 'none' }, /^escort: unknown key/],
  ['a profile that is not of its hash', { profile: forged }, /^profile: .*hash/],
  ['a rule without its limits', { profile: limitless }, /^profile\.rules\[0\]: .*limits of its side/],
  ['a rule with its limits crossed', { profile: upsideDown }, /^profile\.rules\[0\]: .*below/],
  ['two rules of one name', { profile: twins }, /^profile\.rules: .*each id once/],
];

test.each(wrong)('refused with its place: %s', (_what, changes, reason) => {
  const office = new ShipmentOffice();
  const outcome = office.ask('create', orderOf('S1', changes));
  expect(outcome).toMatchObject({ ok: false, code: 'SHIPMENT_INVALID' });
  expect(outcome.ok ? '' : outcome.reason).toMatch(reason);
  expect(office.state.entries('')).toEqual([]);
});

test('GTINs come out with 14 digits and EPCs in lower case', () => {
  const office = new ShipmentOffice();
  const products = [{ gtin: '9521141123454', lot: 'A' }];
  office.must('create', orderOf('S1', { products, tags: ['3074257BF7194E4000001A85'] }));
  expect(JSON.parse(office.state.get('shipment/S1') ?? '')).toMatchObject({
    products: [{ gtin: '09521141123454', lot: 'A' }],
    tags: ['3074257bf7194e4000001a85'],
  });
});

test('no document makes a handler throw', () => {
  const keys = Object.keys(orderOf('S1'));
  const anyDocument = fc.dictionary(fc.constantFrom('range', 'reason', ...keys), fc.jsonValue());
  const nearly = anyDocument.map((changes) => ({ ...orderOf('S1'), ...changes }));
  fc.assert(
    fc.property(fc.constantFrom(...shipmentHandlers), fc.oneof(anyDocument, nearly), (handler, document) => {
      const office = new ShipmentOffice();
      office.must('create', orderOf('S1'));
      const request = { id: 1, kind: handler.kind, document: document as DetailDocument, createdAtMs: nowMs };
      const outcome = handler.handle(request, { actor: reviewer, state: office.state, nowMs });
      expect(typeof outcome.ok).toBe('boolean');
    }),
  );
});
