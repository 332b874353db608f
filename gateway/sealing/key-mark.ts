// Notes beside the device key how far its log has gone, so that a copied or restored database, which that key
// has already outgrown, is refused instead of forking the log (PROTOCOL.md, keys).
// The mark is written at each start, each few seconds and at the end, not with each commit: that would double
// the wear of the card. The ledger's head is the second witness.

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { compactRangeAt, type NodeReader } from '../../ledger-sync/evidence/node-reader.js';
import { JournalError, journalError } from '../journal/journal-error.js';
import { replaceFile } from '../journal/replace-file.js';

const markSchema = z.strictObject({
  format: z.literal('coldgate-key-mark'),
  version: z.literal(1),
  /** Starts of the gateway role with this key. */
  generation: z.int().nonnegative(),
  size: z.int().nonnegative(),
  root: z.string().regex(/^[0-9a-f]{64}$/),
});

export interface KeyMark {
  readonly generation: number;
  readonly size: number;
  readonly root: Uint8Array;
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
  const parsed = markSchema.safeParse(safeJson(text));
  if (!parsed.success) {
    throw new JournalError(
      'JOURNAL_OUTGROWN',
      `${path} is damaged, so it cannot be told whether this journal is the newest`,
      'if you are sure that the journal was not copied or restored, delete that file and start again',
    );
  }
  return { generation: parsed.data.generation, size: parsed.data.size, root: fromHex(parsed.data.root) };
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Writes the mark durably. @throws JournalError */
export function writeMark(path: string, mark: KeyMark): void {
  const text = JSON.stringify({ format: 'coldgate-key-mark', version: 1, ...mark, root: toHex(mark.root) });
  try {
    replaceFile(path, text);
  } catch (error) {
    throw journalError(error, path);
  }
}

/**
 * Refuses a journal that is older than what this key has signed.
 * @throws JournalError JOURNAL_OUTGROWN
 */
export function refuseOutgrown(
  mark: KeyMark | undefined,
  journal: { generation: number; size: number; nodes: NodeReader; path: string },
): void {
  if (!mark) return;
  const isOlder = journal.generation < mark.generation || journal.size < mark.size;
  const isOther =
    !isOlder && Buffer.compare(compactRangeAt(mark.size, journal.nodes).root(), mark.root) !== 0;
  if (!isOlder && !isOther) return;
  throw new JournalError(
    'JOURNAL_OUTGROWN',
    `this device key has signed ${mark.size} records in start ${mark.generation}; ${journal.path} holds ` +
      `${journal.size} of start ${journal.generation}${isOther ? ' and they differ' : ''}: it is a copy or was restored`,
    'bring back the newest journal, or make a new key with `coldgate init` in a new folder and register it',
  );
}
