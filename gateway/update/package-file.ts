// A package as a file: taken from where it lies, hashed while it is copied, and unpacked from that copy. A stick that gives other
// bytes at the second reading changes nothing. Debian packages need dpkg-deb, archives tar.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { saidBy, UpdateError } from './update-error.js';

export interface TakenPackage {
  /** Of the copy. */
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

type PackageKind = 'deb' | 'archive';

/** Where a Debian package has the program. */
const PROGRAM_IN_DEB = 'usr/lib/coldgate';
const DEB_MAGIC = '!<arch>\n';
const GZIP_MAGIC = '\x1f\x8b';
const KIB = 1024;
const OTHERS_READ_MASK = 0o022;

const unreadable = (path: string, what: string, cause?: unknown) =>
  new UpdateError(
    'PACKAGE_UNREADABLE',
    `${path} ${what}`,
    'give the .deb of a release, or an archive that holds all that it needs',
    cause,
  );

/** Copies the package into `folder`. @throws UpdateError PACKAGE_UNREADABLE */
export async function takePackage(path: string, folder: string): Promise<TakenPackage> {
  const copy = join(folder, 'package');
  const hash = createHash('sha256');
  let bytes = 0;
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(undefined, chunk);
    },
  });
  try {
    await pipeline(createReadStream(path), hashing, createWriteStream(copy, { mode: 0o600 }));
  } catch (cause) {
    throw unreadable(path, `cannot be read: ${saidBy(cause)}`, cause);
  }
  return { path: copy, name: basename(path), bytes, sha256: hash.digest('hex') };
}

/** Looked at only when somebody has vouched for it. */
function kindOf({ path, name }: TakenPackage): PackageKind {
  const first = bytesAt(path, 0, DEB_MAGIC.length);
  if (first === DEB_MAGIC) return 'deb';
  if (first.startsWith(GZIP_MAGIC)) return 'archive';
  throw unreadable(name, 'is neither a Debian package nor a gzip archive');
}

function bytesAt(path: string, at: number, length: number): string {
  const bytes = Buffer.alloc(length);
  const file = openSync(path, 'r');
  try {
    readSync(file, bytes, 0, length, at);
    return bytes.toString('latin1');
  } finally {
    closeSync(file);
  }
}

/** Bytes that the program takes on the disk, as the package says. */
export function unpackedBytes(taken: TakenPackage): number {
  const { path, bytes, name } = taken;
  if (kindOf(taken) === 'deb')
    return Number(run('dpkg-deb', ['-f', path, 'Installed-Size'], name).trim()) * KIB;
  // The last four bytes of a gzip file are the length of what is in it (RFC 1952).
  return Buffer.from(bytesAt(path, bytes - 4, 4), 'latin1').readUInt32LE();
}

/**
 * Unpacks the program into `into`, which must not exist. The user of the roles runs what root unpacks, whatever mask the shell
 * of an administrator has.
 * @throws UpdateError PACKAGE_UNREADABLE
 */
export function unpackProgram(taken: TakenPackage, into: string): void {
  const mask = process.umask(OTHERS_READ_MASK);
  try {
    unpack(taken, into);
  } finally {
    process.umask(mask);
  }
}

function unpack(taken: TakenPackage, into: string): void {
  const { path, name } = taken;
  if (kindOf(taken) === 'archive') {
    mkdirSync(into, { recursive: true, mode: 0o755 });
    run(
      'tar',
      ['-xzf', path, '-C', into, '--strip-components=1', '--no-same-owner', '--no-same-permissions'],
      name,
    );
    return;
  }
  const whole = `${into}.deb`;
  rmSync(whole, { recursive: true, force: true });
  run('dpkg-deb', ['-x', path, whole], name);
  const program = join(whole, PROGRAM_IN_DEB);
  if (!statSync(program, { throwIfNoEntry: false })?.isDirectory())
    throw unreadable(name, `has no folder ${PROGRAM_IN_DEB}`);
  renameSync(program, into);
  rmSync(whole, { recursive: true, force: true });
}

function run(program: string, parameters: readonly string[], name: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, parameters, { encoding: 'utf8' });
  if (status === 0) return stdout;
  const said = error
    ? `${program}: ${saidBy(error)}`
    : saidBy(new Error(stderr.trim() || `${program} failed`));
  throw unreadable(name, `cannot be unpacked: ${said}`);
}
