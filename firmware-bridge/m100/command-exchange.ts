// One command at a time to an M100 reader, and the answer that belongs to it.
// A command is repeated when no answer comes: a byte may have been lost, or the reader may have slept.

import { BridgeError } from '../bridge-error.js';
import type { CancelTimer } from '../clock.js';
import type { DeviceLink } from '../device.js';
import { frameTypes, informationKinds, type M100Frame, m100Commands, m100Errors } from './codes.js';
import { encodeInformation } from './commands.js';

const replyTimeoutMs = 500;
const tries = 3;
const maxIdentityCharacters = 64;
/** In a request: start, type, command. */
const commandOffset = 2;

type Answer =
  | { readonly kind: 'reply'; readonly parameters: Uint8Array }
  | { readonly kind: 'refused' | 'none' }
  | { readonly kind: 'hopeless'; readonly reason: BridgeError };

interface Waiting {
  readonly command: number;
  /** Of a right answer; undefined where it may be any. */
  readonly firstParameter: number | undefined;
  readonly answer: (answer: Answer) => void;
}

export class CommandExchange {
  readonly #readerId: string;
  readonly #link: DeviceLink;
  readonly #onQuiet: () => void;
  #waiting: Waiting | undefined;
  #cancelTimer: CancelTimer = () => undefined;

  /** `onQuiet` is called when no answer came, before the command is repeated. */
  constructor(readerId: string, link: DeviceLink, onQuiet: () => void) {
    this.#readerId = readerId;
    this.#link = link;
    this.#onQuiet = onQuiet;
  }

  /** Hardware, software and maker as the reader tells them. Rejects with REPLY_TIMEOUT or COMMAND_REFUSED. */
  async identity(): Promise<string> {
    const parts: string[] = [];
    for (const kind of Object.values(informationKinds)) {
      const what = 'identity';
      const parameters = await this.#ask(what, encodeInformation(kind), m100Commands.information, kind);
      parts.push(printable(parameters.subarray(1)));
    }
    return parts.join(', ');
  }

  /** Sends a setting and waits for its acknowledgement. Rejects with REPLY_TIMEOUT or COMMAND_REFUSED. */
  async set(what: string, request: Uint8Array): Promise<void> {
    const acknowledged = 0x00;
    await this.#ask(what, request, request[commandOffset] ?? 0, acknowledged);
  }

  /** Asks for a setting: the answer's parameters. Rejects with REPLY_TIMEOUT or COMMAND_REFUSED. */
  get(what: string, request: Uint8Array): Promise<Uint8Array> {
    return this.#ask(what, request, request[commandOffset] ?? 0, undefined);
  }

  /** No answer to anything can be expected any more: the command under way rejects with `reason`. */
  giveUp(reason: BridgeError): void {
    this.#settle({ kind: 'hopeless', reason });
  }

  onFrame(frame: M100Frame): void {
    const waiting = this.#waiting;
    if (waiting === undefined || frame.type !== frameTypes.response) return;
    if (frame.command === m100Commands.error) {
      // Polling may still be ending: its errors are no answer to a command.
      const isAboutPolling = [m100Errors.noTag, m100Errors.channelBusy].some(
        (code) => code === frame.parameters[0],
      );
      if (!isAboutPolling) this.#settle({ kind: 'refused' });
    } else if (frame.command === waiting.command) {
      const { firstParameter } = waiting;
      const isExpected = firstParameter === undefined || frame.parameters[0] === firstParameter;
      this.#settle(isExpected ? { kind: 'reply', parameters: frame.parameters } : { kind: 'refused' });
    }
  }

  stop(): void {
    this.#settle({ kind: 'none' });
  }

  async #ask(
    what: string,
    request: Uint8Array,
    command: number,
    first: number | undefined,
  ): Promise<Uint8Array> {
    let last: Answer['kind'] = 'none';
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const answer = await this.#askOnce(request, command, first);
      if (answer.kind === 'reply') return answer.parameters;
      if (answer.kind === 'hopeless') throw answer.reason;
      last = answer.kind;
    }
    throw last === 'refused'
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

  #askOnce(request: Uint8Array, command: number, firstParameter: number | undefined): Promise<Answer> {
    return new Promise((answer) => {
      this.#waiting = { command, firstParameter, answer };
      this.#cancelTimer = this.#link.timers.after(replyTimeoutMs, () => {
        this.#onQuiet();
        if (this.#waiting?.answer !== answer) return;
        this.#link.counters.timeouts += 1;
        this.#settle({ kind: 'none' });
      });
      this.#link.write(request);
    });
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#cancelTimer();
    waiting?.answer(answer);
  }
}

/** Printable ASCII only: the text goes into records and logs, and the bytes are the device's own. */
function printable(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes.subarray(0, maxIdentityCharacters));
  return text.replace(/[^\x20-\x7e]/g, '?').trim();
}
