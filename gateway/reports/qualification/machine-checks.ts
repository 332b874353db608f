// The machine and its disk: versions, what SQLite makes of a commit, where the data lie, whether a flush comes back.

import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { arch, hostname, release, type } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../journal/database.js';
import { diskSpace } from '../../journal/disk-space.js';
import { packageVersion } from '../../package-version.js';
import { type Examination, type Finding, failed, passed, passedIf } from './check.js';
import { type Mount, mountOf } from './mount.js';

const OLDEST_NODE = [20, 19] as const;
const SYNCHRONOUS_FULL = 2;
const LEAST_FREE_MIB = 256;
const MIB = 1024 * 1024;
const LONGEST_FLUSH_MS = 2000;

/** File systems that lose what they acknowledged, or are not on this machine. */
const unfit = /^(tmpfs|ramfs|nfs|cifs|smb|fuse\.|9p|overlay)/;
/** Options that take the flush away from a commit. */
const unsafeOptions = ['nobarrier', 'barrier=0', 'data=writeback', 'ro'];

/** @param dataDir absolute */
export function machineChecks(dataDir: string): Examination[] {
  return [
    {
      id: 'IQ-01',
      title: 'Program and machine',
      expected: 'are named',
      look: () => passed(`coldgate ${packageVersion()} on ${hostname()}, ${type()} ${release()}, ${arch()}`),
    },
    {
      id: 'IQ-02',
      title: 'Node.js',
      expected: `${OLDEST_NODE.join('.')} or newer`,
      look: () => passedIf(isNewEnough(process.versions.node), process.versions.node),
    },
    {
      id: 'IQ-03',
      title: 'SQLite in the data folder',
      expected: '3.51.3 or newer, WAL, synchronous = 2 (FULL), read back',
      look: () => sqliteFinding(dataDir),
    },
    {
      id: 'IQ-04',
      title: 'File system of the data folder',
      expected: 'on a disk of this machine, with barriers, writable',
      look: () => mountFinding(mountOf(dataDir)),
    },
    {
      id: 'IQ-05',
      title: 'Room on the disk',
      expected: `at least ${LEAST_FREE_MIB} MiB free`,
      look: () => {
        const freeMiB = Math.floor(diskSpace(dataDir).freeBytes / MIB);
        return passedIf(freeMiB >= LEAST_FREE_MIB, `${freeMiB} MiB free`);
      },
    },
    {
      id: 'IQ-06',
      title: 'Flush to the disk',
      expected: `comes back within ${LONGEST_FLUSH_MS} ms, and what was written is read back`,
      look: () => flushFinding(dataDir),
    },
    {
      id: 'IQ-07',
      title: 'Power cut',
      expected: 'what is acknowledged is on the disk: FULL, barriers, and no other write cache is told of',
      look: () => {
        const sqlite = sqliteFinding(dataDir);
        const mount = mountFinding(mountOf(dataDir));
        const isReady = sqlite.outcome === 'pass' && mount.outcome === 'pass';
        return passedIf(
          isReady,
          isReady ? 'FULL, and a file system with barriers' : `${sqlite.found}; ${mount.found}`,
        );
      },
    },
  ];
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/** In a journal of its own, beside the real one: the same disk, the same code. */
function sqliteFinding(dataDir: string): Finding {
  const folder = mkdtempSync(join(dataDir, 'qualify-'));
  try {
    const database = openDatabase(join(folder, 'journal.db'), { access: 'owner' });
    try {
      const version = String(database.prepare('SELECT sqlite_version()').pluck().get());
      const mode = String(database.pragma('journal_mode', { simple: true }));
      const level = Number(database.pragma('synchronous', { simple: true }));
      const found = `SQLite ${version}, journal_mode = ${mode}, synchronous = ${level}`;
      return passedIf(mode === 'wal' && level === SYNCHRONOUS_FULL, found);
    } finally {
      database.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param mount undefined: it cannot be told */
export function mountFinding(mount: Mount | undefined): Finding {
  if (!mount) return failed('the mount of the folder cannot be told');
  const { fileSystem, mountPoint, options } = mount;
  const unsafe = options.filter((option) => unsafeOptions.includes(option));
  const found = `${fileSystem} at ${mountPoint} (${options.join(',')})`;
  if (unfit.test(fileSystem)) return failed(`${found}: no disk of this machine`);
  return passedIf(unsafe.length === 0, unsafe.length === 0 ? found : `${found}: ${unsafe.join(', ')}`);
}

function flushFinding(dataDir: string): Finding {
  const folder = mkdtempSync(join(dataDir, 'qualify-'));
  try {
    const path = join(folder, 'flush');
    const content = Buffer.alloc(MIB, 'coldgate ');
    const startedMs = performance.now();
    const file = openSync(path, 'w', 0o600);
    try {
      writeSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    const tookMs = Math.round(performance.now() - startedMs);
    const isBack = readFileSync(path).equals(content);
    const found = `1 MiB in ${tookMs} ms, ${isBack ? 'read back' : 'NOT what was written'}`;
    return passedIf(isBack && tookMs <= LONGEST_FLUSH_MS, found);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
