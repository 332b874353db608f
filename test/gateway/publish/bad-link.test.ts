// A link as a truck has it between two valleys: 300 ms there and back, and cut again and again. Every run has a slice in which
// the cut comes after so many bytes; COLDGATE_BAD_LINK_CUT_MS=60000 with COLDGATE_BAD_LINK_RECORDS=300000 is the campaign
// at the true pace.

import { expect, it } from 'vitest';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { draftWith, readings, requestOf } from '../drafts.js';
import { pagesAt, publisherOf, sequencesAt, topics, upTo } from '../publisher-bench.js';
import { startTestBroker, startTestRelay } from '../test-broker.js';
import { openTestLog } from '../test-log.js';

const ONE_WAY_MS = 150;
/** Of a connection, in the slice: a page and a little more. */
const BYTES = 60_000;
const CUT_MS = Number(process.env.COLDGATE_BAD_LINK_CUT_MS ?? 0);
const RECORDS = Number(process.env.COLDGATE_BAD_LINK_RECORDS ?? 1200);
const COMMIT_RECORDS = 50;
const ALERTS = 6;
const LIMIT_MS = 120_000 + RECORDS * 20;

const excursion = (excursionId: string) =>
  draftWith({
    ...{ kind: recordKinds.excursion, value: 9_000 },
    detail: { type: 'excursion', excursionId, event: 'opened' },
  });

it(
  'of any three connections one brings the log forward at least; each record comes, in order, alerts before all',
  async () => {
    const log = openTestLog();
    const alertEvery = Math.floor(RECORDS / COMMIT_RECORDS / ALERTS);
    const commits = RECORDS / COMMIT_RECORDS;
    let alerts = 0;
    for (let commit = 0; commit < commits; commit++) {
      const isAlert = commit % alertEvery === 0 && alerts < ALERTS;
      const drafts = readings(isAlert ? COMMIT_RECORDS - 1 : COMMIT_RECORDS);
      log.writer.seal(requestOf(isAlert ? [...drafts, excursion(`E${alerts++}`)] : drafts));
    }
    const broker = await startTestBroker();
    const relay = await startTestRelay(broker);
    relay.oneWayMs = ONE_WAY_MS;
    if (CUT_MS > 0) relay.lifeMs = CUT_MS;
    else relay.bytesPerConnection = BYTES;
    const bench = publisherOf(log, relay.port, { backlogBytesPerSecond: 150_000 });
    /** How far the log was at each end of a connection that got to the log. */
    const reached: number[] = [];
    relay.onCut = () => reached.push(bench.publisher.acknowledged);
    bench.publisher.open();
    await eventually('all is acknowledged', () => bench.publisher.acknowledged === RECORDS, LIMIT_MS);

    if (CUT_MS > 0) {
      console.info(JSON.stringify({ campaign: 'bad link', records: RECORDS, cutMs: CUT_MS, reached }));
    }
    // A link that was never cut proves nothing.
    expect(reached.length).toBeGreaterThan(2);
    // The first is spent on alerts, and one that ends before a page got through makes the next ones smaller.
    const stalls = reached.filter((size, at) => at > 2 && size <= (reached[at - 2] ?? 0));
    expect(stalls).toEqual([]);
    expect(sequencesAt(broker)).toEqual(upTo(RECORDS));
    // A page begins behind what was told before it only after a cut, and never beyond it.
    let told = 0;
    for (const { firstSequence, checkpoint } of pagesAt(broker)) {
      expect(firstSequence).toBeLessThanOrEqual(told);
      told = Math.max(told, checkpoint.size);
    }
    const isAlert = (topic: string) => topic.startsWith(`${topics.alert('E')}`);
    const lastFirstAlert = Math.max(
      ...upTo(ALERTS).map((at) =>
        broker.published.findIndex(({ topic }) => topic === topics.alert(`E${at}`)),
      ),
    );
    expect(broker.published.filter(({ topic }) => isAlert(topic)).length).toBeGreaterThanOrEqual(ALERTS);
    expect(lastFirstAlert).toBeLessThan(broker.published.findIndex(({ topic }) => topic === topics.log));
  },
  LIMIT_MS + 10_000,
);
