// What a package must fulfil to be installed on a truck: a licence that lets it be passed on, and no program of its own that
// runs while it is installed. Read from the lock file, so that a change shows before anything is run.

import { createHash } from 'node:crypto';

/** Permissive licences, by their SPDX names. Anything else is for a person to look at. */
const allowedLicences = new Set(
  'MIT ISC 0BSD BSD-2-Clause BSD-3-Clause Apache-2.0 BlueOak-1.0.0 OFL-1.1'.split(' '),
);

/** Packages that name no licence in their package.json: SHA-256 of the licence file that was read instead. */
const readLicences = new Map([
  ['png-js', { licence: 'MIT', sha256: 'bdb26a2ec815931ed6a38f3416362566204ee85ecdef96702b636402da4c75c3' }],
]);

/** Of those that run, three are compiled for the machine. npm names the others too: they serve development alone. */
const allowedScripts = {
  production: ['@serialport/bindings-cpp', 'better-sqlite3', 'pkcs11js'],
  development: ['@foundry-rs/anvil', 'protobufjs', 'serialport/node_modules/@serialport/bindings-cpp'],
};

/** Development packages whose code is inside what is shipped: bundled into the pages, compiled into the contracts. */
export const shippedInside = [
  'preact',
  '@preact/signals',
  '@preact/signals-core',
  'uplot',
  '@openzeppelin/contracts',
];

const nameOf = (path) => path.replace(/^node_modules\//, '');

/** Whether a person may choose an allowed licence: any of an OR, all of an AND; brackets may stand around the whole. */
export function isAllowed(expression) {
  const bare = expression.replace(/^\(([^()]*)\)$/, '$1');
  if (/[()]/.test(bare)) return false;
  return bare
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((name) => allowedLicences.has(name.trim())));
}

/**
 * @param lock the parsed package-lock.json
 * @param licenceFileOf text of the licence file of a package by its name, for those that name none
 * @returns a line for each package that is shipped and whose licence was not allowed
 */
export function licenceFindings(lock, licenceFileOf) {
  return Object.entries(lock.packages).flatMap(([path, { dev, license }]) => {
    const name = nameOf(path);
    if (path === '' || (dev && !shippedInside.includes(name))) return [];
    if (license !== undefined) return isAllowed(license) ? [] : [`${name}: ${license} is not on the list`];
    const known = readLicences.get(name);
    const text = known && licenceFileOf(name);
    const isSame = text !== undefined && createHash('sha256').update(text).digest('hex') === known?.sha256;
    return isSame ? [] : [`${name}: names no licence, and its licence file is not one that was read`];
  });
}

/** @returns a line for each package that runs a program while it is installed and did not before, or does not any more */
export function scriptFindings(lock) {
  const entries = Object.entries(lock.packages).filter(([, entry]) => entry.hasInstallScript);
  const kinds = [
    ['production', entries.filter(([, { dev }]) => !dev)],
    ['development', entries.filter(([, { dev }]) => dev)],
  ];
  return kinds.flatMap(([kind, found]) => {
    const names = found.map(([path]) => nameOf(path));
    const allowed = allowedScripts[kind];
    return [
      ...names
        .filter((name) => !allowed.includes(name))
        .map((name) => `${name} (${kind}): a new install script`),
      ...allowed
        .filter((name) => !names.includes(name))
        .map((name) => `${name} (${kind}): has no install script any more`),
    ];
  });
}
