// Makes a journal that was set aside readable, without losing a byte of it: what is changed is first copied beside it. SQLite
// opens nothing whose first page is bad, and reads a write-ahead log only up to the first checksum that does not fit.

import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type JournalDatabase, openAsFound, openDatabase } from '../journal/database.js';
import { flushFolder } from '../journal/replace-file.js';
import { PAGE_BYTES, readWalChain } from '../journal/wal-chain.js';

/** The part of the first page that describes the file; behind it lies the list of tables. */
const FILE_HEADER_BYTES = 100;

/**
 * Opens what was set aside to read it.
 * @returns undefined if not even its list of tables can be read
 * @throws what the file system throws
 */
export function openMended(path: string): JournalDatabase | undefined {
  if (!existsSync(path)) return undefined;
  mendWal(`${path}-wal`);
  const found = openReadable(path);
  if (found) return found;
  const size = statSync(path).size;
  if (size < 2 * PAGE_BYTES) return undefined;
  // A journal that was made with this layout has its list of tables in the same pages.
  const [first, ...others] = modelPages(`${path}-model`);
  if (!first) return undefined;
  keepPage(path, first.number);
  describeFile(first.bytes, Math.floor(size / PAGE_BYTES));
  overwrite(path, first.bytes.subarray(0, FILE_HEADER_BYTES));
  const mended = openReadable(path);
  if (mended) return mended;
  for (const page of [first, ...others]) {
    keepPage(path, page.number);
    overwrite(path, page.bytes, (page.number - 1) * PAGE_BYTES);
  }
  return openReadable(path);
}

interface Page {
  /** From 1. */
  readonly number: number;
  readonly bytes: Buffer;
}

function mendWal(path: string): void {
  const { mended } = readWalChain(path);
  if (!mended) return;
  keepOriginal(`${path}.as-found`, (next) => copyFileSync(path, next));
  overwrite(path, mended);
}

function keepPage(path: string, number: number): void {
  keepOriginal(`${path}.page-${number}`, (next) => writeWhole(next, readPage(path, number)));
}

/** Once: a power cut may have come after the first byte was changed. */
function keepOriginal(kept: string, write: (next: string) => void): void {
  if (existsSync(kept)) return;
  const next = `${kept}.next`;
  write(next);
  const file = openSync(next, 'r+');
  fsyncSync(file);
  closeSync(file);
  renameSync(next, kept);
  flushFolder(dirname(kept));
}

/** Opens what was set aside as it is; undefined if what this program needs of it cannot be read. */
export function openReadable(path: string): JournalDatabase | undefined {
  let database: JournalDatabase | undefined;
  try {
    database = openAsFound(path);
    // Any page behind the list of tables may be bad; each row is tried by itself.
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    database.prepare('SELECT sequence, leaf, detail FROM records');
    return database;
  } catch {
    database?.close();
    return undefined;
  }
}

/** The pages of the list of tables in a new journal, the first page first. */
function modelPages(path: string): Page[] {
  for (const part of ['', '-wal', '-shm']) rmSync(`${path}${part}`, { force: true });
  const database = openDatabase(path, { access: 'owner' });
  const numbers = database
    .prepare<[], number>("SELECT pageno FROM dbstat WHERE name = 'sqlite_schema' ORDER BY pageno")
    .pluck()
    .all();
  database.close();
  const pages = numbers.map((number) => ({ number, bytes: readPage(path, number) }));
  rmSync(path);
  return pages;
}

/** Offsets of the file format, section 1.3: change counter, pages, free pages, the counter for which they hold. */
function describeFile(page: Buffer, pages: number): void {
  page.writeUInt32BE(pages, 28);
  page.writeUInt32BE(0, 32);
  page.writeUInt32BE(0, 36);
  page.writeUInt32BE(page.readUInt32BE(24), 92);
}

function readPage(path: string, number: number): Buffer {
  const bytes = Buffer.alloc(PAGE_BYTES);
  const file = openSync(path, 'r');
  try {
    readSync(file, bytes, 0, PAGE_BYTES, (number - 1) * PAGE_BYTES);
    return bytes;
  } finally {
    closeSync(file);
  }
}

function writeWhole(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'w', 0o600);
  writeSync(file, bytes);
  closeSync(file);
}

function overwrite(path: string, bytes: Uint8Array, at = 0): void {
  const file = openSync(path, 'r+');
  try {
    writeSync(file, bytes, 0, bytes.length, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
