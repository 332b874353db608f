// A journal of the real writer, captured over HTTP as the gateway does it: token, cursor file, start and stop.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { epcisSchema } from '../../../config/epcis-schema.js';
import { captureLog } from '../../../gateway/epcis/capturing.js';
import { cursorFile } from '../../../gateway/epcis/cursor-file.js';
import { EventSource } from '../../../gateway/epcis/event-source.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { draftWith, requestOf } from '../drafts.js';
import { tempFolder } from '../temp-folder.js';
import { journalReaderOf, openTestLog } from '../test-log.js';
import { CaptureEndpoint } from './capture-endpoint.js';
import { drive, logOf } from './log-of-a-drive.js';

const drafts = logOf(drive()).map(({ record, name, shipment, detail }) =>
  draftWith({
    ...{ observedAtMs: record.observedAtMs, kind: record.kind, value: record.value },
    ...{ subjectName: name ?? 'gateway', shipmentName: shipment },
    detail: detail === 'missing' ? undefined : detail,
  }),
);

test('the log is captured with the token of the file, and after a start from where it stood', async () => {
  const log = openTestLog();
  log.writer.seal(requestOf(drafts.slice(0, 100)));
  const dataDir = tempFolder();
  const tokenFile = join(dataDir, 'token');
  writeFileSync(tokenFile, 'a-token\n');
  const endpoint = new CaptureEndpoint();
  const url = (await endpoint.start()).href;
  const epcis = epcisSchema(dataDir).parse({ capture: { url, tokenFile } });
  const { capture = expect.fail('no capture') } = epcis;
  const conditions: unknown[] = [];
  const runOnce = async (size: number) => {
    const stop = new AbortController();
    const journal = journalReaderOf(log);
    const parts = {
      ...{ epcis: { ...epcis, capture }, journal, dataDir, random: () => 0 },
      onCondition: (condition: unknown) => conditions.push(condition),
    };
    const run = captureLog(parts, stop.signal);
    await eventually(
      'the cursor is at the end',
      () => JSON.parse(cursorFile(dataDir).load() ?? '{}').sequence === size,
    );
    stop.abort();
    await expect(run).rejects.toThrow('aborted');
  };
  await runOnce(100);
  const before = endpoint.batches.length;
  log.writer.seal(requestOf(drafts.slice(100)));
  await runOnce(drafts.length);
  expect(endpoint.batches.length).toBe(before + 1);
  expect(endpoint.breaches).toEqual([]);
  expect(new Set(endpoint.tokens)).toEqual(new Set(['Bearer a-token']));
  expect(conditions).toEqual([]);
  const source = new EventSource(log.signer.address, epcis);
  const told = logOf(drive()).flatMap((record) => source.take(record).map(({ event }) => event.eventID));
  expect([...endpoint.stored.keys()].sort()).toEqual(told.sort());
});

test('a cursor that a failing card has cut is no cursor', () => {
  const dataDir = tempFolder();
  const cursor = cursorFile(dataDir);
  expect(cursor.load()).toBeUndefined();
  cursor.save('{"version":1}');
  cursor.save('{"version":1,"sequence":5}');
  expect(cursor.load()).toBe('{"version":1,"sequence":5}');
  writeFileSync(join(dataDir, 'epcis-cursor.json'), '{"version":1,"seq');
  expect(cursor.load()).toBeUndefined();
  expect(readFileSync(join(dataDir, 'epcis-cursor.json'), 'utf8')).toContain('version');
});
