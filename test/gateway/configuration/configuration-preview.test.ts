// What a preview tells: every finding at once, settings that differ, nothing that is a key.

import { mkdirSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { configurationDiff, differenceLine } from '../../../gateway/configuration/configuration-diff.js';
import { configurationHash } from '../../../gateway/configuration/configuration-hash.js';
import {
  folderOf,
  MAX_PROPOSED_BYTES,
  preview,
} from '../../../gateway/configuration/configuration-preview.js';
import { configurationFolder, textWith } from './configuration-folder.js';

const OLD = textWith(1000);

async function look(proposed: string, current = OLD) {
  return preview(current, proposed, folderOf(await configurationFolder(current)));
}

test('a right text: its hash is that of sha256sum, and only what differs is told', async () => {
  const seen = await look(textWith(500, 'log: { level: warn }'));
  expect(seen).toMatchObject({ isSame: false, findings: [], baseHash: configurationHash(OLD) });
  expect(configurationHash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(seen.diff.map(differenceLine)).toEqual(['~ commit.windowMs: 1000 -> 500', '+ log.level: "warn"']);
});

test('comments and order are no differences, and yet another text', async () => {
  const seen = await look('commit: { windowMs: 1000 }\ngateway: { name: truck-17 }   # moved\n');
  expect(seen).toMatchObject({ isSame: false, diff: [], findings: [] });
  expect(await look(OLD)).toMatchObject({ isSame: true, diff: [], findings: [] });
});

test('all findings come at once: of the text, of the files that it names, of what cannot change', async () => {
  const wrong = await look('gateway: { name: a b }\ncommit: { windowMs: 99999 }\n');
  expect(wrong.findings.map(({ path }) => path)).toEqual(['gateway.name', 'commit.windowMs']);
  const unnamed = await look(
    'gateway: { name: truck-17, dataDir: ./elsewhere, passphraseFile: ./nowhere }\n',
  );
  expect(unnamed.findings.map(({ path, message }) => [path, message.slice(0, 17)])).toEqual([
    ['gateway.dataDir', 'this cannot be ch'],
    ['gateway.passphraseFile', 'this cannot be ch'],
    ['gateway.passphraseFile', expect.any(String)],
  ]);
  const noYaml = await look('gateway: [');
  expect(noYaml.findings).not.toEqual([]);
  expect(noYaml.diff).toEqual([
    { path: 'gateway.name', before: '"truck-17"' },
    { path: 'commit.windowMs', before: '1000' },
  ]);
});

test('a text that no request can carry is a finding, and is not read', async () => {
  const seen = await look(textWith(500, `# ${'x'.repeat(MAX_PROPOSED_BYTES)}`));
  expect(seen.findings).toMatchObject([{ message: expect.stringContaining('can be applied') }]);
});

test('it changes nothing in the folder', async () => {
  const path = await configurationFolder(OLD);
  mkdirSync(`${dirname(path)}/data`);
  const before = readdirSync(dirname(path));
  preview(OLD, textWith(500), folderOf(path));
  expect(readdirSync(dirname(path))).toEqual(before);
});

test('entries of a list are told apart by their names: one that goes shifts no other', () => {
  const probe = (sensorId: string, unit: number) => ({ sensorId, unit });
  const before = { devices: [{ id: 'bus', probes: [probe('front', 1), probe('rear', 2)] }], list: [1, 2] };
  const after = { devices: [{ id: 'bus', probes: [probe('rear', 3)] }], list: [1, 3] };
  expect(configurationDiff(before, after).map(differenceLine)).toEqual([
    '~ devices[bus].probes[rear].unit: 2 -> 3',
    '~ list[1]: 2 -> 3',
    '- devices[bus].probes[front].sensorId: "front"',
    '- devices[bus].probes[front].unit: 1',
  ]);
});

test('what may be a key shows as changed, and not as itself', () => {
  const secret = 'a1b2c3d4e5f60718';
  const with_ = (key: string) => ({
    ledger: { rpcUrls: [`https://rpc.example.org/v3/${key}`] },
    webhooks: [{ name: 'office', url: `https://hooks.example.org/${key}` }],
    note: `${'ab'.repeat(32)}`,
    url: `mqtt://user:${key}@broker`,
  });
  const diff = configurationDiff(with_(secret), with_(secret.replace('a', 'b')));
  expect(diff.map(({ path }) => path)).toEqual(['ledger.rpcUrls[0]', 'webhooks[office].url', 'url']);
  expect(JSON.stringify(diff)).not.toContain(secret.slice(2));
  expect(JSON.stringify(diff)).toContain('https://rpc.example.org/(hidden, sha-256 ');
});

test('a setting can forge no line and no other setting', () => {
  const diff = configurationDiff({}, { 'a\nb': 'c\u001b[2K\u202ed', 'x.y': 1 });
  expect(diff.map(differenceLine).join('')).not.toMatch(/\p{C}/u);
  expect(diff.map(({ path }) => path)).toEqual(['"a\\nb"', '"x.y"']);
});
