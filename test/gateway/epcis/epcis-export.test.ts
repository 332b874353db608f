// `coldgate epcis export` on a journal of the real writer: valid, the same bytes each time, and nothing of a log that
// was touched.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { exitCodes } from '../../../gateway/cli/cli-io.js';
import { type EpcisExportOptions, runEpcisExport } from '../../../gateway/cli/epcis-export-command.js';
import { JournalFeed } from '../../../gateway/epcis/journal-feed.js';
import { capturedIo } from '../cli/captured-io.js';
import { draftWith, requestOf } from '../drafts.js';
import { tempFolder } from '../temp-folder.js';
import { journalReaderOf, openTestLog, type TestLog } from '../test-log.js';
import { schemaProblems } from './epcis-validator.js';
import { drive, epcisConfig, logOf, shipmentId } from './log-of-a-drive.js';

let log: TestLog;
let options: EpcisExportOptions;

beforeEach(() => {
  log = openTestLog();
  const drafts = logOf(drive()).map(({ record, name, shipment, detail }) =>
    draftWith({
      observedAtMs: record.observedAtMs,
      kind: record.kind,
      value: record.value,
      subjectName: name ?? 'gateway',
      shipmentName: shipment,
      detail: detail === 'missing' ? undefined : detail,
    }),
  );
  log.writer.seal(requestOf(drafts.slice(0, 100)));
  log.writer.seal(requestOf(drafts.slice(100)));
  options = { config: 'unused.yaml', journal: log.path };
});

async function exported(more: Partial<EpcisExportOptions> = {}) {
  const io = capturedIo();
  const code = await runEpcisExport({ ...options, ...more }, io);
  return { ...io, code };
}

interface Document {
  readonly epcisBody: { readonly eventList: { eventID: string; eventTime: string; bizStep: string }[] };
}
const documentOf = (lines: readonly string[]) => JSON.parse(lines.join('\n')) as Document;

test('the document is valid, and the same bytes each time', async () => {
  const { code, outLines } = await exported();
  expect(code).toBe(exitCodes.ok);
  const document = documentOf(outLines);
  expect(schemaProblems(document)).toEqual([]);
  expect(document.epcisBody.eventList.map(({ bizStep }) => bizStep)).toContain('unloading');
  expect((await exported()).outLines).toEqual(outLines);
});

test('a feed that is read in pieces tells the same events', async () => {
  const { eventList } = documentOf((await exported()).outLines).epcisBody;
  const told: string[] = [];
  let cursor: string | undefined;
  for (let more = true; more; ) {
    const feed = new JournalFeed(journalReaderOf(log), epcisConfig({}));
    const read = feed.read(cursor, 1);
    more = read.events.length > 0;
    cursor = read.cursor;
    told.push(...read.events.map(({ eventID }) => eventID));
  }
  expect(told).toEqual(eventList.map(({ eventID }) => eventID));
});

test('each line of NDJSON is an event that explains itself', async () => {
  const { outLines } = await exported({ format: 'ndjson' });
  for (const line of outLines) expect(JSON.parse(line)).toHaveProperty('@context');
  const { eventList } = documentOf((await exported()).outLines).epcisBody;
  expect(outLines.map((line) => JSON.parse(line).eventID)).toEqual(eventList.map(({ eventID }) => eventID));
});

test('a window of time and a shipment choose events', async () => {
  const range = { from: '2026-03-02T07:00:00Z', to: '2026-03-02T07:30:00Z' };
  const { eventList } = documentOf((await exported(range)).outLines).epcisBody;
  expect(eventList.length).toBeGreaterThan(0);
  for (const { eventTime } of eventList) {
    expect(Date.parse(eventTime)).toBeGreaterThanOrEqual(Date.parse(range.from));
    expect(Date.parse(eventTime)).toBeLessThanOrEqual(Date.parse(range.to));
  }
  const all = documentOf((await exported()).outLines);
  expect(documentOf((await exported({ shipment: shipmentId })).outLines)).toEqual(all);
});

test('a file is not overwritten unasked', async () => {
  const output = join(tempFolder(), 'events.json');
  expect((await exported({ output })).code).toBe(exitCodes.ok);
  await expect(exported({ output })).rejects.toMatchObject({ code: 'FILE_EXISTS' });
  expect((await exported({ output, force: true })).code).toBe(exitCodes.ok);
  expect(schemaProblems(JSON.parse(readFileSync(output, 'utf8')))).toEqual([]);
});

describe('wrong use is told', () => {
  test.each([
    [{ from: 'yesterday' }, 'WRONG_USE'],
    [{ to: '2026-03-02T08:00' }, 'WRONG_USE'],
    [{ format: 'xml' }, 'WRONG_USE'],
    [{ shipment: 'SHIP-9' }, 'SHIPMENT_UNKNOWN'],
    [{ output: '/nowhere/events.json' }, 'FILE_UNREADABLE'],
  ])('%o: %s', async (more, code) => {
    await expect(exported(more)).rejects.toMatchObject({ code });
  });
});

test('nothing is exported of a log that is not what was signed', async () => {
  const detail = `UPDATE records SET detail = replace(detail, 'Cool Haulage', 'Other Haulage')
    WHERE detail LIKE '%Cool Haulage%'`;
  log.damage(detail);
  const { code, outLines, errLines } = await exported();
  expect(code).toBe(exitCodes.refuted);
  expect(outLines).toEqual([]);
  expect(errLines.join('\n')).toContain('is not what was signed');
  const feed = new JournalFeed(journalReaderOf(log), epcisConfig({}));
  expect(() => feed.read(undefined, 10_000)).toThrow(expect.objectContaining({ code: 'JOURNAL_DAMAGED' }));
});
