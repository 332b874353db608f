// Lets few password checks run at once. Each takes a thread of Node's pool of four and 16 MiB, and files and names are
// looked up in the same pool: a flood of logins must not hold up the rest of the gateway.

import { IntakeError } from './intake-error.js';

const MAX_RUNNING = 2;
const MAX_WAITING = 64;

export class LoginQueue {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** Runs the check when it is its turn. @throws IntakeError LOGINS_BUSY at once if too many wait */
  async run(check: () => Promise<boolean>): Promise<boolean> {
    if (this.#running < MAX_RUNNING) this.#running += 1;
    else await this.#turn();
    try {
      return await check();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  /** The place of the check that has ended is handed over, not freed. */
  #turn(): Promise<void> {
    if (this.#waiting.length >= MAX_WAITING) {
      throw new IntakeError(
        'LOGINS_BUSY',
        'more logins wait than can be checked',
        'a sensor tries again by itself; if this goes on, find out who logs in',
      );
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
