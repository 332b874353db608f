// Which span of the log is deleted next: the oldest whole commits that nobody holds and that are old enough. Reads the log and
// changes nothing.

import { decodeRecord } from '../../ledger-sync/evidence/record.js';
import type { LogReader } from '../journal/log-reader.js';
import type { PrunedClass, Span } from '../journal/pruned-spans.js';
import type { Hold } from './holds.js';

/** Doubling steps to a record whose time can be trusted. */
const PROBES = 48;

export interface SpanWish {
  readonly of: PrunedClass;
  /** Unix ms: only what was recorded before. */
  readonly beforeMs: number;
  readonly maxRecords: number;
}

/**
 * Whether all before `beyond` is older than a moment. A record's own time is no witness where the clock was not synchronised:
 * what counts is that a later record with a trusted time is old enough.
 */
function isOlder(log: LogReader, beyond: number, beforeMs: number): boolean {
  let sequence = beyond - 1;
  for (let probe = 0; probe < PROBES; probe++) {
    const [stored] = log.stored(sequence, Number.MAX_SAFE_INTEGER, 1);
    if (!stored) return false;
    const record = decodeRecord(stored.leaf);
    if (record.clockTrust > 0) return record.observedAtMs < beforeMs;
    sequence = stored.sequence + 2 ** probe;
  }
  return false;
}

/** The end of the commit in which a record lies. */
const commitEnd = (log: LogReader, sequence: number) => log.checkpointCovering(sequence)?.size;

/** The oldest span that may go; undefined if there is none. */
export function nextSpan(log: LogReader, holds: readonly Hold[], wish: SpanWish): Span | undefined {
  let first: number | undefined = 0;
  while (first !== undefined) {
    const at: number = first;
    const gone = log.pruned.at(at, wish.of);
    const hold = holds.find((one) => one.first <= at && at < one.beyond);
    if (gone) first = gone.beyond;
    else if (hold) first = hold.beyond > Number.MAX_SAFE_INTEGER - 1 ? undefined : afterHold(log, hold, wish);
    else {
      const end = freeEnd(log, holds, at, wish);
      if (end !== undefined && end > at) {
        const beyond = olderEnd(log, at, end, wish);
        return beyond !== undefined && beyond > at ? { first: at, beyond } : undefined;
      }
      first = nextStart(log, at, wish);
    }
  }
  return undefined;
}

/** The last end up to `end` before which all is old enough. */
function olderEnd(log: LogReader, at: number, end: number, { of, beforeMs }: SpanWish): number | undefined {
  if (isOlder(log, end, beforeMs)) return end;
  let [old, young] = [at, end];
  while (young - old > 1) {
    const middle = Math.floor((old + young) / 2);
    if (isOlder(log, middle, beforeMs)) old = middle;
    else young = middle;
  }
  return of === 'events' ? old : log.checkpointWithin(at, old)?.size;
}

/** Readings go in whole commits, so that pages begin and end where something was signed. */
function afterHold(log: LogReader, { beyond }: Hold, { of }: SpanWish): number | undefined {
  return of === 'events' ? beyond : commitEnd(log, beyond - 1);
}

function nextStart(log: LogReader, at: number, { of }: SpanWish): number | undefined {
  return of === 'events' ? log.pruned.nextFirst(at + 1) : commitEnd(log, at);
}

/** Up to where a span from `at` may reach; undefined or `at` itself if nowhere. */
function freeEnd(log: LogReader, holds: readonly Hold[], at: number, wish: SpanWish): number | undefined {
  const limits = [
    at + wish.maxRecords,
    log.pruned.nextFirst(at + 1, wish.of) ?? Number.MAX_SAFE_INTEGER,
    ...holds.filter(({ first }) => first > at).map(({ first }) => first),
  ];
  // Events go only where readings went before them.
  if (wish.of === 'events') {
    const readings = log.pruned.at(at);
    return readings && Math.min(...limits, readings.beyond);
  }
  const limit = Math.min(...limits);
  return log.checkpointWithin(at, limit)?.size;
}
