// The version of a configuration file, and the way from an older one: two steps of the test's own stand for those to come.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, parseConfig } from '../../config/load.js';
import { CONFIG_VERSION, type ConfigStep, migratedText } from '../../config/migration.js';
import { runConfigMigrate } from '../../gateway/cli/config-migrate-command.js';
import { runProgram } from '../../gateway/cli/program.js';
import { capturedIo } from '../gateway/cli/captured-io.js';
import { tempFolder } from '../gateway/temp-folder.js';

/** `shipment.id` becomes `shipment.name`; then `log.level` is said by a word of another list. */
const chain: readonly ConfigStep[] = [
  (value) => {
    const id = (value as { shipment?: { id?: string } }).shipment?.id;
    return id === undefined
      ? []
      : [
          { path: ['shipment', 'name'], value: id },
          { path: ['shipment', 'id'], value: undefined },
        ];
  },
  () => [{ path: ['log', 'level'], value: 'warn' }],
];

const text =
  '# truck 17\ngateway: { name: truck-17 }\nshipment:\n  # pallet\n  id: SHIP-0001\nlog: { level: info }\n';
const fileWith = (content: string) => {
  const path = join(tempFolder(), 'coldgate.yaml');
  writeFileSync(path, content);
  return path;
};
const withChain = {
  migrate: (found: string, file: string) => migratedText(found, file, chain),
  check: () => parseConfig('gateway: { name: t }', 'x.yaml'),
};

describe('a configuration of an earlier version', () => {
  it('takes every step from its own version on, with its comments', () => {
    const { text: newest, from, to } = migratedText(text, 'x.yaml', chain);
    expect([from, to]).toEqual([1, 3]);
    expect(newest).toContain('# truck 17');
    expect(newest).toContain('# pallet');
    expect(newest).toContain('name: SHIP-0001');
    expect(newest).not.toContain('id:');
    expect(newest).toContain('level: warn');
    expect(newest).toMatch(/^version: 3$/m);
  });

  it('takes only the steps behind its version, and none at the newest', () => {
    const second = migratedText(`version: 2\n${text}`, 'x.yaml', chain).text;
    expect(second).toContain('id: SHIP-0001');
    expect(second).toContain('level: warn');
    const third = `version: 3\n${text}`;
    expect(migratedText(third, 'x.yaml', chain)).toEqual({ text: third, from: 3, to: 3 });
  });

  it('is rewritten, with what it was beside it, and never over a file that is there', async () => {
    const path = fileWith(text);
    const io = capturedIo();
    expect(await runConfigMigrate({ config: path, dryRun: true }, io, withChain)).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(io.outLines).toContain('+ shipment.name: "SHIP-0001"');
    expect(await runConfigMigrate({ config: path }, io, withChain)).toBe(0);
    expect(readFileSync(`${path}.version-1`, 'utf8')).toBe(text);
    expect(readFileSync(path, 'utf8')).toContain('name: SHIP-0001');
    writeFileSync(path, text);
    await expect(runConfigMigrate({ config: path }, io, withChain)).rejects.toThrow(
      /exists; nothing was changed/,
    );
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

it('a text that would not load does not take the place of one that does', async () => {
  const path = fileWith(text);
  const way = { ...withChain, check: parseConfig };
  await expect(runConfigMigrate({ config: path }, capturedIo(), way)).rejects.toThrow(/version 3/);
  expect(readFileSync(path, 'utf8')).toBe(text);
});

describe('the version of a file', () => {
  it('is 1 where it says none, and the newest one loads', () => {
    expect(parseConfig('gateway: { name: t }', 'x.yaml').version).toBe(CONFIG_VERSION);
    expect(parseConfig(`version: ${CONFIG_VERSION}\ngateway: { name: t }`, 'x.yaml').version).toBe(
      CONFIG_VERSION,
    );
  });

  it.each(['0', '-1', '1.5', '"1"', 'null'])('is a whole number from 1: %s is refused', (version) => {
    expect(() => parseConfig(`version: ${version}\ngateway: { name: t }`, 'x.yaml')).toThrow(/1 problem/);
  });

  it('beyond what this program knows is refused with what to do, and nothing else is said of the file', async () => {
    const path = fileWith(`version: ${CONFIG_VERSION + 1}\nunheardOf: 7\n`);
    expect(() => loadConfig(path)).toThrow(expect.objectContaining({ code: 'CONFIG_TOO_NEW', problems: [] }));
    const io = capturedIo();
    expect(await runProgram(['check-config', '-c', path], io)).toBe(2);
    expect(io.errLines.join('\n')).toMatch(
      /\[CONFIG_TOO_NEW\][\s\S]*install the coldgate that it was written for/,
    );
  });

  it('is told by the command, which changes nothing where nothing is to be done', async () => {
    const path = fileWith('gateway: { name: t }\n');
    mkdirSync(join(path, '..', 'keys'));
    const io = capturedIo();
    expect(await runProgram(['config', 'migrate', '-c', path], io)).toBe(0);
    expect(io.outLines.join()).toContain('the newest: nothing is to be done');
    expect(readFileSync(path, 'utf8')).toBe('gateway: { name: t }\n');
  });
});
