// A virtual M100 reader: identity, region, power and multi-poll over tags whose RSSI walks.
// It speaks frames of the vendor protocol V2.1. Tags have a TID bank, read after a select of their EPC; it has no radio.

import { readUint16, uint16Bytes } from '../bytes/words.js';
import { type CancelTimer, systemTimers, type Timers } from '../clock.js';
import { Scanner } from '../framing/scanner.js';
import { frameTypes, type M100Frame, m100Commands, m100Errors, m100Regions } from '../m100/codes.js';
import { encodeM100Frame, maxM100FrameBytes, tryHostFrame } from '../m100/frame.js';
import { encodeTagMemoryReply } from '../m100/tag-memory.js';
import { encodeTagNotice } from '../m100/tag-notice.js';
import type { TagReadTrouble } from './fault-script.js';
import { type SimulatedDevice, seededRandom, walked } from './simulated-device.js';
import {
  answering,
  damaged,
  type FieldTag,
  lateAnswerMs,
  type MemoryRead,
  type MemoryTag,
  memoryTag,
  readMemory,
} from './tag-memory.js';

export interface M100SimulatorOptions {
  /** Default: none. */
  readonly epcs?: readonly FieldTag[];
  /** Hardware, software, maker: in the order of the information kinds. */
  readonly identity?: readonly [string, string, string];
  /** It acknowledges more and does this. Default 3300 cdBm. */
  readonly maxTxPowerCentiDbm?: number;
  /** It acknowledges any region and does these alone. Default: all that the protocol has. */
  readonly regions?: readonly number[];
  /** One inventory round. Default 50 ms. */
  readonly roundMs?: number;
  /** Share of rounds in which a tag answers, 0..1. Default 1. */
  readonly readRate?: number;
  readonly seed?: number;
  readonly timers?: Timers;
}

interface VirtualTag extends MemoryTag {
  rssiDbm: number;
}

const rssiRangeDbm = [-75, -35] as const;
const done = Uint8Array.of(0x00);
/** One read of a tag's memory. */
const memoryReadMs = 20;
/** Where the mask stands in the parameters of a select. */
const maskOffset = 7;

export class M100Simulator implements SimulatedDevice {
  /** What the gateway has set. */
  region: number = m100Regions.cn900;
  txPowerCentiDbm = 2600;
  isMute = false;
  /** Signal strengths stand still. */
  isStuck = false;
  tagReads: TagReadTrouble = 'ok';
  /** Reads of tag memory that were asked for. */
  memoryReads = 0;
  #selected: Uint8Array | undefined;
  #tags: VirtualTag[] = [];
  readonly #identity: readonly [string, string, string];
  readonly #maxTxPowerCentiDbm: number;
  readonly #regions: readonly number[];
  readonly #roundMs: number;
  readonly #readRate: number;
  readonly #timers: Timers;
  readonly #random: () => number;
  #scanner: Scanner<M100Frame>;
  #send: ((bytes: Uint8Array) => void) | undefined;
  #roundsLeft = 0;
  #cancelRound: CancelTimer = () => undefined;

  constructor(options: M100SimulatorOptions = {}) {
    const {
      epcs = [],
      identity = ['M100 26dBm V1.0', 'V2.3.5', 'MagicRf'],
      maxTxPowerCentiDbm = 3300,
      regions = Object.values(m100Regions),
      roundMs = 50,
      readRate = 1,
    } = options;
    this.#maxTxPowerCentiDbm = maxTxPowerCentiDbm;
    this.#regions = regions;
    this.#identity = identity;
    this.#roundMs = roundMs;
    this.#readRate = readRate;
    this.#timers = options.timers ?? systemTimers;
    this.#random = seededRandom(options.seed ?? 1);
    this.#scanner = newScanner();
    this.setTags(epcs);
  }

  /** Puts other tags into the field. */
  setTags(tags: readonly FieldTag[]): void {
    this.#tags = tags.map((tag) => ({ ...memoryTag(tag), rssiDbm: -55 }));
  }

  get isPolling(): boolean {
    return this.#roundsLeft > 0;
  }

  attach(send: ((bytes: Uint8Array) => void) | undefined): void {
    this.#send = send;
    this.#scanner = newScanner();
  }

  receive(bytes: Uint8Array): void {
    for (const frame of this.#scanner.push(bytes)) this.#obey(frame);
  }

  stop(): void {
    this.#roundsLeft = 0;
    this.#cancelRound();
  }

  #obey({ command, parameters }: M100Frame): void {
    switch (command) {
      case m100Commands.information:
        this.#tellIdentity(parameters[0] ?? 0);
        return;
      case m100Commands.setRegion:
        if (this.#regions.includes(parameters[0] ?? 0)) this.region = parameters[0] ?? 0;
        this.#respond(command, done);
        return;
      case m100Commands.getRegion:
        this.#respond(command, Uint8Array.of(this.region));
        return;
      case m100Commands.setTxPower:
        this.txPowerCentiDbm = Math.min(readUint16(parameters, 0), this.#maxTxPowerCentiDbm);
        this.#respond(command, done);
        return;
      case m100Commands.getTxPower:
        this.#respond(command, Uint8Array.from(uint16Bytes(this.txPowerCentiDbm)));
        return;
      case m100Commands.inventory:
        this.#poll(1);
        return;
      case m100Commands.multiInventory:
        this.#poll(readUint16(parameters, 1));
        return;
      case m100Commands.stopInventory:
        this.stop();
        this.#respond(command, done);
        return;
      case m100Commands.setSelect:
        this.#selected = parameters.slice(maskOffset);
        this.#respond(command, done);
        return;
      case m100Commands.readTagMemory:
        this.#readMemory({
          ...{ bank: parameters[4] ?? 0, from: readUint16(parameters, 5), words: readUint16(parameters, 7) },
        });
        return;
      default:
        this.#respond(m100Commands.error, Uint8Array.of(m100Errors.badCommand));
        return;
    }
  }

  #readMemory(wanted: MemoryRead): void {
    this.memoryReads += 1;
    const { tagReads } = this;
    if (tagReads === 'silent') return;
    const among = answering(this.#tags, this.#selected, tagReads);
    const read = readMemory(among, wanted, this.#random());
    this.#timers.after(tagReads === 'late' ? lateAnswerMs : memoryReadMs, () => {
      if (read.kind === 'none') {
        this.#respond(m100Commands.error, Uint8Array.of(m100Errors.readFailed));
      } else if (read.kind === 'overrun') {
        const tag = encodeTagMemoryReply(read.tag.epc, new Uint8Array(0));
        this.#respond(m100Commands.error, Uint8Array.of(m100Errors.readOverrun, ...tag));
      } else {
        const parameters = encodeTagMemoryReply(read.tag.epc, read.data);
        this.#respond(m100Commands.readTagMemory, parameters, tagReads === 'corrupt');
      }
    });
  }

  #tellIdentity(kind: number): void {
    const text = this.#identity[kind];
    if (text === undefined) {
      this.#respond(m100Commands.error, Uint8Array.of(m100Errors.badCommand));
      return;
    }
    this.#respond(m100Commands.information, Uint8Array.of(kind, ...Buffer.from(text, 'ascii')));
  }

  #poll(rounds: number): void {
    this.#cancelRound();
    this.#roundsLeft = rounds;
    this.#scheduleRound();
  }

  #scheduleRound(): void {
    if (this.#roundsLeft <= 0) return;
    this.#cancelRound = this.#timers.after(this.#roundMs, () => {
      this.#round();
      this.#roundsLeft -= 1;
      this.#scheduleRound();
    });
  }

  #round(): void {
    let answers = 0;
    for (const tag of this.#tags) {
      if (this.#random() >= this.#readRate) continue;
      answers += 1;
      if (!this.isStuck) tag.rssiDbm = walked(tag.rssiDbm, this.#random(), rssiRangeDbm);
      const parameters = encodeTagNotice(tag.epc, tag.rssiDbm);
      this.#tell({ type: frameTypes.notice, command: m100Commands.inventory, parameters });
    }
    if (answers === 0) this.#respond(m100Commands.error, Uint8Array.of(m100Errors.noTag));
  }

  #respond(command: number, parameters: Uint8Array, isDamaged = false): void {
    this.#tell({ type: frameTypes.response, command, parameters }, isDamaged);
  }

  #tell(frame: M100Frame, isDamaged = false): void {
    if (this.isMute) return;
    const bytes = encodeM100Frame(frame);
    this.#send?.(isDamaged ? damaged(bytes, this.#random()) : bytes);
  }
}

function newScanner(): Scanner<M100Frame> {
  const counters = { bytes: 0, frames: 0, badChecks: 0, discardedBytes: 0 };
  return new Scanner(tryHostFrame, maxM100FrameBytes, counters);
}
