// When records go and what keeps them: the desk over a real log, its clock and its disk in the test's hand.

import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../config/load.js';
import type { DiskRoom } from '../../../gateway/retention/disk-room.js';
import { RetentionDesk } from '../../../gateway/retention/retention-desk.js';
import { readRetention } from '../../../gateway/retention/retention-status.js';
import type { DraftRecord, SealRequest } from '../../../gateway/sealing/draft-record.js';
import { LogPipeline } from '../../../gateway/sealing/log-pipeline.js';
import { decodeRecord, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { draftWith, requestOf } from '../drafts.js';
import { journalReaderOf, openTestLog, type TestLog } from '../test-log.js';
import { context } from './pruned-log.js';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);
const AMPLE: DiskRoom = {
  ...{ diskBytes: 1e9, freeBytes: 9e8, reusableBytes: 0, journalBytes: 1e8, wantedFreeBytes: 5e7 },
};
const SHORT: DiskRoom = { ...AMPLE, freeBytes: 1e7 };
/** Enough behind them that the newest records hold nothing back. */
const TAIL = 4500;
/** To the first look, and no further. */
const FIRST_LOOK_SECONDS = 70;

/** One commit of 100 readings a day. */
function days(log: TestLog, count: number, fields: Partial<DraftRecord> = {}, fromDay = 0): void {
  for (let day = fromDay; day < fromDay + count; day++) {
    const observedAtMs = START_MS + day * DAY_MS;
    log.writer.seal(requestOf(Array.from({ length: 100 }, () => draftWith({ observedAtMs, ...fields }))));
  }
}

/** Young readings at the end. */
const tail = (log: TestLog, day: number) =>
  log.writer.seal(
    requestOf(Array.from({ length: TAIL }, () => draftWith({ observedAtMs: START_MS + day * DAY_MS }))),
  );

function bench(log: TestLog, section: string, more = '') {
  const config = parseConfig(
    `gateway: { name: truck-17, dataDir: ${dirname(log.path)} }\nretention: ${section}\n${more}`,
    '/etc/coldgate.yaml',
  );
  const said: [level: string, fields: Readonly<Record<string, unknown>>][] = [];
  const say = (level: string) => (fields: object) => said.push([level, fields as Record<string, unknown>]);
  const requests: SealRequest[] = [];
  const journal = journalReaderOf(log);
  let room = AMPLE;
  let trust: 0 | 2 = 2;
  const pipeline = new LogPipeline({
    windowMs: 0,
    writer: {
      send: (message) => {
        if (message.kind !== 'seal') return;
        requests.push(message.request);
        const receipt = log.writer.seal(message.request);
        pipeline.onAnswer({ kind: 'sealed', receipt });
      },
    },
    onSealed: (receipt) => desk.sealed(receipt),
    onTrouble: () => {},
  });
  const desk: RetentionDesk = new RetentionDesk({
    ...{ config, journal, pipeline, readRoom: () => room },
    context: { ...context, clockTrust: () => trust },
    log: { info: say('info'), warn: say('warn'), error: say('error') } as never,
  });
  let uptimeMs = 0;
  /** Lets it work on that day, for an hour if need be. */
  const work = (day: number, seconds = 3600) => {
    for (let second = 0; second < seconds; second += 10) {
      uptimeMs += 10_000;
      desk.tick({ unixMs: START_MS + day * DAY_MS, uptimeMs });
      pipeline.flush();
    }
  };
  return {
    ...{ work, said, journal, config, requests },
    setRoom: (next: DiskRoom) => {
      room = next;
    },
    distrust: () => {
      trust = 0;
    },
    gone: () => journal.log.pruned.all(),
    status: (day: number) => readRetention(config, journal, START_MS + day * DAY_MS),
  };
}

describe('by age', () => {
  it('readings go when they are old enough, in whole days, and their rows leave the file', () => {
    const log = openTestLog();
    days(log, 60);
    tail(log, 59);
    const { work, gone, journal } = bench(log, '{ readingDays: 30 }');
    work(50);
    // Those of day 0 to 19 are older than 30 days on day 50.
    expect(gone()).toEqual([{ first: 0, beyond: 2000 }]);
    expect(journal.log.stored(0, 2000, 10)).toEqual([]);
    expect(journal.log.leaf(2000)).toBeDefined();
    const record = decodeRecord(log.reader.leaf(6000 + TAIL) ?? new Uint8Array());
    expect(record).toMatchObject({ kind: recordKinds.dataLoss, value: 2000, shipment: new Uint8Array(0) });
    expect(JSON.parse(log.reader.detail(6000 + TAIL) ?? '')).toEqual({
      ...{ type: 'retention', deletes: 'readings', first: 0, last: 1999, cause: 'age', keptDays: 30 },
    });
    work(51);
    expect(gone()).toEqual([{ first: 0, beyond: 2100 }]);
  });

  it('nothing goes without a time to keep it, however old it is', () => {
    const log = openTestLog();
    days(log, 20);
    tail(log, 20);
    const { work, gone, said } = bench(log, '{}');
    work(3000);
    expect([gone(), said]).toEqual([[], []]);
  });

  it('events outlive readings, and go when their own time is over', () => {
    const log = openTestLog();
    days(log, 10);
    days(log, 1, { kind: recordKinds.operatorAction }, 10);
    days(log, 10, {}, 11);
    tail(log, 21);
    const { work, journal } = bench(log, '{ readingDays: 30, eventDays: 100 }');
    work(90);
    expect(journal.log.stored(0, 2000, 1000).map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 100 }, (_unused, at) => 1000 + at),
    );
    work(110);
    expect(journal.log.stored(0, 2000, 1000)).toHaveLength(100);
    work(111);
    expect(journal.log.stored(0, 2000, 1000)).toEqual([]);
  });

  it('a clock that nobody set makes nothing old', () => {
    const log = openTestLog();
    // Since 1970, as far as the machine knew.
    days(log, 5, { observedAtMs: 5000, clockTrust: 0 });
    days(log, 5, {}, 100);
    tail(log, 105);
    const { work, gone, distrust } = bench(log, '{ readingDays: 30 }');
    work(120);
    expect(gone()).toEqual([]);
    work(131);
    expect(gone()).toEqual([{ first: 0, beyond: 600 }]);
    distrust();
    work(1000);
    expect(gone()).toEqual([{ first: 0, beyond: 600 }]);
  });
});

describe('is kept', () => {
  const held = (section: string, more: string, prepare: (log: TestLog) => void) => {
    const log = openTestLog();
    days(log, 60);
    tail(log, 59);
    prepare(log);
    const desk = bench(log, section, more);
    desk.work(3000);
    return desk;
  };
  const state = (key: string, value: object) => (log: TestLog) =>
    log.writer.seal(requestOf([], { judgeState: [[key, JSON.stringify(value)]] }));
  const brokers = 'publish: { brokers: [ { name: fleet, url: mqtt://127.0.0.1 } ], consumers: [ erp ] }';

  it('what a broker or an integrator has not got, until it has', () => {
    const cursors = (fleet: number, erp: number) => (log: TestLog) =>
      log.writer.seal(
        requestOf([], {
          cursors: [
            ['mqtt:fleet', fleet],
            ['receipt:erp', erp],
          ],
        }),
      );
    const { gone, status } = held('{ readingDays: 30 }', brokers, cursors(3000, 1250));
    // To the end of the last commit that both have.
    expect(gone()).toEqual([{ first: 0, beyond: 1200 }]);
    expect(status(3000).holds[0]).toEqual({ by: 'receipt:erp', fromSequence: 1250 });
    const named = held('{ readingDays: 30, holdFor: [ mqtt:fleet ] }', brokers, cursors(3000, 1250));
    expect(named.gone()).toEqual([{ first: 0, beyond: 3000 }]);
  });

  it('what an EPCIS repository or a Sparkplug host was not told, unless others alone are waited for', () => {
    const sections = {
      epcis: 'epcis: { capture: { url: https://epcis.example/v2/capture } }',
      sparkplug: 'sparkplug: { groupId: cold-chain, urls: [ mqtts://scada.example.org ] }',
    };
    for (const [sink, section] of Object.entries(sections)) {
      const { gone, status } = held('{ readingDays: 30 }', section, () => {});
      expect(gone()).toEqual([]);
      expect(status(3000).holds).toContainEqual({ by: sink, fromSequence: 0 });
      expect(held('{ readingDays: 30, holdFor: [] }', section, () => {}).gone()).not.toEqual([]);
    }
    const told = held('{ readingDays: 30 }', sections.sparkplug, (log) =>
      log.writer.seal(requestOf([], { cursors: [['sparkplug', 1250]] })),
    );
    expect(told.gone()).toEqual([{ first: 0, beyond: 1200 }]);
  });

  it('what is not on the ledger', () => {
    const ledger = `ledger: { rpcUrl: 'http://127.0.0.1:8545', chainId: 31337, contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3' }`;
    expect(held('{ readingDays: 30 }', ledger, () => {}).gone()).toEqual([]);
  });

  it('a shipment that is open or young, with all between its first and its last record', () => {
    const log = openTestLog();
    days(log, 10);
    days(log, 1, { shipmentName: 'SHIP-1' }, 10);
    days(log, 5, {}, 11);
    days(log, 1, { shipmentName: 'SHIP-1' }, 16);
    days(log, 10, {}, 17);
    tail(log, 27);
    state('shipment/SHIP-1', { state: 'delivered', history: [{ state: 'delivered', atMs: START_MS }] })(log);
    const { work, gone } = bench(log, '{ readingDays: 30, shipmentDays: 1000 }');
    work(2000);
    expect(gone()).toEqual([
      { first: 0, beyond: 1000 },
      { first: 1700, beyond: 2700 },
    ]);
    state('shipment/SHIP-1', {
      state: 'closed',
      history: [{ state: 'closed', atMs: START_MS + 1500 * DAY_MS }],
    })(log);
    work(2400);
    expect(gone()).toHaveLength(2);
    work(2501);
    expect(log.reader.pruned.at(0)).toEqual({ first: 0, beyond: 2700 });
  });

  it('what an alert is about that nobody has closed', () => {
    const alert = (value: string) =>
      state('alert/E1', { state: value, firstSequence: 2050, lastSequence: 2310 });
    expect(held('{ readingDays: 30 }', '', alert('assessed')).gone()).toEqual([
      { first: 0, beyond: 2000 },
      { first: 2400, beyond: 6000 },
    ]);
    expect(held('{ readingDays: 30 }', '', alert('closed')).gone()).toEqual([{ first: 0, beyond: 6000 }]);
  });

  it('what the judges go on from, but for probes that fell silent long before', () => {
    const past = (lastDay: number, position: number) => [
      { position, fold: { lastMs: lastDay * DAY_MS } },
      { position: position + 500, fold: { lastMs: lastDay * DAY_MS } },
    ];
    const { gone } = held('{ readingDays: 30 }', '', (log) => {
      state('fold/a', { position: 5000, fold: {} })(log);
      state('past/a', past(50, 4000))(log);
      state('past/b', past(10, 100))(log);
    });
    expect(gone()).toEqual([{ first: 0, beyond: 4000 }]);
  });

  it('everything, while a row cannot be read that may be of an open alert', () => {
    const { gone } = held('{ readingDays: 30 }', '', (log) =>
      log.writer.seal(requestOf([], { judgeState: [['alert/E1', '{"state":"clo']] })),
    );
    expect(gone()).toEqual([]);
  });
});

describe('when the disk is nearly full', () => {
  it('the oldest readings go early and no more than must, events last, which is said loudly', () => {
    const log = openTestLog();
    days(log, 150);
    days(log, 1, { kind: recordKinds.excursion }, 150);
    days(log, 150, {}, 151);
    tail(log, 301);
    const { work, gone, said, setRoom, journal } = bench(log, '{}');
    setRoom(SHORT);
    // The disk has room again as soon as something was deleted.
    work(302, FIRST_LOOK_SECONDS);
    setRoom(AMPLE);
    work(302);
    expect(gone()).toEqual([{ first: 0, beyond: 10_000 }]);
    expect(said).toEqual([
      ['warn', expect.objectContaining({ code: 'DISK_NEARLY_FULL', first: 0, last: 9999 })],
    ]);
    setRoom(SHORT);
    work(302);
    // All but the last eight days, and then the excursions as well.
    expect(journal.log.pruned.at(0)).toEqual({ first: 0, beyond: 29_400 });
    expect(journal.log.stored(0, 29_400, 10)).toEqual([]);
    const classes = said.map(([, fields]) => fields.of ?? fields.code);
    expect(classes.indexOf('events')).toBeGreaterThan(classes.lastIndexOf('readings'));
    expect(said.at(-1)).toEqual(['error', expect.objectContaining({ code: 'RETENTION_HELD' })]);
    expect(said.filter(([level]) => level === 'error')).toHaveLength(1);
  });

  /** Two shipments that have ended, one of them with an excursion, and an open one; days 20 to 79 of 120. */
  function journeys(log: TestLog): void {
    days(log, 20);
    days(log, 20, { shipmentName: 'SHIP-1' }, 20);
    days(log, 10, { shipmentName: 'SHIP-2' }, 40);
    days(log, 1, { shipmentName: 'SHIP-2', kind: recordKinds.excursion }, 50);
    days(log, 1, { shipmentName: 'SHIP-2', kind: recordKinds.shipmentEvent }, 51);
    days(log, 8, { shipmentName: 'SHIP-2' }, 52);
    days(log, 20, { shipmentName: 'SHIP-3' }, 60);
    days(log, 1, { kind: recordKinds.review }, 80);
    days(log, 39, {}, 81);
    tail(log, 120);
    const ended = { state: 'closed', history: [{ state: 'closed', atMs: START_MS + 61 * DAY_MS }] };
    const rows: [string, object][] = [
      ['shipment/SHIP-1', ended],
      ['shipment/SHIP-2', ended],
      ['shipment/SHIP-3', { state: 'armed', history: [] }],
      ['alert/E1', { state: 'closed', firstSequence: 4850, lastSequence: 5260 }],
    ];
    log.writer.seal(
      requestOf([], { judgeState: rows.map(([key, row]) => [key, JSON.stringify(row)] as const) }),
    );
  }

  it('readings of shipments that have ended go before any event, but for what excursions are about', () => {
    const log = openTestLog();
    journeys(log);
    const { work, gone, said, setRoom, journal } = bench(log, '{}');
    work(130);
    expect(gone()).toEqual([]);
    setRoom(SHORT);
    work(130);
    const order = said.flatMap(([, { of, first }]) => (of === undefined ? [] : [[of, first]]));
    // What nobody holds, then SHIP-1 and SHIP-2 up to the commit of the excursion and behind it, then events.
    expect(order).toEqual([
      ['readings', 0],
      ['readings', 8000],
      ['readings', 2000],
      ['readings', 5300],
      ['events', 0],
      ['events', 8000],
    ]);
    expect(gone()).toEqual([
      { first: 0, beyond: 4800 },
      { first: 5300, beyond: 6000 },
      { first: 8000, beyond: 12_000 },
    ]);
    const kept = (first: number, beyond: number) => journal.log.stored(first, beyond, 10_000).length;
    expect(kept(4800, 5300)).toBe(500);
    expect(kept(6000, 8000)).toBe(2000);
    expect(said.at(-1)).toEqual(['error', expect.objectContaining({ code: 'RETENTION_HELD' })]);
  });

  it('events of a shipment that has ended stay when its readings go', () => {
    const log = openTestLog();
    days(log, 10, { shipmentName: 'SHIP-1' });
    days(log, 1, { shipmentName: 'SHIP-1', kind: recordKinds.shipmentEvent }, 10);
    days(log, 10, { shipmentName: 'SHIP-1' }, 11);
    tail(log, 40);
    const closed = { state: 'closed', history: [{ state: 'closed', atMs: START_MS + 22 * DAY_MS }] };
    log.writer.seal(requestOf([], { judgeState: [['shipment/SHIP-1', JSON.stringify(closed)]] }));
    const { work, setRoom, journal } = bench(log, '{}');
    setRoom(SHORT);
    work(60);
    const kinds = journal.log.stored(0, 2100, 10_000).map(({ leaf }) => decodeRecord(leaf).kind);
    expect(kinds).toEqual(new Array(100).fill(recordKinds.shipmentEvent));
  });

  it('what is held stays, whatever the disk says', () => {
    const log = openTestLog();
    days(log, 50);
    tail(log, 50);
    const { work, gone, said, setRoom } = bench(
      log,
      '{}',
      'publish: { brokers: [ { name: fleet, url: mqtt://127.0.0.1 } ] }',
    );
    setRoom(SHORT);
    work(100);
    expect(gone()).toEqual([]);
    expect(said).toEqual([
      [
        'error',
        expect.objectContaining({ code: 'RETENTION_HELD', heldBy: expect.arrayContaining(['mqtt:fleet']) }),
      ],
    ]);
  });
});

it('a start goes on where a crash left rows of what was deleted', () => {
  const log = openTestLog();
  days(log, 60);
  tail(log, 59);
  const first = bench(log, '{ readingDays: 30 }');
  first.work(50, FIRST_LOOK_SECONDS);
  const sequence = () => log.reader.stored(0, 2000, 1)[0]?.sequence;
  expect(sequence()).toBe(0);
  const second = bench(log, '{ readingDays: 30 }');
  second.work(50);
  expect(sequence()).toBeUndefined();
  expect(second.requests.flatMap(({ prunes = [] }) => prunes)).toEqual([]);
});
