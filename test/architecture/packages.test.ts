// Foreign code has one door each: a library is known by the few files that wrap it, and pure layers know no Node.

import { describe, expect, test } from 'vitest';
import { packageOf, productSources, readText } from './source-tree.js';

interface Use {
  readonly path: string;
  readonly specifier: string;
}

const uses: readonly Use[] = productSources.flatMap(({ path, imports }) =>
  imports.filter(({ file }) => file === undefined).map(({ specifier }) => ({ path, specifier })),
);

/** Where each library may be imported. */
const doors: Readonly<Record<string, RegExp>> = {
  '@serialport/stream': /^firmware-bridge\/transport\/serial-transport\.ts$/,
  '@serialport/bindings-cpp': /^firmware-bridge\/transport\/serial-transport\.ts$/,
  '@bufbuild/protobuf': /^gateway\/sparkplug\//,
  'fast-xml-parser': /^gateway\/epcis\/xml-document\.ts$/,
  pkcs11js: /^gateway\/sealing\/token\//,
  'better-sqlite3':
    /^gateway\/(journal\/|console\/index\/|relay\/(relay-database|relay-outbox|aggregate-rows)\.ts$)/,
  fastify: /^gateway\/console\//,
  '@fastify/cookie': /^gateway\/console\/server\//,
  '@fastify/rate-limit': /^gateway\/console\/server\/http-server\.ts$/,
  '@fastify/static': /^gateway\/console\/server\/web-files\.ts$/,
  aedes: /^gateway\/intake\/sensor-broker\.ts$/,
  'mqtt-packet': /^gateway\/packet-numbers\.ts$/,
  mqtt: /^gateway\/(publish|relay|demo|sparkplug|fleet)\//,
  // 22 MiB: never in the gateway role.
  ethers: /^(ledger-sync\/(anchor|relay|serials|shipments|trials)\/|gateway\/demo\/)/,
  commander: /^gateway\/cli\//,
  '@hpke/core': /^ledger-sync\/sealed\/key-wrap\.ts$/,
  '@noble/curves': /^(ledger-sync\/(evidence|sealed)|gateway\/sealing)\//,
  '@noble/hashes':
    /^(ledger-sync\/(evidence|serials)\/|gateway\/sealing\/|gateway\/client\/portable-sha256\.ts$)/,
  pdfkit: /^gateway\/reports\/pdf-file\.ts$/,
  uqr: /^gateway\/(reports\/verification-code\.ts|console\/web\/pages\/setup\/pair-authenticator\.tsx)$/,
  // The same bytes on every machine, which zlib does not promise.
  fflate: /^gateway\/reports\//,
  otpauth: /^gateway\/accounts\//,
  yaml: /^config\//,
  zod: /^(config|ledger-sync\/(evidence|anchor|sealed|serials|shipments|trials)|gateway)\//,
  pino: /^gateway\//,
  cborg: /^(gateway\/(publish|client)\/|firmware-bridge\/board\/frame\.ts$)/,
  preact: /^gateway\/(console\/web|verifier\/page|pack-page\/page)\//,
  '@preact/signals': /^gateway\/console\/web\//,
  uplot: /^gateway\/console\/web\/chart\//,
};
/** Bundled into the pages when they are built: nothing of them is installed with the product. */
const bundled: ReadonlySet<string> = new Set(['preact', '@preact/signals', 'uplot']);

describe('a library is imported only behind its door', () => {
  test.each(Object.entries(doors))('%s', (name, door) => {
    const elsewhere = uses.filter(({ path, specifier }) => packageOf(specifier) === name && !door.test(path));
    expect(elsewhere).toEqual([]);
  });
});

test('every library that is imported has a door here and is a declared dependency', () => {
  const declared = JSON.parse(readText('package.json')) as Record<string, Record<string, string>>;
  const dependencies = { ...declared.dependencies, ...declared.optionalDependencies };
  const packages = new Set(
    uses.map(({ specifier }) => packageOf(specifier)).filter((name) => !name.startsWith('node:')),
  );
  expect([...packages].filter((name) => !(name in doors))).toEqual([]);
  expect([...packages].filter((name) => !(name in dependencies) && !bundled.has(name))).toEqual([]);
  expect([...bundled].filter((name) => name in dependencies)).toEqual([]);
});

test('evidence is pure: of Node it uses only the hash, in one file', () => {
  const nodeUses = uses.filter(
    ({ path, specifier }) => path.startsWith('ledger-sync/evidence/') && specifier.startsWith('node:'),
  );
  expect(nodeUses).toEqual([{ path: 'ledger-sync/evidence/sha256.ts', specifier: 'node:crypto' }]);
});

/** Bytes in, values out. */
const pure =
  /^(firmware-bridge\/(bytes|framing|epc)\/|firmware-bridge\/[a-z0-9-]+\/(frame|codes|commands|tag-notice|profiles|exceptions|reading|any-frame|offset-question|crc8|w1-slave|sentence|rmc|gga|cobs|crc|crc32|json-line|frame-value|sequence-watch|tag-record|reply|wire-protocol)\.ts$|firmware-bridge\/mqtt-sensors\/|ledger-sync\/evidence\/|gateway\/excursions\/)/;

test('pure layers read no clock, set no timer and open nothing', () => {
  const nodeUses = uses.filter(
    ({ path, specifier }) =>
      pure.test(path) && specifier.startsWith('node:') && path !== 'ledger-sync/evidence/sha256.ts',
  );
  expect(nodeUses).toEqual([]);
  const impure = productSources.filter(
    ({ path, text }) =>
      pure.test(path) &&
      /\b(setTimeout|setInterval|setImmediate|Date\.now|performance\.now|process\.)\b/.test(text),
  );
  expect(impure.map(({ path }) => path)).toEqual([]);
});

test('evidence touches no global of Node: it runs in a browser with another sha256.ts', () => {
  const withBuffer = productSources.filter(
    ({ path, text }) => path.startsWith('ledger-sync/evidence/') && /\bBuffer\b/.test(text),
  );
  expect(withBuffer.map(({ path }) => path)).toEqual([]);
});
