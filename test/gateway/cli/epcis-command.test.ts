// `coldgate epcis hash`: one line for each event, and a reason for what is no document.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runEpcisHash } from '../../../gateway/cli/epcis-command.js';
import { tempFolder } from '../temp-folder.js';
import { capturedIo } from './captured-io.js';

const vector = (path: string) => fileURLToPath(new URL(`../../vectors/event-hash/${path}`, import.meta.url));
const chaos = vector('examples/ralfsChaosExample.jsonld');
const [wanted = ''] = readFileSync(vector('examples/ralfsChaosExample.hashes'), 'utf8').split('\n');

it('prints the id of each event, one a line, of JSON and of XML', async () => {
  const io = capturedIo();
  expect(await runEpcisHash({ file: chaos }, io)).toBe(0);
  expect(io.outLines).toEqual([wanted.trim()]);
  const xml = capturedIo();
  expect(await runEpcisHash({ file: vector('expected_equal/ignoreEmptyEpcList.xml') }, xml)).toBe(0);
  expect(xml.outLines.length).toBeGreaterThan(1);
  expect(new Set(xml.outLines).size).toBe(1);
});

it('prints what is hashed, and JSON', async () => {
  const io = capturedIo();
  await runEpcisHash({ file: chaos, preHash: true }, io);
  expect(io.outLines[0]).toMatch(/^eventType=ObjectEventeventTime=/);
  const json = capturedIo();
  await runEpcisHash({ file: chaos, json: true }, json);
  expect(JSON.parse(json.outLines[0] ?? '')).toEqual({ eventID: wanted.trim() });
});

it.each([
  ['neither JSON nor XML', 'hello'],
  ['no document', '{"a":1}'],
  ['no events', '<?xml version="1.0"?><a/>'],
  ['a bad time', '{"type":"ObjectEvent","eventTime":"soon"}'],
])('says what is wrong with %s', async (_what, text) => {
  const file = join(tempFolder(), 'document');
  writeFileSync(file, text);
  const io = capturedIo();
  expect(await runEpcisHash({ file }, io)).toBe(2);
  expect(io.outLines).toEqual([]);
  expect(io.errLines.join('\n')).toMatch(/\[EPCIS_/);
});

it('refuses a file that is not there, or larger than 16 MiB', async () => {
  const folder = tempFolder();
  await expect(runEpcisHash({ file: join(folder, 'absent') }, capturedIo())).rejects.toThrow(
    'cannot be read',
  );
  const large = join(folder, 'large');
  writeFileSync(large, ' '.repeat(16 * 1024 * 1024 + 1));
  await expect(runEpcisHash({ file: large }, capturedIo())).rejects.toThrow('16 MiB');
});
