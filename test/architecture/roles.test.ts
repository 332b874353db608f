// What each role loads, walked through the built modules: types are gone there, so this is what really runs.

import { expect, test } from 'vitest';
import { packagesReachedFrom } from './source-tree.js';

test('the gateway role never loads a ledger client', () => {
  const packages = packagesReachedFrom('dist/gateway/gateway-role.js');
  expect(packages).not.toContain('ethers');
  // The walk did reach the far ends: the worker and the broker.
  expect(packages).toContain('better-sqlite3');
  expect(packages).toContain('aedes');
  expect(packages).toContain('@serialport/stream');
});

test('the ledger-sync role never loads a broker, a device or a publisher', () => {
  const packages = packagesReachedFrom('dist/gateway/ledger-sync-role.js');
  for (const foreign of ['aedes', 'mqtt', '@serialport/stream', '@serialport/bindings-cpp']) {
    expect(packages).not.toContain(foreign);
  }
  expect(packages).toContain('ethers');
});

test('the console role loads no broker, no device, no ledger client and no key of the gateway', () => {
  const packages = packagesReachedFrom('dist/gateway/console/console-role.js');
  for (const foreign of ['aedes', 'mqtt', 'ethers', '@serialport/stream', '@serialport/bindings-cpp']) {
    expect(packages).not.toContain(foreign);
  }
  expect(packages).toContain('fastify');
});
