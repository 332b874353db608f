// Who vouches for a package: nothing of one that nobody vouches for is run.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../gateway/cli/program.js';
import { createKeyFile, createPassphraseFile } from '../../../gateway/sealing/key-file.js';
import { readManifest, requireSigned, signManifest } from '../../../gateway/update/release-manifest.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { capturedIo } from '../cli/captured-io.js';
import { configurationFolder, textWith } from '../configuration/configuration-folder.js';
import { tempFolder } from '../temp-folder.js';

const privateKey = new Uint8Array(32).fill(9);
const publisher = `0x${toHex(new SoftwareSigner(privateKey).address)}`;
const file = { name: 'coldgate_0.2.0_arm64.deb', bytes: 7, sha256: 'ab'.repeat(32) };
const manifest = signManifest(privateKey, { software: '0.2.0', files: [file] });

describe('a manifest', () => {
  it('vouches for a file that it lists, signed by a publisher that is trusted', () => {
    const read = readManifest(JSON.stringify(manifest), 'm.json');
    expect(
      requireSigned(read, file, ['0x'.padEnd(42, '1'), publisher.toUpperCase().replace('0X', '0x')]),
    ).toBe(publisher);
  });

  it.each([
    ['another file', manifest, { ...file, sha256: 'ac'.repeat(32) }, [publisher]],
    ['a file of another length', manifest, { ...file, bytes: 8 }, [publisher]],
    ['one that another key has signed', manifest, file, ['0x'.padEnd(42, '1')]],
    ['one that nobody is trusted for', manifest, file, []],
    ['another version than was signed', { ...manifest, software: '0.3.0' }, file, [publisher]],
    ['a list that was added to', { ...manifest, files: [file, { ...file, name: 'x' }] }, file, [publisher]],
    ['a signature that is none', { ...manifest, signature: 'ff'.repeat(64) }, file, [publisher]],
  ] as const)('does not vouch for %s', (_what, told, found, publishers) => {
    const read = readManifest(JSON.stringify(told), 'm.json');
    expect(() => requireSigned(read, found, publishers)).toThrow(
      expect.objectContaining({ code: 'PACKAGE_REFUSED' }),
    );
  });

  it.each([
    '',
    '{}',
    '[]',
    JSON.stringify({ ...manifest, version: 2 }),
    JSON.stringify({ ...manifest, more: 1 }),
  ])('is no manifest: %s', (text) => {
    expect(() => readManifest(text, 'm.json')).toThrow(/is no manifest/);
  });
});

describe('coldgate update', () => {
  const run = async (...argv: string[]) => {
    const io = capturedIo();
    const exitCode = await runProgram(['update', ...argv], io);
    return { exitCode, out: io.outLines.join('\n'), err: io.errLines.join('\n') };
  };
  const someFile = (content = 'not a package') => {
    const path = join(tempFolder(), 'coldgate_0.2.0_arm64.deb');
    writeFileSync(path, content);
    return path;
  };

  it('runs nothing that nobody vouches for, or whose hash is another one', async () => {
    const config = await configurationFolder(textWith(0));
    const versions = tempFolder();
    const place = ['-c', config, '--versions', versions];
    expect(await run('plan', someFile(), ...place)).toMatchObject({ exitCode: 2 });
    const wrong = await run('plan', someFile(), ...place, '--sha256', 'ab'.repeat(32));
    expect(wrong.exitCode).toBe(1);
    expect(wrong.err).toContain('[PACKAGE_REFUSED]');
    expect((await run('plan', someFile(), ...place, '--sha256', 'ab')).exitCode).toBe(2);
    expect(
      (await run('plan', join(versions, 'absent'), ...place, '--sha256', 'ab'.repeat(32))).exitCode,
    ).toBe(3);
    const both = await run(
      'apply',
      someFile(),
      ...place,
      '--sha256',
      'ab'.repeat(32),
      '--manifest',
      'm.json',
    );
    expect(both.exitCode).toBe(2);
  });

  it('signs a manifest which then speaks for that file alone', async () => {
    const home = tempFolder();
    const path = someFile();
    const [key, passphrase, output] = ['key.json', 'passphrase', 'release.json'].map((name) =>
      join(home, name),
    );
    const { address } = await createKeyFile(key ?? '', createPassphraseFile(passphrase ?? ''));
    const words = ['sign', path, '--release', '0.2.0', '--key', `${key}`, '--passphrase', `${passphrase}`];
    expect(await run(...words, '-o', `${output}`)).toMatchObject({ exitCode: 0 });
    expect((await run(...words, '-o', `${output}`)).err).toContain('[WOULD_OVERWRITE]');
    const config = await configurationFolder(textWith(0, `update: { publishers: [ '${address}' ] }`));
    const plan = (file: string) =>
      run('plan', file, '-c', config, '--versions', home, '--manifest', `${output}`);
    // Vouched for, and then looked at: it is no package.
    expect((await plan(path)).err).toContain('[PACKAGE_UNREADABLE]');
    const other = await plan(someFile('not a package either'));
    expect([other.exitCode, other.err.includes('lists no file')]).toEqual([1, true]);
    const asked = ['plan', path, '-c', config, '--versions', home, '--manifest', `${output}`];
    const stranger = await run(...asked, '--publisher', publisher);
    expect([stranger.exitCode, stranger.err.includes('who is no publisher')]).toEqual([1, true]);
    const none = await run(
      'plan',
      path,
      '-c',
      await configurationFolder(textWith(0)),
      '--manifest',
      `${output}`,
    );
    expect([none.exitCode, none.err.includes('trusts no publisher')]).toEqual([2, true]);
  });
});
