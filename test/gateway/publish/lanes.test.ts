// What goes first: after an outage people hear of excursions before anybody gets the backlog.

import { describe, expect, it } from 'vitest';
import { alertSinkOf } from '../../../gateway/publish/alert-lane.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { draftWith, readings, requestOf } from '../drafts.js';
import { pagesAt, publisherBench, publisherOf, sequencesAt, topics, upTo } from '../publisher-bench.js';
import { startTestBroker, startTestRelay, type TestBroker } from '../test-broker.js';
import { openTestLog, type TestLog } from '../test-log.js';

const excursion = (excursionId: string, event = 'opened') =>
  draftWith({ kind: recordKinds.excursion, value: 9_000, detail: { type: 'excursion', excursionId, event } });

const alertsAt = (broker: TestBroker) =>
  broker.published
    .filter(({ topic }) => topic.includes('/alert/'))
    .map(({ payload }) => JSON.parse(payload.toString()) as { alertId: string; sequence: number });

function sealAll(log: TestLog, groups: readonly (readonly ReturnType<typeof draftWith>[])[]): void {
  for (const drafts of groups) log.writer.seal(requestOf(drafts));
}

describe('the lanes to a broker', () => {
  it('tell every alert of the time offline, in order, and the newest readings before the log', async () => {
    const { log, broker, publisher } = await publisherBench([600, 600]);
    for (let index = 0; index < 120; index += 1) sealAll(log, [[excursion(`E${index}`), ...readings(3)]]);
    publisher.open();
    await eventually('all is acknowledged', () => publisher.acknowledged === 1680);
    expect(alertsAt(broker).map(({ alertId }) => alertId)).toEqual([...upTo(120)].map((at) => `E${at}`));
    const firstOf = (topic: string) => broker.published.findIndex((message) => message.topic === topic);
    const lastAlert = broker.published.findLastIndex(({ topic }) => topic.includes('/alert/'));
    expect(firstOf(topics.log)).toBeGreaterThan(lastAlert);
    expect(firstOf(topics.sensor('cargo-front'))).toBeLessThan(firstOf(topics.log));
    expect(sequencesAt(broker)).toEqual(upTo(1680));
  });

  it('tell an alert that is raised while the log makes no progress', async () => {
    const { log, broker, publisher } = await publisherBench([600, 600]);
    broker.mayAcknowledge = ({ topic }) => topic !== topics.log;
    publisher.open();
    await eventually('the log begins', () => pagesAt(broker).length > 0);
    sealAll(log, [[excursion('E1')]]);
    publisher.pump();
    await eventually('the alert arrives', () => alertsAt(broker).length === 1);
    expect(publisher.acknowledged).toBe(0);
  });

  it('repeat no alert after a restart, and lose none that was not acknowledged', async () => {
    const { log, broker, publisher, close } = await publisherBench([]);
    sealAll(log, [[excursion('E1')], [excursion('E2')], [excursion('E3')]]);
    broker.mayAcknowledge = ({ topic }) => !topic.endsWith('/E3');
    publisher.open();
    await eventually('all arrive', () => alertsAt(broker).length === 3);
    await eventually('the log is told', () => log.reader.latestCheckpoint()?.size === 3);
    await close();
    expect(alertSinkOf('mqtt:test')).toBe('mqtt:test:alerts');
    broker.mayAcknowledge = () => true;
    broker.published.length = 0;
    publisherOf(log.open(), broker.port).publisher.open();
    await eventually('the third arrives', () => alertsAt(broker).length === 1);
    expect(alertsAt(broker)).toMatchObject([{ alertId: 'E3' }]);
  });

  it('repeat nothing of a journal whose alerts were told with the log', async () => {
    const { log, broker, publisher, close } = await publisherBench([]);
    sealAll(log, [[excursion('E1')], readings(3)]);
    publisher.open();
    await eventually('all is acknowledged', () => publisher.acknowledged === 4);
    await close();
    log.database.prepare('DELETE FROM cursors WHERE sink = ?').run(alertSinkOf('mqtt:test'));
    broker.published.length = 0;
    sealAll(log.open(), [[excursion('E2')]]);
    publisherOf(log, broker.port).publisher.open();
    await eventually('the new one arrives', () => alertsAt(broker).length > 0);
    expect(alertsAt(broker).map(({ alertId }) => alertId)).toEqual(['E2']);
  });

  it('find the alerts of a journal that is older than their index', async () => {
    const log = openTestLog();
    sealAll(log, [readings(5), [excursion('E1')], readings(5)]);
    log
      .layBack()
      .database.exec(`DROP TABLE alert_records; DROP TABLE time_references; ALTER TABLE records DROP COLUMN detail; PRAGMA user_version = 2;
      CREATE TABLE details (hash BLOB PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID`);
    log.open();
    expect(log.reader.alertSequences(0, 10)).toEqual([5]);
  });

  it('pass over no alert that is not there', async () => {
    const { log, broker, publisher, faults } = await publisherBench([]);
    sealAll(log, [[excursion('E1'), excursion('E2')], readings(3)]);
    log.database.exec('DELETE FROM records WHERE sequence = 0');
    publisher.open();
    await eventually('it is told', () => faults.length > 0);
    expect(alertsAt(broker)).toEqual([]);
    expect(faults.every(([code, isDamaged]) => code === 'JOURNAL_DAMAGED' && isDamaged)).toBe(true);
  });

  it('tell no alert that is not what was signed, and go on with the log up to it', async () => {
    const { log, broker, publisher, faults } = await publisherBench([600]);
    sealAll(log, [[excursion('E1')], readings(600)]);
    const leaf = Buffer.from(log.reader.leaf(600) ?? new Uint8Array());
    // The value, in the middle of the leaf: still a record, of another temperature.
    leaf.writeUInt8((leaf[leaf.length - 40] ?? 0) ^ 1, leaf.length - 40);
    log.database.prepare('UPDATE records SET leaf = ? WHERE sequence = 600').run(leaf);
    publisher.open();
    await eventually('the pages before it are acknowledged', () => publisher.acknowledged === 600);
    expect(alertsAt(broker)).toEqual([]);
    expect(faults.every(([code, isDamaged]) => code === 'JOURNAL_DAMAGED' && isDamaged)).toBe(true);
    expect(faults.length).toBeGreaterThan(0);
  });

  it('bring the log over a link that is cut after every 30 kB', async () => {
    const log = openTestLog();
    for (let commit = 0; commit < 40; commit += 1) log.writer.seal(requestOf(readings(16)));
    const broker = await startTestBroker();
    const relay = await startTestRelay(broker);
    relay.bytesPerConnection = 30_000;
    const { publisher } = publisherOf(log, relay.port);
    publisher.open();
    await eventually('all is acknowledged', () => publisher.acknowledged === 640, 60_000);
    expect(sequencesAt(broker)).toEqual(upTo(640));
  }, 90_000);

  it('hold the log back to the bytes allowed, and bring all of it', async () => {
    const { broker, publisher } = await publisherBench([100, 100, 100], { backlogBytesPerSecond: 60_000 });
    publisher.open();
    await eventually('all is acknowledged', () => publisher.acknowledged === 300);
    expect(sequencesAt(broker)).toEqual(upTo(300));
  });

  it('let alerts through while the log has used up its bytes', async () => {
    const { log, broker, publisher } = await publisherBench([100, 100, 100], { backlogBytesPerSecond: 1000 });
    publisher.open();
    await eventually('the first page is acknowledged', () => publisher.acknowledged === 100);
    sealAll(log, [[excursion('E1')]]);
    publisher.pump();
    await eventually('the alert arrives', () => alertsAt(broker).length === 1);
    // The page of some 40 kB is paid for in 40 seconds.
    expect(pagesAt(broker)).toHaveLength(1);
  });

  it('make no message larger than the broker takes', async () => {
    const groups = new Array<number>(40).fill(16);
    const { broker, publisher } = await publisherBench(groups, { maxMessageBytes: 20_000 });
    publisher.open();
    await eventually('all is acknowledged', () => publisher.acknowledged === 640);
    const sizes = broker.published
      .filter(({ topic }) => topic === topics.log)
      .map(({ payload }) => payload.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(20_000);
  });
});
