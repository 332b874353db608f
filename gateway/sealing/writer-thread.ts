// The thread in which the log is written. It owns the device key and the only connection that writes records.
// One message in, one message out; an error answer leaves the log as it was.

import { parentPort, workerData } from 'node:worker_threads';
import { SoftwareSigner } from '../../ledger-sync/evidence/signer.js';
import { openDatabase } from '../journal/database.js';
import { beginGeneration, claimIdentity, countBoot } from '../journal/identity.js';
import { JournalError, journalError } from '../journal/journal-error.js';
import { LogReader } from '../journal/log-reader.js';
import type { SealRequest } from './draft-record.js';
import { markPathOf, readMark, refuseOutgrown, writeMark } from './key-mark.js';
import { LogWriter } from './log-writer.js';
import type { WriterAnswer, WriterMessage, WriterSettings } from './writer-message.js';

/** How often the key's mark follows the log; a restored copy younger than this is left to the ledger to see. */
const MARK_INTERVAL_MS = 5000;

function describe(error: unknown, path: string): WriterAnswer {
  const { code, message, hint } = error instanceof JournalError ? error : journalError(error, path);
  return { kind: 'failed', code, message, hint };
}

function start(settings: WriterSettings) {
  const { journalPath, keyFile } = settings;
  const signer = new SoftwareSigner(settings.privateKey);
  const database = openDatabase(journalPath, { access: 'owner', synchronous: settings.synchronous });
  const identity = claimIdentity(database, signer.address, journalPath);
  const writer = new LogWriter({ database, path: journalPath, signer, now: Date.now });
  const markPath = markPathOf(keyFile);
  const mark = readMark(markPath);
  refuseOutgrown(mark, {
    generation: identity.generation,
    size: writer.size,
    nodes: new LogReader(database, signer.address),
    path: journalPath,
  });
  const generation = identity.generation + 1;
  // Journal first: a cut between the two leaves the journal ahead of the mark, which is no danger.
  beginGeneration(database, generation);
  const bootCount = countBoot(database, settings.bootId);
  let markedSize = -1;
  const follow = () => {
    if (writer.size === markedSize) return;
    writeMark(markPath, { generation, size: writer.size, root: writer.root() });
    markedSize = writer.size;
  };
  follow();
  return { database, writer, follow, bootCount };
}

function run(port: NonNullable<typeof parentPort>, settings: WriterSettings): void {
  const answer = (message: WriterAnswer) => port.postMessage(message);
  let log: ReturnType<typeof start>;
  try {
    log = start(settings);
  } catch (error) {
    answer(describe(error, settings.journalPath));
    port.close();
    return;
  }
  const tryFollow = () => {
    try {
      log.follow();
    } catch (error) {
      answer({ ...describe(error, settings.journalPath), kind: 'mark-failed' } as WriterAnswer);
    }
  };
  const timer = setInterval(tryFollow, MARK_INTERVAL_MS);
  const seal = (request: SealRequest) => {
    try {
      answer({ kind: 'sealed', receipt: log.writer.seal(request) });
    } catch (error) {
      answer(describe(error, settings.journalPath));
    }
  };
  port.on('message', (message: WriterMessage) => {
    if (message.kind === 'seal') return seal(message.request);
    clearInterval(timer);
    tryFollow();
    log.writer.close();
    log.database.close();
    answer({ kind: 'closed' });
    port.close();
  });
  answer({ kind: 'opened', size: log.writer.size, bootCount: log.bootCount });
}

if (parentPort) run(parentPort, workerData as WriterSettings);
