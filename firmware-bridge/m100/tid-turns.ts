// Reads TIDs through an M100 reader. Its inventory tells EPCs alone, and it takes no other command while it polls: so the
// poll is stopped for one tag at a time, the tag is selected by its EPC and its TID bank is read, and the poll goes on.

import type { DeviceLink } from '../device.js';
import type { TidBook } from '../epc/tid-book.js';
import { TidPace } from '../epc/tid-pace.js';
import { m100Errors } from './codes.js';
import type { CommandExchange } from './command-exchange.js';
import { encodeReadTid, encodeSelectEpc, encodeStopPoll } from './commands.js';
import { decodeTagMemoryReply, maxSelectableEpcBytes, taggedErrorEpc } from './tag-memory.js';

/** Each question of a turn; a read takes some 20 ms, and the reader says itself that no tag answered. */
const turnTimeoutMs = 200;
/** Two reads in a turn: a TID is told when it was heard twice. */
const readsPerTurn = 2;

export interface PausedPoll {
  pause(): void;
  resume(): void;
  /** The chip of this tag told its TID. */
  read(tag: { readonly epc: string; readonly pc: string; readonly tid: string }): void;
}

export class TidTurns {
  readonly #link: DeviceLink;
  readonly #exchange: CommandExchange;
  readonly #book: TidBook;
  readonly #poll: PausedPoll;
  readonly #pace: TidPace;
  #isTurn = false;
  #isEnded = false;

  constructor(link: DeviceLink, exchange: CommandExchange, book: TidBook, poll: PausedPoll) {
    this.#link = link;
    this.#exchange = exchange;
    this.#book = book;
    this.#poll = poll;
    this.#pace = new TidPace(link.clock.now().uptimeMs);
  }

  /** A tag was seen while polling; the poll may pause now. */
  see(epc: string): void {
    if (epc.length > maxSelectableEpcBytes * 2) return;
    const { uptimeMs } = this.#link.clock.now();
    this.#book.see(epc, uptimeMs);
    if (this.#isTurn || this.#isEnded || !this.#pace.isReady(uptimeMs)) return;
    const [next] = this.#book.due(uptimeMs);
    if (next !== undefined) void this.#turn(next);
  }

  stop(): void {
    this.#isEnded = true;
  }

  async #turn(epc: string): Promise<void> {
    this.#isTurn = true;
    const begunMs = this.#nowMs;
    this.#poll.pause();
    if (await this.#selects(epc)) {
      for (let read = 0; read < readsPerTurn; read += 1) await this.#readTid(epc);
    } else {
      this.#book.miss(epc, this.#nowMs);
    }
    this.#isTurn = false;
    this.#pace.spent(begunMs, this.#nowMs);
    if (!this.#isEnded) this.#poll.resume();
  }

  get #nowMs(): number {
    return this.#link.clock.now().uptimeMs;
  }

  async #selects(epc: string): Promise<boolean> {
    const isDone = (parameters: Uint8Array): boolean => parameters[0] === 0;
    for (const request of [encodeStopPoll(), encodeSelectEpc(Buffer.from(epc, 'hex'))]) {
      if (this.#isEnded) return false;
      const answer = await this.#exchange.askBriefly(request, isDone, turnTimeoutMs);
      if (answer?.kind !== 'reply') return false;
    }
    return true;
  }

  async #readTid(epc: string): Promise<void> {
    if (this.#isEnded) return;
    const request = encodeReadTid(this.#book.wordsOf(epc));
    // The late answer of another tag is passed over: only the tag that was asked is listened to.
    const isOurs = (parameters: Uint8Array): boolean => decodeTagMemoryReply(parameters)?.epc === epc;
    const answer = await this.#exchange.askBriefly(request, isOurs, turnTimeoutMs);
    const told = answer?.kind === 'reply' ? decodeTagMemoryReply(answer.parameters) : undefined;
    if (told) {
      const { pc, data: tid } = told;
      if (this.#book.hear(epc, tid, this.#nowMs) && !this.#isEnded) this.#poll.read({ epc, pc, tid });
    } else if (answer?.kind === 'refused' && isOverrun(answer.parameters, epc)) {
      this.#book.tooLong(epc, this.#nowMs);
    } else {
      this.#book.miss(epc, this.#nowMs);
    }
  }
}

function isOverrun(parameters: Uint8Array, epc: string): boolean {
  return parameters[0] === m100Errors.readOverrun && taggedErrorEpc(parameters) === epc;
}
