// A card that loses bits. SQLite notices almost none of it: what is stored must lead to the signed root before
// anybody sees it. Records under a full tile are looked at when they are passed on, and mended at the next start.

import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../firmware-bridge/eventually.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { FickleBroker } from './fickle-broker.js';
import { makeGatewayFolder } from './gateway-folder.js';
import { runGateway } from './gateway-process.js';
import { PublicationWatch } from './publication-watch.js';
import { SensorLoad } from './sensor-load.js';

const SENSORS = ['front', 'rear'];
/** More than two full tiles. */
const READINGS = 600;

/** A stopped gateway with a log of some tiles, and a broker that has seen nothing of it. */
async function writtenLog() {
  const broker = await FickleBroker.down();
  onTestFinished(() => broker.goDown());
  const folder = await makeGatewayFolder(tempFolder(), {
    sensorIds: SENSORS,
    brokers: [`{ name: fleet, url: 'mqtt://127.0.0.1:${broker.port}' }`],
  });
  const gateway = runGateway(folder.config);
  const load = new SensorLoad(SENSORS);
  onTestFinished(() => load.disconnect());
  load.connect(await gateway.brokerPort());
  await eventually('some tiles', () => load.acknowledged >= READINGS);
  load.disconnect();
  await gateway.stop();
  return { broker, folder, load };
}

/** Flips one bit of a stored leaf in the file itself. @param find which one of so many */
function flipBit(journal: string, find: (size: number) => number): void {
  const database = new Database(journal);
  const leaves = database.prepare<[], Buffer>('SELECT leaf FROM records ORDER BY sequence').pluck().all();
  database.close();
  const leaf = leaves[find(leaves.length)];
  if (!leaf) throw new Error(`no such record among ${leaves.length}`);
  const at = readFileSync(journal).indexOf(leaf);
  expect(at).toBeGreaterThan(0);
  // Far behind the head that all leaves share.
  const inLeaf = leaf.length - 12;
  const file = openSync(journal, 'r+');
  writeSync(file, Uint8Array.of((leaf[inLeaf] ?? 0) ^ 0x04), 0, 1, at + inLeaf);
  closeSync(file);
  const check = new Database(journal, { readonly: true });
  // SQLite sees nothing wrong, which is why the gateway has to look itself.
  expect(check.pragma('integrity_check', { simple: true })).toBe('ok');
  check.close();
}

test('a record under a full tile with one flipped bit is not published, and readings go on', async () => {
  const { broker, folder, load } = await writtenLog();
  flipBit(folder.journal, () => 100);
  await broker.up();
  const gateway = runGateway(folder.config);
  const port = await gateway.brokerPort();
  const said = await gateway.line('JOURNAL_DAMAGED');
  expect(said.hint).toContain('nothing of this was published');
  const before = load.acknowledged;
  load.connect(port);
  await eventually('readings go on', () => load.acknowledged > before + 50);
  load.disconnect();
  expect(await gateway.stop(), JSON.stringify(gateway.lines.slice(-3)) + gateway.plain.join('\n')).toBe(0);
  const watch = new PublicationWatch();
  for (const payload of broker.taken) watch.take(payload);
  expect(watch.leaves.has(100)).toBe(false);
  expect(gateway.troubles.map(({ code }) => code)).toEqual(['JOURNAL_DAMAGED']);
  // The next start takes the log over into a new file, and the flipped bit back.
  const next = runGateway(folder.config);
  await next.brokerPort();
  expect(await next.line('JOURNAL_RECOVERED')).toMatchObject({ mended: 1, lost: 0 });
  await eventually('the record is published', () => {
    for (const payload of broker.taken.splice(0)) watch.take(payload);
    return watch.leaves.has(100);
  });
  expect(await next.stop()).toBe(0);
}, 60_000);
