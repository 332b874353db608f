// What becomes of a damaged journal, with nobody there: it is set aside, all that can be proven of it goes into a new file,
// and the log goes on in the same tree behind what was signed last. Every step may be cut off by the power.

import { closeSync, existsSync, fsyncSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Signer } from '../../ledger-sync/evidence/signer.js';
import type { JournalDatabase } from '../journal/database.js';
import { diskSpace } from '../journal/disk-space.js';
import { asWritten } from '../journal/flipped-row.js';
import { JournalError, journalError } from '../journal/journal-error.js';
import { type PrunedClass, prunedClasses, type Span } from '../journal/pruned-spans.js';
import { flushFolder } from '../journal/replace-file.js';
import { TILE_WIDTH } from '../journal/tile.js';
import { type KeyMark, MARK_RECORDS } from '../sealing/key-mark.js';
import { DamagedFolder } from './damaged-folder.js';
import { findBase, type LogBase } from './log-base.js';
import { openMended, openReadable } from './mended-journal.js';
import { NewJournal, rootOf } from './new-journal.js';
import { type OldRow, OldRows, tried } from './old-rows.js';
import { proveLog } from './proven-log.js';
import { joined, lengthOf, without } from './span-set.js';
import { takeSideRows } from './taken-rows.js';

/** Left to the running gateway. */
const SPARE_BYTES = 64 * 1024 * 1024;

export interface RecoveryParts {
  readonly journalPath: string;
  readonly signer: Signer;
  readonly mark: KeyMark | undefined;
  readonly nowMs: number;
}

interface Old {
  readonly database: JournalDatabase;
  readonly rows: OldRows;
}

/** A recovery that a power cut has interrupted. */
export function unfinishedRecovery(journalPath: string): DamagedFolder | undefined {
  return DamagedFolder.all(dirname(journalPath)).find(({ note }) => note.state !== 'replaced');
}

/** Sets the journal aside; `finishRecovery` has to follow. @throws JournalError */
export function setAside({ journalPath, nowMs }: RecoveryParts, cause: JournalError): DamagedFolder {
  const { code, message } = cause;
  try {
    return DamagedFolder.begin(dirname(journalPath), { code, message, atMs: nowMs });
  } catch (error) {
    throw journalError(error, journalPath);
  }
}

/**
 * Puts a new journal in the place of the one in `folder`.
 * @throws JournalError; what was set aside stays there, and the next start goes on
 */
export function finishRecovery(parts: RecoveryParts, folder: DamagedFolder): void {
  const { journalPath } = parts;
  try {
    const moved = folder.take(journalPath);
    // A power cut came after the last step: the file there is the new one.
    const made = existsSync(journalPath) ? {} : makeNew(parts, moved);
    moved.with({ state: 'replaced', ...made });
  } catch (error) {
    throw journalError(error, journalPath);
  }
}

function makeNew(parts: RecoveryParts, folder: DamagedFolder): { recovered: number; lost: number } {
  const { journalPath, signer, mark } = parts;
  // A newer program's journal is sound: what this one cannot read of it, it does not mend.
  const isNewer = folder.note.code === 'JOURNAL_TOO_NEW';
  const database = isNewer ? openReadable(folder.journalPath) : openMended(folder.journalPath);
  const rows = database && tried(() => new OldRows(database, mark));
  const old = database && rows ? { database, rows } : undefined;
  try {
    const base = findBase(old, mark, signer.address);
    if (!base) {
      throw new JournalError(
        'JOURNAL_DAMAGED',
        `${folder.path}: neither this journal nor the mark beside the key tells what was signed last`,
        'bring back the mark beside the key, or make a new key with `coldgate init` in a new folder and register it',
      );
    }
    const path = `${journalPath}-new`;
    const made = fill(parts, { path, folder, old, base, firstTaken: firstThatFits(folder, base) });
    flushFile(path);
    renameSync(path, journalPath);
    flushFolder(dirname(journalPath));
    return made;
  } finally {
    database?.close();
  }
}

interface Filling {
  readonly path: string;
  readonly folder: DamagedFolder;
  readonly old: Old | undefined;
  readonly base: LogBase;
  readonly firstTaken: number;
}

function fill({ signer, mark, nowMs }: RecoveryParts, { path, folder, old, base, firstTaken }: Filling) {
  // What an earlier recovery has lost is noted as deleted as well, in whole commits: some of their records are there.
  const lostBefore = prunedIn(old, 'lost');
  const deleted = (of: PrunedClass) => without(prunedIn(old, of), lostBefore);
  const byRule = { readings: deleted('readings'), events: deleted('events') };
  const journal = new NewJournal({ path, signer, mark, base, firstTaken, byRule });
  const incomplete = old ? takeSideRows(old, journal.database, signer.address) : ['all'];
  if (old) journal.takeCheckpoints(old.rows);
  if (old) proveLog(old.rows, base.range, journal);
  else journal.lost(0, base.range.size);
  const greatest = Math.max(base.range.size, base.signedSize) + MARK_RECORDS;
  const firstSequence = Math.ceil(greatest / TILE_WIDTH) * TILE_WIDTH;
  const { lost, spans } = journal.end(firstSequence, nowMs);
  const lostRecords = lengthOf(lost) + Math.max(0, base.signedSize - base.range.size);
  const { code, message } = folder.note;
  const { recovered, mended } = journal;
  journal.report({
    ...{ code, message, folder: folder.name },
    ...{ lastSize: base.range.size, lastRoot: rootOf(base), source: base.source },
    ...{ firstSequence, recovered, mended, lost: lostRecords, incomplete },
    spans: spans.map(({ first, beyond }) => [first, beyond]),
  });
  journal.close();
  return { recovered, lost: lostRecords };
}

function prunedIn(old: Old | undefined, of: keyof typeof prunedClasses): Span[] {
  const spans: Span[] = [];
  old?.rows.each('pruned', 'class, first', (row) => {
    const { class: number, first, beyond } = asWritten<OldRow>('pruned', row) ?? {};
    if (number === prunedClasses[of] && typeof first === 'number' && typeof beyond === 'number')
      spans.push({ first, beyond });
  });
  return joined(spans);
}

/** The newest records go first into what room there is. */
function firstThatFits(folder: DamagedFolder, { range }: LogBase): number {
  const bytes = statSync(folder.journalPath, { throwIfNoEntry: false })?.size ?? 0;
  const room = Math.max(0, diskSpace(folder.path).freeBytes - SPARE_BYTES);
  return room >= bytes ? 0 : Math.floor(range.size * (1 - room / bytes));
}

function flushFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
