// `coldgate demo medical` as a person runs it: every sentence, links that lead to something, Ctrl-C at the end and in the middle.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runProgram } from '../../../gateway/cli/program.js';
import { capturedIo } from '../cli/captured-io.js';
import { processesOf, startDemo, waitForText } from './running-demo.js';

const COLDGATE = 'dist/gateway/cli/coldgate.js';

async function json<Told>(...argv: string[]): Promise<Told> {
  const io = capturedIo();
  expect([await runProgram([...argv, '--json'], io), io.errLines]).toEqual([0, []]);
  return JSON.parse(io.outLines.join('\n'));
}

test('the story is told to its end, its links lead to what it tells of, and Ctrl-C ends everything', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldgate-medical-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const demo = startDemo(COLDGATE, 'demo', 'medical', '--dir', folder);
  await waitForText(demo, 'until Ctrl-C');
  for (const words of [
    ...['the carrier has its coin', 'no reader saw the second one', 'an excursion, recorded and told'],
    ...['The carrier disputes that', 'The inspector has ruled', 'suspect at once', 'shows both places'],
    ...['kept cold all the way', 'was not kept cold', 'which is placebo was refused', 'tells of no arm'],
    ...['calls lot LOT7 back', 'the next read of a pack', 'entries from the signed log', 'sign in as dana'],
  ]) {
    expect(demo.output).toContain(words);
  }
  demo.child.kill('SIGINT');
  expect(await demo.exited).toEqual([0, null]);
  expect(processesOf(folder)).toEqual([]);

  const config = join(folder, 'medical-1', 'gateway', 'coldgate.yaml');
  const alerts = await json<readonly { id: string }[]>('alerts', 'list', '-c', config);
  const shipments = ['SHIP-GOOD', 'SHIP-WARM', 'SHIP-KITS'];
  const links = [...demo.output.matchAll(/http:\/\/127\.0\.0\.1:\d+(\/[a-z]\S*)/g)].map(
    ([, path = '']) => path,
  );
  expect(links.length).toBeGreaterThan(10);
  const pages = links.map((path) =>
    /^\/(shipments|alerts|trace|evidence|audit)(?:\/([^/?]+))?(?:\?\S+)?$/.exec(path),
  );
  for (const page of pages) {
    const [, name, id] = page ?? [];
    expect(name).toBeDefined();
    if (name === 'alerts') expect(alerts.map((alert) => alert.id)).toContain(id);
    if (name === 'shipments') expect(shipments).toContain(id);
  }
  expect(new Set(pages.map((page) => page?.[1])).size).toBe(5);
  // Each party has a key of its own.
  const signers = ['maker', 'carrier', 'pharmacy', 'other-pharmacy', 'inspector'].map(
    (name) => JSON.parse(readFileSync(join(folder, 'medical-1', `${name}-key.json`), 'utf8')).address,
  );
  expect(new Set(signers).size).toBe(5);

  // A second run keeps the first, and can be left at once: nothing stays, and it says that it was not the whole.
  const second = startDemo(COLDGATE, 'demo', 'medical', '--dir', folder);
  await waitForText(second, 'Everything of this run');
  second.child.kill('SIGINT');
  expect(await second.exited).toEqual([1, null]);
  expect(second.output).toContain('stopped before the end');
  expect(processesOf(folder)).toEqual([]);
  expect(readdirSync(folder).sort()).toEqual(['medical-1', 'medical-2']);
}, 240_000);
