// `coldgate export --format`: each format of one gateway's journal verifies by `coldgate verify`, and wrong words are
// wrong use.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../config/load.js';
import { type ExportOptions, runExport } from '../../../gateway/cli/export-command.js';
import { runVerify } from '../../../gateway/cli/verify-command.js';
import { openDatabase } from '../../../gateway/journal/database.js';
import { claimIdentity } from '../../../gateway/journal/identity.js';
import { journalPathOf } from '../../../gateway/journal/paths.js';
import { createKeyFile, createPassphraseFile, openKeyFile } from '../../../gateway/sealing/key-file.js';
import { LogWriter } from '../../../gateway/sealing/log-writer.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { draftWith, requestOf } from '../drafts.js';
import { tempFolder } from '../temp-folder.js';
import { capturedIo } from './captured-io.js';

const START_MS = Date.parse('2026-03-01T08:00:00Z');

/** A gateway with a key of its own and ten readings. */
async function gatewayFolder() {
  const folder = tempFolder();
  const config = join(folder, 'coldgate.yaml');
  writeFileSync(
    config,
    `gateway: { name: truck-17 }
mqttIntake: { listen: { port: 1883 } }
publish: { brokers: [ { name: local, url: embedded } ] }
`,
  );
  const { gateway } = loadConfig(config);
  mkdirSync(dirname(gateway.passphraseFile), { recursive: true, mode: 0o700 });
  const passphrase = createPassphraseFile(gateway.passphraseFile);
  await createKeyFile(gateway.keyFile, passphrase);
  const signer = new SoftwareSigner(await openKeyFile(gateway.keyFile, passphrase));
  mkdirSync(gateway.dataDir, { recursive: true });
  const path = journalPathOf(gateway.dataDir);
  const database = openDatabase(path, { access: 'owner' });
  claimIdentity(database, signer.address, path);
  const writer = new LogWriter({ database, path, signer, now: () => START_MS });
  const drafts = Array.from({ length: 10 }, (_, at) =>
    draftWith({ observedAtMs: START_MS + at * 60_000, value: 4000 + at * 100, shipmentName: 'SHIP-0001' }),
  );
  writer.seal(requestOf(drafts));
  database.close();
  const output = join(folder, 'evidence');
  return { config, output, keyFile: gateway.keyFile };
}

async function exportTo(options: ExportOptions) {
  const io = capturedIo();
  const exitCode = await runExport(options, io);
  return { exitCode, out: io.outLines.join('\n') };
}

async function verify(file: string) {
  const io = capturedIo();
  const exitCode = await runVerify({ file, json: true }, io);
  return { exitCode, ...JSON.parse(io.outLines.join('\n')) };
}

test.each(['bundle', 'bundle-cbor', 'tlog-proof', 'cose-receipt'])(
  'one record as %s verifies',
  async (format) => {
    const { config, output } = await gatewayFolder();
    const exported = await exportTo({ config, output, sequence: '4', format });
    expect(exported.exitCode).toBe(0);
    expect(exported.out).toContain('records 4 to 4');
    expect(await verify(output)).toMatchObject({
      exitCode: 0,
      kind: format,
      verdict: 'signed-only',
      firstSequence: 4,
      temperatureMaxMilliC: 4400,
    });
  },
);

test('a shipment in CBOR is the bundle in a quarter of the bytes', async () => {
  const { config, output } = await gatewayFolder();
  await exportTo({ config, output, shipment: 'SHIP-0001' });
  await exportTo({ config, output: `${output}.cbor`, shipment: 'SHIP-0001', format: 'bundle-cbor' });
  const [json, cbor] = [readFileSync(output).length, readFileSync(`${output}.cbor`).length];
  expect(cbor * 4).toBeLessThan(json);
  const { kind: _json, ...ofJson } = await verify(output);
  const { kind: _cbor, ...ofCbor } = await verify(`${output}.cbor`);
  expect(ofCbor).toEqual(ofJson);
});

test.each<[string, Partial<ExportOptions>]>([
  ['a format that is none', { sequence: '4', format: 'pdf' }],
  ['a tlog-proof of many records', { shipment: 'SHIP-0001', format: 'tlog-proof' }],
  ['a receipt of many records', { shipment: 'SHIP-0001', format: 'cose-receipt' }],
  ['a sequence that is no number', { sequence: '-1' }],
  ['a sequence and a shipment', { sequence: '4', shipment: 'SHIP-0001' }],
])('%s is wrong use', async (_, options) => {
  const { config, output } = await gatewayFolder();
  await expect(exportTo({ config, output, ...options })).rejects.toMatchObject({ code: 'WRONG_USE' });
});

test('a record that is not there is said', async () => {
  const { config, output } = await gatewayFolder();
  await expect(exportTo({ config, output, sequence: '10' })).rejects.toMatchObject({ code: 'WINDOW_EMPTY' });
});

test('only the receipt opens the key', async () => {
  const { config, output, keyFile } = await gatewayFolder();
  writeFileSync(keyFile, 'no key any more');
  for (const format of ['bundle-cbor', 'tlog-proof'])
    expect(await exportTo({ config, output, sequence: '4', format, force: true })).toMatchObject({
      exitCode: 0,
    });
  const receipt = exportTo({ config, output: `${output}.cose`, sequence: '4', format: 'cose-receipt' });
  await expect(receipt).rejects.toMatchObject({ name: 'KeyError' });
});
