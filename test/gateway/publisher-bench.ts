// A publisher between a log and a broker, with all that it told, and ways to look at what reached the broker.

import { onTestFinished } from 'vitest';
import type { JournalError } from '../../gateway/journal/journal-error.js';
import type { JournalReader } from '../../gateway/journal/journal-reader.js';
import { Publisher, type PublisherOptions } from '../../gateway/publish/publisher.js';
import { statusPayload } from '../../gateway/publish/side-messages.js';
import { topicsOf } from '../../gateway/publish/topics.js';
import { readings, requestOf } from './drafts.js';
import { startTestBroker, type TestBroker } from './test-broker.js';
import { journalReaderOf, openTestLog, type TestLog } from './test-log.js';

const SINK = 'mqtt:test';
export const topics = topicsOf('truck-17');

export interface Page {
  readonly firstSequence: number;
  readonly checkpoint: { readonly size: number };
}

export const pagesAt = (broker: TestBroker) => broker.on(topics.log) as Page[];

/** Sequences that reached the broker, each once, in the order of their first arrival. */
export function sequencesAt(broker: TestBroker): number[] {
  const seen = new Set<number>();
  for (const { firstSequence, checkpoint } of pagesAt(broker)) {
    for (let sequence = firstSequence; sequence < checkpoint.size; sequence++) seen.add(sequence);
  }
  return [...seen];
}

export const upTo = (size: number) => [...Array(size).keys()];

export function publisherOf(log: TestLog, port: number, more: Partial<PublisherOptions> = {}) {
  const cursors: number[] = [];
  const links: string[] = [];
  const faults: (readonly [code: JournalError['code'], isDamaged: boolean])[] = [];
  const publisher = new Publisher({
    sink: SINK,
    gatewayName: 'truck-17',
    encoding: 'json',
    topics,
    link: { url: `mqtt://127.0.0.1:${port}`, clientId: 'coldgate-truck-17' },
    journal: journalReaderOf(log),
    status: (isOnline) => statusPayload(log.signer.address, 'truck-17', isOnline),
    onAcknowledged: (sink, size) => {
      cursors.push(size);
      log.writer.seal(requestOf([], { cursors: [[sink, size]] }));
    },
    onLink: (_sink, isUp, reason) => links.push(isUp ? 'up' : `down: ${reason}`),
    onUnreadable: ({ code }, isDamaged) => faults.push([code, isDamaged]),
    ...more,
  });
  let isClosed = false;
  const close = async () => {
    if (!isClosed) await publisher.close();
    isClosed = true;
  };
  onTestFinished(close);
  return { publisher, cursors, links, faults, close };
}

/** A log with groups of readings, its broker, and a publisher between them. */
export async function publisherBench(groups: readonly number[], more: Partial<PublisherOptions> = {}) {
  const log = openTestLog();
  for (const count of groups) log.writer.seal(requestOf(readings(count)));
  const broker = await startTestBroker();
  return { log, broker, ...publisherOf(log, broker.port, more) };
}

/** The journal, in which one read fails when `isTrouble` says so. */
export function troubled(journal: JournalReader, method: string, isTrouble: () => boolean): JournalReader {
  const log = new Proxy(journal.log, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...values: unknown[]) => {
        if (name === method && isTrouble()) {
          throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_READ' });
        }
        return member.apply(target, values);
      };
    },
  });
  return new Proxy(journal, {
    get: (target, name) => {
      if (name === 'log') return log;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
