// Events out of a real journal: those that a receiver is told, each once, and none that was not signed.

import { describe, expect, it } from 'vitest';
import { alertEventNames, type WebhookEventName } from '../../../config/webhook-events.js';
import type { LogReader } from '../../../gateway/journal/log-reader.js';
import { OwnCheckpoints } from '../../../gateway/publish/own-checkpoints.js';
import { CloudEvents } from '../../../gateway/webhooks/cloud-event.js';
import { JournalEvents } from '../../../gateway/webhooks/journal-events.js';
import { decodeRecord, encodeRecord, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { draftWith, requestOf } from '../drafts.js';
import { journalReaderOf, openTestLog, type TestLog } from '../test-log.js';
import { thrownBy } from '../thrown.js';

const excursionOf = (event: string) =>
  draftWith({
    kind: recordKinds.excursion,
    value: 9_000,
    detail: { type: 'excursion', event, excursionId: 'cargo-front-1-5' },
  });

const conditionOf = (condition: string) =>
  draftWith({
    kind: recordKinds.deviceCondition,
    subjectName: 'reader',
    detail: { type: 'device-condition', condition, reason: 'seen' },
  });

function eventsIn(reader: LogReader, wanted: readonly WebhookEventName[] = alertEventNames): JournalEvents {
  const events = new CloudEvents(
    'truck-17',
    (subject) => reader.subjectName(subject)?.name,
    ({ sequence }) => reader.detail(sequence),
  );
  return new JournalEvents(reader, new OwnCheckpoints(), events, new Set(wanted));
}

const eventsOf = (log: TestLog, wanted?: readonly WebhookEventName[]) => eventsIn(log.reader, wanted);

function allOf(source: JournalEvents, from = 0): string[] {
  const told: string[] = [];
  for (let next = source.next(from); next; next = source.next(next.sequence + 1)) {
    told.push(`${next.sequence} ${next.name}`);
  }
  return told;
}

describe('the events of a journal', () => {
  it('are those that are wanted, in the order of the log', () => {
    const log = openTestLog();
    log.writer.seal(requestOf([draftWith(), excursionOf('opened'), conditionOf('silent'), draftWith()]));
    log.writer.seal(requestOf([conditionOf('device-changed'), excursionOf('closed')]));
    expect(allOf(eventsOf(log))).toEqual([
      '1 excursion.opened',
      '4 device.device-changed',
      '5 excursion.closed',
    ]);
    expect(allOf(eventsOf(log, ['device.silent', 'excursion.closed']))).toEqual([
      '2 device.silent',
      '5 excursion.closed',
    ]);
    expect(allOf(eventsOf(log), 5)).toEqual(['5 excursion.closed']);
  });

  it('are found behind any number of records that nobody asked for, and those from before still are', () => {
    const log = openTestLog();
    log.writer.seal(requestOf([excursionOf('opened')]));
    for (let batch = 0; batch < 6; batch += 1) {
      log.writer.seal(requestOf(Array.from({ length: 200 }, () => conditionOf('ready'))));
    }
    log.writer.seal(requestOf([excursionOf('closed')]));
    const source = eventsOf(log);
    // A thousand are looked through at a time.
    expect(source.next(1)).toBeUndefined();
    expect(source.next(1)?.sequence).toBe(1201);
    expect(source.next(0)?.sequence).toBe(0);
    log.writer.seal(requestOf([excursionOf('opened')]));
    expect(source.next(1202)?.sequence).toBe(1202);
  });

  it.each([
    [
      'is not what was signed',
      'UPDATE records SET leaf = (SELECT leaf FROM records WHERE sequence = 1) WHERE sequence = 0',
    ],
    ['is not there, though nobody deleted it', 'DELETE FROM records WHERE sequence = 0'],
  ])('are not passed over in silence where a record %s', (_what, sql) => {
    const log = openTestLog();
    log.writer.seal(requestOf([excursionOf('opened'), excursionOf('closed')]));
    log.damage(sql);
    expect(thrownBy(() => eventsIn(journalReaderOf(log).log).next(0)).code).toBe('JOURNAL_DAMAGED');
  });

  it('are not passed over where one bit made the record of an excursion one of a shipment', () => {
    const log = openTestLog();
    log.writer.seal(requestOf([excursionOf('opened'), excursionOf('closed')]));
    const record = decodeRecord(log.reader.leaf(0) ?? new Uint8Array());
    const leaf = encodeRecord({ ...record, kind: record.kind ^ 1 });
    log.damage('UPDATE records SET leaf = ? WHERE sequence = 0', leaf);
    expect(thrownBy(() => eventsIn(journalReaderOf(log).log).next(0)).code).toBe('JOURNAL_DAMAGED');
  });
});
