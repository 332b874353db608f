// `coldgate init` and the root of the command line, through the arguments a person types.

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../config/load.js';
import { runInit } from '../../../gateway/cli/init-command.js';
import { runProgram } from '../../../gateway/cli/program.js';
import { openKeyFile, readPassphrase } from '../../../gateway/sealing/key-file.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { addressOf } from '../../../ledger-sync/evidence/signature.js';
import { capturedIo } from './captured-io.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldgate-init-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(...argv: string[]) {
  const io = capturedIo();
  const exitCode = await runProgram(argv, io);
  return { exitCode, out: io.outLines.join('\n'), err: io.errLines.join('\n') };
}

describe('coldgate init', () => {
  test('makes a configuration that loads, and keys that open', async () => {
    const dir = join(folder, 'new');
    const { exitCode, out, err } = await run('init', dir, '--name', 'truck-17', '--json');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    const result = JSON.parse(out) as { gatewayAddress: string; payerAddress: string };
    const config = loadConfig(join(dir, 'coldgate.yaml'));
    expect(config.gateway.name).toBe('truck-17');
    const key = await openKeyFile(config.gateway.keyFile, readPassphrase(config.gateway.passphraseFile));
    expect(`0x${toHex(addressOf(key))}`).toBe(result.gatewayAddress);
    expect(result.payerAddress).not.toBe(result.gatewayAddress);
    const payerPassphrase = readPassphrase(join(dir, 'keys', 'payer-passphrase'));
    await expect(openKeyFile(join(dir, 'keys', 'payer-key.json'), payerPassphrase)).resolves.toHaveLength(32);
    expect(statSync(join(dir, 'keys')).mode & 0o777).toBe(0o700);
  });

  test('writes the folder of the journal that is named, and refuses what YAML would read otherwise', async () => {
    const dir = join(folder, 'named');
    await run('init', dir, '--name', 'truck-17', '--data-dir', '/var/lib/coldgate');
    expect(loadConfig(join(dir, 'coldgate.yaml')).gateway.dataDir).toBe('/var/lib/coldgate');
    const refused = await run('init', join(folder, 'other'), '--data-dir', './data # x');
    expect(refused.exitCode).toBe(2);
    expect(readdirSync(folder)).toEqual(['named']);
  });

  test('what it makes passes check-config', async () => {
    await run('init', folder, '--name', 'truck-17');
    const { exitCode, out } = await run('check-config', '-c', join(folder, 'coldgate.yaml'));
    expect(exitCode).toBe(0);
    expect(out).toContain('is right');
  });

  test('tells a person both addresses and what to do next, and shows no secret', async () => {
    const { out } = await run('init', folder, '--name', 'truck-17');
    expect(out.match(/0x[0-9a-f]{40}\b/g)).toHaveLength(2);
    expect(out).toContain(`coldgate check-config -c ${join(folder, 'coldgate.yaml')}`);
    expect(out).not.toContain(readPassphrase(join(folder, 'keys', 'passphrase')));
    expect(out).not.toContain(readPassphrase(join(folder, 'keys', 'payer-passphrase')));
  });

  test.each([
    'coldgate.yaml',
    'keys/passphrase',
    'keys/device-key.json',
    'keys/payer-passphrase',
    'keys/payer-key.json',
  ])('an existing %s stops it before anything is made', async (existing) => {
    mkdirSync(join(folder, 'keys'));
    writeFileSync(join(folder, existing), 'precious');
    const before = readdirSync(folder, { recursive: true });
    const { exitCode, err } = await run('init', folder, '--name', 'truck-17');
    expect(exitCode).toBe(2);
    expect(err).toContain(`${join(folder, existing)} exists`);
    expect(err).toContain('[WOULD_OVERWRITE]\n  hint: ');
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
    expect(readFileSync(join(folder, existing), 'utf8')).toBe('precious');
  });

  test('a link that leads nowhere is in the way too', async () => {
    symlinkSync(join(folder, 'nowhere'), join(folder, 'coldgate.yaml'));
    expect((await run('init', folder, '--name', 'a')).exitCode).toBe(2);
  });

  test('a folder that cannot be made is exit code 3, with its reason', async () => {
    writeFileSync(join(folder, 'file'), '');
    const { exitCode, err } = await run('init', join(folder, 'file', 'sub'), '--name', 'a');
    expect(exitCode).toBe(3);
    expect(err).toContain('ENOTDIR');
  });

  test.each([true, false])(
    'takes away what it made when it cannot finish (keys folder there before: %s)',
    async (isThere) => {
      if (isThere) mkdirSync(join(folder, 'keys'));
      // The configuration is the last file. While the keys are being made, something else takes its place.
      const pending = runInit({ dir: folder, name: 'a' }, capturedIo());
      expect(readdirSync(join(folder, 'keys'))).toContain('passphrase');
      mkdirSync(join(folder, 'coldgate.yaml'));
      await expect(pending).rejects.toThrow('EEXIST');
      expect(readdirSync(folder, { recursive: true })).toEqual(
        isThere ? ['coldgate.yaml', 'keys'] : ['coldgate.yaml'],
      );
    },
  );

  test('a name that could not be a topic is refused', async () => {
    const { exitCode, err } = await run('init', folder, '--name', 'truck/17');
    expect(exitCode).toBe(2);
    expect(err).toContain('"truck/17" is no gateway name [WRONG_USE]');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('without a name it takes one from the host', async () => {
    await run('init', folder);
    expect(loadConfig(join(folder, 'coldgate.yaml')).gateway.name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });
});

describe('the command line', () => {
  test('help says the commands and the exit codes', async () => {
    const { exitCode, out } = await run('--help');
    expect(exitCode).toBe(0);
    for (const said of ['init', 'check-config', 'Exit codes:', 'First steps:']) expect(out).toContain(said);
    expect((await run('help', 'init')).out).toContain('Examples:');
  });

  test('the version is the package version', async () => {
    const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
    expect((await run('--version')).out).toBe((JSON.parse(text) as { version: string }).version);
  });

  test.each([
    ['an unknown command', ['inti']],
    ['an unknown option', ['init', '--nmae', 'x']],
    ['too many arguments', ['init', 'a', 'b']],
    ['an option without its value', ['check-config', '-c']],
    ['nothing', []],
  ])('%s is wrong use, exit code 2, and prints nothing as a result', async (_title, argv) => {
    const { exitCode, out, err } = await run(...argv);
    expect(exitCode).toBe(2);
    expect(out).toBe('');
    expect(err).not.toBe('');
  });

  test('a slip in a command is answered with the likely one', async () => {
    const { err } = await run('inti');
    expect(err).toContain("coldgate: unknown command 'inti'");
    expect(err).toContain('Did you mean init?');
  });

  test('a stack is shown only with --debug', async () => {
    writeFileSync(join(folder, 'file'), '');
    expect((await run('init', join(folder, 'file', 'sub'))).err).not.toContain('    at ');
    expect((await run('init', join(folder, 'file', 'sub'), '--debug')).err).toContain('    at ');
  });
});
