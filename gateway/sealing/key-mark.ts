// Notes beside the device key how far its log has gone, so that a copied or restored database, which that key
// has already outgrown, is refused instead of forking the log (PROTOCOL.md, keys).
// The mark is written at each start, each few seconds, with each batch header and at the end, not with each commit: that
// would double the wear of the card. The ledger's head is the second witness. It also holds all that is needed to go on
// with the log where the journal is damaged: the hashes by which the tree grows, and the newest headers.

import { readFileSync } from 'node:fs';
import { equalBytes, fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { CompactRange } from '../../ledger-sync/evidence/compact-range.js';
import { compactRangeAt, type NodeReader } from '../../ledger-sync/evidence/node-reader.js';
import { asDamage } from '../journal/damage.js';
import { JournalError, journalError } from '../journal/journal-error.js';
import { replaceFile } from '../journal/replace-file.js';

const MARK_FORMAT = 'coldgate-key-mark';
/** 1 has no tip. */
const MARK_VERSIONS: readonly unknown[] = [1, 2];
/** The log never goes further ahead of the mark, as long as the mark can be written. */
export const MARK_RECORDS = 16_384;

/** A signed batch header as it is stored. */
export interface MarkedHeader {
  readonly chainId: number;
  readonly contract: Uint8Array;
  readonly seq: number;
  readonly size: number;
  readonly head: Uint8Array;
  readonly prev: Uint8Array;
  readonly root: Uint8Array;
  readonly meta: Uint8Array;
  readonly signature: Uint8Array;
}

/** What the log can be taken up from. */
export interface MarkedTip {
  /** Compact range of the mark's size, whose root is the mark's. */
  readonly range: readonly Uint8Array[];
  /** Of the leaves since the newest header (`encodeSummary`). */
  readonly summary: Uint8Array;
  /** Of the newest full tiles (`RecentRoots`). */
  readonly roots: Uint8Array;
  /** The newest of each ledger domain. */
  readonly headers: readonly MarkedHeader[];
}

export interface KeyMark {
  /** Starts of the gateway role with this key. */
  readonly generation: number;
  readonly size: number;
  readonly root: Uint8Array;
  /** Absent in a mark of version 1. */
  readonly tip?: MarkedTip | undefined;
}

/** The mark's file stands beside the key file. */
export const markPathOf = (keyFile: string): string => `${keyFile}.mark`;

/** Reads the mark; undefined where there is none yet. */
export function readMark(path: string): KeyMark | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw journalError(error, path);
  }
  const mark = markIn(text);
  if (!mark) {
    throw new JournalError(
      'JOURNAL_OUTGROWN',
      `${path} is damaged, so it cannot be told whether this journal is the newest`,
      'if you are sure that the journal was not copied or restored, delete that file and start again',
    );
  }
  return mark;
}

/** Read by hand: a schema library in the writer's thread would be 4 MiB, for this file alone. */
function markIn(text: string): KeyMark | undefined {
  try {
    const { format, version, generation, size, root, tip } = JSON.parse(text);
    const isMark = format === MARK_FORMAT && MARK_VERSIONS.includes(version) && isCount(generation);
    if (!isMark || !isCount(size)) return undefined;
    const mark = { generation, size, root: bytesOf(root, 32) };
    return tip === undefined ? mark : { ...mark, tip: tipOf(tip, mark) };
  } catch {
    return undefined;
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** @throws RangeError if it is no hexadecimal of so many bytes */
function bytesOf(value: unknown, length: number): Uint8Array {
  if (typeof value !== 'string' || !/^[0-9a-f]*$/.test(value) || value.length !== 2 * length)
    throw new RangeError(`no ${length} bytes in hexadecimal`);
  return fromHex(value);
}

function countOf(value: unknown): number {
  if (!isCount(value)) throw new RangeError('no whole number from 0');
  return value;
}

type Json = Readonly<Record<string, unknown>>;

/** @throws RangeError, EvidenceError if it is none, or not of that mark */
function tipOf(tip: Json, { size, root }: Pick<KeyMark, 'size' | 'root'>): MarkedTip {
  const range = (tip.range as unknown[]).map((hash) => bytesOf(hash, 32));
  if (!equalBytes(CompactRange.of(size, range).root(), root))
    throw new RangeError('its range has another root');
  return {
    ...{ range, summary: bytesOf(tip.summary, 20), roots: bytesOf(tip.roots, 512) },
    headers: (tip.headers as Json[]).map(headerOf),
  };
}

const headerOf = (json: Json): MarkedHeader => ({
  ...{ chainId: countOf(json.chainId), seq: countOf(json.seq), size: countOf(json.size) },
  ...{ contract: bytesOf(json.contract, 20), head: bytesOf(json.head, 28), prev: bytesOf(json.prev, 28) },
  ...{ root: bytesOf(json.root, 32), meta: bytesOf(json.meta, 32), signature: bytesOf(json.signature, 64) },
});

/** Writes the mark durably. @throws JournalError */
export function writeMark(path: string, mark: KeyMark): void {
  const text = JSON.stringify(
    { format: MARK_FORMAT, version: 2, ...mark },
    // Bytes as their digits; a Buffer has become something else before it is handed over.
    function (this: Json, key: string, value: unknown) {
      const given = this[key];
      return given instanceof Uint8Array ? toHex(given) : value;
    },
  );
  try {
    replaceFile(path, text);
  } catch (error) {
    throw journalError(error, path);
  }
}

/**
 * Refuses a journal that is older than what this key has signed.
 * @throws JournalError JOURNAL_OUTGROWN; JOURNAL_DAMAGED for one of this very start that has lost what was signed, where
 *   the mark has all to go on from
 */
export function refuseOutgrown(
  mark: KeyMark | undefined,
  journal: { generation: number; size: number; nodes: NodeReader; path: string },
): void {
  if (!mark) return;
  const isOlder = journal.generation < mark.generation || journal.size < mark.size;
  const isOther = !isOlder && !equalBytes(rootAt(mark.size, journal), mark.root);
  if (!isOlder && !isOther) return;
  // Not another log: the end of this one is gone. A root that differs is a log that lived on elsewhere.
  if (isOlder && mark.tip && journal.generation === mark.generation) {
    throw new JournalError(
      'JOURNAL_DAMAGED',
      `${journal.path}: ${journal.size} records are left of the ${mark.size} that this key has signed`,
      'keep the file as it is, copy it aside, and ask for recovery',
    );
  }
  throw new JournalError(
    'JOURNAL_OUTGROWN',
    `this device key has signed ${mark.size} records in start ${mark.generation}; ${journal.path} holds ` +
      `${journal.size} of start ${journal.generation}${isOther ? ' and they differ' : ''}: it is a copy or was restored`,
    'bring back the newest journal, or make a new key with `coldgate init` in a new folder and register it',
  );
}

function rootAt(size: number, { nodes, path }: { nodes: NodeReader; path: string }): Uint8Array {
  try {
    return compactRangeAt(size, nodes).root();
  } catch (error) {
    throw asDamage(error, path, 'keep the file as it is, copy it aside, and ask for recovery');
  }
}
