// Of nothing, of 0 and of 1 a row holds no bytes, only which of them it is: a bit there turns one into another.

import { expect, test } from 'vitest';
import { asWritten } from '../../../gateway/journal/flipped-row.js';
import { checkedTables, checkOf } from '../../../gateway/journal/row-check.js';

const shipment = { name: 'SHIP-1', shipment: new Uint8Array(16).fill(1), salt: new Uint8Array(16).fill(2) };

test.each([
  [0, null],
  [1, null],
  [null, 0],
  [0, 1],
])('a %s that reads as %s is known all the same', (written, read) => {
  const row = { ...shipment, first_sequence: written, last_sequence: 600 };
  const checksum = checkOf(...checkedTables.shipments.map((column) => row[column]));
  expect(asWritten('shipments', { ...row, first_sequence: read, checksum })).toEqual(row);
});
