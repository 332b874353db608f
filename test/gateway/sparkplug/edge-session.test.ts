// One connection as a state machine, with the clock and the chance in the test's hands.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EdgeMetrics } from '../../../gateway/sparkplug/edge-metrics.js';
import { EdgeSession, type SessionAction } from '../../../gateway/sparkplug/edge-session.js';
import { edgeTopics } from '../../../gateway/sparkplug/edge-topics.js';
import { decodePayload } from '../../../gateway/sparkplug/payload-reader.js';
import { RecordFeed } from '../../../gateway/sparkplug/record-feed.js';
import type { EvidenceRecord } from '../../../ledger-sync/evidence/record.js';
import { qualityCodes, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { commandOf, commandTopic, stateOf, stateTopic } from './edge-bench.js';
import { detailOf, epochMs, nameOf, TestLog } from './edge-records.js';

class Bench {
  uptimeMs = 0;
  readonly log = new TestLog();
  readonly metrics = new EdgeMetrics(
    { Version: '1' },
    [{ name: 'cargo-front', quantities: ['temperature'] }],
    () => epochMs + this.uptimeMs,
  );
  readonly feed = new RecordFeed(this.metrics);
  readonly session: EdgeSession;

  constructor(host?: { readonly hasNextServer: boolean }) {
    this.session = new EdgeSession({
      topics: edgeTopics('cold-chain', 'truck-17'),
      metrics: this.metrics,
      bdSeq: 7,
      primaryHostId: host && 'scada',
      hasNextServer: host?.hasNextServer ?? false,
      rebirthMinIntervalMs: 10_000,
      nowMs: () => epochMs + this.uptimeMs,
      uptimeMs: () => this.uptimeMs,
      random: () => 0.25,
    });
  }

  take(records: readonly EvidenceRecord[], isHistorical = false): { isTold: boolean; types: string[] } {
    const { history, news } = this.feed.read(records, nameOf, detailOf, isHistorical);
    const { isTold, actions } = this.session.tell(isHistorical ? history : news, isHistorical);
    return { isTold, types: typesOf(actions) };
  }
}

const typesOf = (actions: readonly SessionAction[]) =>
  actions.map((action) => (action.do === 'publish' ? (action.topic.split('/')[2] ?? '') : action.do));
const payloads = (actions: readonly SessionAction[]) =>
  actions.flatMap((action) => (action.do === 'publish' ? [decodePayload(action.payload)] : []));
const rebirth = commandOf('Node Control/Rebirth');

describe('a session', () => {
  it('numbers any mix of messages 0 to 255 and round again, births from 0', () => {
    const step = fc.constantFrom('reading', 'rebirth', 'loss', 'return', 'history');
    fc.assert(
      fc.property(fc.array(step, { minLength: 300, maxLength: 400 }), (steps) => {
        const bench = new Bench();
        const sent = [...bench.session.subscribed()];
        for (const [at, what] of steps.entries()) {
          bench.uptimeMs += 1_000;
          if (what === 'rebirth') sent.push(...bench.session.message(commandTopic, rebirth, false));
          else {
            const condition = what === 'loss' ? 'probe-unreachable' : 'probe-reachable';
            const record =
              what === 'reading' || what === 'history'
                ? bench.log.temperature('cargo-front', at)
                : bench.log.condition('cargo-front', condition);
            const isHistorical = what === 'history';
            const { history, news } = bench.feed.read([record], nameOf, detailOf, isHistorical);
            sent.push(...bench.session.tell(isHistorical ? history : news, isHistorical).actions);
          }
        }
        let last = 255;
        let isBorn = false;
        for (const action of sent) {
          const [type] = typesOf([action]);
          const seq = payloads([action])[0]?.seq;
          expect(seq).toBe(type === 'NBIRTH' ? 0 : (last + 1) % 256);
          last = seq ?? -1;
          // Data and deaths of the one device only between its birth and its death.
          if (type === 'NBIRTH') isBorn = false;
          if (type === 'DBIRTH') isBorn = true;
          if (type === 'DDATA' || type === 'DDEATH') expect(isBorn).toBe(true);
          if (type === 'DDEATH') isBorn = false;
        }
      }),
      { numRuns: 50 },
    );
  });

  it('sends births no more often than it may, stops data until then, and says when to wake it', () => {
    const bench = new Bench();
    expect(typesOf(bench.session.subscribed())).toEqual(['NBIRTH', 'DBIRTH']);
    bench.uptimeMs = 9_999;
    expect(bench.session.message(commandTopic, rebirth, false)).toEqual([]);
    expect(bench.session.isTelling).toBe(false);
    expect(bench.session.wakeAtMs).toBe(10_000);
    expect(bench.take([bench.log.temperature('cargo-front', 1)])).toEqual({ isTold: false, types: [] });
    expect(bench.session.tick()).toEqual([]);
    bench.uptimeMs = 10_000;
    expect(typesOf(bench.session.tick())).toEqual(['NBIRTH', 'DBIRTH']);
    expect(bench.session.isTelling).toBe(true);
    expect(bench.session.wakeAtMs).toBeUndefined();
    // Long after the last one at once.
    bench.uptimeMs = 30_000;
    expect(typesOf(bench.session.message(commandTopic, rebirth, false))).toEqual(['NBIRTH', 'DBIRTH']);
  });

  it('keeps telling the others while births for a new sensor may not be sent yet', () => {
    const bench = new Bench();
    bench.session.subscribed();
    bench.uptimeMs = 1_000;
    expect(bench.take([bench.log.temperature('cargo-rear', 1)])).toEqual({ isTold: true, types: [] });
    expect(bench.take([bench.log.temperature('cargo-front', 2)])).toEqual({ isTold: true, types: ['DDATA'] });
    // History of what is not born has to come again; of what is, it is told.
    expect(bench.take([bench.log.temperature('cargo-rear', 3)], true)).toEqual({ isTold: false, types: [] });
    expect(bench.take([bench.log.temperature('cargo-front', 3)], true)).toEqual({
      isTold: true,
      types: ['DDATA'],
    });
    bench.uptimeMs = 10_000;
    const late = bench.take([bench.log.temperature('cargo-rear', 3)], true);
    expect(late).toEqual({ isTold: true, types: ['NBIRTH', 'DBIRTH', 'DBIRTH', 'DDATA'] });
  });

  it('tells of a lost sensor once, nothing more of it, and bears it anew when it is read', () => {
    const bench = new Bench();
    bench.session.subscribed();
    bench.uptimeMs = 20_000;
    const { log } = bench;
    expect(bench.take([log.condition('cargo-front', 'probe-unreachable')]).types).toEqual(['DDEATH']);
    expect(bench.take([log.condition('cargo-front', 'probe-unreachable')]).types).toEqual([]);
    // What is judged of its silence is no sign of life.
    expect(bench.take([log.excursion('cargo-front', 'opened', 'silence-1')]).types).toEqual([]);
    expect(bench.take([log.temperature('cargo-front', 1)]).types).toEqual(['NBIRTH', 'DBIRTH']);
  });

  it('says nothing of a reading with the value of the last one, until value or quality is another', () => {
    const bench = new Bench();
    bench.session.subscribed();
    const reading = (milliC: number, quality = qualityCodes.good as number) =>
      bench.take([bench.log.temperature('cargo-front', milliC, { quality })]).types;
    expect([reading(4_000), reading(4_000), reading(4_000)]).toEqual([['DDATA'], [], []]);
    expect([reading(4_000, qualityCodes.stale), reading(4_000, qualityCodes.stale)]).toEqual([['DDATA'], []]);
    expect([reading(4_000), reading(4_001)]).toEqual([['DDATA'], ['DDATA']]);
  });

  it('tells how far the log is at most once a minute', () => {
    const bench = new Bench();
    bench.session.subscribed();
    const types: string[] = [];
    for (let at = 1; at <= 150; at += 1) {
      bench.uptimeMs = at * 1_000;
      types.push(...bench.take([bench.log.record('gps', recordKinds.position, 0)]).types);
    }
    expect(types).toEqual(['NDATA', 'NDATA']);
  });

  it('parts a long history into messages that pass where messages are bounded', () => {
    const bench = new Bench();
    bench.session.subscribed();
    const records = Array.from({ length: 1_000 }, (_unused, at) => bench.log.temperature('cargo-front', at));
    const { history } = bench.feed.read(records, nameOf, detailOf, true);
    const sent = payloads(bench.session.tell(history, true).actions);
    expect(sent.map(({ metrics }) => metrics.length)).toEqual([500, 500, 500, 500, 500, 500]);
    expect(sent.flatMap(({ metrics }) => metrics).every(({ isHistorical }) => isHistorical)).toBe(true);
  });

  it('says of two values of one moment the later one, and of a probe without a number none', () => {
    const bench = new Bench();
    bench.session.subscribed();
    const [one, two] = [1_000, 2_000].map((milliC) =>
      bench.log.temperature('cargo-front', milliC, { observedAtMs: epochMs }),
    );
    const open = bench.log.temperature('cargo-front', 0, { quality: qualityCodes['probe-open'] });
    const { news } = bench.feed.read([one, two, open] as EvidenceRecord[], nameOf, detailOf, false);
    const [told] = payloads(bench.session.tell(news, false).actions);
    const milliC = bench.metrics.devices.get('cargo-front')?.cells.get('temperatureMilliC');
    expect(told?.metrics.filter(({ alias }) => alias === milliC?.alias)).toMatchObject([
      { value: { value: 2_000 } },
      { isNull: true, properties: [{ key: 'Quality', type: 3, value: { value: 0 } }] },
    ]);
  });

  it('keeps every moment of a batch in its place, whatever the clock did', () => {
    const bench = new Bench();
    bench.session.subscribed();
    const times = [5_000, 1_000, 3_000];
    const records = times.map((ms, at) =>
      bench.log.temperature('cargo-front', 100 + at, { observedAtMs: epochMs + ms }),
    );
    const { news } = bench.feed.read(records, nameOf, detailOf, false);
    const [told] = payloads(bench.session.tell(news, false).actions);
    const told1 = told?.metrics.map(({ timestampMs = 0 }) => timestampMs - epochMs);
    expect(told1).toEqual([...times, ...times, ...times].sort((a, b) => a - b));
  });
});

describe('the primary host on one of several servers', () => {
  it('is waited for, then looked for on the next server', () => {
    const bench = new Bench({ hasNextServer: true });
    expect(bench.session.subscribed()).toEqual([]);
    expect(bench.session.wakeAtMs).toBe(15_000);
    bench.uptimeMs = 14_999;
    expect(bench.session.tick()).toEqual([]);
    bench.uptimeMs = 15_000;
    // Nothing was born, so nothing dies.
    expect(typesOf(bench.session.tick())).toEqual(['walk']);
    expect(typesOf(bench.session.message(stateTopic, Buffer.from(stateOf(true, 1)), true))).toEqual([]);
  });

  it('is waited for without end where there is no other server', () => {
    const bench = new Bench({ hasNextServer: false });
    bench.session.subscribed();
    bench.session.message(stateTopic, Buffer.from(stateOf(false, 1)), true);
    expect(bench.session.wakeAtMs).toBeUndefined();
    bench.uptimeMs = 1e9;
    expect(bench.session.tick()).toEqual([]);
  });

  it('that spoke before the subscriptions stood is not forgotten', () => {
    const bench = new Bench({ hasNextServer: true });
    expect(bench.session.message(stateTopic, Buffer.from(stateOf(true, 5)), true)).toEqual([]);
    expect(typesOf(bench.session.subscribed())).toEqual(['NBIRTH', 'DBIRTH']);
    expect(bench.session.wakeAtMs).toBeUndefined();
  });

  it.each([
    ['the same moment', 5, ['NDEATH', 'walk']],
    ['a later moment', 6, ['NDEATH', 'walk']],
    ['an earlier moment', 4, []],
  ])('that says offline with %s than online', (_what, timestamp, types) => {
    const bench = new Bench({ hasNextServer: true });
    bench.session.subscribed();
    bench.session.message(stateTopic, Buffer.from(stateOf(true, 5)), true);
    expect(typesOf(bench.session.message(stateTopic, Buffer.from(stateOf(false, timestamp)), false))).toEqual(
      types,
    );
    expect(bench.session.isTelling).toBe(types.length === 0);
  });
});
