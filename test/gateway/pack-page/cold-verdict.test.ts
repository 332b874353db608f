// Whether a pack was kept cold, out of reports: the worst transport counts, and only of shipments that held the pack.

import { expect, test } from 'vitest';
import { type ColdReport, coldStateOf } from '../../../gateway/pack-page/cold-verdict.js';
import { epcOf } from '../authenticity/tag-bench.js';

const pack = { gtin: '09521234543213', serial: '1001', lot: 'LOT7' };
const ofLot = { tags: [], products: [{ gtin: pack.gtin, lot: pack.lot }] };
const report = (state: ColdReport['verdict']['state'], more: Partial<ColdReport> = {}): ColdReport => ({
  verdict: { state, reasons: [] },
  shipment: ofLot,
  custody: [],
  ...more,
});
const released = { custody: [{ event: 'armed' }, { event: 'released' }] };

test.each([
  ['kept', [report('OK')]],
  ['kept', [report('OK'), report('OK', released)]],
  ['excursion', [report('OK'), report('EXCURSION')]],
  ['excursion-released', [report('EXCURSION', released), report('OK')]],
  ['holes', [report('OK'), report('UNKNOWN', released)]],
  ['rejected', [report('OK', { custody: [{ event: 'rejected' }] }), report('EXCURSION')]],
  ['holes', [report('OK', { verdict: { state: 'OK', reasons: ['still-running'] } })]],
  ['no-record', []],
] as const)('%s', (state, reports) => {
  expect(coldStateOf(pack, reports)).toBe(state);
});

test('a shipment counts for the packs that it lists, or else for the lots that it carries', () => {
  const listing = (serial: number) =>
    report('EXCURSION', { shipment: { ...ofLot, tags: [epcOf(serial), '106141412345678908'] } });
  expect(coldStateOf(pack, [listing(1001)])).toBe('excursion');
  expect(coldStateOf(pack, [listing(1002)])).toBe('no-record');
  const other = report('EXCURSION', { shipment: { tags: [], products: [{ gtin: pack.gtin, lot: 'LOT8' }] } });
  expect(coldStateOf(pack, [other])).toBe('no-record');
});
