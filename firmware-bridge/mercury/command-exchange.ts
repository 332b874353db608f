// One command at a time to a Mercury reader, and the reply with its opcode.
// A command is repeated when no reply comes; a refusal is believed at once, as its status says why.

import { BridgeError } from '../bridge-error.js';
import type { DeviceLink } from '../device.js';
import { ReplyWait } from '../reply-wait.js';
import type { MercuryReply } from './frame.js';
import { mercuryStatuses, statusText } from './statuses.js';

/** A reader that is told to stop finishes its search first, up to a second. */
const replyTimeoutMs = 1500;
const tries = 3;
const opcodeOffset = 2;
const unknownToReader: ReadonlySet<number> = new Set([
  mercuryStatuses.invalidOpcode,
  mercuryStatuses.unimplementedOpcode,
  mercuryStatuses.unimplementedFeature,
]);

export class MercuryExchange {
  readonly #readerId: string;
  /** By the opcode of the command. */
  readonly #wait: ReplyWait<number, MercuryReply>;

  /** `onQuiet` is called when no reply came, before the command is repeated. */
  constructor(readerId: string, link: DeviceLink, onQuiet: () => void) {
    this.#readerId = readerId;
    this.#wait = new ReplyWait(link, onQuiet);
  }

  /** The reply, whatever its status. Rejects with REPLY_TIMEOUT. */
  async ask(what: string, command: Uint8Array): Promise<MercuryReply> {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const reply = await this.askOnce(command);
      if (reply !== undefined) return reply;
    }
    throw new BridgeError(
      'REPLY_TIMEOUT',
      `${this.#readerId}: no answer to ${what} in ${tries} x ${replyTimeoutMs} ms`,
      'Check power, wiring (TX to RX) and speed of the reader; the usual speed is 115200.',
    );
  }

  /** The data of a reply whose status is ok. Rejects with REPLY_TIMEOUT or COMMAND_REFUSED. */
  async demand(what: string, command: Uint8Array): Promise<Uint8Array> {
    return this.#dataOf(what, await this.ask(what, command));
  }

  /** As `demand`, but undefined where the reader does not know the question: clones leave some out. */
  async inquire(what: string, command: Uint8Array): Promise<Uint8Array | undefined> {
    const reply = await this.ask(what, command);
    return unknownToReader.has(reply.status) ? undefined : this.#dataOf(what, reply);
  }

  onReply(reply: MercuryReply): void {
    if (this.#wait.question === reply.opcode) this.#wait.settle(reply);
  }

  stop(): void {
    this.#wait.settle(undefined);
  }

  #dataOf(what: string, { status, data }: MercuryReply): Uint8Array {
    if (status === mercuryStatuses.ok) return data;
    throw new BridgeError(
      'COMMAND_REFUSED',
      `${this.#readerId}: the reader refused ${what} (status ${statusText(status)})`,
      'Check the setting against the reader model; not every module knows every region, power and antenna.',
    );
  }

  /** One try: the reply, whatever its status, or undefined where none came in time. Never rejects. */
  askOnce(command: Uint8Array): Promise<MercuryReply | undefined> {
    return this.#wait.ask(command[opcodeOffset] ?? 0, command, replyTimeoutMs);
  }
}
