// What each role loads, walked through the built modules: types are gone there, so this is what really runs.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importsOf, packageOf, readText, root } from './source-tree.js';

/** Packages that the built module and everything it reaches can load, dynamic imports and workers too. */
function packagesReachedFrom(entry: string): Set<string> {
  if (!existsSync(join(root, entry))) throw new Error(`${entry} is not built: run npm run build`);
  const packages = new Set<string>();
  const seen = new Set<string>();
  const open = [entry];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const { specifier, file } of importsOf(path, readText(path))) {
      if (file === undefined) packages.add(packageOf(specifier));
      else open.push(file);
    }
  }
  return packages;
}

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
