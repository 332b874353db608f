// Takes from a damaged journal what can be proven: from the roots of subtrees that the gateway has signed down to the leaves,
// each hash by the one above it. What does not give its hash is left out, and the hash above it is kept, so that everything
// beside the hole stays provable.

import { equalBytes } from '../../ledger-sync/evidence/bytes.js';
import type { CompactRange } from '../../ledger-sync/evidence/compact-range.js';
import { leafHash } from '../../ledger-sync/evidence/merkle.js';
import { subtreesOf } from '../../ledger-sync/evidence/node-reader.js';
import { foldHashes, TILE_HEIGHT, TILE_WIDTH } from '../journal/tile.js';
import { hashesOf, leafOf } from './flipped-bit.js';
import type { OldRecord, OldRows } from './old-rows.js';

export interface ProvenSink {
  /** A record whose leaf hash is the signed one. */
  record(record: OldRecord, isMended: boolean): void;
  /** A record that is not the signed one may still have the checkpoint of its commit in its row. */
  checkpointBehind(record: OldRecord): void;
  /** Places of which no record could be proven, in rising order. */
  lost(first: number, beyond: number): void;
  /** A full tile whose root is proven. */
  tile(tileLevel: number, tileIndex: number, hashes: readonly Uint8Array[]): void;
  /** A proven node that nothing below it leads to. */
  kept(level: number, index: number, hash: Uint8Array): void;
}

type Hashes = (Uint8Array | undefined)[];

const isWhole = (hashes: Hashes): hashes is Uint8Array[] => hashes.every((hash) => hash !== undefined);

/** Gives the sink all that proves itself below the range, from left to right. */
export function proveLog(rows: OldRows, range: CompactRange, sink: ProvenSink): void {
  for (const [place, { level, index }] of subtreesOf(0, range.size).entries()) {
    const hash = range.hashes[place];
    if (hash) prove(rows, sink, level, index, hash);
  }
}

function prove(rows: OldRows, sink: ProvenSink, level: number, index: number, hash: Uint8Array): void {
  const first = index * 2 ** level;
  const beyond = first + 2 ** level;
  // Nodes of the level below that are roots of tiles, or leaves.
  const below = level === 0 ? 0 : Math.ceil(level / TILE_HEIGHT) - 1;
  const width = 2 ** (level - below * TILE_HEIGHT);
  const entries = provenEntries(rows, below, index, width, hash);
  if (!entries) {
    sink.kept(level, index, hash);
    sink.lost(first, beyond);
    return;
  }
  if (width === TILE_WIDTH) sink.tile(below, index, entries);
  if (below === 0) proveLeaves(rows, sink, first, entries);
  else {
    for (const [at, entry] of entries.entries())
      prove(rows, sink, below * TILE_HEIGHT, index * width + at, entry);
  }
}

/** The hashes one tile level below a node, if they lead to it. */
function provenEntries(rows: OldRows, below: number, index: number, width: number, hash: Uint8Array) {
  const isRight = (hashes: Hashes): hashes is Uint8Array[] =>
    isWhole(hashes) && hashes.length === width && equalBytes(foldHashes(hashes), hash);
  const tile = width === TILE_WIDTH ? rows.tile(below, index) : undefined;
  if (tile && isRight(tile)) return tile;
  const first = index * width;
  if (below === 0) {
    const made = leafHashes(rows, first, width);
    if (isRight(made)) return made;
    return isWhole(made) ? mendedEntries(rows, first, width, hash) : undefined;
  }
  const places = Array.from({ length: width }, (_, at) => first + at);
  const quick = places.map((place) => tileRoot(rows, below - 1, place));
  if (isRight(quick)) return quick;
  const sources = places.map((place, at) => rootsOf(rows, below - 1, place, quick[at]));
  for (const preferred of [0, 1]) {
    const chosen = sources.map((roots) => agreed(roots) ?? roots[preferred] ?? roots.find(Boolean));
    if (isRight(chosen)) return chosen;
  }
  return undefined;
}

/** What two sources say alike; any of them may be rotten. */
function agreed(roots: Hashes): Uint8Array | undefined {
  return roots.find(
    (root, at) => root && roots.some((other, place) => place !== at && other && equalBytes(root, other)),
  );
}

/** What is said to be the root of a tile: by tiles behind it, by itself, by what lies below it. */
function rootsOf(rows: OldRows, tileLevel: number, tileIndex: number, own: Uint8Array | undefined): Hashes {
  const first = tileIndex * TILE_WIDTH;
  if (tileLevel === 0) return [rows.rootOf(tileIndex), own, folded(leafHashes(rows, first, TILE_WIDTH))];
  const below = Array.from({ length: TILE_WIDTH }, (_, at) => tileRoot(rows, tileLevel - 1, first + at));
  return [undefined, own, folded(below)];
}

const folded = (hashes: Hashes) => (isWhole(hashes) ? foldHashes(hashes) : undefined);

function tileRoot(rows: OldRows, tileLevel: number, tileIndex: number): Uint8Array | undefined {
  const hashes = rows.tile(tileLevel, tileIndex);
  return hashes && foldHashes(hashes);
}

/** Leaf hashes of the records that are there. Not checked. */
function leafHashes(rows: OldRows, first: number, width: number): Hashes {
  const hashes: Hashes = new Array(width).fill(undefined);
  for (const { sequence, leaf } of rows.records(first, first + width))
    hashes[sequence - first] = leafHash(leaf);
  return hashes;
}

/** Every record is there, and one of them is not what it was. */
function mendedEntries(rows: OldRows, first: number, width: number, hash: Uint8Array) {
  const leaves = rows.records(first, first + width).map(({ leaf }) => leaf);
  return leaves.length === width ? hashesOf(leaves, hash) : undefined;
}

function proveLeaves(rows: OldRows, sink: ProvenSink, first: number, hashes: readonly Uint8Array[]): void {
  const records = new Map(
    rows.records(first, first + hashes.length).map((record) => [record.sequence, record]),
  );
  for (const [at, hash] of hashes.entries()) {
    const record = records.get(first + at);
    const leaf = record && leafOf(record.leaf, hash);
    if (record && leaf) sink.record({ ...record, leaf }, leaf !== record.leaf);
    else {
      if (record) sink.checkpointBehind(record);
      sink.lost(first + at, first + at + 1);
    }
  }
}
