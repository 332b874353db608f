// Tiles after a failed commit, on a disk that could not be read either.

import { describe, expect, it } from 'vitest';
import { LogWriter } from '../../../gateway/sealing/log-writer.js';
import { readings, requestOf } from '../drafts.js';
import { hex } from '../hex.js';
import { naiveRoot } from '../naive-tree.js';
import { openTestLog } from '../test-log.js';
import { thrownBy } from '../thrown.js';

describe('a commit that fails while the card cannot even be read', () => {
  it('leaves the tiles as they were: the same group goes in later', () => {
    const log = openTestLog();
    let isReadable = true;
    // Every look into the log fails with an I/O error once the card is gone.
    const database = new Proxy(log.database, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (name !== 'prepare') return typeof member === 'function' ? member.bind(target) : member;
        return (sql: string) => failingReads(target.prepare(sql), sql, () => isReadable);
      },
    });
    const { path, signer } = log;
    const writer = new LogWriter({ database, path, signer, now: () => 1 });
    writer.seal(requestOf(readings(300)));
    log.database.exec(
      "CREATE TEMP TRIGGER refuse BEFORE INSERT ON records WHEN new.sequence = 309 BEGIN SELECT RAISE(FAIL, 'no'); END",
    );
    isReadable = false;
    expect(thrownBy(() => writer.seal(requestOf(readings(300)))).name).toBe('JournalError');
    isReadable = true;
    log.database.exec('DROP TRIGGER refuse');
    writer.seal(requestOf(readings(300)));
    const leaves = log.reader.leaves(0, 600);
    expect(hex(log.reader.node(8, 1))).toBe(hex(naiveRoot(leaves.slice(256, 512))));
    expect(hex(log.open().writer.root())).toBe(hex(naiveRoot(leaves)));
  });
});

function failingReads<T extends object>(statement: T, sql: string, isReadable: () => boolean): T {
  if (!sql.startsWith('SELECT leaf') && !sql.startsWith('SELECT hashes')) return statement;
  return new Proxy(statement, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...values: unknown[]) => {
        const isRead = name === 'get' || name === 'all';
        if (isRead && !isReadable())
          throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' });
        const result: unknown = member.apply(target, values);
        return result === target ? failingReads(target, sql, isReadable) : result;
      };
    },
  });
}
