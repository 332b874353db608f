// A folder with a configuration, a key and its passphrase, as an operator has it. The key is made once for all tests.

import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyFile, createPassphraseFile } from '../../../gateway/sealing/key-file.js';
import { tempFolder } from '../temp-folder.js';

let made: Promise<string> | undefined;

async function makeKeys(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'coldgate-keys-'));
  await createKeyFile(join(folder, 'device-key.json'), createPassphraseFile(join(folder, 'passphrase')));
  return folder;
}

/** A right configuration with that window and those lines below it. */
export const textWith = (windowMs: number, ...lines: string[]) =>
  ['# truck 17', 'gateway: { name: truck-17 }', `commit: { windowMs: ${windowMs} }`, ...lines, ''].join('\n');

/** Makes the folder. @returns the path of the configuration */
export async function configurationFolder(text: string): Promise<string> {
  made ??= makeKeys();
  const keys = await made;
  const folder = tempFolder();
  mkdirSync(join(folder, 'keys'), { mode: 0o700 });
  for (const name of ['device-key.json', 'passphrase']) {
    copyFileSync(join(keys, name), join(folder, 'keys', name));
  }
  writeFileSync(join(folder, 'coldgate.yaml'), text);
  return join(folder, 'coldgate.yaml');
}
