// One command at a time to an R2000 reader, and the answer that belongs to it. A reader answers in order and takes no
// second command before; a request may be damaged on its way and is then not answered, so it is repeated.

import { BridgeError } from '../bridge-error.js';
import type { DeviceLink } from '../device.js';
import { ReplyWait } from '../reply-wait.js';
import { codeName } from './codes.js';
import type { R2000Frame } from './frame.js';

const replyTimeoutMs = 500;
const tries = 3;

export interface Question {
  /** For a person, as in "no answer to ...". */
  readonly what: string;
  readonly command: number;
  readonly request: Uint8Array;
  readonly accepts: (data: Uint8Array) => boolean;
  /** Replies that come before the one that is waited for. Default: none. */
  readonly passes?: (data: Uint8Array) => boolean;
}

export class CommandExchange {
  readonly #readerId: string;
  readonly #wait: ReplyWait<Question, Uint8Array>;

  constructor(readerId: string, link: DeviceLink) {
    this.#readerId = readerId;
    this.#wait = new ReplyWait(link);
  }

  /** Data of the reply. Rejects with BridgeError REPLY_TIMEOUT or COMMAND_REFUSED after three tries. */
  async ask(question: Question): Promise<Uint8Array> {
    const { what, accepts } = question;
    let last: Uint8Array | undefined;
    for (let attempt = 0; attempt < tries; attempt += 1) {
      last = await this.#wait.ask(question, question.request, replyTimeoutMs);
      if (last !== undefined && accepts(last)) return last;
    }
    throw last !== undefined
      ? new BridgeError(
          'COMMAND_REFUSED',
          `${this.#readerId}: the reader refused ${what}: ${codeName(last[0] ?? 0)}`,
          'Check the setting against the reader model; not every module has every port and power.',
        )
      : new BridgeError(
          'REPLY_TIMEOUT',
          `${this.#readerId}: no answer to ${what} in ${tries} x ${replyTimeoutMs} ms`,
          'Check power, wiring, address and speed of the reader; the usual speed is 115200.',
        );
  }

  onReply({ command, data }: R2000Frame): void {
    const { question } = this.#wait;
    if (question === undefined || command !== question.command) return;
    if (question.passes?.(data) === true) this.#wait.goOn(replyTimeoutMs);
    else this.#wait.settle(data);
  }

  stop(): void {
    this.#wait.settle(undefined);
  }
}
