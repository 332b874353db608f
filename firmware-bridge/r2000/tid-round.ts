// A round in which all tags at one antenna of an R2000 reader tell their TIDs. It comes between two rounds of inventory when a
// tag is in the field whose TID is wanted; tags that were asked for and did not answer are asked again later.

import type { DeviceLink } from '../device.js';
import type { TidBook } from '../epc/tid-book.js';
import { TidPace } from '../epc/tid-pace.js';
import { encodeReadTid } from './commands.js';
import { decodeTagMemoryReply, type TagMemoryReply } from './tag-memory.js';

/** Chips that have fewer words answer nothing here: the reader's refusal does not say whose it is. */
const tidWords = 6;

export class TidRound {
  readonly #link: DeviceLink;
  readonly #book: TidBook;
  readonly #tell: (tag: TagMemoryReply) => void;
  readonly #pace: TidPace;
  #wanted = new Set<string>();
  #begunMs = 0;
  #frames = 0;

  /** @param tell a tag told its TID, and surely */
  constructor(link: DeviceLink, book: TidBook, tell: (tag: TagMemoryReply) => void) {
    this.#link = link;
    this.#book = book;
    this.#tell = tell;
    this.#pace = new TidPace(this.#nowMs);
  }

  see(epc: string, antenna: number): void {
    this.#book.see(epc, this.#nowMs, antenna);
  }

  /** The request, or undefined if no TID of a tag at this antenna is wanted now. */
  begin(address: number, antenna: number): Uint8Array | undefined {
    const nowMs = this.#nowMs;
    if (!this.#pace.isReady(nowMs)) return undefined;
    const due = this.#book.due(nowMs).filter((epc) => this.#book.antennaOf(epc) === antenna);
    if (due.length === 0) return undefined;
    this.#wanted = new Set(due);
    this.#begunMs = nowMs;
    this.#frames = 0;
    return encodeReadTid(address, tidWords);
  }

  /** @returns whether more frames of this round follow */
  onReply(data: Uint8Array): boolean {
    const tag = decodeTagMemoryReply(data);
    if (tag === undefined) return false;
    this.#frames += 1;
    // Whoever answers is in the field, seen by inventory or not.
    this.#book.see(tag.epc, this.#nowMs, tag.antenna);
    this.#wanted.delete(tag.epc);
    if (this.#book.hear(tag.epc, tag.data, this.#nowMs)) this.#tell(tag);
    return this.#frames < tag.tagCount;
  }

  /** The round is over, or its end did not come. */
  end(): void {
    for (const epc of this.#wanted) this.#book.miss(epc, this.#nowMs);
    this.#wanted.clear();
    this.#pace.spent(this.#begunMs, this.#nowMs);
  }

  get #nowMs(): number {
    return this.#link.clock.now().uptimeMs;
  }
}
