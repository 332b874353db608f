// What a truck's log costs a card, by the counters of a disk: bytes and flushes per record on an ext4 of its own on a loop device,
// for page sizes, a WAL that is kept or truncated, fsync or fdatasync, and windows. Needs root, loop devices, mkfs.ext4; gcc for
// fdatasync. Each variant in a process of its own: `node test/bench/wear.mjs [SECONDS]`, default 3600: the WAL begins
// anew after about 1,000 pages only.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { driveTruck } from './truck-drive.mjs';

const SECTOR_BYTES = 512;
const IMAGE_BYTES = 512 * 1024 * 1024;
const seconds = Number(process.argv[2] ?? 3600);

/** Written bytes and flushes of a disk (Documentation/block/stat). */
function counters(disk) {
  const fields = readFileSync(`/sys/block/${disk}/stat`, 'utf8').trim().split(/\s+/).map(Number);
  return { bytes: fields[6] * SECTOR_BYTES, flushes: fields[15] };
}

/** In the process of one variant: the drive, and nothing else. */
async function drive({ pageBytes, truncates, windowMs, patientWindowMs, disk }) {
  const start = {};
  const result = await driveTruck({
    ...{ seconds, windowMs, patientWindowMs },
    journalFile: (path) => {
      const database = new Database(path);
      database.pragma(`page_size = ${pageBytes}`);
      database.pragma('journal_mode = WAL');
      database.close();
    },
    onCommit: (commit, path) => {
      if (!truncates || commit % 100 !== 0) return;
      const database = new Database(join(path, 'journal.db'));
      database.pragma('wal_checkpoint(TRUNCATE)');
      database.close();
    },
    writtenBytes: (path) => {
      execFileSync('sync', ['-f', path]);
      const now = counters(disk);
      start.flushes ??= now.flushes;
      start.last = now.flushes;
      return now.bytes;
    },
  });
  process.stdout.write(JSON.stringify({ ...result, flushes: start.last - start.flushes }));
}

const usual = { pageBytes: 4096, truncates: false, sync: 'fsync', windowMs: 1000, patientWindowMs: 10_000 };
const variants = [
  {},
  ...[1024, 2048, 8192].map((pageBytes) => ({ pageBytes })),
  { truncates: true },
  { sync: 'fdatasync' },
  ...[0, 100, 1000, 5000].map((windowMs) => ({ windowMs, patientWindowMs: windowMs })),
].map((changed) => ({ ...usual, ...changed }));

/** SQLite is compiled to call fsync: this is what -DHAVE_FDATASYNC would make of it. */
function shimIn(folder) {
  const [source, library] = [join(folder, 'shim.c'), join(folder, 'shim.so')];
  writeFileSync(source, '#include <unistd.h>\nint fsync(int file) { return fdatasync(file); }\n');
  execFileSync('gcc', ['-shared', '-fPIC', '-O2', '-o', library, source]);
  return library;
}

function measure(folder, variant) {
  const [image, mount] = [join(folder, 'disk.img'), join(folder, 'mnt')];
  writeFileSync(image, '');
  truncateSync(image, IMAGE_BYTES);
  mkdirSync(mount, { recursive: true });
  const loop = execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim();
  try {
    // Tables that the kernel fills in later would be counted as the log's.
    execFileSync('mkfs.ext4', ['-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0', loop]);
    execFileSync('mount', ['-o', 'noatime', loop, mount]);
    try {
      const environment = {
        ...process.env,
        COLDGATE_BENCH_DIR: mount,
        COLDGATE_WEAR_VARIANT: JSON.stringify({ ...variant, disk: basename(loop) }),
        ...(variant.sync === 'fdatasync' ? { LD_PRELOAD: shimIn(folder) } : {}),
      };
      const program = fileURLToPath(import.meta.url);
      const child = spawnSync(process.execPath, [program, String(seconds)], {
        env: environment,
        encoding: 'utf8',
      });
      if (child.status !== 0) throw new Error(child.stderr);
      return JSON.parse(child.stdout);
    } finally {
      execFileSync('umount', [mount]);
    }
  } finally {
    execFileSync('losetup', ['--detach', loop]);
    rmSync(image, { force: true });
  }
}

if (process.env.COLDGATE_WEAR_VARIANT) await drive(JSON.parse(process.env.COLDGATE_WEAR_VARIANT));
else {
  const folder = mkdtempSync(join(tmpdir(), 'coldgate-wear-'));
  try {
    for (const variant of variants) {
      const { records, commits, bytes, flushes } = measure(folder, variant);
      const line = { ...variant, records, commits, bytesPerRecord: Math.round(bytes / records), flushes };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
