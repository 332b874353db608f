// Starts the writer thread and speaks with it. If the thread dies, or fsync failed, the outcome of a commit is
// unknown: the role then ends and a fresh start looks at what is there.

import { Worker } from 'node:worker_threads';
import { JournalError } from '../journal/journal-error.js';
import type { WriterPort } from './log-pipeline.js';
import type { WriterAnswer, WriterMessage, WriterSettings } from './writer-message.js';

export interface RunningWriter extends WriterPort {
  /** Records in the log when it was opened. */
  readonly size: number;
  readonly bootCount: number;
  onAnswer(listener: (answer: WriterAnswer) => void): void;
  /** Closes the journal; resolves when the thread has ended. */
  close(): Promise<void>;
}

/**
 * Opens the journal in a thread of its own.
 * @param onLost called when the thread ends by itself: the role must end too
 * @throws JournalError as `openDatabase`, `claimIdentity`, `refuseOutgrown` and `LogWriter` do
 */
export async function startWriter(
  settings: WriterSettings,
  onLost: (cause: Error) => void,
): Promise<RunningWriter> {
  const worker = new Worker(new URL('./writer-thread.js', import.meta.url), { workerData: settings });
  let listener: (answer: WriterAnswer) => void = () => {};
  let isClosing = false;
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const first = await new Promise<WriterAnswer>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  if (first.kind === 'failed') throw new JournalError(first.code, first.message, first.hint);
  if (first.kind !== 'opened') throw new Error(`the writer thread began with ${first.kind}`);
  worker.on('message', (answer: WriterAnswer) => {
    if (answer.kind === 'failed' && answer.code === 'FSYNC_FAILED') {
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
    send: (message: WriterMessage) => worker.postMessage(message),
    onAnswer: (next) => {
      listener = next;
    },
    close: async () => {
      isClosing = true;
      worker.postMessage({ kind: 'close' } satisfies WriterMessage);
      await ended;
    },
  };
}
