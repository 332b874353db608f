// Whose life a shipment counts, and what of another gateway's word is believed.

import { expect, test } from 'vitest';
import type { LedgerEntry } from '../../../gateway/excursions/stability-ledger.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import {
  ledgerProblem,
  shipmentBudgets,
  shipmentLedger,
} from '../../../gateway/shipments/shipment-budgets.js';
import { vaccines } from './shipment-office.js';

const band = { id: 'warm', fromMilliC: 8000, toMilliC: 25_000, allowanceMs: 86_400_000 };
const own = { ...band, allowanceMs: 3_600_000 };
const moment = { observedAtMs: 1, uptimeMs: 1, bootCount: 0 };
const product = '09521141123454:A';

const debit = (more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  type: 'stability-debit',
  product,
  shipment: 'S-0',
  gateway: 'truck-1',
  sensor: 'cargo',
  number: 1,
  band: 'warm',
  bandFromMilliC: 8000,
  bandToMilliC: 25_000,
  allowanceMs: 86_400_000,
  from: moment,
  to: { ...moment, uptimeMs: 5 },
  debitMs: 4,
  previousTotalMs: 0,
  totalMs: 4,
  unknownMs: 0,
  beyondMs: 0,
  ...more,
});

const shipment = {
  id: 'S-1',
  profile: { ...vaccines, stability: [band] },
  products: [
    { gtin: '09521141123454', lot: 'A' },
    { gtin: '09521141123454', lot: 'B', bands: [own] },
  ],
  stabilityLedger: [] as LedgerEntry[],
};

test('each lot counts by its own bands, else by those of the profile; without lots the shipment does', () => {
  expect(shipmentBudgets(shipment).map(({ product: of, bands }) => [of, bands])).toEqual([
    [product, [band]],
    ['09521141123454:B', [own]],
  ]);
  expect(shipmentBudgets({ ...shipment, products: [] }).map(({ product: of }) => of)).toEqual(['S-1']);
  expect(shipmentBudgets({ ...shipment, profile: vaccines, products: [] })).toEqual([]);
});

test('a ledger that adds up is taken over, each debit by its lot', () => {
  const carried = { ...shipment, stabilityLedger: [debit()] };
  expect(ledgerProblem(carried)).toBeUndefined();
  expect(shipmentBudgets(carried).map(({ carried: debits }) => debits.length)).toEqual([1, 0]);
});

test.each([
  ['of another product', debit({ product: 'other' }), 'LEDGER_OTHER_PRODUCT'],
  ['that does not add up', debit({ totalMs: 5 }), 'LEDGER_TOTAL_MISMATCH'],
  ['by other limits', debit({ allowanceMs: 1 }), 'LEDGER_BAND_CHANGED'],
  ['without its beginning', debit({ number: 2 }), 'LEDGER_ENTRY_MISSING'],
])('a debit %s is refused', (_what, entry, code) => {
  expect(ledgerProblem({ ...shipment, stabilityLedger: [entry] })).toMatchObject({ code });
});

test('of several probes the worst is carried on', () => {
  const ledger = (usedPpm: number, totalMs: number) =>
    JSON.stringify([{ product, usedPpm, entries: [debit({ totalMs, debitMs: totalMs })] }]);
  const state = new StateStore(
    new Map([
      ['stability/S-1/front', ledger(10, 4)],
      ['stability/S-1/rear', ledger(20, 8)],
      ['stability/S-10/rear', ledger(30, 9)],
    ]),
  );
  expect(shipmentLedger(state, 'S-1').map(({ totalMs }) => totalMs)).toEqual([8]);
  expect(shipmentLedger(state, 'S-2')).toEqual([]);
});
