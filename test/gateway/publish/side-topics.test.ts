// The retained topics beside the log: newest readings, alerts, the newest header, and whether the gateway lives.

import { describe, expect, it } from 'vitest';
import { genesisHead } from '../../../ledger-sync/evidence/batch.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { draftWith, requestOf } from '../drafts.js';
import { hex } from '../hex.js';
import { domain, orderOf } from '../ledger-domain.js';
import { connectClient } from '../mqtt-clients.js';
import { publisherBench, publisherOf, topics } from '../publisher-bench.js';
import { startTestBroker, startTestRelay, type TestBroker } from '../test-broker.js';
import { journalReaderOf, openTestLog } from '../test-log.js';

describe('the topics beside the log', () => {
  const at = (broker: TestBroker, topic: string) =>
    broker.published.filter((message) => message.topic === topic);

  it('hold the newest reading of each sensor, retained', async () => {
    const { log, broker, publisher } = await publisherBench([]);
    log.writer.seal(
      requestOf([
        draftWith({ value: 1_000 }),
        draftWith({ subjectName: 'cargo-rear', value: 3_000 }),
        draftWith({ value: 2_000 }),
        draftWith({ subjectName: 'reader', kind: recordKinds.deviceCondition }),
      ]),
    );
    publisher.open();
    await eventually('all is acknowledged', () => at(broker, topics.sensor('cargo-rear')).length > 0);
    expect(broker.on(topics.sensor('cargo-front'))).toMatchObject([
      { sequence: 2, value: 2_000, unit: 'milliC', name: 'cargo-front', quality: 'good' },
    ]);
    expect(at(broker, topics.sensor('cargo-front'))[0]?.isRetained).toBe(true);
    expect(at(broker, topics.sensor('reader'))).toEqual([]);
  });

  it('do not call readings of a backlog the latest', async () => {
    const { broker, publisher } = await publisherBench([600, 600, 3]);
    publisher.open();
    await eventually('all is acknowledged', () => publisher.acknowledged === 1203);
    await eventually('the latest arrives', () => at(broker, topics.sensor('cargo-front')).length > 0);
    expect(broker.on(topics.sensor('cargo-front'))).toMatchObject([{ sequence: 1202 }]);
  });

  it('hold where people stand with an alert, retained, and not who they are', async () => {
    const { log, broker, publisher } = await publisherBench([]);
    const detail = {
      type: 'alert-acknowledged',
      alert: 'cargo-1-5',
      state: 'acknowledged',
      severity: 'major',
      level: 1,
      by: { name: 'omar', printedName: 'Omar Example', role: 'operator' },
    };
    log.writer.seal(requestOf([draftWith({ kind: recordKinds.review, detail })]));
    publisher.open();
    const topic = topics.alertReview('cargo-1-5');
    await eventually('it arrives', () => at(broker, topic).length === 1);
    expect(broker.on(topic)).toMatchObject([{ alertId: 'cargo-1-5', state: 'acknowledged', level: 1 }]);
    expect(at(broker, topic)[0]?.payload.toString()).not.toContain('mar');
    expect(at(broker, topic)[0]?.isRetained).toBe(true);
  });

  it('hold an alert for each excursion, retained, with what a person asks', async () => {
    const { log, broker, publisher } = await publisherBench([]);
    const detail = (event: string) => ({
      type: 'excursion',
      excursionId: 'cargo-1-5',
      event,
      limitMilliC: 8_000,
    });
    for (const event of ['opened', 'closed']) {
      const excursion = draftWith({ kind: recordKinds.excursion, value: 9_000, detail: detail(event) });
      log.writer.seal(requestOf([draftWith(), excursion]));
    }
    publisher.open();
    await eventually('both alerts arrive', () => at(broker, topics.alert('cargo-1-5')).length === 2);
    expect(broker.on(topics.alert('cargo-1-5'))).toMatchObject([
      { alertId: 'cargo-1-5', kind: 'excursion', value: 9_000, sequence: 1, detail: detail('opened') },
      { alertId: 'cargo-1-5', sequence: 3, detail: detail('closed') },
    ]);
    expect(at(broker, topics.alert('cargo-1-5')).every(({ isRetained }) => isRetained)).toBe(true);
  });

  it('hold an alert also when the detail of an excursion was erased', async () => {
    const { log, broker, publisher } = await publisherBench([]);
    log.writer.seal(requestOf([draftWith({ kind: recordKinds.excursion, detail: { type: 'excursion' } })]));
    log.database.exec('UPDATE records SET detail = NULL');
    publisher.open();
    await eventually('the alert arrives', () => at(broker, topics.alert('sequence-0')).length === 1);
  });

  it('hold an alert for a changed calibration, and none for a probe that answers again', async () => {
    const { log, broker, publisher } = await publisherBench([]);
    const conditionOf = (condition: string) =>
      draftWith({
        kind: recordKinds.deviceCondition,
        value: 0,
        detail: { type: 'device-condition', condition, reason: 'register 259 was 0, is -300' },
      });
    log.writer.seal(requestOf([conditionOf('probe-reachable'), conditionOf('calibration-changed')]));
    publisher.open();
    const topic = topics.alert('cargo-front-calibration-changed');
    await eventually('the alert arrives', () => at(broker, topic).length === 1);
    expect(broker.on(topic)).toMatchObject([
      {
        alertId: 'cargo-front-calibration-changed',
        kind: 'deviceCondition',
        name: 'cargo-front',
        sequence: 1,
      },
    ]);
    expect(broker.published.filter((message) => message.topic.includes('/alert/'))).toHaveLength(1);
  });

  it('hold the newest batch header, retained, again after each reconnect', async () => {
    const { log, broker, publisher } = await publisherBench([3]);
    log.writer.seal(requestOf([], { batch: orderOf(1, genesisHead(log.signer.address)) }));
    const batch = journalReaderOf(log).latestBatch(domain.chainId, domain.verifyingContract);
    if (!batch) throw new Error('no header');
    const gateway = log.signer.address;
    const transactionHash = `0x${'ab'.repeat(32)}`;
    publisher.announceBatch({
      gateway,
      batch,
      stage: 'signed',
      transactionHash: undefined,
      blockNumber: undefined,
    });
    publisher.open();
    await eventually('the header arrives', () => at(broker, topics.batch).length === 1);
    publisher.announceBatch({ gateway, batch, stage: 'included', transactionHash, blockNumber: 7 });
    await eventually('the inclusion arrives', () => at(broker, topics.batch).length === 2);
    await broker.kill();
    await broker.start();
    await eventually('the header arrives again', () => at(broker, topics.batch).length === 3);
    const common = {
      gateway: `0x${hex(gateway)}`,
      seq: 1,
      size: 3,
      chainId: domain.chainId,
      root: hex(batch.root),
      signature: hex(batch.signature),
    };
    const included = { ...common, state: 'included', transactionHash, blockNumber: 7 };
    expect(broker.on(topics.batch)).toMatchObject([{ ...common, state: 'signed' }, included, included]);
    expect(at(broker, topics.batch).every(({ isRetained }) => isRetained)).toBe(true);
  });

  it('say online, and offline by the last will when the gateway is killed', async () => {
    const log = openTestLog();
    const broker = await startTestBroker();
    const relay = await startTestRelay(broker);
    const { publisher } = publisherOf(log, relay.port);
    publisher.open();
    await eventually('the gateway is online', () => at(broker, topics.status).length === 1);
    relay.cut();
    await eventually('it comes back', () => at(broker, topics.status).length === 3);
    expect(broker.on(topics.status)).toMatchObject([{ online: true }, { online: false }, { online: true }]);
    expect(at(broker, topics.status).every(({ isRetained }) => isRetained)).toBe(true);
  });

  it('say offline when the gateway ends in order, to whoever asks later', async () => {
    const { broker, publisher, close } = await publisherBench([3]);
    publisher.open();
    await eventually('all is acknowledged', () => publisher.acknowledged === 3);
    await close();
    const late = await connectClient(broker.port);
    await late.client.subscribeAsync(topics.status);
    await eventually('the retained message arrives', () => late.heard.length > 0);
    expect(late.heard.map(({ payload }) => JSON.parse(payload.toString()))).toMatchObject([
      { online: false },
    ]);
  });
});
