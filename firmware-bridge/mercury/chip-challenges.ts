// Which chips are to prove themselves, and how one is challenged: a chip whose TID says that it holds a secret, when its TID
// was read, and again after a while. The stream is interrupted for one chip at a time. A challenge is never used twice.

import type { DeviceLink } from '../device.js';
import { decodeTid } from '../epc/tid.js';
import { TidPace } from '../epc/tid-pace.js';
import type { ChipProof } from '../observation.js';
import { decodeAuthenticate, encodeAuthenticate, unansweredProof } from './authenticate.js';
import type { MercuryExchange } from './command-exchange.js';
import { mercuryStatuses } from './statuses.js';

/** A tag that was read in this time is in the field. */
const goneMs = 3000;
const againMs = 900_000;
const restMs = 60_000;
const maxTries = 3;
/** Beyond it the chip that was seen first is forgotten, and challenged anew if it comes. */
const maxChips = 256;

interface Chip {
  readonly epc: string;
  readonly antenna: number;
  readonly tid: string;
  lastSeenMs: number;
  tries: number;
  /** Not challenged again before. */
  notBeforeMs: number;
}

export interface ProvenTag {
  readonly epc: string;
  readonly tid: string;
  readonly antenna: number;
  readonly proof: ChipProof;
}

/** Times are monotonic ms, EPCs and TIDs lower-case hex. */
export class ChipChallenges {
  readonly #link: DeviceLink;
  readonly #exchange: MercuryExchange;
  readonly #newChallenge: () => Uint8Array;
  readonly #chips = new Map<string, Chip>();
  readonly #pace: TidPace;
  /** Of this firmware: undefined until it has answered. */
  #takesChallenge = true;
  #isUnknown = false;

  /** @param newChallenge 10 bytes that nobody can foresee, others at each call */
  constructor(link: DeviceLink, exchange: MercuryExchange, newChallenge: () => Uint8Array) {
    this.#link = link;
    this.#exchange = exchange;
    this.#newChallenge = newChallenge;
    this.#pace = new TidPace(this.#nowMs);
  }

  /** A tag was seen; `tid` where it was read, and surely. */
  see(epc: string, antenna: number, tid: string | undefined, atMs: number): void {
    for (const chip of this.#chips.values()) if (chip.epc === epc) chip.lastSeenMs = atMs;
    if (tid === undefined || this.#chips.has(tid)) return;
    const decoded = decodeTid(tid);
    if (!decoded.ok || !decoded.value.security) return;
    this.#chips.set(tid, { ...{ epc, antenna, tid, lastSeenMs: atMs, tries: 0, notBeforeMs: atMs } });
    const [oldest] = this.#chips.keys();
    if (this.#chips.size > maxChips && oldest !== undefined) this.#chips.delete(oldest);
  }

  /** A chip that is to be challenged now; undefined if none is, or none may be. */
  due(atMs: number): Chip | undefined {
    if (this.#isUnknown || !this.#pace.isReady(atMs)) return undefined;
    for (const chip of this.#chips.values()) {
      if (atMs - chip.lastSeenMs <= goneMs && atMs >= chip.notBeforeMs) return chip;
    }
    return undefined;
  }

  /** Challenges a chip while the stream is interrupted. @returns undefined where nothing was learnt of it */
  async challenge(chip: Chip): Promise<ProvenTag | undefined> {
    const begunMs = this.#nowMs;
    const challenge = this.#newChallenge();
    const told = this.#takesChallenge ? challenge : undefined;
    const reply = await this.#exchange.askOnce(encodeAuthenticate(Buffer.from(chip.tid, 'hex'), told));
    const proof = reply === undefined ? undefined : this.#proofIn(reply.status, reply.data, challenge);
    chip.tries += 1;
    const isOver = proof !== undefined && proof.response !== '';
    if (isOver || chip.tries >= maxTries) {
      chip.tries = 0;
      chip.notBeforeMs = this.#nowMs + (isOver ? againMs : restMs);
    }
    // The reader gave up long before: no late answer is left that could pass for the next chip's.
    this.#pace.spent(begunMs, this.#nowMs);
    const { epc, tid, antenna } = chip;
    return proof && { epc, tid, antenna, proof };
  }

  get #nowMs(): number {
    return this.#link.clock.now().uptimeMs;
  }

  #proofIn(status: number, data: Uint8Array, challenge: Uint8Array): ChipProof | undefined {
    const { firstTagError, lastTagError } = mercuryStatuses;
    switch (status) {
      case mercuryStatuses.ok:
        return decodeAuthenticate(data, challenge);
      case mercuryStatuses.wrongNumberOfData:
        // Firmware that makes its own challenges takes none.
        if (this.#takesChallenge) this.#takesChallenge = false;
        else this.#isUnknown = true;
        return undefined;
      case mercuryStatuses.invalidOpcode:
      case mercuryStatuses.unimplementedOpcode:
      case mercuryStatuses.unimplementedFeature:
        this.#isUnknown = true;
        return undefined;
      default: {
        const isTagError = status >= firstTagError && status <= lastTagError;
        const isRefused = isTagError || status === mercuryStatuses.authenticationFailed;
        return isRefused ? unansweredProof(challenge) : undefined;
      }
    }
  }
}
