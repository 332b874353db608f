// The pure parts of the pages: budgets, the records of a monitor, names of files.

import { describe, expect, test } from 'vitest';
import type { DeviceEvents } from '../../../../gateway/console/api/devices.js';
import { namedBy } from '../../../../gateway/console/web/net/file-download.js';
import {
  heardValue,
  MAX_HEARD,
  withHeard,
} from '../../../../gateway/console/web/pages/devices/heard-records.js';
import { budgetsOf } from '../../../../gateway/console/web/pages/shipment/budgets.js';
import { shipmentDetail } from '../../../browser/fixture-shipment.js';

const HOUR_MS = 3_600_000;

describe('a stability budget', () => {
  const debit = (number: number, totalMs: number, more = {}) => ({
    ...{ type: 'stability-debit', product: 'P:1', band: 'warm', number, totalMs },
    ...{ bandFromMilliC: 8_000, bandToMilliC: 25_000, allowanceMs: 10 * HOUR_MS },
    ...more,
  });

  test('is the sum that the newest debit of a band carries, in whatever order they come', () => {
    const budgets = [debit(3, 5 * HOUR_MS), debit(1, HOUR_MS), debit(2, 2 * HOUR_MS, { band: 'hot' })];
    expect(budgetsOf(shipmentDetail({ budgets })).map(({ band, usedMs }) => [band, usedMs])).toEqual([
      ['warm', 5 * HOUR_MS],
      ['hot', 2 * HOUR_MS],
    ]);
  });

  test('that nobody has touched is shown whole', () => {
    expect(budgetsOf(shipmentDetail({ budgets: [] }))).toMatchObject([
      { product: 'SHIP-0001', band: 'warm', usedMs: 0, allowanceMs: 72 * HOUR_MS },
    ]);
  });

  test('of a debit with foreign words is nothing, and throws nothing', () => {
    expect(
      budgetsOf(shipmentDetail({ budgets: [{ product: null, band: 7 }], stabilityBands: [] })),
    ).toMatchObject([{ usedMs: 0, allowanceMs: 0 }]);
  });
});

describe('a monitor', () => {
  const heard = (sequence: number): DeviceEvents['record'] => ({
    ...{ sequence, observedAtMs: sequence, kind: 'door', name: 'a', value: 1, unit: null },
    ...{ quality: 'good', detail: null },
  });

  test('shows each record once, the newest first, and not more than it can hold', () => {
    let records: readonly DeviceEvents['record'][] = [];
    for (let sequence = 0; sequence < MAX_HEARD + 20; sequence++)
      records = withHeard(records, heard(sequence));
    records = withHeard(records, heard(MAX_HEARD + 10));
    expect(records).toHaveLength(MAX_HEARD);
    expect(records[0]?.sequence).toBe(MAX_HEARD + 19);
    const late = withHeard([heard(5)], heard(4));
    expect(late.map(({ sequence }) => sequence)).toEqual([5, 4]);
  });

  test('says a value in its unit, and none for what has no number', () => {
    expect(heardValue({ ...heard(1), kind: 'temperature', value: 5_200 })).toBe('5.2\u00a0°C');
    expect(heardValue({ ...heard(1), value: 3, unit: 'degE7' })).toBe('3 degE7');
    expect(heardValue(heard(1))).toBe('');
  });
});

test.each([
  ['attachment; filename="SHIP-0001.pdf"', 'SHIP-0001.pdf'],
  ['attachment; filename=a.csv', 'a.csv'],
  ['attachment; filename="../../etc/passwd"', 'passwd'],
  ['attachment; filename="C:\\\\x\\\\evil.exe"', 'evil.exe'],
  ['attachment; filename=".bashrc"', undefined],
  ['attachment; filename=".."', undefined],
  ['attachment', undefined],
  [null, undefined],
])('the file of %s is saved as %s', (disposition, name) => {
  expect(namedBy(disposition)).toBe(name);
});
