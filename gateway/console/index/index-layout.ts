// The tables of the index. It holds numbers and places in the log, no words: what was erased from the journal is erased here.
// A row's key begins with its time, so that what is written together lies together and dirties few pages.

import type Database from 'better-sqlite3';

/** Another number makes the index anew from the log. */
export const INDEX_LAYOUT = 2;

const indexLayout = `
CREATE TABLE meta (one INTEGER PRIMARY KEY CHECK (one = 1), gateway BLOB NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL);
-- Boots of which records lie here by a clock that was not trusted; once their time is known, all is made anew.
CREATE TABLE unplaced_boots (boot_count INTEGER PRIMARY KEY);
CREATE TABLE sensors (
  id INTEGER PRIMARY KEY,
  subject BLOB NOT NULL,
  kind INTEGER NOT NULL,
  -- Its newest reading.
  at_ms INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  value INTEGER NOT NULL,
  quality INTEGER NOT NULL,
  UNIQUE (subject, kind)
);
CREATE TABLE spans (
  level INTEGER NOT NULL,
  start_ms INTEGER NOT NULL,
  sensor INTEGER NOT NULL,
  min INTEGER, min_ms INTEGER NOT NULL,
  max INTEGER, max_ms INTEGER NOT NULL,
  first INTEGER, first_ms INTEGER NOT NULL,
  last INTEGER, last_ms INTEGER NOT NULL,
  sum REAL NOT NULL,
  squares REAL NOT NULL,
  kinetic REAL NOT NULL,
  numbers INTEGER NOT NULL,
  good INTEGER NOT NULL,
  bad INTEGER NOT NULL,
  worst INTEGER NOT NULL,
  first_sequence INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL,
  PRIMARY KEY (level, start_ms, sensor)
) WITHOUT ROWID;
-- Times in which nothing was heard of a sensor.
CREATE TABLE holes (sensor INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, PRIMARY KEY (sensor, from_ms)) WITHOUT ROWID;
-- When a contact was seen to change.
CREATE TABLE doors (subject BLOB NOT NULL, at_ms INTEGER NOT NULL, is_open INTEGER NOT NULL, PRIMARY KEY (subject, at_ms)) WITHOUT ROWID;
CREATE TABLE positions (at_ms INTEGER NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (at_ms, sequence)) WITHOUT ROWID;
-- The newest sighting of each tag.
CREATE TABLE tags (subject BLOB PRIMARY KEY, at_ms INTEGER NOT NULL, sequence INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX tags_by_time ON tags (at_ms);
-- All that is neither reading nor sighting nor position.
CREATE TABLE events (sequence INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind INTEGER NOT NULL, subject BLOB NOT NULL);
CREATE INDEX events_by_subject ON events (subject, sequence);
`;

/** Makes the tables in a new file. */
export function layOut(database: Database.Database): void {
  database.exec(indexLayout);
  database.pragma(`user_version = ${INDEX_LAYOUT}`);
}
