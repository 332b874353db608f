// Where exactly a log is broken. A root says only that something below it is wrong; the sequences inside the leaves, and
// the tiles, which hold most leaves' hashes a second time, say which record it is, and else the commit does.

import { toHex } from '../../ledger-sync/evidence/bytes.js';
import type { CompactRange } from '../../ledger-sync/evidence/compact-range.js';
import { leafHash } from '../../ledger-sync/evidence/merkle.js';
import { decodeRecord, type EvidenceRecord } from '../../ledger-sync/evidence/record.js';
import type { LogReader } from '../journal/log-reader.js';
import { type Commit, hasRoot, isPossible } from './log-commit.js';

export interface BrokenPlace {
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** A clause without a full stop. */
  readonly what: string;
}

/** A commit whose leaves are not what was signed, while the tiles still hold what was. */
export interface MendedCommit {
  readonly range: CompactRange;
  /** Those whose leaves are what was signed. */
  readonly records: readonly EvidenceRecord[];
  readonly places: readonly BrokenPlace[];
}

/** One record that is not what it should be. */
export const placeAt = (sequence: number, what: string): BrokenPlace => ({
  firstSequence: sequence,
  lastSequence: sequence,
  what,
});

/** A commit that is not what it should be, without a sign which part of it. */
export function placeOfCommit({ first, checkpoint }: Commit, what: string): BrokenPlace {
  return { firstSequence: first, lastSequence: Math.max(first, checkpoint.size - 1), what };
}

interface Leaf {
  readonly record: EvidenceRecord;
  readonly hash: Uint8Array;
}

function decoded(leaf: Uint8Array): Leaf | undefined {
  try {
    return { record: decodeRecord(leaf), hash: leafHash(leaf) };
  } catch {
    return undefined;
  }
}

/** The hash that a tile holds, or the leaf's own where there is none. */
function storedHash(log: LogReader, sequence: number): Uint8Array | undefined {
  try {
    return log.node(0, sequence);
  } catch {
    // A tile that was cut short, a leaf that is gone: there is no second witness.
    return undefined;
  }
}

/** Joins neighbours of which the same is said. */
function joined(places: readonly BrokenPlace[]): BrokenPlace[] {
  const runs: BrokenPlace[] = [];
  for (const place of places) {
    const last = runs.at(-1);
    if (last?.what === place.what && last.lastSequence + 1 === place.firstSequence) {
      runs[runs.length - 1] = { ...last, lastSequence: place.lastSequence };
    } else runs.push(place);
  }
  return runs;
}

/** Reads the commit by the hashes in the tiles; undefined if they give no signed root either. */
export function mendedCommit(log: LogReader, before: CompactRange, commit: Commit): MendedCommit | undefined {
  const { first, leaves, checkpoint } = commit;
  if (!isPossible(commit)) return undefined;
  // By hash: a leaf whose number was changed must not hide the one that has it by right.
  const byHash = new Map<string, EvidenceRecord>();
  const claimed = new Set<number>();
  for (const leaf of leaves) {
    const read = decoded(leaf);
    if (!read) continue;
    byHash.set(toHex(read.hash), read.record);
    claimed.add(read.record.sequence);
  }
  const range = before.clone();
  const records: EvidenceRecord[] = [];
  const places: BrokenPlace[] = [];
  for (let sequence = first; sequence < checkpoint.size; sequence++) {
    const hash = storedHash(log, sequence);
    if (!hash) return undefined;
    range.append(hash);
    const record = byHash.get(toHex(hash));
    if (record) records.push(record);
    else {
      const what = claimed.has(sequence) ? 'it is not what was signed' : 'it is missing, or cannot be read';
      places.push(placeAt(sequence, what));
    }
  }
  return hasRoot(checkpoint, range) ? { range, records, places: joined(places) } : undefined;
}

/** The first leaf of a commit that tells by itself that it is wrong. */
export function misplacedLeaf({ first, leaves, checkpoint }: Commit): BrokenPlace | undefined {
  for (const [index, leaf] of leaves.entries()) {
    const sequence = first + index;
    const own = decoded(leaf)?.record.sequence;
    if (own === undefined) return placeAt(sequence, 'it cannot be read');
    if (own !== sequence) return placeAt(sequence, `it is missing; record ${own} stands in its place`);
  }
  const end = first + leaves.length;
  return end < checkpoint.size ? placeAt(end, 'it is missing') : undefined;
}
