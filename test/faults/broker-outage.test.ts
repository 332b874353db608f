// The broker that the log is published to is down, comes back, and breaks the connection while the backlog drains.
// Everything reaches it, in order, at least once, and nothing that is not in the log.

import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../firmware-bridge/eventually.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { FickleBroker } from './fickle-broker.js';
import { makeGatewayFolder } from './gateway-folder.js';
import { runGateway } from './gateway-process.js';
import { auditJournal } from './journal-audit.js';
import { PublicationWatch } from './publication-watch.js';
import { SensorLoad } from './sensor-load.js';

const SENSORS = ['front', 'rear'];
/** Some pages of at most 1024 records. */
const BACKLOG = 3000;

async function gatewayWithBroker() {
  const broker = await FickleBroker.down();
  onTestFinished(() => broker.goDown());
  const folder = await makeGatewayFolder(tempFolder(), {
    sensorIds: SENSORS,
    brokers: [`{ name: fleet, url: 'mqtt://127.0.0.1:${broker.port}' }`],
  });
  const load = new SensorLoad(SENSORS);
  onTestFinished(() => load.disconnect());
  return { broker, folder, load };
}

/** Feeds what the broker has taken to a watch. @returns for each message where it began and what was owed then */
function replay(taken: readonly Uint8Array[], watch: PublicationWatch) {
  let next = 0;
  return taken.map((payload) => {
    const { first, end } = watch.take(payload);
    const owed = next;
    next = Math.max(next, end);
    return { first, owed };
  });
}

test('a broker that is down at the start is one line; all that was kept reaches it later', async () => {
  const { broker, folder, load } = await gatewayWithBroker();
  const gateway = runGateway(folder.config);
  load.connect(await gateway.brokerPort());
  await gateway.line('BROKER_UNREACHABLE');
  await eventually('a backlog', () => load.acknowledged > 200);
  await broker.up();
  await gateway.line('broker connected');
  load.pause();
  await eventually('all acknowledged', () => load.pending === 0);
  const watch = new PublicationWatch();
  const size = auditJournal(folder.journal).size;
  await eventually('all published', () => {
    for (const payload of broker.taken.splice(0)) watch.take(payload);
    return watch.leaves.size >= size;
  });
  await gateway.stop();
  const audit = auditJournal(folder.journal);
  expect(load.compare(audit.readings)).toMatchObject({ lost: 0, unexplained: 0 });
  expect(watch.complaints).toEqual([]);
  expect(watch.strangers(audit.leaves)).toEqual([]);
  expect(gateway.troubles.map(({ code }) => code)).toEqual(['BROKER_UNREACHABLE']);
  expect(gateway.troubles[0]?.hint).toContain('nothing is lost');
}, 60_000);

test('connections broken in the middle of a drain: in order, at least once, nothing missing after removing repetitions', async () => {
  const { broker, folder, load } = await gatewayWithBroker();
  const first = runGateway(folder.config);
  load.connect(await first.brokerPort());
  await eventually('a backlog', () => load.acknowledged > BACKLOG);
  load.disconnect();
  await first.stop();
  const { size } = auditJournal(folder.journal);

  // Every break leaves messages taken without acknowledgement; the next connection brings them again.
  const breakPoints = new Set([1, 3, 4]);
  broker.breaksAt = (taken) => breakPoints.has(taken);
  await broker.up();
  const second = runGateway(folder.config);
  const watch = new PublicationWatch();
  let seen = 0;
  await eventually('all published', () => {
    for (; seen < broker.taken.length; seen++) watch.take(broker.taken[seen] ?? new Uint8Array(0));
    return watch.leaves.size >= size && broker.breaks === breakPoints.size;
  });
  await second.stop();

  const audit = auditJournal(folder.journal);
  const again = new PublicationWatch();
  const messages = replay(broker.taken, again);
  // A message may begin before what is owed (a repetition), never behind it (a hole).
  expect(messages.filter(({ first: begin, owed }) => begin > owed)).toEqual([]);
  expect(messages.some(({ first: begin, owed }) => begin < owed)).toBe(true);
  expect(again.complaints).toEqual([]);
  expect(again.strangers(audit.leaves)).toEqual([]);
  expect([...again.leaves.keys()].sort((a, b) => a - b).slice(0, size)).toEqual(
    Array.from({ length: size }, (_, sequence) => sequence),
  );
  expect(broker.breaks).toBe(breakPoints.size);
}, 90_000);
