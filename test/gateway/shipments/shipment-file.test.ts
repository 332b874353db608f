// The file that a person writes for a new shipment.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  orderDocument,
  parseShipmentFile,
  readShipmentFile,
} from '../../../gateway/shipments/shipment-file.js';
import { tempFolder } from '../temp-folder.js';
import { thrownBy } from '../thrown.js';
import { ShipmentOffice, vaccines } from './shipment-office.js';

const whole = `
id: SHIP-0001
profile: vaccines
probes: [cargo-front, cargo-rear]
tags: ['106141412345678908', 3074257BF7194E4000001A85]
consignor: Example Pharma, Basel
consignee: City Hospital
carrier: Cold Lines
products:
  - gtin: '09521141123454'
    lot: LOT-7A
    bands:
      - { id: warm, fromMilliC: 8000, toMilliC: 25000, allowanceMs: 86400000 }
range: { lowMilliC: 2000, highMilliC: 8000 }
label: (00)106141412345678908(4331)000800(4333)000200
`;

test('a whole file with its profile is an order that the gateway takes', () => {
  const file = parseShipmentFile(whole, 'pallet-7.yaml', 2026);
  const { answer } = new ShipmentOffice().must('create', orderDocument(file, vaccines));
  expect(answer).toEqual({ shipment: 'SHIP-0001', state: 'draft', profileHash: vaccines.hash });
});

test('every problem is told at once, with line, value and what is allowed', () => {
  const wrong = whole
    .replace('id: SHIP-0001', 'id: SHIP 1')
    .replace("'09521141123454'", '09521141123454')
    .replace('highMilliC: 8000 }', 'highMilliC: 8 degrees }')
    .replace('(00)106141412345678908', '(00)106141412345678907')
    .concat('escort: nobody\n');
  const error = thrownBy(() => parseShipmentFile(wrong, 'pallet-7.yaml', 2026));
  expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: 'pallet-7.yaml: 5 problems' });
  expect(Reflect.get(thrownProblems(wrong), 'problems')).toMatchObject([
    { line: 2, path: 'id', seen: '"SHIP 1"', allowed: '1 to 64 of A-Z a-z 0-9 _ -' },
    { line: 10, path: 'products[0].gtin', hint: 'put it in quotes' },
    { line: 14, path: 'range.highMilliC', seen: '"8 degrees"' },
    {
      line: 15,
      path: 'label',
      allowed: expect.stringContaining('refused: (00) SSCC has a wrong check digit'),
    },
    { line: 16, path: 'escort', message: 'unknown key' },
  ]);
});

function thrownProblems(text: string): object {
  try {
    parseShipmentFile(text, 'pallet-7.yaml', 2026);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  return {};
}

test('an empty file misses all that is required, and nothing else', () => {
  const missing = Reflect.get(thrownProblems(''), 'problems');
  expect(missing.map(({ path }: { path: string }) => path)).toEqual([
    'id',
    'profile',
    'probes',
    'consignor',
    'consignee',
    'carrier',
  ]);
});

test('a file that cannot be used is told with its reason', () => {
  const folder = tempFolder();
  const at = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  mkdirSync(join(folder, 'folder.yaml'));
  const codes = [
    at('bytes.yaml', Uint8Array.of(0xff, 0xfe, 0xfd)),
    at('tabs.yaml', 'id:\n\t- x'),
    at('image.yaml', 'x'.repeat(300_000)),
    join(folder, 'absent.yaml'),
    join(folder, 'folder.yaml'),
  ].map((path) => thrownBy(() => readShipmentFile(path, 2026)).code);
  expect(codes).toEqual([
    'CONFIG_NOT_YAML',
    'CONFIG_NOT_YAML',
    'CONFIG_TOO_LARGE',
    'CONFIG_ABSENT',
    'CONFIG_UNREADABLE',
  ]);
  expect(readShipmentFile(at('whole.yaml', whole), 2026).id).toBe('SHIP-0001');
});
