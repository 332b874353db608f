// Key files: closed to others, never overwritten, opened only by their passphrase, and never a way to exhaust memory.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
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
import { KeyError, type KeyErrorCode } from '../../../gateway/sealing/key-error.js';
import {
  createKeyFile,
  createPassphraseFile,
  openKeyFile,
  readKeyFileAddress,
  readPassphrase,
} from '../../../gateway/sealing/key-file.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { addressOf } from '../../../ledger-sync/evidence/signature.js';

const passphrase = 'correct horse battery staple';
let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldgate-key-'));
  path = join(folder, 'device-key.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function errorOf(task: () => unknown): Promise<KeyError> {
  try {
    await task();
  } catch (error) {
    if (error instanceof KeyError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

async function codeOf(task: () => unknown): Promise<KeyErrorCode> {
  return (await errorOf(task)).code;
}

/** Rewrites the file with one member changed, mode kept. */
function rewrite(change: (content: Record<string, unknown>) => void): void {
  const content = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  change(content);
  writeFileSync(path, JSON.stringify(content));
}

function nested(content: Record<string, unknown>, member: string): Record<string, unknown> {
  return content[member] as Record<string, unknown>;
}

describe('a key file', () => {
  test('gives back the key of the address that it names, and two are never alike', async () => {
    const { address } = await createKeyFile(path, passphrase);
    const key = await openKeyFile(path, passphrase);
    expect(key).toHaveLength(32);
    expect(`0x${toHex(addressOf(key))}`).toBe(address);
    expect(readKeyFileAddress(path).address).toBe(address);
    const other = await createKeyFile(join(folder, 'other.json'), passphrase);
    expect(other.address).not.toBe(address);
  });

  test('holds neither key nor passphrase in the clear, and has mode 0600', async () => {
    await createKeyFile(path, passphrase);
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain(toHex(await openKeyFile(path, passphrase)));
    expect(text).not.toContain(passphrase);
    expect(JSON.parse(text)).toMatchObject({
      format: 'coldgate-key',
      version: 1,
      kdf: { name: 'scrypt', N: 32768, r: 8, p: 1 },
      cipher: { name: 'aes-256-gcm' },
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('is never overwritten, and neither is what a dangling link points to', async () => {
    writeFileSync(path, 'precious');
    expect(await codeOf(() => createKeyFile(path, passphrase))).toBe('KEY_FILE_EXISTS');
    expect(readFileSync(path, 'utf8')).toBe('precious');
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'link'));
    expect(await codeOf(() => createKeyFile(join(folder, 'link'), passphrase))).toBe('KEY_FILE_EXISTS');
  });

  test('that cannot be written says where, and leaves nothing behind', async () => {
    const error = await errorOf(() => createKeyFile(join(folder, 'absent', 'key.json'), passphrase));
    expect(error.code).toBe('KEY_FILE_UNWRITABLE');
    expect(error.message).toContain('ENOENT');
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666])(
    'with mode %o is refused with the remedy',
    async (mode) => {
      await createKeyFile(path, passphrase);
      chmodSync(path, mode);
      const error = await errorOf(() => openKeyFile(path, passphrase));
      expect(error.code).toBe('KEY_FILE_OPEN_TO_OTHERS');
      expect(error.hint).toBe(`chmod 600 ${path}`);
      expect(await codeOf(() => readKeyFileAddress(path))).toBe('KEY_FILE_OPEN_TO_OTHERS');
    },
  );

  test('is not opened by another passphrase', async () => {
    await createKeyFile(path, passphrase);
    expect(await codeOf(() => openKeyFile(path, `${passphrase} `))).toBe('PASSPHRASE_WRONG');
    expect(await codeOf(() => openKeyFile(path, ''))).toBe('PASSPHRASE_WRONG');
    expect(await codeOf(() => createKeyFile(join(folder, 'empty.json'), ''))).toBe('PASSPHRASE_EMPTY');
  });

  test('is absent, a folder or a device: each is told', async () => {
    expect(await codeOf(() => openKeyFile(path, passphrase))).toBe('KEY_FILE_ABSENT');
    expect(await codeOf(() => openKeyFile(folder, passphrase))).toBe('KEY_FILE_UNREADABLE');
    expect(await codeOf(() => openKeyFile('/dev/zero', passphrase))).toBe('KEY_FILE_UNREADABLE');
  });

  test('a named pipe in its place does not hold up the start', async () => {
    execFileSync('sh', ['-c', 'mkfifo -m 600 "$0"', path]);
    expect(await codeOf(() => openKeyFile(path, passphrase))).toBe('KEY_FILE_UNREADABLE');
  });
});

const damages: readonly [
  title: string,
  code: KeyErrorCode,
  change: (content: Record<string, unknown>) => void,
][] = [
  [
    'another address',
    'PASSPHRASE_WRONG',
    (content) => Object.assign(content, { address: `0x${'11'.repeat(20)}` }),
  ],
  [
    'another salt',
    'PASSPHRASE_WRONG',
    (content) => Object.assign(nested(content, 'kdf'), { salt: '00'.repeat(32) }),
  ],
  [
    'another nonce',
    'PASSPHRASE_WRONG',
    (content) => Object.assign(nested(content, 'cipher'), { nonce: '00'.repeat(12) }),
  ],
  [
    'another tag',
    'PASSPHRASE_WRONG',
    (content) => Object.assign(nested(content, 'cipher'), { tag: '00'.repeat(16) }),
  ],
  [
    'another ciphertext',
    'PASSPHRASE_WRONG',
    (content) => Object.assign(nested(content, 'cipher'), { ciphertext: '00'.repeat(32) }),
  ],
  [
    'a short tag',
    'KEY_FILE_DAMAGED',
    (content) => Object.assign(nested(content, 'cipher'), { tag: '00'.repeat(4) }),
  ],
  [
    'another cipher',
    'KEY_FILE_DAMAGED',
    (content) => Object.assign(nested(content, 'cipher'), { name: 'aes-256-ctr' }),
  ],
  ['a weak derivation', 'KEY_FILE_DAMAGED', (content) => Object.assign(nested(content, 'kdf'), { N: 2 })],
  [
    'a derivation that eats the memory',
    'KEY_FILE_DAMAGED',
    (content) => Object.assign(nested(content, 'kdf'), { N: 2 ** 18 }),
  ],
  [
    'a block size that eats the memory',
    'KEY_FILE_DAMAGED',
    (content) => Object.assign(nested(content, 'kdf'), { r: 64 }),
  ],
  [
    'an N that is no power of two',
    'KEY_FILE_DAMAGED',
    (content) => Object.assign(nested(content, 'kdf'), { N: 40000 }),
  ],
  [
    'a derivation that takes hours',
    'KEY_FILE_DAMAGED',
    (content) => Object.assign(nested(content, 'kdf'), { p: 100000 }),
  ],
  ['a newer version', 'KEY_FILE_DAMAGED', (content) => Object.assign(content, { version: 2 })],
  ['an unknown member', 'KEY_FILE_DAMAGED', (content) => Object.assign(content, { extra: 1 })],
];

describe('a changed key file', () => {
  test.each(damages)('with %s is refused as %s', async (_title, code, change) => {
    await createKeyFile(path, passphrase);
    rewrite(change);
    expect(await codeOf(() => openKeyFile(path, passphrase))).toBe(code);
  });

  test.each([
    ['empty', ''],
    ['cut off', '{"format":"coldgate-key","ver'],
    ['a list', '[]'],
    ['too large', ' '.repeat(5000)],
  ])('that is %s is damaged, and its text is not repeated', async (_title, text) => {
    writeFileSync(path, text, { mode: 0o600 });
    const error = await errorOf(() => openKeyFile(path, passphrase));
    expect(error.code).toBe('KEY_FILE_DAMAGED');
    expect(error.message).not.toContain('"ver');
    expect(error.cause).toBeUndefined();
  });

  test('opens with the largest permitted derivation', async () => {
    await createKeyFile(path, passphrase);
    rewrite((content) => Object.assign(nested(content, 'kdf'), { N: 2 ** 17 }));
    // Another N gives another key, so the passphrase is wrong; what counts is that it could be tried.
    expect(await codeOf(() => openKeyFile(path, passphrase))).toBe('PASSPHRASE_WRONG');
  });
});

describe('a passphrase file', () => {
  test('holds 32 random bytes, mode 0600, and is never overwritten', async () => {
    const made = createPassphraseFile(path);
    expect(made).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(readPassphrase(path)).toBe(made);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await codeOf(() => createPassphraseFile(path))).toBe('KEY_FILE_EXISTS');
    expect(readPassphrase(path)).toBe(made);
  });

  test('made with an editor loses only its line end', () => {
    writeFileSync(path, ' two words \r\n', { mode: 0o600 });
    expect(readPassphrase(path)).toBe(' two words ');
  });

  test('that others can read, that is empty, too long or no text is refused', async () => {
    writeFileSync(path, 'secret\n', { mode: 0o600 });
    chmodSync(path, 0o640);
    expect(await codeOf(() => readPassphrase(path))).toBe('KEY_FILE_OPEN_TO_OTHERS');
    chmodSync(path, 0o600);
    writeFileSync(path, '\n');
    expect(await codeOf(() => readPassphrase(path))).toBe('PASSPHRASE_EMPTY');
    writeFileSync(path, 'x'.repeat(1025));
    expect(await codeOf(() => readPassphrase(path))).toBe('KEY_FILE_DAMAGED');
    writeFileSync(path, Uint8Array.of(0xff, 0xfe));
    expect(await codeOf(() => readPassphrase(path))).toBe('KEY_FILE_DAMAGED');
  });

  test.skipIf(process.getuid?.() !== 0)(
    'of another user is refused to a process that is not root',
    async () => {
      const own = 65_534;
      writeFileSync(path, 'secret\n', { mode: 0o600 });
      chownSync(path, own, own);
      expect(readPassphrase(path)).toBe('secret');
      // The effective user opens the file; the rule compares the real one, which a test can stand in for.
      const real = process.getuid;
      process.getuid = () => own + 1;
      try {
        const error = await errorOf(() => readPassphrase(path));
        expect(error.code).toBe('KEY_FILE_WRONG_OWNER');
        expect(error.hint).toBe(`chown ${own + 1} ${path}`);
      } finally {
        if (real) process.getuid = real;
      }
    },
  );
});
