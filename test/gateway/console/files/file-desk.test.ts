// Files are made by the built command line, which needs the build: what a person would get, streamed, and gone afterwards.

import { readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { traceAnswer } from '../../../../gateway/console/api/trace.js';
import type { FileDesk } from '../../../../gateway/console/files/file-desk.js';
import { RequestRows } from '../../../../gateway/journal/request-rows.js';
import { verifyBundle } from '../../../../ledger-sync/evidence/verify.js';
import { draftWith, requestOf } from '../../drafts.js';
import { openTestLog } from '../../test-log.js';

async function deskOver(config: string | undefined): Promise<FileDesk> {
  const built: { FileDesk: new (configFile: string | undefined) => FileDesk } = await import(
    new URL('../../../../dist/gateway/console/files/file-desk.js', import.meta.url).href
  );
  return new built.FileDesk(config);
}

function gateway() {
  const log = openTestLog();
  const readings = Array.from({ length: 20 }, (_, at) => draftWith({ uptimeMs: at, shipmentName: 'S-1' }));
  log.writer.seal(requestOf(readings));
  const folder = join(log.path, '..');
  const config = join(folder, 'coldgate.yaml');
  writeFileSync(config, `gateway: { name: truck-17, dataDir: '${folder}' }\n`);
  return config;
}

const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('coldgate-file-'));

test('a bundle is the one that the command writes, and nothing of it stays behind', async () => {
  const config = gateway();
  const desk = await deskOver(config);
  const before = leftovers();
  const made = await desk.make({
    words: ['export', '--shipment', 'S-1'],
    fileName: 'bundle-S-1.json',
    reader: 'console: dana',
  });
  const bundle = JSON.parse(await text(made));
  expect(verifyBundle(bundle).checks.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(bundle.records).toHaveLength(20);
  const rows = new RequestRows(join(config, '..', 'journal.db'), 'reader');
  expect(JSON.parse(rows.waiting(0, 1)[0]?.document ?? '')).toMatchObject({ reader: 'console: dana' });
  rows.close();
  expect(leftovers().filter((name) => !before.includes(name))).toEqual([]);
});

test('a trace is made by its command, and is what the page was promised', async () => {
  const desk = await deskOver(gateway());
  const wish = { words: ['trace', '095211410000000014'], fileName: 'trace.json', reader: 'console: dana' };
  const told = traceAnswer.parse(JSON.parse(await text(await desk.make(wish))));
  expect(told).toMatchObject({ subject: '(00)095211410000000014', entries: [], isWhole: true });
  expect(told.notKnown).toContain(
    'who held the goods by the ledger: the log tells of no handover under an agreement',
  );
  await expect(desk.make({ ...wish, words: ['trace', 'hello'] })).rejects.toMatchObject({
    code: 'WRONG_USE',
  });
});

test('what the command refuses is refused in its own words', async () => {
  const desk = await deskOver(gateway());
  const refused = desk.make({
    words: ['export', '--shipment', 'NONE'],
    fileName: 'bundle.json',
    reader: 'x',
  });
  await expect(refused).rejects.toMatchObject({
    ...{ status: 404, code: 'SHIPMENT_UNKNOWN' },
    message: 'the journal has no records of shipment NONE',
    hint: 'it knows S-1',
  });
  const none = await deskOver(undefined);
  await expect(none.make({ words: ['export'], fileName: 'x', reader: 'x' })).rejects.toMatchObject({
    code: 'CONSOLE_BUSY',
  });
});

test('one at a time: the fifth that waits is sent away, and closing ends what is being made', async () => {
  const desk = await deskOver(gateway());
  const wish = { words: ['export', '--shipment', 'S-1'], fileName: 'bundle.json', reader: 'x' };
  const asked = Array.from({ length: 4 }, () => desk.make(wish).then((file) => text(file)));
  const settled = Promise.allSettled(asked);
  await expect(desk.make(wish)).rejects.toMatchObject({ status: 503, code: 'CONSOLE_BUSY' });
  await asked[0];
  desk.close();
  const outcomes = (await settled).map(({ status }) => status);
  expect(outcomes.at(-1)).toBe('rejected');
});
