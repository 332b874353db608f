// One version of the program in a folder of its own: whether all of it is there, and what it says of itself when it is asked. It is
// asked as a process, as whoever owns the data, since its modules are not this program's.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { saidBy, UpdateError } from './update-error.js';

/** The command line itself, which looks for no other version. */
const PROGRAM = 'dist/gateway/cli/command-line.js';
/** A journal of millions of records is copied, brought to its layout and folded meanwhile. */
const ANSWER_LIMIT_MS = 15 * 60_000;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

const packageSchema = z.object({
  name: z.literal('coldgate'),
  version: z.string().regex(/^[0-9A-Za-z.+-]{1,64}$/),
  engines: z.object({ node: z.string() }),
  dependencies: z.record(z.string(), z.string()),
});

export interface PackageSheet {
  readonly software: string;
  /** As npm writes it. */
  readonly node: string;
}

/** @throws UpdateError PACKAGE_INCOMPLETE, PACKAGE_REFUSED */
export function readSheet(folder: string): PackageSheet {
  let sheet: z.infer<typeof packageSchema>;
  try {
    sheet = packageSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  } catch (cause) {
    throw new UpdateError('PACKAGE_REFUSED', 'the package is none of coldgate', 'check the file', cause);
  }
  const absent = Object.keys(sheet.dependencies).filter(
    (name) => !existsSync(join(folder, 'node_modules', name, 'package.json')),
  );
  const missing = [...(existsSync(join(folder, PROGRAM)) ? [] : [PROGRAM]), ...absent];
  if (missing.length > 0) {
    throw new UpdateError(
      'PACKAGE_INCOMPLETE',
      `the package of ${sheet.version} lacks ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ` and ${missing.length - 3} others` : ''}`,
      'an npm artefact has its modules fetched and compiled by npm; without network take the .deb, which has all of them',
    );
  }
  return { software: sheet.version, node: sheet.engines.node };
}

/** Whether this Node.js is what a version asks for; undefined for a range in other words than `>=1.2.3`. */
export function isNodeFit(range: string, node = process.versions.node): boolean | undefined {
  const [, least] = /^>=(\d+\.\d+\.\d+)$/.exec(range) ?? [];
  return least === undefined ? undefined : compareVersions(node, least) >= 0;
}

/** Below 0 if `one` is older. Of what stands behind a hyphen only that it is there counts: it comes before the release. */
export function compareVersions(one: string, other: string): number {
  const parts = (version: string) => {
    const [numbers = '', ...rest] = (version.split('+')[0] ?? '').split('-');
    return [...numbers.split('.').map(Number), rest.length > 0 ? 0 : 1];
  };
  const [a, b] = [parts(one), parts(other)];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export interface Answer {
  readonly exitCode: number;
  readonly json: unknown;
  /** What it said besides, one line. */
  readonly said: string;
}

/** Who shall run it: the owner of the data, where this process may choose. */
function ownerOf(path: string): { uid?: number; gid?: number } {
  const found = statSync(path, { throwIfNoEntry: false });
  return process.getuid?.() === 0 && found ? { uid: found.uid, gid: found.gid } : {};
}

/**
 * Runs a command of another version and reads its JSON.
 * @param owned a file whose owner runs it
 * @throws UpdateError VERSION_UNFIT if it gives no answer
 */
export function askVersion(folder: string, parameters: readonly string[], owned: string): Answer {
  const { status, signal, stdout, stderr, error } = spawnSync(
    process.execPath,
    [join(folder, PROGRAM), ...parameters],
    {
      encoding: 'utf8',
      ...{ timeout: ANSWER_LIMIT_MS, maxBuffer: MAX_ANSWER_BYTES, ...ownerOf(owned) },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const lines = (stderr ?? '').split('\n').filter((line) => /\S/.test(line));
  // An error of ours, else whatever came first.
  const said = (lines.find((line) => line.startsWith('coldgate: ')) ?? lines[0] ?? '').trim();
  try {
    return { exitCode: status ?? -1, json: JSON.parse(stdout ?? ''), said };
  } catch (cause) {
    const how = error ? saidBy(error) : `ended with ${signal ?? `code ${status}`}${said ? `: ${said}` : ''}`;
    throw new UpdateError(
      'VERSION_UNFIT',
      `the new version does not answer ${parameters.slice(0, 2).join(' ')}: it ${how}`,
      'was it built for this machine and this Node.js? A package is of one architecture and one major version of Node.js',
      cause,
    );
  }
}
