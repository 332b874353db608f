// Opening the journal: durable or not at all, never a fresh one in the place of one that is damaged, and each
// trouble of the disk under its own name.

import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type OpenOptions, openDatabase } from '../../../gateway/journal/database.js';
import { journalError } from '../../../gateway/journal/journal-error.js';
import { JournalReader } from '../../../gateway/journal/journal-reader.js';
import { readings, requestOf } from '../drafts.js';
import { tempFolder } from '../temp-folder.js';
import { openTestLog, TestLog } from '../test-log.js';
import { thrownBy } from '../thrown.js';

const newPath = () => join(tempFolder(), 'journal.db');

function opened(path: string, options: OpenOptions) {
  const database = openDatabase(path, options);
  onTestFinished(() => {
    database.close();
  });
  return database;
}

const pragma = (database: Database.Database, name: string) => database.pragma(name, { simple: true });

describe('opening the journal', () => {
  it('sets synchronous=FULL in WAL mode, for the owner and for a peer', () => {
    const path = newPath();
    for (const access of ['owner', 'peer'] as const) {
      const database = opened(path, { access });
      expect(pragma(database, 'journal_mode')).toBe('wal');
      expect(pragma(database, 'synchronous')).toBe(2);
    }
  });

  it('is for nobody else to read, the write-ahead log included', () => {
    const path = newPath();
    opened(path, { access: 'owner' }).exec('CREATE TABLE t (x)');
    for (const file of [path, `${path}-wal`]) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('uses NORMAL only where it is asked for', () => {
    const database = opened(newPath(), { access: 'owner', synchronous: 'NORMAL' });
    expect(pragma(database, 'synchronous')).toBe(1);
  });

  it('lets only the owner copy the WAL back', () => {
    const path = newPath();
    expect(pragma(opened(path, { access: 'owner' }), 'wal_autocheckpoint')).toBe(1000);
    expect(pragma(opened(path, { access: 'peer' }), 'wal_autocheckpoint')).toBe(0);
  });

  it('refuses a file that cannot be in WAL mode instead of going on without it', () => {
    const fault = thrownBy(() => openDatabase(':memory:', { access: 'owner' }));
    expect(fault).toMatchObject({ name: 'JournalError', code: 'JOURNAL_NOT_DURABLE' });
    expect(existsSync(':memory:')).toBe(false);
  });

  it('does not let a reader write', () => {
    const path = newPath();
    opened(path, { access: 'owner' });
    const reader = opened(path, { access: 'reader' });
    expect(thrownBy(() => reader.exec('DELETE FROM records')).code).toBe('SQLITE_READONLY');
  });

  it.each(['owner', 'peer', 'reader'] as const)('refuses a layout that is too new (%s)', (access) => {
    const path = newPath();
    const database = openDatabase(path, { access: 'owner' });
    database.pragma('user_version = 99');
    database.close();
    const fault = thrownBy(() => openDatabase(path, { access }));
    expect(fault.code).toBe('JOURNAL_TOO_NEW');
    expect(fault.message).toContain('99');
    const after = new Database(path);
    onTestFinished(() => {
      after.close();
    });
    expect(pragma(after, 'user_version')).toBe(99);
  });

  it('makes the layout once: opening again changes nothing', () => {
    const path = newPath();
    const layoutOf = () => {
      const database = openDatabase(path, { access: 'owner' });
      const rows = database.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all();
      const version = pragma(database, 'user_version');
      database.close();
      return { rows, version };
    };
    const first = layoutOf();
    expect(first.rows.length).toBeGreaterThan(10);
    expect(layoutOf()).toEqual(first);
  });
});

describe('a journal that is not there', () => {
  it.each(['reader', 'peer'] as const)('is named absent to a %s, and is not made', (access) => {
    const path = newPath();
    const fault = thrownBy(() => openDatabase(path, { access }));
    expect(fault).toMatchObject({ code: 'JOURNAL_ABSENT' });
    expect(fault.message).toContain(path);
    expect(existsSync(path)).toBe(false);
  });

  it.each(['reader', 'peer'] as const)('is absent to a %s where even its folder is missing', (access) => {
    const path = join(tempFolder(), 'data', 'journal.db');
    expect(thrownBy(() => openDatabase(path, { access })).code).toBe('JOURNAL_ABSENT');
  });

  it.each(['reader', 'peer'] as const)('is absent to a %s while it has no layout yet', (access) => {
    const path = newPath();
    writeFileSync(path, '');
    expect(thrownBy(() => openDatabase(path, { access })).code).toBe('JOURNAL_ABSENT');
  });

  it.each(['reader', 'peer'] as const)(
    'is not called absent to a %s when it only cannot be opened',
    (access) => {
      const path = newPath();
      mkdirSync(path);
      expect(thrownBy(() => openDatabase(path, { access })).code).not.toBe('JOURNAL_ABSENT');
    },
  );

  it('is absent to a reader until a gateway has claimed it', () => {
    const path = newPath();
    opened(path, { access: 'owner' });
    expect(thrownBy(() => new JournalReader(path)).code).toBe('JOURNAL_ABSENT');
  });

  it('tells the owner that its folder is missing', () => {
    const path = join(tempFolder(), 'data', 'journal.db');
    expect(thrownBy(() => openDatabase(path, { access: 'owner' })).code).toBe('JOURNAL_UNREADABLE');
  });
});

describe('a damaged journal', () => {
  function closedJournal(): Buffer {
    const log = new TestLog(tempFolder()).open();
    log.writer.seal(requestOf(readings(300)));
    log.close();
    return readFileSync(log.path);
  }

  const damages: readonly (readonly [what: string, at: number, bytes: readonly number[]])[] = [
    ['first letter of the magic string', 0, [0x73]],
    ['whole first page', 0, new Array<number>(4096).fill(0)],
    ['page size', 16, [0x12, 0x34]],
    ['payload fractions', 21, [0, 0, 0]],
    ['schema page type', 100, [0xee]],
  ];

  it.each(damages)('is refused and stays untouched: %s', (_what, at, bytes) => {
    const content = closedJournal();
    content.set(bytes, at);
    const path = newPath();
    writeFileSync(path, content);
    for (const access of ['owner', 'peer', 'reader'] as const) {
      const fault = thrownBy(() => openDatabase(path, { access }));
      expect(fault).toMatchObject({ name: 'JournalError', code: 'JOURNAL_DAMAGED' });
      expect(fault.message).toContain(path);
      expect(fault.hint).toContain('keep the file');
    }
    expect(readFileSync(path).equals(content)).toBe(true);
  });
});

describe('errors of SQLite and of the file system', () => {
  const table: readonly (readonly [foreign: string, code: string])[] = [
    ['SQLITE_FULL', 'DISK_FULL'],
    ['SQLITE_IOERR_SHMSIZE', 'DISK_FULL'],
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['SQLITE_READONLY', 'DISK_READ_ONLY'],
    ['SQLITE_READONLY_DIRECTORY', 'DISK_READ_ONLY'],
    ['EROFS', 'DISK_READ_ONLY'],
    ['SQLITE_IOERR', 'DISK_IO'],
    ['SQLITE_IOERR_READ', 'DISK_IO'],
    ['SQLITE_IOERR_WRITE', 'DISK_IO'],
    ['EIO', 'DISK_IO'],
    ['SQLITE_IOERR_FSYNC', 'FSYNC_FAILED'],
    ['SQLITE_IOERR_DIR_FSYNC', 'FSYNC_FAILED'],
    ['SQLITE_CORRUPT', 'JOURNAL_DAMAGED'],
    ['SQLITE_CORRUPT_INDEX', 'JOURNAL_DAMAGED'],
    ['SQLITE_NOTADB', 'JOURNAL_DAMAGED'],
    ['SQLITE_BUSY', 'JOURNAL_BUSY'],
    ['SQLITE_BUSY_SNAPSHOT', 'JOURNAL_BUSY'],
    ['SQLITE_CANTOPEN', 'JOURNAL_UNREADABLE'],
    ['EACCES', 'JOURNAL_UNREADABLE'],
  ];

  it.each(table)('%s becomes %s, with path, foreign code and cause', (foreign, code) => {
    const cause = Object.assign(new Error('what SQLite said'), { code: foreign });
    const error = journalError(cause, '/data/journal.db');
    expect(error).toMatchObject({ code, cause });
    expect(error.message).toContain('/data/journal.db');
    expect(error.message).toContain(foreign);
    expect(error.hint).not.toBe('');
  });

  it('asks a person for something else at each code', () => {
    const hints = new Map(
      table.map(([foreign, code]) => [code, journalError({ code: foreign }, '/data/journal.db').hint]),
    );
    expect(new Set(hints.values()).size).toBe(hints.size);
  });

  it('leaves an error of the journal as it is', () => {
    const error = journalError(new Error('x'), '/data/journal.db');
    expect(journalError(error, '/elsewhere')).toBe(error);
  });

  it('names a disk that is full when a commit meets one, and the same group goes in later', () => {
    const log = openTestLog();
    log.writer.seal(requestOf(readings(1)));
    log.database.pragma(`max_page_count = ${pragma(log.database, 'page_count')}`);
    const group = requestOf(readings(800, 1));
    expect(thrownBy(() => log.writer.seal(group)).code).toBe('DISK_FULL');
    expect(log.reader.latestCheckpoint()?.size).toBe(1);
    log.database.pragma('max_page_count = 1000000');
    expect(log.writer.seal(group)).toMatchObject({ firstSequence: 1, size: 801 });
    expect(log.open().writer.size).toBe(801);
  });

  it('names a journal that another process holds', () => {
    const log = openTestLog();
    const other = opened(log.path, { access: 'peer' });
    log.database.pragma('busy_timeout = 0');
    other.exec('BEGIN IMMEDIATE');
    expect(thrownBy(() => log.writer.seal(requestOf(readings(1)))).code).toBe('JOURNAL_BUSY');
    other.exec('ROLLBACK');
    expect(log.writer.seal(requestOf(readings(1))).size).toBe(1);
  });
});
