// One command at a time to a Chafon reader, and the answer that belongs to it: same command, right address.
// A reader takes no second command before it has answered the first, and a request may be damaged on its way.

import { BridgeError } from '../bridge-error.js';
import type { DeviceLink } from '../device.js';
import { ReplyWait } from '../reply-wait.js';
import { chafonStatuses, statusName, unknownCommand } from './codes.js';
import type { ChafonReply } from './reply.js';

export const commandTimeoutMs = 500;
const tries = 3;

export interface Question {
  /** For a person, as in "no answer to ...". */
  readonly what: string;
  readonly command: number;
  readonly request: Uint8Array;
  /** Default 500. */
  readonly timeoutMs?: number;
  /** Default: status 00 only. */
  readonly accepts?: (status: number) => boolean;
  /** Statuses of replies that come before the one that is waited for. Default: none. */
  readonly passes?: (status: number) => boolean;
}

const isDone = (status: number): boolean => status === chafonStatuses.done;

export class CommandExchange {
  readonly #readerId: string;
  readonly #wait: ReplyWait<Question, ChafonReply>;

  constructor(readerId: string, link: DeviceLink) {
    this.#readerId = readerId;
    this.#wait = new ReplyWait(link);
  }

  /** The reply to a question. Rejects with BridgeError REPLY_TIMEOUT or COMMAND_REFUSED after three tries. */
  async ask(question: Question): Promise<ChafonReply> {
    const { what, timeoutMs = commandTimeoutMs, accepts = isDone } = question;
    let last: ChafonReply | undefined;
    for (let attempt = 0; attempt < tries; attempt += 1) {
      last = await this.askOnce(question);
      if (last !== undefined && last.command === question.command && accepts(last.status)) return last;
    }
    throw last !== undefined
      ? new BridgeError(
          'COMMAND_REFUSED',
          `${this.#readerId}: the reader refused ${what}: ${statusName(last.status)}`,
          'Check the setting and the model against the reader.',
        )
      : new BridgeError(
          'REPLY_TIMEOUT',
          `${this.#readerId}: no answer to ${what} in ${tries} x ${timeoutMs} ms`,
          'Check power, wiring, address and speed of the reader; the usual speed is 57600.',
        );
  }

  onReply(reply: ChafonReply): void {
    const { question } = this.#wait;
    if (question === undefined) return;
    const { command, passes, timeoutMs = commandTimeoutMs } = question;
    if (reply.command !== command && reply.command !== unknownCommand) return;
    if (passes?.(reply.status) === true) this.#wait.goOn(timeoutMs);
    else this.#wait.settle(reply);
  }

  stop(): void {
    this.#wait.settle(undefined);
  }

  /** One try: the reply, whatever its status, or undefined where none came in time. Never rejects. */
  askOnce(question: Question): Promise<ChafonReply | undefined> {
    return this.#wait.ask(question, question.request, question.timeoutMs ?? commandTimeoutMs);
  }
}
