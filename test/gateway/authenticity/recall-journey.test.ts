// From a maker's lot to an alert on a truck: the built gateway reads tags, a snapshot comes over HTTP, the lot is called back
// on a real chain, and the very next read says so. What nobody knows, and a copied chip, are told as well. Needs the build.

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { authenticitySchema } from '../../../config/authenticity-schema.js';
import { runProgram } from '../../../gateway/cli/program.js';
import { openDatabase } from '../../../gateway/journal/database.js';
import { followSerials } from '../../../gateway/serials-follow.js';
import { decodeRecord, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { lotKeyFileOf } from '../../../ledger-sync/serials/lot-file.js';
import { signSnapshot, snapshotLot } from '../../../ledger-sync/serials/snapshot.js';
import { makeGatewayFolder } from '../../faults/gateway-folder.js';
import { runGateway } from '../../faults/gateway-process.js';
import { startAnvil } from '../../ledger-sync/anvil.js';
import { addressText, SerialsRig } from '../../ledger-sync/serials/serials-rig.js';
import { capturedIo } from '../cli/captured-io.js';
import { connectClient } from '../mqtt-clients.js';
import { quietLog } from '../quiet-log.js';
import { tempFolder } from '../temp-folder.js';
import { chips, epcOf, lotWith } from './tag-bench.js';

const LIMIT_MS = 60_000;
interface StoredRecord {
  readonly leaf: Uint8Array;
  readonly detail: string;
}

const WAIT = { timeout: LIMIT_MS, interval: 100 };

test(
  'a recall on the ledger is an alert when the tag is read next, and so is a copied chip',
  async () => {
    const anvil = await startAnvil();
    onTestFinished(() => anvil.stop());
    const rig = await SerialsRig.deploy(anvil);
    const lot = await rig.commission(lotWith([1001, 1002, 1003]).file);
    const maker = addressText(rig.maker);
    const name = { maker, lot: lot.lotId };

    let snapshot = '';
    const server = createServer((request, response) => {
      const etag = `"${snapshot.length}"`;
      const isHeld = request.headers['if-none-match'] === etag;
      response.writeHead(isHeld ? 304 : 200, { etag }).end(isHeld ? '' : snapshot);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    onTestFinished(() => void server.close());
    const makeSnapshot = async () => {
      const [state] = await rig.contract.lots([name], 'latest');
      if (!state) throw new Error('no lot');
      const told = snapshotLot(lot, state, await rig.contract.spent(name, 3, 'latest'));
      const content = { chainId: 31337, contract: rig.chain.address, madeAtMs: Date.now(), blockNumber: 1 };
      return `${JSON.stringify(signSnapshot(rig.maker, { ...content, lots: [told] }))}\n`;
    };
    snapshot = await makeSnapshot();

    const path = tempFolder();
    const folder = await makeGatewayFolder(path, {});
    const settings = {
      ...{ chainId: 31337, contract: rig.chain.address, publishers: [maker] },
      snapshotUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/serials.json`,
    };
    const reader = '  sensors:\n    - { topic: impinj/dock, mapping: impinj, readerId: dock }\n';
    writeFileSync(
      folder.config,
      readFileSync(folder.config, 'utf8').replace('publish:', `${reader}publish:`),
    );
    appendFileSync(folder.config, `authenticity: ${JSON.stringify(settings)}\n`);
    const gateway = runGateway(folder.config);
    const port = await gateway.brokerPort();
    const { client } = await connectClient(Number(port));
    const alerts = new Map<string, string>();
    client.on('message', (topic, payload) => alerts.set(topic, payload.toString()));
    await client.subscribeAsync('coldgate/1/faults/alert/+');
    const read = (serial: number, tid: string = chips[0]) => {
      const tagInventoryEvent = { epcHex: epcOf(serial), tidHex: tid, antennaPort: 1, peakRssiCdbm: -5500 };
      const event = { eventType: 'tagInventory', tagInventoryEvent };
      return client.publishAsync('impinj/dock', JSON.stringify(event), { qos: 1 });
    };

    // The key comes by file, the snapshot over HTTP, what happens meanwhile from the ledger.
    const database = openDatabase(folder.journal, { access: 'peer' });
    onTestFinished(() => void database.close());
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const authenticity = authenticitySchema('/etc/coldgate').parse(settings);
    const following = followSerials({
      ...{
        authenticity,
        rpcUrls: [anvil.url],
        pollIntervalMs: 100,
        database,
        log: quietLog().log,
        signal: stop.signal,
      },
    });
    writeFileSync(join(path, 'lot-key.json'), JSON.stringify(lotKeyFileOf(lot.file, maker)));
    const io = capturedIo();
    const imported = await runProgram(
      ['serials', 'import', join(path, 'lot-key.json'), '-c', folder.config],
      io,
    );
    expect([imported, io.errLines]).toEqual([0, []]);

    const verdicts = () =>
      (database.prepare('SELECT leaf, detail FROM records ORDER BY sequence').all() as StoredRecord[])
        .filter(({ leaf }) => decodeRecord(leaf).kind === recordKinds.tagAuthenticity)
        .map(({ detail }) => JSON.parse(detail));
    const known = () =>
      database.prepare("SELECT count(*) FROM judge_state WHERE key = 'authenticity/known'").pluck().get();
    await vi.waitFor(() => expect(known()).toBe(1), WAIT);
    // A lot that is followed, a lot key, a snapshot: whichever came last, the packs are known in the end.
    await vi.waitFor(async () => {
      await read(1001);
      expect(verdicts().at(-1)).toMatchObject({ verdict: 'verified', levels: { chip: 'passed' } });
    }, WAIT);

    await rig.chain.send(rig.recallData(lot, true, 0));
    await vi.waitFor(async () => {
      await read(1001);
      expect(verdicts().at(-1)).toMatchObject({
        verdict: 'recalled',
        before: 'verified',
        finding: 'recalled',
      });
    }, WAIT);
    await read(999);
    await read(1001, chips[2]);
    await vi.waitFor(() => {
      const last = verdicts().slice(-2);
      expect(last).toMatchObject([
        { verdict: 'suspect', finding: 'unknown-serial' },
        { verdict: 'suspect', finding: 'recalled, chip-mismatch, two-chips' },
      ]);
      expect(alerts.size).toBe(2);
    }, WAIT);
    // A broker keeps alerts: they name a case and a reader, no serial.
    for (const payload of alerts.values()) {
      expect(payload).not.toContain(epcOf(1001));
      expect(payload).not.toContain(epcOf(999));
      expect(payload).not.toContain('"name"');
    }
    const rows = database.prepare("SELECT value FROM judge_state WHERE key LIKE 'alert/%'").pluck().all();
    expect(rows.map((row) => JSON.parse(String(row)))).toEqual([
      expect.objectContaining({ id: 'tag-1', source: 'authenticity', sensorId: 'dock', isOngoing: true }),
      expect.objectContaining({ id: 'tag-2', source: 'authenticity', severity: 'major' }),
    ]);

    // Questions of people are records too; answers come when they can.
    const command = async (...argv: string[]) => {
      const captured = capturedIo();
      const code = await runProgram(['serials', ...argv, '-c', folder.config], captured);
      return { code, text: captured.outLines.join('\n'), err: captured.errLines.join('\n') };
    };
    expect(await command('ask', '(01)09521234543213(21)1002')).toMatchObject({
      ...{ code: 0, text: expect.stringContaining('V-1 is asked, record') },
    });
    expect(await command('ask', '(01)09521234543220(21)5')).toMatchObject({ code: 0 });
    expect(await command('ask', 'no label')).toMatchObject({
      code: 1,
      err: expect.stringContaining('VERIFICATION_INVALID'),
    });
    await vi.waitFor(async () => {
      const { code, text } = await command('asked');
      expect([code, ...text.split('\n')]).toEqual([
        1,
        'V-1  (01)09521234543213(21)1002  NOT VERIFIED: Not_for_re-distribution, Recalled',
        'V-2  (01)09521234543220(21)5  PENDING: no-key',
      ]);
    }, WAIT);
    const open = await command('respond', '--host', '0.0.0.0');
    expect(open).toMatchObject({ code: 2, err: expect.stringContaining('no token') });

    // What is old is refused, whoever brings it: it could hide the recall.
    const older = JSON.parse(await makeSnapshot());
    const content = {
      chainId: 31337,
      contract: rig.chain.address,
      madeAtMs: 1,
      blockNumber: 0,
      lots: older.lots,
    };
    writeFileSync(join(path, 'old.json'), JSON.stringify(signSnapshot(rig.maker, content)));
    const refused = capturedIo();
    expect(
      await runProgram(['serials', 'import', join(path, 'old.json'), '-c', folder.config], refused),
    ).toBe(3);
    expect(refused.errLines.join('\n')).toContain('SNAPSHOT_OLD');

    // Everything about one pack, from the ledger, the log and the events that came of it.
    const card = lot.card('1001', rig.place);
    await rig.chain.send(rig.recallData(lot, false, 1));
    await rig.chain.send(rig.dispenseData(card, 'first'));
    await rig.chain.send(rig.dispenseData(card, 'second', rig.other));
    const traced = capturedIo();
    const trace = ['trace', '(01)09521234543213(21)1001', '--rpc', anvil.url, '-c', folder.config, '--json'];
    expect([await runProgram(trace, traced), traced.errLines]).toEqual([0, []]);
    const { entries, notKnown } = JSON.parse(traced.outLines.join('\n'));
    const ofSource = (source: string) =>
      entries
        .filter((entry: { source: string }) => entry.source === source)
        .map(({ what }: { what: string }) => what);
    expect(ofSource('ledger')).toEqual([
      'commissioned',
      'recalled',
      'recall-lifted',
      'dispensed',
      'duplicate',
    ]);
    expect(ofSource('log')).toEqual(
      expect.arrayContaining(['seen', 'tag-verified', 'tag-recalled', 'tag-suspect']),
    );
    expect(ofSource('epcis')).toEqual(['holding', 'inspecting']);
    expect(notKnown).toEqual([
      ...[expect.stringContaining('no handover'), expect.stringContaining('other gateways')],
    ]);
    const ofOther = capturedIo();
    await runProgram(['trace', epcOf(1003), '--rpc', anvil.url, '-c', folder.config], ofOther);
    const text = ofOther.outLines.join('\n');
    expect(text).toContain('lot CALLED BACK');
    expect(text).not.toContain('dispensed');
    const ofNothing = capturedIo();
    await runProgram(
      ['trace', '(01)09521234543220(21)5', '--rpc', anvil.url, '-c', folder.config],
      ofNothing,
    );
    expect(ofNothing.outLines.join('\n')).toContain(
      'Not known: what the ledger says of the pack: no key of its lot is held here',
    );
    stop.abort();
    await following;
    await gateway.stop();
  },
  LIMIT_MS * 2,
);
