// Real-time inventory of an R2000 reader, round after round: set the working antenna, ask for one round, take its tags,
// and go on with the next antenna at its end. A round without an end is counted, and its antenna set anew.

import type { CancelTimer } from '../clock.js';
import type { DeviceLink } from '../device.js';
import type { Arrival, DeviceCondition } from '../observation.js';
import { codeName, firstAntenna, r2000Codes, r2000Commands } from './codes.js';
import { encodeRealTimeInventory, encodeSetWorkAntenna } from './commands.js';
import type { R2000Frame } from './frame.js';
import { decodeInventoryReply, type R2000Tag } from './reply.js';
import type { TidRound } from './tid-round.js';

/** From a request, or a tag, to the next frame of the round. */
export const roundTimeoutMs = 1000;
/** After a round without an end, so that its late frames are not taken for the next one's. */
export const afterTimeoutMs = 500;
/** The reader rests between rounds; after an error longer, for it may come at once and for ever. */
const betweenRoundsMs = 10;
const afterErrorMs = 200;
/** Refusals in a row that end the connection: fewer may be damage that the weak check let pass. */
const maxRefusals = 3;

export interface RoundPlan {
  readonly readerId: string;
  readonly address: number;
  readonly antennas: readonly number[];
  /** Undefined: TIDs are not read. */
  readonly tids: TidRound | undefined;
}

/** Results of a round that are about its antenna alone. */
export function isAboutAntenna(code: number): boolean {
  return code === r2000Codes.antennaMissing || code === r2000Codes.invalidAntenna;
}

/**
 * A module with one port may not know the command (YR903), and starts with its first antenna. Where antenna 1 is all
 * that is used, it is only set after a reply names another one.
 */
export function needsAntennaCommand(antennas: readonly number[]): boolean {
  return antennas.some((antenna) => antenna !== firstAntenna);
}

export class InventoryRounds {
  readonly #plan: RoundPlan;
  readonly #link: DeviceLink;
  readonly #see: (tag: R2000Tag, at: Arrival) => void;
  readonly #deadAntennas = new Set<number>();
  #turn = 0;
  readonly #usualAntenna: number | undefined;
  /** The antenna that the reader has set; undefined: unknown. */
  #workAntenna: number | undefined;
  #awaited: 'antenna' | 'round' | 'tids' | undefined;
  #refusals = 0;
  #cancelTimer: CancelTimer = () => undefined;

  constructor(plan: RoundPlan, link: DeviceLink, see: (tag: R2000Tag, at: Arrival) => void) {
    this.#plan = plan;
    this.#usualAntenna = needsAntennaCommand(plan.antennas) ? undefined : firstAntenna;
    this.#workAntenna = this.#usualAntenna;
    this.#link = link;
    this.#see = see;
  }

  start(): void {
    this.#beginTurn();
  }

  stop(): void {
    this.#cancelTimer();
  }

  onReply({ command, data }: R2000Frame, at: Arrival): void {
    if (command === r2000Commands.setWorkAntenna) this.#onAntennaSet(data[0] ?? 0);
    if (command === r2000Commands.realTimeInventory) this.#onInventory(data, at);
    if (command === r2000Commands.readTag && this.#awaited === 'tids') this.#onTid(data);
  }

  get #antenna(): number {
    return this.#plan.antennas[this.#turn % this.#plan.antennas.length] ?? 1;
  }

  #beginTurn(): void {
    if (this.#workAntenna === this.#antenna) {
      this.#beginRound();
      return;
    }
    this.#awaited = 'antenna';
    this.#link.write(encodeSetWorkAntenna(this.#plan.address, this.#antenna));
    this.#await();
  }

  #onAntennaSet(code: number): void {
    if (this.#awaited !== 'antenna') return;
    if (code === r2000Codes.success) {
      this.#workAntenna = this.#antenna;
      this.#beginRound();
    } else {
      this.#onCode(code);
      this.#endTurn(afterErrorMs);
    }
  }

  #beginRound(): void {
    this.#awaited = 'round';
    this.#link.write(encodeRealTimeInventory(this.#plan.address));
    this.#await();
  }

  #onInventory(data: Uint8Array, at: Arrival): void {
    const reply = decodeInventoryReply(data);
    if (reply === undefined) return;
    const isAwaited = this.#awaited === 'round';
    if (reply.kind === 'tag') {
      this.#see(reply, at);
      if (isAwaited) this.#await();
    }
    // A reader that was reset meanwhile is back at its first antenna.
    if (reply.kind !== 'code' && reply.antenna !== this.#workAntenna) this.#workAntenna = undefined;
    if (reply.kind === 'tag' || !isAwaited) return;
    if (reply.kind === 'code') {
      this.#onCode(reply.code);
      this.#endTurn(afterErrorMs);
      return;
    }
    this.#antennaWorks();
    const request = this.#plan.tids?.begin(this.#plan.address, this.#antenna);
    if (request === undefined) this.#endTurn(betweenRoundsMs);
    else this.#beginTids(request);
  }

  #beginTids(request: Uint8Array): void {
    this.#awaited = 'tids';
    this.#link.write(request);
    this.#await();
  }

  #onTid(data: Uint8Array): void {
    if (this.#plan.tids?.onReply(data) === true) this.#await();
    else this.#endTurn(betweenRoundsMs);
  }

  #await(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#link.timers.after(roundTimeoutMs, () => {
      this.#link.counters.timeouts += 1;
      this.#workAntenna = this.#usualAntenna;
      this.#endTurn(afterTimeoutMs);
    });
  }

  #endTurn(pauseMs: number): void {
    if (this.#awaited === 'tids') this.#plan.tids?.end();
    this.#awaited = undefined;
    this.#turn += 1;
    this.#cancelTimer();
    this.#cancelTimer = this.#link.timers.after(pauseMs, () => this.#beginTurn());
  }

  #onCode(code: number): void {
    if (code === r2000Codes.noTag || code === r2000Codes.success) {
      this.#antennaWorks();
      return;
    }
    if (!isAboutAntenna(code)) {
      this.#refusals += 1;
      if (this.#refusals >= maxRefusals) this.#link.fault(`inventory is refused: ${codeName(code)}`);
      return;
    }
    this.#refusals = 0;
    if (this.#deadAntennas.has(this.#antenna)) return;
    this.#deadAntennas.add(this.#antenna);
    this.#tell('faulted', `antenna ${this.#antenna}: ${codeName(code)}`);
  }

  #antennaWorks(): void {
    this.#refusals = 0;
    if (this.#deadAntennas.delete(this.#antenna)) this.#tell('ready', `antenna ${this.#antenna} works again`);
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
