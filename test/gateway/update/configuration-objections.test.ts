// What another version finds wrong with the configuration in use, and what of that is its own finding. Versions are scripts here
// that give the answer of `check-config --json`.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configurationObjections } from '../../../gateway/update/trial-run.js';
import { tempFolder } from '../temp-folder.js';

const closed = (path: string, message = 'cannot be read (EACCES)') => ({ path, message });
const payer = closed('ledger.payerKeyFile');
const refused = { code: 'CONFIG_INVALID', message: 'coldgate.yaml has 1 problem' };

/** @returns the folder of a version that gives this answer */
function versionThatSays(answer: object): string {
  const folder = tempFolder();
  mkdirSync(join(folder, 'dist/gateway/cli'), { recursive: true });
  const text = JSON.stringify(JSON.stringify(answer));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'dist/gateway/cli/command-line.js'), `console.log(${text})`);
  return folder;
}

function objections(ofNew: object, ofPresent: object): string[] {
  const config = join(tempFolder(), 'coldgate.yaml');
  writeFileSync(config, '');
  return configurationObjections(versionThatSays(ofNew), config, versionThatSays(ofPresent));
}

const fine = { ok: true, problems: [] };
const finding = (...problems: object[]) => ({ ok: false, problems });

test('a version that accepts it has none', () => {
  expect(objections(fine, finding(payer))).toEqual([]);
});

test('a file that nobody who is asked may read, as with a user for each role, is held against no version', () => {
  expect(objections(finding(payer), finding(closed(payer.path, 'in other words')))).toEqual([]);
});

test('a file that the version in use can use is', () => {
  const own = closed('gateway.keyFile', 'is of no kind that is known');
  expect(objections(finding(payer, own), finding(payer))).toEqual([
    'gateway.keyFile: is of no kind that is known',
  ]);
});

test('what is wrong with the text is, also where the version in use finds it wrong: it would not start anew', () => {
  const misspelt = closed('ledgr', 'is unknown');
  const answer = { ...finding(misspelt), error: refused };
  expect(objections(answer, answer)).toEqual(['ledgr: is unknown']);
  expect(objections({ ...finding(), error: refused }, fine)).toEqual([refused.message]);
  expect(objections(finding(), finding(payer))).toEqual(['it does not accept it']);
});
