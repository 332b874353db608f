// `coldgate status`, `export` and `verify` over a journal that the log writer has made: what a quality team and a
// stranger see, and what happens to a bundle that was touched.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../../../gateway/cli/program.js';
import { anchorRows } from '../../../gateway/journal/anchor-rows.js';
import { openDatabase } from '../../../gateway/journal/database.js';
import { claimIdentity } from '../../../gateway/journal/identity.js';
import { RequestRows } from '../../../gateway/journal/request-rows.js';
import { LogWriter } from '../../../gateway/sealing/log-writer.js';
import { genesisHead } from '../../../ledger-sync/evidence/batch.js';
import { fromHex } from '../../../ledger-sync/evidence/bytes.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { draftWith, requestOf } from '../drafts.js';
import { tempFolder } from '../temp-folder.js';
import { capturedIo } from './captured-io.js';

const CHAIN_ID = 31337;
const CONTRACT = '0x5fbdb2315678afecb367f032d93f642f64180aa3';
const START_MS = Date.parse('2026-03-01T08:00:00Z');
const MINUTE_MS = 60_000;

/** A folder with a configuration and, where wanted, a journal of ten readings in two commits. */
function gatewayFolder() {
  const folder = tempFolder();
  const config = join(folder, 'coldgate.yaml');
  writeFileSync(
    config,
    `gateway: { name: truck-17 }
ledger: { rpcUrl: 'http://127.0.0.1:1', chainId: ${CHAIN_ID}, contract: '${CONTRACT}' }
mqttIntake: { listen: { port: 1883 } }
publish: { brokers: [ { name: local, url: embedded } ] }
`,
  );
  const run = async (...argv: string[]) => {
    const io = capturedIo();
    const exitCode = await runProgram(argv, io);
    return { exitCode, out: io.outLines.join('\n'), err: io.errLines.join('\n') };
  };
  return { folder, config, run, bundle: join(folder, 'bundle.json') };
}

function drafts(first: number, count: number) {
  return Array.from({ length: count }, (_unused, at) =>
    draftWith({
      observedAtMs: START_MS + (first + at) * MINUTE_MS,
      value: 4000 + (first + at) * 100,
      shipmentName: 'SHIP-0001',
      ...(at === 1
        ? {
            kind: recordKinds.tagSighting,
            subjectName: '30751feb705c5904e3d50d70',
            isSalted: true,
            value: -51_000,
            detail: { type: 'tag-sighting', count: 2 },
          }
        : {}),
    }),
  );
}

interface JournalOptions {
  /** The ledger has taken the header over the first commit. */
  readonly isAnchored?: boolean;
}

function writeJournal(folder: string, { isAnchored = false }: JournalOptions = {}): string {
  const path = join(folder, 'data', 'journal.db');
  const signer = new SoftwareSigner(new Uint8Array(32).fill(7));
  const database = openDatabase(path, { access: 'owner' });
  claimIdentity(database, signer.address, path);
  const writer = new LogWriter({ database, path, signer, now: () => START_MS });
  const contract = fromHex(CONTRACT);
  const batch = { chainId: CHAIN_ID, contract, seq: 1, prev: genesisHead(signer.address), flags: 0 };
  writer.seal(requestOf(drafts(0, 6), { batch }));
  writer.seal(requestOf(drafts(6, 4)));
  if (isAnchored) {
    const rows = anchorRows(database, signer.address, { chainId: CHAIN_ID, verifyingContract: contract });
    const [pending] = rows.pendingBatches(1);
    if (!pending) throw new Error('no batch was cut');
    rows.saveHead({
      chainId: CHAIN_ID,
      contract,
      gateway: signer.address,
      head: pending.head,
      seq: 1,
      blockNumber: 9,
      registered: true,
    });
    rows.saveInclusion({
      fromSeq: 1,
      toSeq: 1,
      transactionHash: `0x${'ab'.repeat(32)}`,
      blockNumber: 9,
      blockHash: `0x${'cd'.repeat(32)}`,
      blockTimeMs: START_MS + 60 * MINUTE_MS,
    });
  }
  database.close();
  return path;
}

function folderWithJournal(options?: JournalOptions) {
  const gateway = gatewayFolder();
  const { folder } = gateway;
  mkdirSync(join(folder, 'data'));
  return { ...gateway, journal: writeJournal(folder, options) };
}

test('a shipment without an included header is exported under the newest checkpoint and verifies offline', async () => {
  const { config, bundle, run } = folderWithJournal();
  const exported = await run('export', '-c', config, '--shipment', 'SHIP-0001', '-o', bundle);
  expect(exported).toMatchObject({ exitCode: 0, err: '' });
  expect(exported.out).toContain('records 0 to 9, proven by the newest checkpoint');
  const verified = await run('verify', bundle);
  expect(verified).toMatchObject({ exitCode: 0, err: '' });
  expect(verified.out).toMatch(/^SIGNED: /);
  expect(verified.out).toContain('temperature  4 to 4.9 degC');
});

test('with an included header the bundle is proven by it, and says which newer records it left out', async () => {
  const { config, bundle, run } = folderWithJournal({ isAnchored: true });
  const exported = await run('export', '-c', config, '--shipment', 'SHIP-0001', '-o', bundle, '--json');
  expect(JSON.parse(exported.out)).toEqual({
    file: bundle,
    firstSequence: 0,
    lastSequence: 5,
    head: 'batch',
    notAnchored: 4,
  });
  const verified = JSON.parse((await run('verify', bundle, '--json')).out);
  expect(verified).toMatchObject({ verdict: 'signed-only', records: 6 });
  const all = await run(
    'export',
    '-c',
    config,
    '--shipment',
    'SHIP-0001',
    '-o',
    bundle,
    '--json',
    '--signed-only',
    '--force',
  );
  expect(JSON.parse(all.out)).toMatchObject({ lastSequence: 9, head: 'checkpoint', notAnchored: 0 });
});

test('a time window holds its first and last record and everything between', async () => {
  const { config, bundle, run } = folderWithJournal();
  const window = ['--from', '2026-03-01T08:02:00Z', '--to', '2026-03-01T08:04:00Z'];
  expect((await run('export', '-c', config, ...window, '-o', bundle)).out).toContain('records 2 to 4');
  const empty = await run(
    'export',
    '-c',
    config,
    '--from',
    '2020-01-01',
    '--to',
    '2020-01-02',
    '-o',
    `${bundle}.2`,
  );
  expect(empty.exitCode).toBe(3);
  expect(empty.err).toContain('[WINDOW_EMPTY]');
});

test('wrong words are wrong use, and an existing file is not overwritten', async () => {
  const { config, bundle, run } = folderWithJournal();
  const base = ['export', '-c', config, '-o', bundle];
  for (const words of [
    [],
    ['--from', '2026-03-01'],
    ['--from', 'noon', '--to', '2026-03-01'],
    ['--shipment', 'S', '--to', '2026-03-01'],
  ]) {
    expect(await run(...base, ...words)).toMatchObject({ exitCode: 2, out: '' });
  }
  const unknown = await run(...base, '--shipment', 'SHIP-0002');
  expect(unknown).toMatchObject({ exitCode: 3, out: '' });
  expect(unknown.err).toContain('it knows SHIP-0001');
  writeFileSync(bundle, 'precious');
  const refused = await run(...base, '--shipment', 'SHIP-0001');
  expect(refused.err).toContain('[FILE_EXISTS]');
  expect(readFileSync(bundle, 'utf8')).toBe('precious');
});

test('a journal whose stored leaf was changed is not exported', async () => {
  const { config, bundle, run, journal } = folderWithJournal();
  const database = openDatabase(journal, { access: 'owner' });
  const leaf = database.prepare<[], Uint8Array>('SELECT leaf FROM records WHERE sequence = 3').pluck().get();
  if (!leaf) throw new Error('no leaf 3');
  const changed = Uint8Array.from(leaf);
  changed[40] = (changed[40] ?? 0) ^ 1;
  database.prepare('UPDATE records SET leaf = ? WHERE sequence = 3').run(changed);
  database.close();
  const exported = await run('export', '-c', config, '--shipment', 'SHIP-0001', '-o', bundle);
  expect(exported.exitCode).toBe(3);
  expect(exported.err).toMatch(/JOURNAL_DAMAGED|RECORD_MALFORMED/);
  expect(existsSync(bundle)).toBe(false);
});

test('a touched bundle is refuted with the reason, a missing one cannot be judged', async () => {
  const { config, bundle, run } = folderWithJournal();
  await run('export', '-c', config, '--shipment', 'SHIP-0001', '-o', bundle);
  const text = readFileSync(bundle, 'utf8');
  writeFileSync(bundle, text.replace('"value": 4200', '"value": 3200'));
  const touched = await run('verify', bundle);
  expect(touched.exitCode).toBe(1);
  expect(touched.out).toMatch(/^REFUTED: [\s\S]*REFUTED +readable/);
  writeFileSync(bundle, text.slice(0, -20));
  expect((await run('verify', bundle)).out).toMatch(/^REFUTED: .*not JSON.*\[BUNDLE_MALFORMED\]/);
  writeFileSync(bundle, text);
  const other = await run('verify', bundle, '--gateway', `0x${'11'.repeat(20)}`);
  expect(other).toMatchObject({ exitCode: 1 });
  const missing = await run('verify', `${bundle}.none`);
  expect(missing).toMatchObject({ exitCode: 3, out: '' });
  expect(missing.err).toContain('[FILE_UNREADABLE]');
});

test('a ledger that does not answer is said in one line, and proves nothing', async () => {
  const { config, bundle, run } = folderWithJournal({ isAnchored: true });
  await run('export', '-c', config, '--shipment', 'SHIP-0001', '-o', bundle);
  const asked = await run('verify', bundle, '--rpc', 'http://127.0.0.1:1');
  expect(asked).toMatchObject({ exitCode: 3, out: '' });
  expect(asked.err).toMatch(/\[RPC_[A-Z]+\]/);
});

test('status says how far log, brokers and ledger are', async () => {
  const { config, run } = folderWithJournal({ isAnchored: true });
  const text = await run('status', '-c', config);
  expect(text).toMatchObject({ exitCode: 0, err: '' });
  expect(text.out).toContain('10 records, signed and on disk');
  expect(text.out).toContain('mqtt:local: 0 acknowledged, 10 waiting');
  expect(text.out).toContain('header 1 of 1 signed ones is included');
  expect(text.out).toContain('SHIP-0001: records 0 to 9');
  const report = JSON.parse((await run('status', '-c', config, '--json')).out);
  expect(report).toMatchObject({
    records: 10,
    ledger: { includedSeq: 1, anchoredRecords: 6, blockNumber: 9 },
  });
});

test('records of no shipment make none that is shown', async () => {
  const { config, run, journal } = folderWithJournal();
  const database = openDatabase(journal, { access: 'owner' });
  const signer = new SoftwareSigner(new Uint8Array(32).fill(7));
  const writer = new LogWriter({ database, path: journal, signer, now: () => START_MS });
  writer.seal(requestOf([draftWith({ subjectName: '30751feb705c5904e3d50d70', isSalted: true })]));
  database.close();
  const { shipments } = JSON.parse((await run('status', '-c', config, '--json')).out);
  expect(shipments).toEqual([{ name: 'SHIP-0001', firstSequence: 0, lastSequence: 9 }]);
  const unknown = await run('export', '-c', config, '--shipment', 'SHIP-0002', '-o', 'never.json');
  expect(unknown.err).toContain('it knows SHIP-0001');
});

test('status before the first start says what to start', async () => {
  const { config, run } = gatewayFolder();
  const text = await run('status', '-c', config);
  expect(text).toMatchObject({ exitCode: 3, out: '' });
  expect(text.err).toContain('[JOURNAL_ABSENT]');
  expect(text.err).toContain('coldgate run');
});

test('evidence that is exported for a recipient is read and verified with that key, and by nobody else', async () => {
  const { folder, config, bundle, run } = folderWithJournal();
  const [own, others] = [join(folder, 'quality.key'), join(folder, 'stranger.key')];
  const { out: publicKey } = await run('recipients', 'key', own);
  await run('recipients', 'key', others);
  const asked = ['export', '-c', config, '--shipment', 'SHIP-0001', '-o', bundle];
  expect(await run(...asked, '--for', publicKey)).toMatchObject({ exitCode: 0, err: '' });
  expect(readFileSync(bundle, 'latin1')).not.toContain('SHIP-0001');
  expect(await run('verify', bundle)).toMatchObject({ exitCode: 2 });
  expect(await run('verify', bundle, '--key', others)).toMatchObject({
    exitCode: 3,
    err: expect.stringContaining('NOT_FOR_THIS_KEY'),
  });
  expect((await run('verify', bundle, '--key', own)).out).toMatch(/^SIGNED: /);
  const opened = join(folder, 'opened.json');
  expect((await run('open', bundle, '--key', own, '-o', opened)).out).toMatch(
    / of application\/vnd\.coldgate/,
  );
  expect(await run('verify', opened)).toMatchObject({ exitCode: 0 });
  expect(statSync(opened).mode & 0o077).toBe(0);
});

test('whoever holds a bundle passes on one reading of it, which verifies, and nothing of a bundle that was changed', async () => {
  const { folder, config, bundle, run } = folderWithJournal({ isAnchored: true });
  await run('export', '-c', config, '--shipment', 'SHIP-0001', '-o', bundle);
  const reading = join(folder, 'reading.json');
  const told = await run('disclose', bundle, '--sequence', '2', '--only', 'cargo-front', '-o', reading);
  expect(told).toMatchObject({ exitCode: 0, out: `${reading}: records 2 to 2, cargo-front, 0 documents` });
  expect((await run('verify', reading)).out).toContain('records      1, sequence 2 to 2');
  expect(readFileSync(reading, 'utf8')).not.toMatch(/SHIP-0001|30751feb/);
  expect(await run('disclose', bundle, '--sequence', '99', '-o', join(folder, 'x'))).toMatchObject({
    exitCode: 3,
    err: expect.stringContaining('RANGE_INVALID'),
  });
  expect(await run('disclose', bundle, '--sequence', 'two', '-o', join(folder, 'x'))).toMatchObject({
    exitCode: 2,
  });
  writeFileSync(bundle, readFileSync(bundle, 'utf8').replace('"value": 4000', '"value": 4001'));
  expect(await run('disclose', bundle, '-o', join(folder, 'x'))).toMatchObject({ exitCode: 1 });
  expect(existsSync(join(folder, 'x'))).toBe(false);
});

test('what was exported is noted for the log; from a journal that cannot be written it comes without a note, which is said', async () => {
  const { config, bundle, run, journal } = folderWithJournal();
  const asked = ['export', '-c', config, '--shipment', 'SHIP-0001', '-o', bundle];
  await run(...asked);
  const rows = new RequestRows(journal, 'reader');
  const [row] = rows.waiting(0, 10);
  rows.close();
  const sha256 = createHash('sha256').update(readFileSync(bundle)).digest('hex');
  expect(JSON.parse(row?.document ?? '')).toMatchObject({
    about: 'shipment SHIP-0001',
    sha256,
    sealedFor: [],
  });
  const held = openDatabase(journal, { access: 'owner' });
  held.exec("CREATE TRIGGER full BEFORE INSERT ON requests BEGIN SELECT RAISE(ABORT, 'full'); END");
  held.close();
  expect(await run(...asked, '--force')).toMatchObject({
    exitCode: 0,
    err: expect.stringContaining('ACCESS_NOT_NOTED'),
  });
});

test('any file is sealed, and widened by one of its readers only', async () => {
  const { folder, run } = gatewayFolder();
  const fileOf = (name: string) => join(folder, name);
  writeFileSync(fileOf('pack.zip'), 'a pack');
  const { out: quality } = await run('recipients', 'key', fileOf('quality.key'));
  const { out: inspector } = await run('recipients', 'key', fileOf('inspector.key'));
  const sealed = fileOf('pack.sealed');
  expect(await run('seal', fileOf('pack.zip'), '--for', quality, '-o', sealed)).toMatchObject({
    exitCode: 0,
  });
  const wider = ['seal', sealed, '--for', inspector, '-o', fileOf('wider.sealed')];
  expect(await run(...wider)).toMatchObject({ exitCode: 2, err: expect.stringContaining('sealed already') });
  expect(await run(...wider, '--key', fileOf('inspector.key'))).toMatchObject({ exitCode: 3 });
  expect(await run(...wider, '--key', fileOf('quality.key'))).toMatchObject({ exitCode: 0 });
  const open = ['open', fileOf('wider.sealed'), '--key', fileOf('inspector.key'), '-o', fileOf('out.zip')];
  expect(await run(...open)).toMatchObject({ exitCode: 0 });
  expect(readFileSync(fileOf('out.zip'), 'utf8')).toBe('a pack');
  expect(await run(...open)).toMatchObject({ exitCode: 3, err: expect.stringContaining('FILE_EXISTS') });
  expect(await run('seal', fileOf('pack.zip'), '--for', '0'.repeat(64), '-o', fileOf('x'))).toMatchObject({
    exitCode: 3,
    err: expect.stringContaining('RECIPIENT_INVALID'),
  });
});
