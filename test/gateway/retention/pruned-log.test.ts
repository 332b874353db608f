// Logs of which old records were deleted, compared with what should be left of them: any commits, any spans, any restarts
// between. Whoever reads such a log gets what is left, proven, and is told what is gone.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogStream } from '../../../gateway/client/log-stream.js';
import { classOf } from '../../../gateway/journal/record-class.js';
import { checkIn } from '../../../gateway/journal/row-check.js';
import { encodeLogMessage } from '../../../gateway/publish/log-message.js';
import { LogPager } from '../../../gateway/publish/log-page.js';
import { walkLog } from '../../../gateway/reviews/log-walk.js';
import type { DraftRecord } from '../../../gateway/sealing/draft-record.js';
import { buildInclusion, verifyInclusion } from '../../../ledger-sync/evidence/inclusion.js';
import { leafHash } from '../../../ledger-sync/evidence/merkle.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { draftWith, readings, requestOf } from '../drafts.js';
import { journalReaderOf, openTestLog, type TestLog } from '../test-log.js';
import { order, sweep } from './pruned-log.js';

/** Of somebody who knows how a row is checked; the signed records tell all the same. */
const CHECKED_ANEW = `UPDATE pruned SET checksum = ${checkIn('pruned')}`;

/** A campaign is COLDGATE_RETENTION_RUNS=200. */
const RUNS = Number(process.env.COLDGATE_RETENTION_RUNS ?? 2);

const events = [
  recordKinds.excursion,
  recordKinds.review,
  recordKinds.configurationChange,
  recordKinds.dataLoss,
];

/** Readings with an event here and there. */
function mixed(count: number, eventAt: number): DraftRecord[] {
  return readings(count).map((draft, at) =>
    at % 50 === eventAt
      ? { ...draft, kind: events[eventAt % events.length] ?? 9, detail: { type: 'note', at } }
      : draft,
  );
}

/** What is shown of a log: sequences, places that are not what was signed, and spans that are gone. */
function walked(log: TestLog) {
  const shown: number[] = [];
  const places: object[] = [];
  const gone: [first: number, beyond: number, kept: number][] = [];
  const end = walkLog(
    journalReaderOf(log),
    { from: 0, wants: () => true, recordsPerSignature: 1024 },
    {
      record: ({ record }) => shown.push(record.sequence),
      broken: (place) => places.push(place),
      gone: ({ first, beyond }, kept) => gone.push([first, beyond, kept]),
    },
  );
  return { shown, places, gone, stoppedAt: end.stoppedAt };
}

/** What an integrator gets who begins at 0, and gives up what the gateway says is deleted. */
function followed(log: TestLog) {
  const records: number[] = [];
  const gaps: (readonly [from: number, to: number])[] = [];
  const problems: object[] = [];
  const stream: LogStream = new LogStream({
    gatewayName: 'truck-17',
    from: 0,
    onEvent: (event) => {
      if (event.type === 'record') records.push(event.record.sequence);
      else if (event.type === 'gap' && event.isDeleted) gaps.push([event.from, event.to]);
      else if (event.type === 'fork' || event.type === 'refused' || event.type === 'gap')
        problems.push(event);
    },
  });
  const pager = new LogPager(log.reader, 0);
  for (let page = pager.next(); page; page = pager.next()) {
    stream.take(encodeLogMessage('json', { gatewayName: 'truck-17', page, nameOf: () => undefined }));
    stream.skipGap();
  }
  return { records, gaps, problems };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_unused, at) => from + at);

describe('a log with a gap', () => {
  it('gives what is left, proven, and says what is gone', () => {
    const log = openTestLog();
    for (let commit = 0; commit < 8; commit++) log.writer.seal(requestOf(mixed(100, commit)));
    order(log, 100, 700);
    const left = [...range(0, 100), ...range(700, 801)];
    const kept = range(100, 700).filter((sequence) => sequence % 50 === Math.floor(sequence / 100));
    // At once, before a single row is gone, and after the last.
    for (const clear of [() => {}, () => sweep(log, 77)]) {
      clear();
      expect(followed(log)).toEqual({ records: left, gaps: [[100, 700]], problems: [] });
      expect(walked(log)).toEqual({
        shown: [...range(0, 100), ...kept, ...range(700, 801)],
        ...{ places: [], stoppedAt: undefined, gone: [[100, 700, kept.length]] },
      });
    }
    expect(log.reader.leaves(100, 1000)).toEqual([]);
    expect(log.reader.leaves(0, 1000)).toHaveLength(100);
  });

  it('loses its events by an order of their own, but never what tells of losses', () => {
    const log = openTestLog();
    for (let commit = 0; commit < 8; commit++) log.writer.seal(requestOf(mixed(100, commit)));
    order(log, 0, 700);
    order(log, 0, 300, 'events');
    sweep(log);
    const shown = walked(log).shown.filter((sequence) => sequence < 700);
    // Those of kind 13 in the commit whose events are such, and all events behind the second order.
    expect(shown.filter((sequence) => sequence < 300)).toEqual([]);
    expect(shown).toContain(303);
    expect(log.reader.alertSequences(0, 10).every((sequence) => sequence >= 300)).toBe(true);
    expect(walked(log).places).toEqual([]);
  });

  it('is refused where it would end inside a commit, lie under no full tile, or was ordered before', () => {
    const log = openTestLog();
    for (let commit = 0; commit < 6; commit++) log.writer.seal(requestOf(readings(100)));
    order(log, 100, 300);
    for (const [first, beyond] of [
      [350, 400],
      [300, 350],
      [500, 600],
      [200, 400],
      [0, 200],
      [300, 300],
    ] as const) {
      expect([first, beyond, order(log, first, beyond)]).toEqual([first, beyond, false]);
    }
    expect(order(log, 200, 400, 'events')).toBe(false);
    expect(order(log, 300, 500)).toBe(true);
    expect(log.reader.pruned.all()).toEqual([{ first: 100, beyond: 500 }]);
  });

  it('that no signed record tells of is found, as is a row that was taken out beside it', () => {
    const log = openTestLog();
    for (let commit = 0; commit < 8; commit++) log.writer.seal(requestOf(readings(100)));
    order(log, 100, 300);
    sweep(log);
    log.database.exec(`UPDATE pruned SET beyond = 400, swept = 300; ${CHECKED_ANEW}`);
    expect(walked(log).places).toEqual([
      { firstSequence: 300, lastSequence: 399, what: expect.stringContaining('no signed record') },
    ]);
    log.database.exec(
      `UPDATE pruned SET beyond = 300; ${CHECKED_ANEW}; DELETE FROM records WHERE sequence = 310`,
    );
    expect(walked(log).places).toEqual([
      { firstSequence: 310, lastSequence: 310, what: expect.stringContaining('missing') },
    ]);
  });

  it('shows an event that was kept in it only as it was signed', () => {
    const log = openTestLog();
    for (let commit = 0; commit < 8; commit++) log.writer.seal(requestOf(mixed(100, commit)));
    order(log, 100, 700);
    sweep(log);
    log.database.exec(
      'UPDATE records SET leaf = (SELECT leaf FROM records WHERE sequence = 151) WHERE sequence = 202',
    );
    expect(log.reader.leaf(202)).toBeDefined();
    expect(walked(log).places).toEqual([
      { firstSequence: 202, lastSequence: 202, what: 'it is not what was signed' },
    ]);
  });
});

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('seal' as const),
      count: fc.integer({ min: 1, max: 300 }),
      eventAt: fc.nat(49),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('order' as const),
      from: fc.nat(),
      to: fc.nat(),
      of: fc.constantFrom('readings' as const, 'events' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('sweep' as const), records: fc.integer({ min: 1, max: 400 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);

describe('any course of commits, deletions and restarts', () => {
  it(
    'leaves what was not deleted, all of it proven, and nothing else in the end',
    () => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 5, maxLength: 18 }), (steps) => {
          const log = openTestLog();
          const kinds: number[] = [];
          const boundaries = [0];
          const readingsGone = new Set<number>();
          const eventsGone = new Set<number>();
          const seal = (drafts: readonly DraftRecord[]) => {
            log.writer.seal(requestOf(drafts));
            kinds.push(...drafts.map(({ kind }) => kind));
            boundaries.push(kinds.length);
          };
          for (const one of steps) {
            if (one.do === 'seal') seal(mixed(one.count, one.eventAt));
            else if (one.do === 'sweep') log.writer.seal(requestOf([], { sweepRecords: one.records }));
            else if (one.do === 'restart') log.open();
            else {
              const full = kinds.length - (kinds.length % 256);
              const free = boundaries.filter(
                (at) => at <= full && !(readingsGone.has(at - 1) && readingsGone.has(at)),
              );
              const [a = 0, b = 0] = [free[one.from % free.length], free[one.to % free.length]];
              const span = range(Math.min(a, b), Math.max(a, b));
              const [gone, mayGo] =
                one.of === 'readings'
                  ? [readingsGone, true]
                  : [eventsGone, span.every((at) => readingsGone.has(at))];
              if (span.length === 0 || !mayGo || span.some((at) => gone.has(at))) continue;
              expect(order(log, Math.min(a, b), Math.max(a, b), one.of)).toBe(true);
              kinds.push(recordKinds.dataLoss);
              boundaries.push(kinds.length);
              for (const at of span) gone.add(at);
            }
          }
          if (kinds.length === 0) return;
          const isLeft = (kind: number, at: number) => {
            const of = classOf(kind);
            return of === 'losses' || !(of === 'readings' ? readingsGone : eventsGone).has(at);
          };
          const left = kinds.flatMap((kind, at) => (isLeft(kind, at) ? [at] : []));
          const streamed = range(0, kinds.length).filter((at) => !readingsGone.has(at));
          expect(followed(log)).toMatchObject({ records: streamed, problems: [] });
          expect(walked(log)).toMatchObject({ places: [], stoppedAt: undefined });
          sweep(log);
          log.open();
          expect(followed(log)).toMatchObject({ records: streamed, problems: [] });
          expect(walked(log)).toMatchObject({ shown: left, places: [], stoppedAt: undefined });
          const newest = log.reader.latestCheckpoint();
          if (!newest) throw new Error('no checkpoint');
          const { size, root } = newest;
          for (const { sequence, leaf } of log.reader.stored(0, size, size)) {
            const proof = buildInclusion(sequence, size, log.reader);
            expect(verifyInclusion(sequence, size, leafHash(leaf), proof, root)).toBe(true);
          }
          expect(log.reader.stored(0, size, size).map(({ sequence }) => sequence)).toEqual(left);
          // And the log goes on.
          seal([draftWith()]);
          expect(walked(log).places).toEqual([]);
          log.close();
        }),
        { numRuns: RUNS },
      );
    },
    60_000 + RUNS * 10_000,
  );
});
