// One command at a time to an M100 reader, and the answer that belongs to it.
// A command is repeated when no answer comes: a byte may have been lost, or the reader may have slept.

import { BridgeError } from '../bridge-error.js';
import type { DeviceLink } from '../device.js';
import { ReplyWait } from '../reply-wait.js';
import { frameTypes, informationKinds, type M100Frame, m100Commands, m100Errors } from './codes.js';
import { encodeInformation } from './commands.js';

const replyTimeoutMs = 500;
const tries = 3;
const maxIdentityCharacters = 64;
/** In a request: start, type, command. */
const commandOffset = 2;
const startsWith =
  (first: number): Accepts =>
  (parameters) =>
    parameters[0] === first;
const any: Accepts = () => true;

type Answer =
  | { readonly kind: 'reply' | 'refused'; readonly parameters: Uint8Array }
  | { readonly kind: 'hopeless'; readonly reason: BridgeError };

type Accepts = (parameters: Uint8Array) => boolean;

interface Question {
  readonly command: number;
  readonly accepts: Accepts;
  /** What is not accepted is another question's late answer, and no refusal. */
  readonly passesOthers: boolean;
}

export class CommandExchange {
  readonly #readerId: string;
  readonly #wait: ReplyWait<Question, Answer>;

  /** `onQuiet` is called when no answer came, before the command is repeated. */
  constructor(readerId: string, link: DeviceLink, onQuiet: () => void) {
    this.#readerId = readerId;
    this.#wait = new ReplyWait(link, onQuiet);
  }

  /** Hardware, software and maker as the reader tells them. Rejects with REPLY_TIMEOUT or COMMAND_REFUSED. */
  async identity(): Promise<string> {
    const parts: string[] = [];
    for (const kind of Object.values(informationKinds)) {
      const what = 'identity';
      const parameters = await this.#ask(what, encodeInformation(kind), startsWith(kind));
      parts.push(printable(parameters.subarray(1)));
    }
    return parts.join(', ');
  }

  /** Sends a setting and waits for its acknowledgement. Rejects with REPLY_TIMEOUT or COMMAND_REFUSED. */
  async set(what: string, request: Uint8Array): Promise<void> {
    const acknowledged = 0x00;
    await this.#ask(what, request, startsWith(acknowledged));
  }

  /** Asks for a setting: the answer's parameters. Rejects with REPLY_TIMEOUT or COMMAND_REFUSED. */
  get(what: string, request: Uint8Array): Promise<Uint8Array> {
    return this.#ask(what, request, any);
  }

  /**
   * One try of a question whose answer is worth no waiting. Never rejects.
   * @param accepts other answers to this command are passed over
   */
  askBriefly(request: Uint8Array, accepts: Accepts, timeoutMs: number): Promise<Answer | undefined> {
    return this.#askOnce(request, accepts, timeoutMs, true);
  }

  /** No answer to anything can be expected any more: the command under way rejects with `reason`. */
  giveUp(reason: BridgeError): void {
    this.#wait.settle({ kind: 'hopeless', reason });
  }

  onFrame(frame: M100Frame): void {
    const { question } = this.#wait;
    if (question === undefined || frame.type !== frameTypes.response) return;
    if (frame.command === m100Commands.error) {
      // Polling may still be ending: its errors are no answer to a command.
      const isAboutPolling = [m100Errors.noTag, m100Errors.channelBusy].some(
        (code) => code === frame.parameters[0],
      );
      if (!isAboutPolling) this.#wait.settle({ kind: 'refused', parameters: frame.parameters });
    } else if (frame.command === question.command) {
      const { parameters } = frame;
      const isExpected = question.accepts(parameters);
      if (isExpected || !question.passesOthers)
        this.#wait.settle({ kind: isExpected ? 'reply' : 'refused', parameters });
    }
  }

  stop(): void {
    this.#wait.settle(undefined);
  }

  async #ask(what: string, request: Uint8Array, accepts: Accepts): Promise<Uint8Array> {
    let last: Answer | undefined;
    for (let attempt = 0; attempt < tries; attempt += 1) {
      last = await this.#askOnce(request, accepts, replyTimeoutMs, false);
      if (last?.kind === 'reply') return last.parameters;
      if (last?.kind === 'hopeless') throw last.reason;
    }
    throw last !== undefined
      ? new BridgeError(
          'COMMAND_REFUSED',
          `${this.#readerId}: the reader refused ${what} ${tries} times`,
          'Check the setting against the reader model; not every module knows every region and power.',
        )
      : new BridgeError(
          'REPLY_TIMEOUT',
          `${this.#readerId}: no answer to ${what} in ${tries} x ${replyTimeoutMs} ms`,
          'Check power, wiring (TX to RX) and speed of the reader; the usual speed is 115200.',
        );
  }

  #askOnce(
    request: Uint8Array,
    accepts: Accepts,
    timeoutMs: number,
    passesOthers: boolean,
  ): Promise<Answer | undefined> {
    const command = request[commandOffset] ?? 0;
    return this.#wait.ask({ command, accepts, passesOthers }, request, timeoutMs);
  }
}

/** Printable ASCII only: the text goes into records and logs, and the bytes are the device's own. */
function printable(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes.subarray(0, maxIdentityCharacters));
  return text.replace(/[^\x20-\x7e]/g, '?').trim();
}
