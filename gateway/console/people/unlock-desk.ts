// Opens people's keys, one at a time and each in a process of its own. Who comes while too many wait is sent away: a queue
// of guesses must not grow.

import { fileURLToPath } from 'node:url';
import { busy, ConsoleError } from '../console-error.js';
import { answerOfProcess } from '../job-process.js';
import type { UnlockAnswer, UnlockJob } from './unlock-job.js';

const MAX_WAITING = 8;
/** On a busy small machine it takes seconds. */
const JOB_LIMIT_MS = 30_000;

export type Unlock = (job: UnlockJob) => Promise<UnlockAnswer>;

/** @throws ConsoleError UNLOCK_FAILED */
export const unlockInProcess: Unlock = async (job) => {
  const program = fileURLToPath(new URL('./unlock-process.js', import.meta.url));
  try {
    return (await answerOfProcess(program, job, JOB_LIMIT_MS)) as UnlockAnswer;
  } catch {
    const hint = 'the machine may be out of memory: 192 MiB must be free for a moment';
    throw new ConsoleError(503, 'UNLOCK_FAILED', 'the key could not be opened', hint, 5);
  }
};

export class UnlockDesk {
  readonly #unlock: Unlock;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(unlock: Unlock = unlockInProcess) {
    this.#unlock = unlock;
  }

  /** In the order of arrival. @throws ConsoleError CONSOLE_BUSY, UNLOCK_FAILED */
  ask(job: UnlockJob): Promise<UnlockAnswer> {
    if (this.#waiting >= MAX_WAITING) throw busy('passwords are checked one at a time');
    this.#waiting += 1;
    const answer = this.#last.then(() => this.#unlock(job));
    this.#last = answer
      .catch(() => {})
      .then(() => {
        this.#waiting -= 1;
      });
    return answer;
  }
}
