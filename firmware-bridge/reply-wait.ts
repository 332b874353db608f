// The one reply that a device owes at a time: a question goes out, and its reply or the end of its time settles it. Which reply
// belongs to it, and what follows where none came, each family says.

import type { CancelTimer } from './clock.js';
import type { DeviceLink } from './device.js';

interface Waiting<Question, Reply> {
  readonly question: Question;
  readonly answer: (reply: Reply | undefined) => void;
}

export class ReplyWait<Question, Reply> {
  readonly #link: DeviceLink;
  readonly #onQuiet: () => void;
  #waiting: Waiting<Question, Reply> | undefined;
  #cancelTimer: CancelTimer = () => undefined;

  /** @param onQuiet called when no reply came in time; may settle the question itself */
  constructor(link: DeviceLink, onQuiet: () => void = () => undefined) {
    this.#link = link;
    this.#onQuiet = onQuiet;
  }

  /** What a reply is waited for; undefined while nothing is. */
  get question(): Question | undefined {
    return this.#waiting?.question;
  }

  /** One try: the reply, or undefined where none came in time. Never rejects. */
  ask(question: Question, request: Uint8Array, timeoutMs: number): Promise<Reply | undefined> {
    return new Promise((answer) => {
      this.#waiting = { question, answer };
      this.goOn(timeoutMs);
      this.#link.write(request);
    });
  }

  /** Begins to wait anew for the same question: what came is not the last of it. */
  goOn(timeoutMs: number): void {
    const waiting = this.#waiting;
    this.#cancelTimer();
    this.#cancelTimer = this.#link.timers.after(timeoutMs, () => {
      this.#onQuiet();
      if (this.#waiting !== waiting) return;
      this.#link.counters.timeouts += 1;
      this.settle(undefined);
    });
  }

  settle(reply: Reply | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#cancelTimer();
    waiting?.answer(reply);
  }
}
