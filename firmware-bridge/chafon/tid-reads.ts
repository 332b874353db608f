// Reads TIDs between the inventory rounds of a Chafon reader, one tag at a time (command 02: "Read data" of the vendors'
// manuals). The answer holds the words alone and names no tag: a late one could pass for another tag's, and a tag whose longer
// EPC begins alike is selected too. So three questions of different length are asked: the TID, then PC and EPC, which
// must be the tag's own, then the TID without its first word. An answer to one never fits another.

import { hexOf } from '../bytes/words.js';
import type { DeviceLink } from '../device.js';
import type { TidBook } from '../epc/tid-book.js';
import { TidPace } from '../epc/tid-pace.js';
import { chafonCommands, chafonStatuses, tagMemoryOverrun } from './codes.js';
import type { CommandExchange } from './command-exchange.js';
import { encodeReadTag, maxReadableEpcBytes, type TagMemoryPart, tagBanks } from './commands.js';
import { afterTimeoutMs } from './inventory-poll.js';
import type { ChafonReply } from './reply.js';

const wordDigits = 4;
/** In the EPC bank, behind the CRC-16. */
const pcWord = 1;

/** The chip of this tag told its TID. */
type TellTid = (epc: string, tid: string, antenna: number) => void;

export class TidReads {
  readonly #link: DeviceLink;
  readonly #exchange: CommandExchange;
  readonly #book: TidBook;
  readonly #tell: TellTid;
  readonly #pace: TidPace;

  constructor(link: DeviceLink, exchange: CommandExchange, book: TidBook, tell: TellTid) {
    this.#link = link;
    this.#exchange = exchange;
    this.#book = book;
    this.#tell = tell;
    this.#pace = new TidPace(this.#nowMs);
  }

  see(epc: string, antenna: number): void {
    if (epc.length <= maxReadableEpcBytes * 2) this.#book.see(epc, this.#nowMs, antenna);
  }

  /** Reads one tag if one waits. @param address of the reader; @returns undefined if nothing is to be read now */
  next(address: number): Promise<void> | undefined {
    const begunMs = this.#nowMs;
    const [epc] = this.#pace.isReady(begunMs) ? this.#book.due(begunMs) : [];
    if (epc === undefined) return undefined;
    return this.#read(address, epc).then(() => this.#pace.spent(begunMs, this.#nowMs));
  }

  get #nowMs(): number {
    return this.#link.clock.now().uptimeMs;
  }

  async #read(address: number, epc: string): Promise<void> {
    const words = this.#book.wordsOf(epc);
    const tid = await this.#words(address, epc, { bank: tagBanks.tid, from: 0, words });
    if (tid === undefined) return;
    const epcWords = epc.length / wordDigits;
    const told = await this.#words(address, epc, { bank: tagBanks.epc, from: pcWord, words: 1 + epcWords });
    if (told === undefined) return;
    const rest = await this.#words(address, epc, { bank: tagBanks.tid, from: 1, words: words - 1 });
    if (rest === undefined) return;
    if (!isTagItself(told, epc) || rest !== tid.slice(wordDigits)) {
      this.#book.miss(epc, this.#nowMs);
      return;
    }
    this.#book.hear(epc, tid, this.#nowMs);
    if (this.#book.hear(epc, tid, this.#nowMs)) this.#tell(epc, tid, this.#book.antennaOf(epc));
  }

  async #words(address: number, epc: string, part: TagMemoryPart): Promise<string | undefined> {
    const { bank, words } = part;
    const request = encodeReadTag(address, Buffer.from(epc, 'hex'), part);
    const reply = await this.#exchange.askOnce({ what: 'a TID', command: chafonCommands.readTag, request });
    if (reply?.status === chafonStatuses.done && reply.data.length === words * 2) return hexOf(reply.data);
    if (bank === tagBanks.tid && reply !== undefined && isOverrun(reply))
      this.#book.tooLong(epc, this.#nowMs);
    else this.#book.miss(epc, this.#nowMs);
    // What comes late must find nobody who waits for it.
    if (reply === undefined) await this.#quiet();
    return undefined;
  }

  #quiet(): Promise<void> {
    return new Promise((resolve) => {
      this.#link.timers.after(afterTimeoutMs, resolve);
    });
  }
}

/** @param told PC and EPC, hex; the PC's top five bits count the words of an EPC */
function isTagItself(told: string, epc: string): boolean {
  const words = Number.parseInt(told.slice(0, wordDigits), 16) >>> 11;
  return words * wordDigits === epc.length && told.slice(wordDigits) === epc;
}

function isOverrun({ status, data }: ChafonReply): boolean {
  return status === chafonStatuses.tagError && data[0] === tagMemoryOverrun;
}
