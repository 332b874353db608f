// From a chip behind a serial reader to the second level of authenticity: the built gateway reads TIDs through one virtual
// reader of each family, passes the chip that the maker bound, and tells another one under the same EPC. Through a Mercury
// reader chips prove that they hold the owner's key: the third level. Needs the build.

import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ChafonSimulator } from '../../../firmware-bridge/simulators/chafon-simulator.js';
import { M100Simulator } from '../../../firmware-bridge/simulators/m100-simulator.js';
import { MercurySimulator } from '../../../firmware-bridge/simulators/mercury-simulator.js';
import { R2000Simulator } from '../../../firmware-bridge/simulators/r2000-simulator.js';
import { seededRandom } from '../../../firmware-bridge/simulators/simulated-device.js';
import { serveOverTcp } from '../../../firmware-bridge/simulators/stream-server.js';
import { tam1Chip } from '../../../firmware-bridge/simulators/tag-memory.js';
import { runProgram } from '../../../gateway/cli/program.js';
import { openDatabase } from '../../../gateway/journal/database.js';
import { fromHex } from '../../../ledger-sync/evidence/bytes.js';
import { decodeRecord, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { CommissionedLot } from '../../../ledger-sync/serials/commissioned-lot.js';
import { lotKeyFileOf } from '../../../ledger-sync/serials/lot-file.js';
import { makeGatewayFolder } from '../../faults/gateway-folder.js';
import { runGateway } from '../../faults/gateway-process.js';
import { lotFileOf } from '../../ledger-sync/serials/serials-rig.js';
import { capturedIo } from '../cli/captured-io.js';
import { tempFolder } from '../temp-folder.js';
import { believed, epcOf, maker, snapshotOf } from './tag-bench.js';

/** More than a chip's minute of rest after three challenges without an answer, as a busy machine leaves them. */
const LIMIT_MS = 120_000;
const WAIT = { timeout: LIMIT_MS, interval: 200 };

const readers = [
  { type: 'm100', more: '', simulator: new M100Simulator() },
  { type: 'chafon', more: ', model: uhfreader288', simulator: new ChafonSimulator({ epcs: [] }) },
  { type: 'mercury', more: ', region: eu3, authenticate: true', simulator: new MercurySimulator() },
  { type: 'r2000', more: '', simulator: new R2000Simulator({ epcs: [] }) },
];

/** Packs before each reader, each with a chip of its own that the maker bound. Those at the Mercury reader hold a secret. */
const packs = readers.flatMap(({ type }, index) =>
  ['genuine', 'copied', 'cloned'].map((what, place) => {
    const serial = 2001 + index * 3 + place;
    const maker = type === 'mercury' ? 'e2c06892' : 'e2806890';
    return { type, what, serial: String(serial), tid: `${maker}200040000000${serial}` };
  }),
);
const key = fromHex('000102030405060708090a0b0c0d0e0f');
const strange = key.map((byte) => byte ^ 1);
const chipWith = (held: Uint8Array) => tam1Chip(held, seededRandom(1));

test(
  'a bound chip behind each serial reader passes, and another chip under a bound EPC is told',
  async () => {
    const ports = await Promise.all(readers.map(({ simulator }) => serveOverTcp(simulator)));
    onTestFinished(async () => void (await Promise.all(ports.map((port) => port.close()))));
    const path = tempFolder();
    const devices = readers.map(
      ({ type, more }, index) =>
        `{ id: ${type}-reader, type: ${type}, port: '${ports[index]?.port}', readTid: true${more} }`,
    );
    const folder = await makeGatewayFolder(path, { devices });
    const tagKeyFile = join(path, 'keys', 'tag-keys.json');
    const keys = [{ tid: 'e2c06892', key: Buffer.from(key).toString('hex') }];
    writeFileSync(tagKeyFile, JSON.stringify({ format: 'coldgate-tag-keys', version: 1, keys }), {
      mode: 0o600,
    });
    appendFileSync(folder.config, `authenticity: ${JSON.stringify({ ...believed, tagKeyFile })}\n`);
    const gateway = runGateway(folder.config);
    await gateway.line('gateway role started');
    const lot = new CommissionedLot(
      lotFileOf(packs.length, { packs: packs.map(({ serial, tid }) => ({ serial, tid })) }),
    );
    const files = {
      'snapshot.json': snapshotOf(lot, { madeAtMs: Date.now() }),
      'lot-key.json': lotKeyFileOf(lot.file, maker),
    };
    for (const [name, document] of Object.entries(files))
      writeFileSync(join(path, name), `${JSON.stringify(document)}\n`);
    const io = capturedIo();
    const names = Object.keys(files).map((name) => join(path, name));
    expect([await runProgram(['serials', 'import', ...names, '-c', folder.config], io), io.errLines]).toEqual(
      [0, []],
    );
    const database = openDatabase(folder.journal, { access: 'peer' });
    onTestFinished(() => void database.close());
    const known = () =>
      database.prepare("SELECT count(*) FROM judge_state WHERE key = 'authenticity/known'").pluck().get();
    await vi.waitFor(() => expect(known()).toBe(1), WAIT);

    for (const { type, simulator } of readers) {
      const [genuine, copied, cloned] = packs.filter((pack) => pack.type === type);
      simulator.setTags([
        { epc: epcOf(genuine?.serial ?? ''), tid: genuine?.tid ?? '', answer: chipWith(key) },
        { epc: epcOf(copied?.serial ?? ''), tid: 'e28011052000beef00000001' },
        // A chip with a settable TID: its numbers are right, its key is not.
        ...(type === 'mercury'
          ? [{ epc: epcOf(cloned?.serial ?? ''), tid: cloned?.tid ?? '', answer: chipWith(strange) }]
          : []),
      ]);
    }
    const verdictsOf = (reader: string) =>
      (
        database.prepare('SELECT leaf, detail FROM records ORDER BY sequence').all() as {
          leaf: Uint8Array;
          detail: string;
        }[]
      )
        .map(({ leaf, detail }) => ({ record: decodeRecord(leaf), detail: JSON.parse(detail || '{}') }))
        .filter(({ record }) => record.kind === recordKinds.tagAuthenticity)
        .filter(({ detail }) => detail.reader === reader);
    const nameOf = database.prepare<[Uint8Array]>('SELECT name FROM subjects WHERE subject = ?').pluck();
    for (const { type } of readers) {
      // The clone passes the second level too, until it is challenged.
      const genuine = epcOf(packs.find((pack) => pack.type === type)?.serial ?? '');
      await vi.waitFor(() => {
        const told = verdictsOf(`${type}-reader`);
        const passed = told.filter(
          ({ detail }) => detail.levels.chip === 'passed' && detail.verdict === 'verified',
        );
        const levels = passed
          .filter(({ record }) => nameOf.get(record.subject) === genuine)
          .map(({ record }) => record.value);
        expect(levels.at(-1)).toBe(type === 'mercury' ? 3 : 2);
        const failed = told.filter(({ detail }) => detail.levels.chip === 'failed');
        expect(failed.map(({ detail }) => [detail.verdict, detail.finding])).toEqual([
          ['suspect', 'chip-mismatch'],
        ]);
        const unproven = told.filter(({ detail }) => detail.levels.proof === 'failed');
        expect(unproven.map(({ detail }) => [detail.verdict, detail.finding, detail.levels.chip])).toEqual(
          type === 'mercury' ? [['suspect', 'proof-failed', 'passed']] : [],
        );
      }, WAIT);
    }
    // No chip's number is in the log.
    const details = database.prepare('SELECT detail FROM records').pluck().all().join('\n');
    for (const { tid } of packs) expect(details).not.toContain(tid);
    await gateway.stop();
  },
  LIMIT_MS * 2,
);
