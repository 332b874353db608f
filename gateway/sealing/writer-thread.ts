// The thread in which the log is written. It owns the device key, or the session with the token that has it, and the only connection that writes records.
// One message in, one message out; an error answer leaves the log as it was.

import { parentPort } from 'node:worker_threads';
import { JournalError, journalError } from '../journal/journal-error.js';
import { noteSuspect } from '../recovery/suspect-note.js';
import { signerOf } from './device-key.js';
import type { SealRequest } from './draft-record.js';
import { isTokenCode, KeyError } from './key-error.js';
import { type OpenedLog, openLog } from './opened-log.js';
import { unpackDrafts } from './packed-drafts.js';
import type { PostedMessage, WriterAnswer, WriterSettings } from './writer-message.js';

/** How often the key's mark follows the log; a restored copy younger than this is left to the ledger to see. */
const MARK_INTERVAL_MS = 5000;

function describe(error: unknown, path: string): WriterAnswer {
  if (error instanceof KeyError && isTokenCode(error.code))
    return { kind: 'failed', code: error.code, message: error.message, hint: error.hint };
  const { code, message, hint } = error instanceof JournalError ? error : journalError(error, path);
  return { kind: 'failed', code, message, hint };
}

async function run(port: NonNullable<typeof parentPort>, settings: WriterSettings): Promise<void> {
  const answer = (message: WriterAnswer) => port.postMessage(message);
  let log: OpenedLog;
  try {
    log = openLog(settings, await signerOf(settings.key), ({ code, message }, folder) =>
      answer({ kind: 'recovering', code, message, folder }),
    );
  } catch (error) {
    answer(describe(error, settings.journalPath));
    port.close();
    return;
  }
  const tryToMark = (mark: () => void) => {
    try {
      mark();
    } catch (error) {
      answer({ ...describe(error, settings.journalPath), kind: 'mark-failed' } as WriterAnswer);
    }
  };
  const timer = setInterval(() => {
    tryToMark(log.follow);
    const pin = log.lookAtWal();
    if (pin) answer(pin === 'free' ? { kind: 'wal-free' } : { kind: 'wal-pinned', pin });
  }, MARK_INTERVAL_MS);
  const seal = (request: SealRequest) => {
    try {
      const begunMs = performance.now();
      const receipt = log.writer.seal(request);
      const commitMs = performance.now() - begunMs;
      tryToMark(() => log.followSoon(receipt.batchSeq !== undefined));
      answer({ kind: 'sealed', receipt: { ...receipt, commitMs } });
    } catch (error) {
      const trouble = describe(error, settings.journalPath);
      if (trouble.kind === 'failed' && trouble.code === 'JOURNAL_DAMAGED') noteSuspect(settings.journalPath);
      answer(trouble);
    }
  };
  port.on('message', (message: PostedMessage) => {
    if (message.kind === 'seal')
      return seal({ ...message.request, drafts: unpackDrafts(message.request.drafts) });
    if (message.kind === 'ping') return answer({ kind: 'alive' });
    if (message.kind === 'open') return;
    clearInterval(timer);
    tryToMark(log.follow);
    log.close();
    answer({ kind: 'closed' });
    port.close();
  });
  answer({ kind: 'opened', size: log.writer.size, bootCount: log.bootCount, mended: log.mended });
}

const port = parentPort;
port?.once('message', (message: PostedMessage) => {
  if (message.kind === 'open') void run(port, message.settings);
  else port.close();
});
