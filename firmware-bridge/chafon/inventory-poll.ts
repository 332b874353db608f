// Inventory rounds of a Chafon reader, one after the other and antenna by antenna. A round ends with a status other than
// "more frames follow"; one that does not end in time is counted and the next begins. Nothing here is left running
// on the reader: it transmits only while it answers.

import type { CancelTimer } from '../clock.js';
import type { DeviceLink } from '../device.js';
import type { Arrival, DeviceCondition } from '../observation.js';
import { type ChafonModel, chafonStatuses, statusName } from './codes.js';
import { encodeInventory } from './commands.js';
import { type ChafonTag, decodeInventoryReply } from './inventory-reply.js';
import type { ChafonReply } from './reply.js';

/** After a round without an end: a late reply must not be taken for the next one's. */
export const afterTimeoutMs = 500;
/** Refusals or unreadable layouts in a row that end the connection: fewer may be damage that passed its CRC. */
const maxStrangeReplies = 3;

export interface PollPlan {
  readonly readerId: string;
  readonly model: ChafonModel;
  readonly address: number;
  readonly antennas: readonly number[];
  readonly pollIntervalMs: number;
  /** From a request, or a frame that others follow, to the next frame. */
  readonly replyTimeoutMs: number;
  /** Called between two rounds: the next one waits for what it gives. */
  readonly between: () => Promise<void> | undefined;
}

type SeeTag = (tag: ChafonTag, antenna: number, at: Arrival) => void;

/** Statuses under which a round may carry tags. */
export function isInventoryStatus(status: number): boolean {
  return status <= chafonStatuses.memoryFull;
}

export class InventoryPoll {
  readonly #plan: PollPlan;
  readonly #link: DeviceLink;
  readonly #see: SeeTag;
  readonly #deadAntennas = new Set<number>();
  #turn = 0;
  #isWaiting = false;
  #isStopped = false;
  #strangeReplies = 0;
  #cancelTimer: CancelTimer = () => undefined;

  constructor(plan: PollPlan, link: DeviceLink, see: SeeTag) {
    this.#plan = plan;
    this.#link = link;
    this.#see = see;
  }

  start(): void {
    this.#beginRound();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer();
  }

  onReply({ status, data }: ChafonReply, at: Arrival): void {
    if (status === chafonStatuses.statistics) return;
    if (status === chafonStatuses.antennaError) this.#antennaFailed();
    else if (status === chafonStatuses.noTag) this.#antennaWorks();
    else if (isInventoryStatus(status)) this.#readTags(data, at);
    else this.#strange(`inventory is refused: ${statusName(status)}`);
    if (!this.#isWaiting) return;
    if (status === chafonStatuses.moreFramesFollow) this.#awaitReply();
    else this.#endRound(this.#plan.pollIntervalMs);
  }

  get #antenna(): number {
    return this.#plan.antennas[this.#turn % this.#plan.antennas.length] ?? 1;
  }

  #readTags(data: Uint8Array, at: Arrival): void {
    const reply = decodeInventoryReply(this.#plan.model, data);
    if (reply === undefined) {
      this.#strange(`the inventory reply is not laid out as ${this.#plan.model}`);
      return;
    }
    this.#antennaWorks();
    for (const antenna of reply.antennas) {
      for (const tag of reply.tags) this.#see(tag, antenna, at);
    }
  }

  #beginRound(): void {
    const { model, address } = this.#plan;
    this.#isWaiting = true;
    this.#link.write(encodeInventory(model, address, this.#antenna));
    this.#awaitReply();
  }

  #awaitReply(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#link.timers.after(this.#plan.replyTimeoutMs, () => {
      this.#link.counters.timeouts += 1;
      this.#endRound(afterTimeoutMs);
    });
  }

  #endRound(pauseMs: number): void {
    this.#isWaiting = false;
    this.#turn += 1;
    this.#cancelTimer();
    this.#cancelTimer = this.#link.timers.after(pauseMs, () => this.#nextRound());
  }

  #nextRound(): void {
    const work = this.#plan.between();
    if (work === undefined) this.#beginRound();
    else void work.then(() => this.#isStopped || this.#beginRound());
  }

  #antennaFailed(): void {
    this.#strangeReplies = 0;
    if (this.#deadAntennas.has(this.#antenna)) return;
    this.#deadAntennas.add(this.#antenna);
    this.#tell('faulted', `antenna ${this.#antenna}: the reader finds it disconnected or mismatched`);
  }

  #antennaWorks(): void {
    this.#strangeReplies = 0;
    if (this.#deadAntennas.delete(this.#antenna)) this.#tell('ready', `antenna ${this.#antenna} works again`);
  }

  #strange(reason: string): void {
    this.#strangeReplies += 1;
    if (this.#strangeReplies >= maxStrangeReplies) this.#link.fault(reason);
  }

  #tell(condition: DeviceCondition['condition'], reason: string): void {
    const { readerId } = this.#plan;
    this.#link.emit({
      kind: 'device-condition',
      deviceId: readerId,
      at: this.#link.clock.now(),
      condition,
      reason,
    });
  }
}
