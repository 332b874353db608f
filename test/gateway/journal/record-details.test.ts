// Detail documents in the rows of their records, and how those of an older journal come there.

import { expect, it } from 'vitest';
import { detailHash } from '../../../ledger-sync/evidence/jcs.js';
import { draftWith, requestOf } from '../drafts.js';
import { openTestLog } from '../test-log.js';

const shared = { type: 'note', text: 'of two records' };
const own = { type: 'note', text: 'of one' };

it('the documents of an older journal come to their records, each to all that share it', () => {
  const log = openTestLog();
  log.writer.seal(requestOf([shared, own, undefined, shared].map((detail) => draftWith({ detail }))));
  log
    .layBack()
    .database.exec(`ALTER TABLE records DROP COLUMN detail; DROP TABLE time_references; PRAGMA user_version = 3;
    CREATE TABLE details (hash BLOB PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID`);
  const insert = log.database.prepare('INSERT INTO details (hash, document) VALUES (?, ?)');
  for (const detail of [shared, own]) insert.run(detailHash(detail), JSON.stringify(detail));
  log.open();
  const found = [0, 1, 2, 3].map((sequence) => JSON.parse(log.reader.detail(sequence) ?? 'null'));
  expect(found).toEqual([shared, own, null, shared]);
  log.writer.seal(requestOf([draftWith({ detail: own })]));
  expect(JSON.parse(log.reader.detail(4) ?? 'null')).toEqual(own);
});
