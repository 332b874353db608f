// Starts the writer thread and speaks with it. If the thread dies, or fsync failed, the outcome of a commit is
// unknown: the role then ends and a fresh start looks at what is there.

import { Worker } from 'node:worker_threads';
import { JournalError } from '../journal/journal-error.js';
import { bundledOr } from '../program-bundle.js';
import type { MendedRows } from '../recovery/rotten-rows.js';
import { isTokenCode, KeyError } from './key-error.js';
import type { WriterPort } from './log-pipeline.js';
import { packDrafts } from './packed-drafts.js';
import type { PostedMessage, WriterAnswer, WriterMessage, WriterSettings } from './writer-message.js';

export type Recovering = Extract<WriterAnswer, { kind: 'recovering' }>;

export interface RunningWriter extends WriterPort {
  /** Records in the log when it was opened. */
  readonly size: number;
  readonly bootCount: number;
  readonly mended: MendedRows;
  onAnswer(listener: (answer: WriterAnswer) => void): void;
  /** Closes the journal; resolves when the thread has ended. */
  close(): Promise<void>;
}

function errorOf({ code, message, hint }: Extract<WriterAnswer, { kind: 'failed' }>): Error {
  return isTokenCode(code) ? new KeyError(code, message, hint) : new JournalError(code, message, hint);
}

function post(worker: Worker, message: WriterMessage): void {
  if (message.kind !== 'seal') {
    worker.postMessage(message satisfies PostedMessage);
    return;
  }
  const drafts = packDrafts(message.request.drafts);
  const posted: PostedMessage = { kind: 'seal', request: { ...message.request, drafts } };
  worker.postMessage(posted, [drafts.numbers.buffer]);
}

/** A thread that loads its program and waits for `startWriter`. */
export function writerThread(): Worker {
  const program = bundledOr('writer-thread.js', new URL('./writer-thread.js', import.meta.url));
  const worker = new Worker(program);
  worker.unref();
  return worker;
}

/**
 * Opens the journal in a thread of its own.
 * @param onRecovering called when the journal is damaged, before a new one is made of it, which can take minutes
 * @param onLost called when the thread ends by itself: the role must end too
 * @throws JournalError as `openDatabase`, `claimIdentity`, `refuseOutgrown` and `LogWriter` do; KeyError as
 *   `signerOf` does
 */
export async function startWriter(
  settings: WriterSettings,
  onLost: (cause: Error) => void,
  onRecovering: (recovering: Recovering) => void = () => {},
  worker = writerThread(),
): Promise<RunningWriter> {
  worker.ref();
  post(worker, { kind: 'open', settings });
  let listener: (answer: WriterAnswer) => void = () => {};
  let isClosing = false;
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const first = await new Promise<WriterAnswer>((resolve, reject) => {
    worker.on('message', (answer: WriterAnswer) => {
      if (answer.kind === 'recovering') onRecovering(answer);
      else resolve(answer);
    });
    worker.once('error', reject);
  });
  worker.removeAllListeners('message');
  if (first.kind === 'failed') throw errorOf(first);
  if (first.kind !== 'opened') throw new Error(`the writer thread began with ${first.kind}`);
  worker.on('message', (answer: WriterAnswer) => {
    // What is on the disk, and whether the journal can go on, only a start can tell.
    if (answer.kind === 'failed' && (answer.code === 'FSYNC_FAILED' || answer.code === 'JOURNAL_DAMAGED')) {
      onLost(new JournalError(answer.code, answer.message, answer.hint));
      return;
    }
    listener(answer);
  });
  worker.on('error', (error) => onLost(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', (code) => {
    if (!isClosing) onLost(new Error(`the writer thread ended with code ${code}`));
  });
  return {
    size: first.size,
    bootCount: first.bootCount,
    mended: first.mended,
    send: (message: WriterMessage) => post(worker, message),
    onAnswer: (next) => {
      listener = next;
    },
    close: async () => {
      isClosing = true;
      post(worker, { kind: 'close' });
      await ended;
    },
  };
}
