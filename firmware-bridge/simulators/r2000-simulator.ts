// A virtual R2000 "A0" reader: firmware, identifier, power, antennas and real-time inventory rounds over its tags.
// It speaks the frames of the vendor protocol. Tags have a TID bank; it has no radio and no buffer.

import { type CancelTimer, systemTimers, type Timers } from '../clock.js';
import { Scanner } from '../framing/scanner.js';
import { broadcastAddress, lastAntenna, maxTxPowerDbm, r2000Codes, r2000Commands } from '../r2000/codes.js';
import { encodeR2000Frame, maxR2000FrameBytes, type R2000Frame, tryR2000Frame } from '../r2000/frame.js';
import { encodeRoundEnd, encodeTag } from '../r2000/reply.js';
import { encodeTagMemoryReply } from '../r2000/tag-memory.js';
import type { TagReadTrouble } from './fault-script.js';
import { type SimulatedDevice, seededRandom, walked } from './simulated-device.js';
import {
  damaged,
  type FieldTag,
  lateAnswerMs,
  type MemoryRead,
  type MemoryTag,
  memoryTag,
  readMemory,
} from './tag-memory.js';

export interface R2000SimulatorOptions {
  /** 0..254. Default 1. */
  readonly address?: number;
  /** Default: two. */
  readonly epcs?: readonly FieldTag[];
  /** One inventory round. Default 40 ms. */
  readonly roundMs?: number;
  /** From one tag of a round to the next. Default 2 ms. */
  readonly tagGapMs?: number;
  /** Share of rounds in which a tag answers, 0..1. Default 1. */
  readonly readRate?: number;
  /** false: a module with one port, which does not answer the antenna command. Default true. */
  readonly knowsAntennas?: boolean;
  /** Twelve bytes in hex. */
  readonly identifier?: string;
  readonly seed?: number;
  readonly timers?: Timers;
}

interface VirtualTag extends MemoryTag {
  rssiDbm: number;
}

const demoEpcs = ['300833b2ddd9014000000001', 'e2004074850a0103163070e1'];
const firmware = [8, 1] as const;
const rssiRangeDbm = [-75, -35] as const;
const channels = 50;

export class R2000Simulator implements SimulatedDevice {
  txPowerDbm = 30;
  /** Ports whose cable is off. */
  readonly brokenAntennas = new Set<number>();
  /** false: power is acknowledged and not kept. */
  keepsPower = true;
  /** A result code that every round gives instead of tags. */
  roundCode: number | undefined;
  isMute = false;
  /** Signal strengths stand still. */
  isStuck = false;
  /** Inventory rounds asked for. */
  rounds = 0;
  workAntenna = 1;
  tagReads: TagReadTrouble = 'ok';
  /** Reads of tag memory that were asked for. */
  memoryReads = 0;
  #tags: VirtualTag[] = [];
  readonly #options: R2000SimulatorOptions;
  readonly #timers: Timers;
  readonly #random: () => number;
  #scanner: Scanner<R2000Frame>;
  #send: ((bytes: Uint8Array) => void) | undefined;
  #cancelRound: CancelTimer = () => undefined;
  /** A reader takes no command before it has answered the last one. */
  #isBusy = false;

  constructor(options: R2000SimulatorOptions = {}) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#random = seededRandom(options.seed ?? 1);
    this.#scanner = newScanner();
    this.setTags(options.epcs ?? demoEpcs);
  }

  /** Puts other tags into the field. */
  setTags(tags: readonly FieldTag[]): void {
    this.#tags = tags.map((tag) => ({ ...memoryTag(tag), rssiDbm: -55 }));
  }

  attach(send: ((bytes: Uint8Array) => void) | undefined): void {
    this.#send = send;
    this.#scanner = newScanner();
    this.stop();
  }

  receive(bytes: Uint8Array): void {
    for (const frame of this.#scanner.push(bytes)) {
      const isForUs = frame.address === this.#address || frame.address === broadcastAddress;
      if (isForUs && !this.#isBusy) this.#obey(frame);
    }
  }

  stop(): void {
    this.#isBusy = false;
    this.#cancelRound();
  }

  get #address(): number {
    return this.#options.address ?? 1;
  }

  #obey({ command, data }: R2000Frame): void {
    const [first = 0] = data;
    switch (command) {
      case r2000Commands.firmware:
        this.#reply(command, firmware);
        return;
      case r2000Commands.identifier:
        this.#reply(command, Buffer.from(this.#options.identifier ?? '323032313034313700000000', 'hex'));
        return;
      case r2000Commands.getOutputPower:
        this.#reply(command, [this.txPowerDbm]);
        return;
      case r2000Commands.setOutputPower:
        if (this.keepsPower && first <= maxTxPowerDbm) this.txPowerDbm = first;
        this.#reply(command, [r2000Codes.success]);
        return;
      case r2000Commands.setWorkAntenna:
        if (this.#options.knowsAntennas === false) return;
        if (first < lastAntenna) this.workAntenna = first + 1;
        this.#reply(command, [first < lastAntenna ? r2000Codes.success : r2000Codes.invalidAntenna]);
        return;
      case r2000Commands.realTimeInventory:
        this.rounds += 1;
        this.#isBusy = true;
        this.#cancelRound = this.#timers.after(this.#options.roundMs ?? 40, () => this.#round());
        return;
      case r2000Commands.readTag:
        this.#readMemory({ bank: first, from: data[1] ?? 0, words: data[2] ?? 0 });
        return;
    }
    // A real reader says nothing to a command that it does not know.
  }

  #round(): void {
    const code = this.brokenAntennas.has(this.workAntenna) ? r2000Codes.antennaMissing : this.roundCode;
    if (code !== undefined) {
      this.#endRound([code]);
      return;
    }
    this.#tellTags(
      this.#tags.filter(() => this.#random() < (this.#options.readRate ?? 1)),
      0,
    );
  }

  /** One tag, the others after it, and the end of the round. */
  #tellTags([tag, ...rest]: readonly VirtualTag[], told: number): void {
    const { roundMs = 40, tagGapMs = 2 } = this.#options;
    if (tag === undefined) {
      this.#endRound(encodeRoundEnd(this.workAntenna, Math.round((told * 1000) / roundMs), told));
      return;
    }
    if (!this.isStuck) tag.rssiDbm = walked(tag.rssiDbm, this.#random(), rssiRangeDbm);
    const channel = Math.floor(this.#random() * channels);
    const data = encodeTag(tag.epc, this.workAntenna, tag.rssiDbm, channel);
    this.#cancelRound = this.#timers.after(tagGapMs, () => this.#tellTags(rest, told + 1));
    this.#reply(r2000Commands.realTimeInventory, data);
  }

  /** Every tag answers a read, each with a frame of its own; the wrong one alone where that is the trouble. */
  #readMemory(wanted: MemoryRead): void {
    this.memoryReads += 1;
    const { tagReads } = this;
    if (tagReads === 'silent') return;
    const seen = tagReads === 'refused' ? [] : this.#tags.slice(tagReads === 'wrong-tag' ? -1 : 0);
    const reads = seen.map((tag) => readMemory([tag], wanted, 0)).filter((read) => read.kind === 'data');
    this.#timers.after(tagReads === 'late' ? lateAnswerMs * 2 : (this.#options.tagGapMs ?? 2), () => {
      const { readTag: command } = r2000Commands;
      if (reads.length === 0) this.#reply(command, [r2000Codes.readFailed]);
      for (const { tag, data } of reads) {
        const told = encodeTagMemoryReply(reads.length, tag.epc, data, this.workAntenna);
        this.#reply(command, told, tagReads === 'corrupt');
      }
    });
  }

  #endRound(data: Iterable<number>): void {
    this.#isBusy = false;
    this.#reply(r2000Commands.realTimeInventory, data);
  }

  #reply(command: number, data: Iterable<number>, isDamaged = false): void {
    if (this.isMute) return;
    const frame = encodeR2000Frame({ address: this.#address, command, data: Uint8Array.from(data) });
    this.#send?.(isDamaged ? damaged(frame, this.#random()) : frame);
  }
}

function newScanner(): Scanner<R2000Frame> {
  const counters = { bytes: 0, frames: 0, badChecks: 0, discardedBytes: 0 };
  return new Scanner(tryR2000Frame, maxR2000FrameBytes, counters);
}
