// Publishing to a real broker that dies, stalls, comes back or is not there: in order, at least once, from a
// cursor that survives.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../firmware-bridge/eventually.js';
import { readings, requestOf } from '../drafts.js';
import { connectClient } from '../mqtt-clients.js';
import {
  pagesAt,
  publisherBench,
  publisherOf,
  sequencesAt,
  topics,
  troubled,
  upTo,
} from '../publisher-bench.js';
import { startTestBroker, startTestRelay } from '../test-broker.js';
import { journalReaderOf, openTestLog } from '../test-log.js';

/** As `eventually`, where the clock of the test stands still. */
async function waitReal(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

afterEach(() => {
  vi.useRealTimers();
});

describe('the publisher', () => {
  it('publishes the whole log in order, page after page, and moves its cursor', async () => {
    const { broker, publisher, cursors } = await publisherBench([600, 700, 5, 1500, 20]);
    publisher.open();
    await eventually('all is acknowledged', () => publisher.acknowledged === 2825);
    const pages = pagesAt(broker);
    const ends = pages.map(({ checkpoint }) => checkpoint.size);
    expect(pages.map(({ firstSequence }) => firstSequence)).toEqual([0, ...ends.slice(0, -1)]);
    expect(ends.every((end) => [600, 1300, 1305, 2805, 2825].includes(end))).toBe(true);
    expect(cursors).toEqual(ends);
  });

  it('goes on with what is sealed later', async () => {
    const { log, broker, publisher } = await publisherBench([3]);
    publisher.open();
    await eventually('the first is acknowledged', () => publisher.acknowledged === 3);
    log.writer.seal(requestOf(readings(2)));
    publisher.pump();
    await eventually('the second is acknowledged', () => publisher.acknowledged === 5);
    expect(sequencesAt(broker)).toEqual(upTo(5));
  });

  it('begins behind its cursor after a restart', async () => {
    const { log, broker, publisher, close } = await publisherBench([3, 4]);
    publisher.open();
    await eventually('all is acknowledged', () => publisher.acknowledged === 7);
    await close();
    broker.published.length = 0;
    log.open().writer.seal(requestOf(readings(2)));
    const again = publisherOf(log, broker.port);
    expect(again.publisher.acknowledged).toBe(7);
    again.publisher.open();
    await eventually('the rest is acknowledged', () => again.publisher.acknowledged === 9);
    expect(pagesAt(broker)).toMatchObject([{ firstSequence: 7 }]);
  });

  it('loses nothing when the broker dies in the middle and comes back', async () => {
    const { broker, publisher, cursors } = await publisherBench(new Array<number>(25).fill(600));
    let pages = 0;
    broker.mayAcknowledge = ({ topic }) => {
      if (topic === topics.log) pages += 1;
      return pages <= 5;
    };
    publisher.open();
    await eventually('some pages arrive', () => pages > 5);
    await broker.kill();
    const acknowledged = publisher.acknowledged;
    expect(acknowledged).toBeLessThanOrEqual(5 * 600);
    broker.mayAcknowledge = () => true;
    await broker.start();
    await eventually('all is acknowledged', () => publisher.acknowledged === 15_000);
    expect(sequencesAt(broker)).toEqual(upTo(15_000));
    expect(cursors).toEqual(cursors.toSorted((a, b) => a - b));
  });

  it('does not move its cursor over a page that is not acknowledged', async () => {
    const { broker, publisher, cursors } = await publisherBench([600, 600, 600]);
    broker.mayAcknowledge = ({ topic, payload }) =>
      topic !== topics.log || JSON.parse(payload.toString()).firstSequence !== 600;
    publisher.open();
    await eventually('all pages arrive', () => pagesAt(broker).length === 3);
    await eventually('the first is acknowledged', () => publisher.acknowledged > 0);
    await connectClient(broker.port);
    expect(cursors).toEqual([600]);
  });

  it('breaks a connection whose broker acknowledges nothing any more, and sends again', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    const log = openTestLog();
    const broker = await startTestBroker();
    const relay = await startTestRelay(broker);
    const { publisher, links } = publisherOf(log, relay.port);
    publisher.open();
    await waitReal(() => broker.on(topics.status).length === 1);
    relay.isDeaf = true;
    log.writer.seal(requestOf(readings(3)));
    publisher.pump();
    await waitReal(() => pagesAt(broker).length === 1);
    vi.advanceTimersByTime(29_000);
    expect(links).toEqual(['up']);
    vi.advanceTimersByTime(11_000);
    relay.isDeaf = false;
    await waitReal(() => publisher.acknowledged === 3);
    expect(links).toEqual(['up', 'down: no acknowledgement for 30000 ms', 'up']);
    expect(sequencesAt(broker)).toEqual(upTo(3));
  });

  it('tries for ever to reach a broker that is not there yet', async () => {
    const { broker, publisher, links } = await publisherBench([3]);
    await broker.kill();
    publisher.open();
    await eventually('two attempts fail', () => links.length >= 2);
    expect(links[0]).toMatch(/^down: .*ECONNREFUSED/);
    await broker.start();
    await eventually('all is acknowledged', () => publisher.acknowledged === 3);
  });

  it('publishes nothing of a page that is damaged, and nothing behind it', async () => {
    const { log, broker, publisher, faults } = await publisherBench([600, 600, 600]);
    log.database.prepare("UPDATE records SET leaf = x'00' WHERE sequence = 700").run();
    publisher.open();
    await eventually('the damage is seen', () => faults.length > 0);
    await eventually('the first page is acknowledged', () => publisher.acknowledged === 600);
    log.writer.seal(requestOf(readings(1)));
    publisher.pump();
    expect(faults).toEqual([['JOURNAL_DAMAGED', true]]);
    expect(sequencesAt(broker)).toEqual(upTo(600));
  });

  it.each([
    ['leaves', 'leaves', 2],
    ['a name', 'subjectName', 1],
    ['the newest checkpoint', 'latestCheckpoint', 1],
  ])('goes on where it was after %s could not be read for a moment', async (_what, method, goodReads) => {
    const log = openTestLog();
    for (const count of [600, 600, 600]) log.writer.seal(requestOf(readings(count)));
    const broker = await startTestBroker();
    let readsToTrouble = goodReads;
    const journal = troubled(journalReaderOf(log), method, () => readsToTrouble-- === 0);
    const { publisher, faults, cursors } = publisherOf(log, broker.port, { journal });
    publisher.open();
    await eventually('the trouble is over', () => faults.length > 0);
    // The pages before it are still in flight: their acknowledgements come in a later turn.
    publisher.pump();
    await eventually('all is acknowledged', () => publisher.acknowledged === 1800);
    expect(faults).toEqual([['DISK_IO', false]]);
    expect(sequencesAt(broker)).toEqual(upTo(1800));
    expect(cursors).toEqual([600, 1200, 1800]);
  });
});
