// Reads the log by key, a page at a time; no cursor is ever held open, so that the WAL can be reused.
// It gives what is stored and judges nothing: whoever passes records on checks them against the tree.

import type { Statement } from 'better-sqlite3';
import type { SignedCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import { leafHash, nodeHash } from '../../ledger-sync/evidence/merkle.js';
import type { NodeReader } from '../../ledger-sync/evidence/node-reader.js';
import { type CheckpointRow, CheckpointRows } from './checkpoint-rows.js';
import type { JournalDatabase } from './database.js';
import { JournalError } from './journal-error.js';
import { KeptNodes } from './kept-nodes.js';
import { PrunedSpans } from './pruned-spans.js';
import { areNamesSound } from './stored-names.js';
import { isNameOf } from './subject-name.js';
import { foldHashes, TILE_HEIGHT, TILE_WIDTH, tileId } from './tile.js';

const HASH_BYTES = 32;

/** A leaf by the place at which it is stored. */
export interface StoredLeaf {
  readonly sequence: number;
  readonly leaf: Uint8Array;
}

/** Leaves one behind the other, and beside them a character for the length of each. */
interface PackedLeaves {
  readonly digits: string;
  readonly lengths: string;
}

/** The readable name behind a subject, with the salt that hides it where it is salted. */
export interface SubjectName {
  readonly name: string;
  readonly salt: Uint8Array | undefined;
}

export class LogReader implements NodeReader {
  /** Where records were deleted by rule. */
  readonly pruned: PrunedSpans;
  readonly #gateway: Uint8Array;
  readonly #kept: KeptNodes;
  readonly #database: JournalDatabase;
  readonly #leaves: Statement<[number, number], PackedLeaves>;
  readonly #leaf: Statement<[number], Uint8Array>;
  readonly #rows: Statement<[number, number, number], StoredLeaf>;
  readonly #alerts: Statement<[number, number], number>;
  readonly #alertBack: Statement<[number], number>;
  readonly #timeReferences: Statement<[number], number>;
  readonly #tile: Statement<[number], Uint8Array>;
  readonly #checkpoints: CheckpointRows;
  readonly #subject: Statement<[Uint8Array], { name: string; salt: Uint8Array | null }>;
  readonly #detail: Statement<[number], string | null>;

  constructor(database: JournalDatabase, gateway: Uint8Array) {
    this.#gateway = gateway;
    this.#database = database;
    this.pruned = new PrunedSpans(database);
    this.#kept = new KeptNodes(database);
    this.#leaves = database.prepare(
      `SELECT ifnull(group_concat(hex(leaf), ''), '') AS digits,
          ifnull(group_concat(char(length(leaf)), ''), '') AS lengths
        FROM (SELECT leaf FROM records WHERE sequence >= ? ORDER BY sequence LIMIT ?)`,
    );
    this.#leaf = database
      .prepare<[number], Uint8Array>('SELECT leaf FROM records WHERE sequence = ?')
      .pluck();
    this.#rows = database.prepare(
      'SELECT sequence, leaf FROM records WHERE sequence >= ? AND sequence < ? ORDER BY sequence LIMIT ?',
    );
    this.#alerts = database
      .prepare<[number, number], number>(
        'SELECT sequence FROM alert_records WHERE sequence >= ? ORDER BY sequence LIMIT ?',
      )
      .pluck();
    this.#alertBack = database
      .prepare<[number], number>('SELECT sequence FROM alert_records ORDER BY sequence DESC LIMIT 1 OFFSET ?')
      .pluck();
    this.#timeReferences = database
      .prepare<[number], number>('SELECT sequence FROM time_references WHERE sequence > ? ORDER BY sequence')
      .pluck();
    this.#tile = database.prepare<[number], Uint8Array>('SELECT hashes FROM tiles WHERE id = ?').pluck();
    this.#checkpoints = new CheckpointRows(database);
    this.#subject = database.prepare(
      'SELECT CAST(name AS TEXT) AS name, salt FROM subjects WHERE subject = ?',
    );
    this.#detail = database
      .prepare<[number], string | null>('SELECT detail FROM records WHERE sequence = ?')
      .pluck();
  }

  /** What `work` reads is all of one moment: nothing is deleted between two of its questions. Keep it short. */
  inOneMoment<Read>(work: () => Read): Read {
    return this.#database.transaction(work).deferred();
  }

  /** Leaf bytes from sequence `from` on, at most `limit`, up to where the log is no longer whole. */
  leaves(from: number, limit: number): Uint8Array[] {
    if (this.pruned.at(from)) return [];
    const end = this.pruned.nextFirst(from);
    const packed = this.#leaves.get(from, end === undefined ? limit : Math.min(limit, end - from));
    return packed ? splitLeaves(packed) : [];
  }

  /** The leaf at `sequence`; undefined beyond the end, and where it was deleted. */
  leaf(sequence: number): Uint8Array | undefined {
    return this.#leaf.get(sequence);
  }

  /**
   * The leaf that an index names; undefined where it was deleted or lost, and that is told.
   * @throws JournalError JOURNAL_DAMAGED where it is absent and nothing says why
   */
  namedLeaf(sequence: number): Uint8Array | undefined {
    const leaf = this.leaf(sequence);
    if (leaf || this.pruned.at(sequence, 'events')) return leaf;
    throw new JournalError(
      'JOURNAL_DAMAGED',
      `record ${sequence} is not there, and nothing says that it was deleted`,
      'restart the gateway role: it takes over what can be proven',
    );
  }

  /** What is there from sequence `from` to before `beyond`, whether the log is whole there or not; at most `limit`. */
  stored(from: number, beyond: number, limit: number): StoredLeaf[] {
    return this.#rows.all(from, beyond, limit);
  }

  /** Sequences, from `from` on, of records that may be alerts. */
  alertSequences(from: number, limit: number): number[] {
    return this.#alerts.all(from, limit);
  }

  /** The sequence of the `count`th newest record that may be an alert, or 0. */
  alertSequenceBack(count: number): number {
    return this.#alertBack.get(count - 1) ?? 0;
  }

  /** Sequences of the time references behind `above`. */
  timeReferences(above: number): number[] {
    return this.#timeReferences.all(above);
  }

  /** The newest checkpoint; undefined while the log is empty. */
  latestCheckpoint(): SignedCheckpoint | undefined {
    return this.#checkpoint(this.#checkpoints.latest());
  }

  /** The first checkpoint that covers the record at `sequence`. */
  checkpointCovering(sequence: number): SignedCheckpoint | undefined {
    return this.#checkpoint(this.#checkpoints.covering(sequence));
  }

  /** The newest checkpoint of a size in (`above`, `upTo`]. */
  checkpointWithin(above: number, upTo: number): SignedCheckpoint | undefined {
    return this.#checkpoint(this.#checkpoints.within(above, upTo));
  }

  /** The name behind a 16-byte subject; undefined if it was erased, or if what is stored is not that name. */
  nameOf(subject: Uint8Array): string | undefined {
    const row = this.#subject.get(subject);
    return row && isNameOf(subject, row.name, row.salt) ? row.name : undefined;
  }

  /** Whether each name is where it was written: if not, one that is absent need not have been erased. */
  hasSoundNames(): boolean {
    return areNamesSound(this.#database);
  }

  /** What is stored as the name, with its salt. */
  subjectName(subject: Uint8Array): SubjectName | undefined {
    const row = this.#subject.get(subject);
    return row && { name: row.name, salt: row.salt ?? undefined };
  }

  /** Whether a record that was read is found at its place: if not, a document that is absent need not have been erased. */
  stands(sequence: number): boolean {
    return this.leaf(sequence) !== undefined || this.pruned.at(sequence) !== undefined;
  }

  /** The detail document of a record as canonical JSON text; undefined if it has none, or it was erased. */
  detail(sequence: number): string | undefined {
    return this.#detail.get(sequence) ?? undefined;
  }

  /**
   * Hash of the complete subtree of 2^level leaves at `index`: from a tile where one is full, else as it was kept, else folded.
   * @throws JournalError RECORD_ABSENT if neither tiles nor records hold it
   */
  node(level: number, index: number): Uint8Array {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const inTile = level - tileLevel * TILE_HEIGHT;
    const firstEntry = index * 2 ** inTile;
    const tile = this.#tile.get(tileId(tileLevel, Math.floor(firstEntry / TILE_WIDTH)));
    if (tile) {
      const start = (firstEntry % TILE_WIDTH) * HASH_BYTES;
      return foldHashes(splitHashes(tile.subarray(start, start + 2 ** inTile * HASH_BYTES)));
    }
    const kept = this.#kept.get(level, index);
    if (kept) return kept;
    if (level > 0) return nodeHash(this.node(level - 1, index * 2), this.node(level - 1, index * 2 + 1));
    const leaf = this.#leaf.get(index);
    if (leaf) return leafHash(leaf);
    throw new JournalError(
      'RECORD_ABSENT',
      `record ${index} is neither in the journal nor in a tile`,
      'ask for a range that the journal still holds',
    );
  }

  #checkpoint(row: CheckpointRow | undefined): SignedCheckpoint | undefined {
    return (
      row && {
        gateway: this.#gateway,
        size: row.size,
        root: row.root,
        timeMs: row.time_ms,
        signature: row.signature,
      }
    );
  }
}

/**
 * Leaves from their hex digits and lengths. One buffer holds them all: each blob that better-sqlite3 returns
 * is memory of its own outside the heap, which waits for a rare collection (gateway/README.md, decision 38).
 */
function splitLeaves({ digits, lengths }: PackedLeaves): Uint8Array[] {
  const bytes = Buffer.from(digits, 'hex');
  const leaves: Uint8Array[] = [];
  let end = 0;
  for (let at = 0; at < lengths.length; at++) {
    const start = end;
    end += lengths.charCodeAt(at);
    leaves.push(bytes.subarray(start, end));
  }
  return leaves;
}

function splitHashes(bytes: Uint8Array): Uint8Array[] {
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += HASH_BYTES) hashes.push(bytes.subarray(at, at + HASH_BYTES));
  return hashes;
}
