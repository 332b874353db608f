// Reads a journal from outside, row by row, and proves that it is one whole log: positions without a hole, each
// leaf at its own place, every checkpoint signed over the root that the leaves give, tiles that agree with them.
// The last root and the tiles are computed a second time without the code under test. Changes nothing.

import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import { tileId } from '../../gateway/journal/tile.js';
import { verifyCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import { CompactRange } from '../../ledger-sync/evidence/compact-range.js';
import { leafHash } from '../../ledger-sync/evidence/merkle.js';
import { decodeRecord, type EvidenceRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import { naiveLeafHash, naiveRoot } from '../gateway/naive-tree.js';

const TILE_WIDTH = 256;

export interface JournalAudit {
  readonly size: number;
  readonly checkpoints: number;
  readonly tiles: number;
  readonly leaves: readonly Uint8Array[];
  readonly records: readonly EvidenceRecord[];
  /** The name behind a record. */
  nameOf(record: EvidenceRecord): string | undefined;
  /** Temperatures per sensor, in the order of the log. */
  readonly readings: ReadonlyMap<string, readonly number[]>;
  /** Records of one kind. */
  count(kind: number): number;
  /** Detail documents of all records of one kind. */
  details(kind: number): readonly Readonly<Record<string, unknown>>[];
}

const CHECKPOINTS = `
  SELECT size, root, time_ms, signature FROM checkpoints
  UNION ALL SELECT sequence + 1 AS size, root, time_ms, signature FROM records WHERE root IS NOT NULL ORDER BY size`;

interface CheckpointRow {
  readonly size: number;
  readonly root: Uint8Array;
  readonly time_ms: number;
  readonly signature: Uint8Array;
}

function checkLeaves(database: Database.Database, gateway: Uint8Array) {
  const leaves: Uint8Array[] = [];
  const records: EvidenceRecord[] = [];
  const rows = database.prepare<[], { sequence: number; leaf: Uint8Array }>(
    'SELECT sequence, leaf FROM records ORDER BY sequence',
  );
  for (const { sequence, leaf } of rows.iterate()) {
    assert.equal(sequence, leaves.length, 'a hole in the log');
    const record = decodeRecord(leaf);
    assert.equal(record.sequence, sequence, 'a record at a place that is not its own');
    assert.ok(Buffer.from(record.gateway).equals(gateway), `record ${sequence} is of another gateway`);
    leaves.push(leaf);
    records.push(record);
  }
  return { leaves, records };
}

/** Every checkpoint, by appending the leaves one after the other. */
function checkCheckpoints(
  database: Database.Database,
  gateway: Uint8Array,
  leaves: readonly Uint8Array[],
  verifiedSize: number,
): number {
  const range = new CompactRange();
  const rows = database.prepare<[], CheckpointRow>(CHECKPOINTS).all();
  for (const { size, root, time_ms: timeMs, signature } of rows) {
    assert.ok(size <= leaves.length, `a checkpoint of ${size}, only ${leaves.length} records`);
    for (const leaf of leaves.slice(range.size, size)) range.append(leafHash(leaf));
    assert.ok(Buffer.from(root).equals(range.root()), `the root of the checkpoint of ${size}`);
    if (size <= verifiedSize) continue;
    assert.ok(verifyCheckpoint({ gateway, size, root, timeMs, signature }), `the signature of ${size}`);
  }
  assert.equal(rows.at(-1)?.size ?? 0, leaves.length, 'records behind the last checkpoint');
  if (rows.length > 0)
    assert.ok(Buffer.from(range.root()).equals(naiveRoot(leaves)), 'the root of the whole log');
  return rows.length;
}

function naiveFold(hashes: readonly Uint8Array[]): Buffer {
  const [only] = hashes;
  if (hashes.length === 1 && only) return Buffer.from(only);
  const half = hashes.length / 2;
  const [left, right] = [naiveFold(hashes.slice(0, half)), naiveFold(hashes.slice(half))];
  return createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest();
}

function checkTiles(database: Database.Database, leaves: readonly Uint8Array[]): number {
  const stored = new Map(
    database
      .prepare<[], { id: number; hashes: Uint8Array }>('SELECT id, hashes FROM tiles')
      .all()
      .map(({ id, hashes }) => [id, Buffer.from(hashes)]),
  );
  let expected = 0;
  let row: Buffer[] = leaves.map(naiveLeafHash);
  for (let level = 0; row.length >= TILE_WIDTH; level++) {
    const above: Buffer[] = [];
    for (let index = 0; (index + 1) * TILE_WIDTH <= row.length; index++) {
      const hashes = row.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH);
      assert.ok(stored.get(tileId(level, index))?.equals(Buffer.concat(hashes)), `tile ${level}/${index}`);
      above.push(naiveFold(hashes));
      expected += 1;
    }
    row = above;
  }
  assert.equal(stored.size, expected, 'tiles that are not full');
  return expected;
}

function namesOf(database: Database.Database): ReadonlyMap<string, string> {
  const rows = database.prepare<[], { subject: Buffer; name: string }>('SELECT subject, name FROM subjects');
  return new Map(rows.all().map(({ subject, name }) => [subject.toString('hex'), name]));
}

/** Details by hash, each checked against it. */
function detailsOf(database: Database.Database): ReadonlyMap<string, string> {
  const rows = database.prepare<[], { leaf: Buffer; detail: string }>(
    'SELECT leaf, detail FROM records WHERE detail IS NOT NULL',
  );
  return new Map(
    rows.all().map(({ leaf, detail }) => {
      const hash = Buffer.from(decodeRecord(leaf).detail);
      assert.ok(createHash('sha256').update(detail).digest().equals(hash), `the detail ${detail}`);
      return [hash.toString('hex'), detail];
    }),
  );
}

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/**
 * Audits the journal at `path`.
 * @param verifiedSize an earlier audit has checked the signatures up to there: each takes some 3 ms
 * @throws AssertionError that says what is not whole
 */
export function auditJournal(path: string, verifiedSize = 0): JournalAudit {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  try {
    assert.equal(database.pragma('integrity_check', { simple: true }), 'ok');
    const gateway = database.prepare<[], Buffer>('SELECT gateway FROM log_identity').pluck().get();
    assert.ok(gateway, 'whose log this is');
    const { leaves, records } = checkLeaves(database, gateway);
    const checkpoints = checkCheckpoints(database, gateway, leaves, verifiedSize);
    const tiles = checkTiles(database, leaves);
    const cursors = database.prepare<[], number>('SELECT size FROM cursors').pluck().all();
    for (const size of cursors) assert.ok(size <= leaves.length, `a cursor at ${size}, behind the end`);
    const [names, details] = [namesOf(database), detailsOf(database)];
    const readings = new Map<string, number[]>();
    for (const { kind, subject, value, detail, sequence } of records) {
      const name = names.get(hexOf(subject));
      assert.ok(name !== undefined, `the name behind record ${sequence}`);
      if (detail.length > 0) assert.ok(details.has(hexOf(detail)), `the detail of record ${sequence}`);
      if (kind !== recordKinds.temperature) continue;
      const values = readings.get(name) ?? [];
      readings.set(name, values);
      values.push(value);
    }
    const ofKind = (wanted: number) => records.filter(({ kind }) => kind === wanted);
    return {
      size: leaves.length,
      checkpoints,
      tiles,
      leaves,
      records,
      nameOf: ({ subject }) => names.get(hexOf(subject)),
      readings,
      count: (kind) => ofKind(kind).length,
      details: (kind) => ofKind(kind).map(({ detail }) => JSON.parse(details.get(hexOf(detail)) ?? '{}')),
    };
  } finally {
    database.close();
  }
}
