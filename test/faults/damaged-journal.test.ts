// The card has damaged the journal of a stopped gateway. Nobody is there: it must go on recording by itself, in the same log,
// tell people, publish what is left, and go on with its headers on the ledger.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../config/load.js';
import { readStatus } from '../../gateway/status-report.js';
import { eventually } from '../firmware-bridge/eventually.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { coldgate } from '../gateway/typed-commands.js';
import { FickleBroker } from './fickle-broker.js';
import { makeGatewayFolder } from './gateway-folder.js';
import { runGateway } from './gateway-process.js';
import { PublicationWatch } from './publication-watch.js';
import { SensorLoad } from './sensor-load.js';

const SENSORS = ['front', 'rear'];
const READINGS = 800;
const PAGE_BYTES = 4096;

test('a gateway with a damaged journal goes on recording, tells it, and publishes what was left', async () => {
  const broker = await FickleBroker.down();
  onTestFinished(() => broker.goDown());
  const folder = await makeGatewayFolder(tempFolder(), {
    sensorIds: SENSORS,
    brokers: [`{ name: fleet, url: 'mqtt://127.0.0.1:${broker.port}' }`],
  });
  const first = runGateway(folder.config);
  const load = new SensorLoad(SENSORS);
  onTestFinished(() => load.disconnect());
  load.connect(await first.brokerPort());
  await eventually('a log of some tiles', () => load.acknowledged >= READINGS);
  load.disconnect();
  expect(await first.stop()).toBe(0);
  const database = new Database(folder.journal);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  // The head of the file, and some pages in the middle.
  const file = readFileSync(folder.journal);
  file.fill(0x5a, 0, 16);
  const middle = Math.floor(file.length / PAGE_BYTES / 2) * PAGE_BYTES;
  file.fill(0x5a, middle, middle + 3 * PAGE_BYTES);
  writeFileSync(folder.journal, file);

  await broker.up();
  const next = runGateway(folder.config);
  const port = await next.brokerPort();
  expect(await next.line('JOURNAL_DAMAGED')).toMatchObject({ level: 50 });
  const told = await next.line('JOURNAL_RECOVERED');
  expect(Number(told.recovered)).toBeGreaterThan(0);
  const before = load.acknowledged;
  load.connect(port);
  await eventually('readings go on', () => load.acknowledged > before + 300);
  load.disconnect();
  const watch = new PublicationWatch();
  await eventually('the log behind the gap is published', () => {
    for (const payload of broker.taken.splice(0)) watch.take(payload);
    return [...watch.leaves.keys()].some((sequence) => sequence >= Number(told.firstSequence) + 200);
  });
  const status = readStatus(loadConfig(folder.config));
  expect(status.alerts).toMatchObject([{ id: 'gateway-damaged-journal', severity: 'critical' }]);
  expect(status.problems).toMatchObject([{ role: 'journal', code: 'JOURNAL_DAMAGED' }]);
  expect(await next.stop()).toBe(0);
  const audit = await coldgate('audit', '-c', folder.config, '--quick');
  expect(audit.out).toMatch(/^VERIFIED/m);
  expect(audit.out).toContain('were lost with a damaged journal');
  expect(audit.exitCode).toBe(0);
  const [name = ''] = readdirSync(join(folder.dataDir, 'damaged'));
  expect(readdirSync(join(folder.dataDir, 'damaged', name))).toContain('journal.db.page-1');
}, 120_000);
