// What must not be started with: a key that others can read, a journal that is not this key's newest. Each refusal is two lines, what and what to do, and leaves every file as it was.

import { createHash } from 'node:crypto';
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { eventually } from '../firmware-bridge/eventually.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { type GatewayFolder, makeGatewayFolder } from './gateway-folder.js';
import { refusedStart, runGateway } from './gateway-process.js';
import { auditJournal } from './journal-audit.js';
import { SensorLoad } from './sensor-load.js';

// A gateway starts in a second, on a machine with other work in several.
vi.setConfig({ testTimeout: 60_000 });

const SENSORS = ['front'];
const CANNOT_RUN = 3;

/** Runs the gateway for so many acknowledged readings, and ends it in order. */
async function runFor(folder: GatewayFolder, readings: number): Promise<void> {
  const gateway = runGateway(folder.config);
  const load = new SensorLoad(SENSORS);
  onTestFinished(() => load.disconnect());
  load.connect(await gateway.brokerPort());
  await eventually(`${readings} acknowledgements`, () => load.acknowledged >= readings);
  load.disconnect();
  expect(await gateway.stop()).toBe(0);
}

/** Names and hashes of all files of the log. */
function filesOf(folder: GatewayFolder): Record<string, string> {
  const names = readdirSync(folder.dataDir).sort();
  const hash = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder.dataDir, name)))
      .digest('hex');
  return Object.fromEntries(names.map((name) => [name, hash(name)]));
}

async function expectRefusal(folder: GatewayFolder, code: string, hint: RegExp): Promise<void> {
  const refused = await refusedStart(folder.config);
  const text = refused.lines.join('\n');
  expect(text).toMatch(new RegExp(`^coldgate: .* \\[${code}\\]\n {2}hint: .*$`));
  expect(text).toMatch(hint);
  expect(refused.code).toBe(CANNOT_RUN);
}

const keyTroubles = [
  {
    what: 'that others on the machine can read',
    spoil: ({ keyFile }: GatewayFolder) => chmodSync(keyFile, 0o644),
    mend: ({ keyFile }: GatewayFolder) => chmodSync(keyFile, 0o600),
    code: 'KEY_FILE_OPEN_TO_OTHERS',
    hint: /chmod 600/,
  },
  {
    what: 'whose passphrase is another',
    spoil: ({ passphraseFile }: GatewayFolder) => writeFileSync(passphraseFile, 'not the one\n'),
    mend: undefined,
    code: 'PASSPHRASE_WRONG',
    hint: /passphraseFile/,
  },
  {
    what: 'that was cut short',
    spoil: ({ keyFile }: GatewayFolder) =>
      writeFileSync(keyFile, readFileSync(keyFile, 'utf8').slice(0, 200)),
    mend: undefined,
    code: 'KEY_FILE_DAMAGED',
    hint: /backup/,
  },
];

test.each(keyTroubles)('a key file $what is refused before anything is written', async (trouble) => {
  const folder = await makeGatewayFolder(tempFolder(), { sensorIds: SENSORS });
  trouble.spoil(folder);
  await expectRefusal(folder, trouble.code, trouble.hint);
  expect(() => readFileSync(folder.journal)).toThrow('ENOENT');
  if (!trouble.mend) return;
  trouble.mend(folder);
  await runFor(folder, 1);
});

test('an older journal that was restored is refused, and the newest goes on', async () => {
  const folder = await makeGatewayFolder(tempFolder(), { sensorIds: SENSORS });
  await runFor(folder, 20);
  const backup = join(folder.path, 'backup');
  const newest = join(folder.path, 'newest');
  cpSync(folder.dataDir, backup, { recursive: true });
  await runFor(folder, 20);
  cpSync(folder.dataDir, newest, { recursive: true });
  const swap = (source: string) => {
    rmSync(folder.dataDir, { recursive: true });
    cpSync(source, folder.dataDir, { recursive: true });
  };
  swap(backup);
  const before = filesOf(folder);
  await expectRefusal(folder, 'JOURNAL_OUTGROWN', /bring back the newest journal/);
  expect(filesOf(folder)).toMatchObject(before);
  swap(newest);
  await runFor(folder, 1);
  auditJournal(folder.journal);
});

test('of a journal and its copy only the one that ran first goes on', async () => {
  const folder = await makeGatewayFolder(tempFolder(), { sensorIds: SENSORS });
  await runFor(folder, 20);
  const copy = join(folder.path, 'copy');
  cpSync(folder.dataDir, copy, { recursive: true });
  // One reading more, so that both have the same length and differ.
  await runFor(folder, 1);
  rmSync(folder.dataDir, { recursive: true });
  cpSync(copy, folder.dataDir, { recursive: true });
  await expectRefusal(folder, 'JOURNAL_OUTGROWN', /bring back the newest journal/);
});

test('the journal of another key is refused and left as it was', async () => {
  const folder = await makeGatewayFolder(tempFolder(), { sensorIds: SENSORS });
  await runFor(folder, 20);
  const before = filesOf(folder);
  rmSync(join(folder.path, 'keys'), { recursive: true });
  await folder.makeKeys();
  await expectRefusal(folder, 'JOURNAL_OTHER_GATEWAY', /its own data folder/);
  expect(filesOf(folder)).toMatchObject(before);
});

test('a journal that is gone is refused: a fresh one would give its sequences to other records', async () => {
  const folder = await makeGatewayFolder(tempFolder(), { sensorIds: SENSORS });
  await runFor(folder, 20);
  rmSync(folder.dataDir, { recursive: true });
  await expectRefusal(folder, 'JOURNAL_OUTGROWN', /bring back the newest journal/);
});
