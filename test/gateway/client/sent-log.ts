// The messages of a gateway for its client's tests: pages of a test log, encoded as the publisher does it.

import type { ClientEvent, RecordEvent } from '../../../gateway/client/client-event.js';
import { type Encoding, encodeLogMessage } from '../../../gateway/publish/log-message.js';
import { LogPager } from '../../../gateway/publish/log-page.js';
import type { DraftRecord } from '../../../gateway/sealing/draft-record.js';
import { requestOf } from '../drafts.js';
import { hex } from '../hex.js';
import { openTestLog, type TestLog } from '../test-log.js';

export const gatewayName = 'truck-17';

/** Seals each list of drafts as one commit. */
export function logOf(...commits: readonly (readonly DraftRecord[])[]): TestLog {
  const log = openTestLog();
  for (const drafts of commits) log.writer.seal(requestOf(drafts));
  return log;
}

/** Payloads from `from` on, one per commit. */
export function messagesOf(log: TestLog, encoding: Encoding, from = 0, maxRecords = 1): Uint8Array[] {
  const pager = new LogPager(log.reader, from);
  const payloads: Uint8Array[] = [];
  const nameOf = (subject: Uint8Array) => log.reader.subjectName(subject)?.name;
  for (let page = pager.next(maxRecords); page; page = pager.next(maxRecords)) {
    payloads.push(Uint8Array.from(encodeLogMessage(encoding, { gatewayName, page, nameOf })));
  }
  return payloads;
}

/** The address of a log's key as a client has it. */
export const addressOf = (log: TestLog) => `0x${hex(log.signer.address)}`;

/** Events of one type, in order. */
export function ofType<T extends ClientEvent['type']>(events: readonly ClientEvent[], type: T) {
  return events.filter((event): event is Extract<ClientEvent, { type: T }> => event.type === type);
}

/** Sequences of the records that were told. */
export function told(events: readonly ClientEvent[]): number[] {
  return ofType(events, 'record').map(({ record }: RecordEvent) => record.sequence);
}
