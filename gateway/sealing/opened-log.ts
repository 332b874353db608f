// Opens the log for its writer: refuses what is not this key's newest, and puts a new journal in the place of a damaged one.
// Nobody is there to do it, and what is not recorded meanwhile is lost for good.

import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Signer } from '../../ledger-sync/evidence/signer.js';
import { Ballast } from '../journal/ballast.js';
import { type JournalDatabase, openDatabase } from '../journal/database.js';
import { beginGeneration, claimIdentity, countBoot } from '../journal/identity.js';
import { JournalError, journalError } from '../journal/journal-error.js';
import { LogReader } from '../journal/log-reader.js';
import { ballastPathOf } from '../journal/paths.js';
import { refuseShortenedLog } from '../journal/standing-disk.js';
import { commitsCutOff } from '../journal/wal-chain.js';
import { finishRecovery, setAside, unfinishedRecovery } from '../recovery/recover-journal.js';
import { type MendedRows, mendJournal } from '../recovery/rotten-rows.js';
import { forgetStepBack, mayStepBack } from '../recovery/step-back.js';
import { checkSuspect } from '../recovery/suspect-note.js';
import { type KeyMark, MARK_RECORDS, markPathOf, readMark, refuseOutgrown, writeMark } from './key-mark.js';
import { LogWriter } from './log-writer.js';
import { WalWatch } from './wal-watch.js';
import type { WriterSettings } from './writer-message.js';

const hint = 'keep the file as it is, copy it aside, and ask for recovery';

export interface OpenedLog {
  readonly writer: LogWriter;
  readonly bootCount: number;
  readonly mended: MendedRows;
  /** Lets the key's mark follow the log. @throws JournalError */
  follow(): void;
  /** The same where the log is far ahead of it, or a header was cut, which must never be forgotten. */
  followSoon(hasHeader: boolean): void;
  /** Every few seconds: keeps the write-ahead log small. */
  lookAtWal(): ReturnType<WalWatch['look']>;
  close(): void;
}

export type LogPlace = Omit<WriterSettings, 'key'>;

/** What is to be said loudly before a recovery that may take minutes. */
export type SayRecovery = (cause: JournalError, folder: string) => void;

/**
 * A token need not be there: only a recovery signs.
 * @throws JournalError as `openDatabase`, `claimIdentity`, `refuseOutgrown`, `LogWriter` and `finishRecovery` do; KeyError
 *   if a token does not sign what was recovered
 */
export function openLog(settings: LogPlace, signer: Signer, say: SayRecovery): OpenedLog {
  const { journalPath, keyFile } = settings;
  const mark = readMark(markPathOf(keyFile));
  const parts = { journalPath, signer, mark, nowMs: Date.now() };
  const unfinished = unfinishedRecovery(journalPath);
  if (unfinished) {
    const { code, message } = unfinished.note;
    say(new JournalError('JOURNAL_DAMAGED', `${message} (${code})`, hint), unfinished.path);
    finishRecovery(parts, unfinished);
  }
  try {
    return open(settings, signer, mark);
  } catch (error) {
    const cause = journalError(error, journalPath);
    // What the ballast is for: the backlog can be read and sent, and some of what comes can be kept.
    if (cause.code === 'DISK_FULL' && new Ballast(ballastPathOf(dirname(journalPath))).release())
      return open(settings, signer, mark);
    // Without a mark nobody knows what was signed, and a journal without records has nothing to lose.
    const isLost =
      cause.code === 'JOURNAL_DAMAGED' || (cause.code === 'JOURNAL_TOO_NEW' && mayStepBack(journalPath));
    if (!isLost || !mark) throw cause;
    const again = lookAgain(settings, signer, mark, cause);
    if (again) return again;
    const folder = setAside(parts, cause);
    say(cause, folder.path);
    finishRecovery(parts, folder);
    return open(settings, signer, mark);
  }
}

/**
 * A read that fails is a damaged file to SQLite, and a card may give the same page a moment later.
 * @returns undefined if it is no better
 */
function lookAgain(
  settings: LogPlace,
  signer: Signer,
  mark: KeyMark,
  { message }: JournalError,
): OpenedLog | undefined {
  try {
    const log = open(settings, signer, mark);
    return { ...log, mended: { ...log.mended, misread: message } };
  } catch {
    return undefined;
  }
}

function open(settings: LogPlace, signer: Signer, mark: KeyMark | undefined): OpenedLog {
  const { journalPath } = settings;
  refuseSilentLoss(journalPath, mark);
  const database = openDatabase(journalPath, { access: 'owner', synchronous: settings.synchronous });
  try {
    checkSuspect(database, journalPath);
    return begin(settings, signer, mark, database);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** SQLite opens both without a word: an empty file as a new journal, a broken write-ahead log as a shorter one. */
function refuseSilentLoss(path: string, mark: KeyMark | undefined): void {
  const refuse = (what: string) => {
    throw new JournalError('JOURNAL_DAMAGED', `${path}: ${what}`, hint);
  };
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.size === 0 && mark && mark.size > 0) refuse('the file is empty');
  const cutOff = commitsCutOff(path);
  if (cutOff > 0) refuse(`${cutOff} commits lie behind a damaged place of its -wal file`);
}

function begin(
  settings: LogPlace,
  signer: Signer,
  mark: KeyMark | undefined,
  database: JournalDatabase,
): OpenedLog {
  const { journalPath: path, keyFile } = settings;
  const identity = claimIdentity(database, signer.address, path);
  const mended = mendJournal(database, path);
  const writer = new LogWriter({ database, path, signer, now: Date.now });
  const nodes = new LogReader(database, signer.address);
  refuseOutgrown(mark, { generation: identity.generation, size: writer.size, nodes, path });
  refuseShortenedLog(path, () => writer.size);
  forgetStepBack(path);
  const generation = identity.generation + 1;
  // Journal first: a cut between the two leaves the journal ahead of the mark, which is no danger.
  beginGeneration(database, generation);
  const bootCount = countBoot(database, settings.bootId);
  let markedSize = -1;
  const write = () => {
    const { size } = writer;
    writeMark(markPathOf(keyFile), { generation, size, root: writer.root(), tip: writer.tip() });
    markedSize = size;
  };
  const follow = () => {
    if (writer.size !== markedSize) write();
  };
  const followSoon = (hasHeader: boolean) => {
    if (hasHeader || writer.size - markedSize >= MARK_RECORDS) write();
  };
  follow();
  const close = () => {
    writer.close();
    database.close();
  };
  const wal = new WalWatch(database, path);
  return { writer, bootCount, mended, follow, followSoon, lookAtWal: () => wal.look(), close };
}
