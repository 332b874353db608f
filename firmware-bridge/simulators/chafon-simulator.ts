// A virtual UHFReader18 or UHFReader288: information, serial number, power and inventory rounds over its tags.
// It speaks the frames of the vendor manuals. Tags have a TID bank; it has no radio, no masks and no real-time mode.

import {
  broadcastAddress,
  type ChafonModel,
  chafonCommands,
  chafonStatuses,
  tagMemoryOverrun,
  unknownCommand,
} from '../chafon/codes.js';
import { type ChafonFrame, encodeChafonFrame, maxChafonFrameBytes, tryChafonFrame } from '../chafon/frame.js';
import { encodeInventoryReply } from '../chafon/inventory-reply.js';
import { type CancelTimer, systemTimers, type Timers } from '../clock.js';
import { Scanner } from '../framing/scanner.js';
import type { TagReadTrouble } from './fault-script.js';
import { type SimulatedDevice, seededRandom, walked } from './simulated-device.js';
import {
  answering,
  damaged,
  type FieldTag,
  lateAnswerMs,
  type MemoryTag,
  memoryTag,
  readMemory,
} from './tag-memory.js';

export interface ChafonSimulatorOptions {
  /** Default uhfreader288. */
  readonly model?: ChafonModel;
  /** 0..254. Default 0. */
  readonly address?: number;
  /** Default: two. */
  readonly epcs?: readonly FieldTag[];
  /** Antenna ports in use, 1..8; the 18 series has one. Default 1. */
  readonly antennas?: readonly number[];
  /** One inventory round. Default 40 ms. */
  readonly roundMs?: number;
  /** Tags per frame before another frame follows. Default 3. */
  readonly tagsPerFrame?: number;
  /** From one frame of a round to the next. Default 10 ms. */
  readonly frameGapMs?: number;
  /** Share of rounds in which a tag answers, 0..1. Default 1. */
  readonly readRate?: number;
  /** Reader type of the information reply. Default as the model. */
  readonly type?: number;
  /** Four bytes in hex; '' for a reader that does not know the question. */
  readonly serial?: string;
  readonly seed?: number;
  readonly timers?: Timers;
}

interface VirtualTag extends MemoryTag {
  rssiRaw: number;
}

const demoEpcs = ['e28068940000400a9d22a9eb', '30751feb705c5904e3d50d70'];
const usualTypes = { uhfreader18: 0x09, uhfreader288: 0x0c } as const;
const capabilities18000 = 0x03;
/** As in a public capture of a 288M. */
const frequencyBytes = [0x4e, 0x00] as const;
const rssiRange = [70, 120] as const;
/** One read of a tag's memory. */
const memoryReadMs = 20;

export class ChafonSimulator implements SimulatedDevice {
  txPowerDbm = 26;
  /** As the 18 series keeps it, in 100 ms. */
  inventoryTime100Ms = 10;
  /** Ports whose cable is off. */
  readonly brokenAntennas = new Set<number>();
  /** false: power is acknowledged and not kept. */
  keepsPower = true;
  isMute = false;
  /** Signal strengths stand still. */
  isStuck = false;
  tagReads: TagReadTrouble = 'ok';
  /** Inventory rounds asked for. */
  rounds = 0;
  /** Reads of tag memory that were asked for. */
  memoryReads = 0;
  #tags: VirtualTag[] = [];
  readonly #model: ChafonModel;
  readonly #options: ChafonSimulatorOptions;
  readonly #timers: Timers;
  readonly #random: () => number;
  #scanner: Scanner<ChafonFrame>;
  #send: ((bytes: Uint8Array) => void) | undefined;
  #cancelRound: CancelTimer = () => undefined;
  /** A reader takes no command before it has answered the last one. */
  #isBusy = false;

  constructor(options: ChafonSimulatorOptions = {}) {
    const { model = 'uhfreader288', epcs = demoEpcs } = options;
    this.#model = model;
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#random = seededRandom(options.seed ?? 1);
    this.#scanner = newScanner();
    this.setTags(epcs);
  }

  /** Puts other tags into the field. */
  setTags(tags: readonly FieldTag[]): void {
    this.#tags = tags.map((tag) => ({ ...memoryTag(tag), rssiRaw: 100 }));
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
    return this.#options.address ?? 0;
  }

  #obey({ command, body }: ChafonFrame): void {
    switch (command) {
      case chafonCommands.readerInformation:
        this.#reply(command, chafonStatuses.done, this.#information());
        return;
      case chafonCommands.serialNumber:
        if (this.#model === 'uhfreader18' || this.#options.serial === '') break;
        this.#reply(command, chafonStatuses.done, Buffer.from(this.#options.serial ?? '20210417', 'hex'));
        return;
      case chafonCommands.setTxPower:
        if (this.keepsPower) this.txPowerDbm = body[0] ?? 0;
        this.#reply(command, chafonStatuses.done);
        return;
      case chafonCommands.readTag:
        this.#readMemory(body);
        return;
      case chafonCommands.inventory: {
        const antenna = this.#model === 'uhfreader18' ? 1 : ((body[3] ?? 0x80) & 0x7f) + 1;
        this.rounds += 1;
        this.#isBusy = true;
        this.#cancelRound = this.#timers.after(this.#options.roundMs ?? 40, () => this.#round(antenna));
        return;
      }
    }
    this.#reply(unknownCommand, chafonStatuses.illegalCommand);
  }

  /** Command 02: number of words of the EPC, EPC, bank, first word, number of words, password. */
  #readMemory(body: Uint8Array): void {
    this.memoryReads += 1;
    const { tagReads } = this;
    if (tagReads === 'silent') return;
    const epcEnd = 1 + (body[0] ?? 0) * 2;
    const among = answering(this.#tags, body.slice(1, epcEnd), tagReads);
    const [bank = 0, from = 0, words = 0] = body.subarray(epcEnd);
    const read = readMemory(among, { bank, from, words }, this.#random());
    this.#timers.after(tagReads === 'late' ? lateAnswerMs : memoryReadMs, () => {
      const { readTag: command } = chafonCommands;
      if (read.kind === 'none') this.#reply(command, chafonStatuses.noTag);
      else if (read.kind === 'data')
        this.#reply(command, chafonStatuses.done, read.data, tagReads === 'corrupt');
      else this.#reply(command, chafonStatuses.tagError, Uint8Array.of(tagMemoryOverrun));
    });
  }

  #information(): Uint8Array {
    const type = this.#options.type ?? usualTypes[this.#model];
    const common = [
      0,
      22,
      type,
      capabilities18000,
      ...frequencyBytes,
      this.txPowerDbm,
      this.inventoryTime100Ms,
    ];
    if (this.#model === 'uhfreader18') return Uint8Array.from(common);
    const mask = (this.#options.antennas ?? [1]).reduce((bits, antenna) => bits | (1 << (antenna - 1)), 0);
    return Uint8Array.of(...common, mask, 0, 0, 1);
  }

  #round(antenna: number): void {
    const { inventory: command } = chafonCommands;
    const isBroken = this.brokenAntennas.has(antenna);
    const seen = isBroken ? [] : this.#tags.filter(() => this.#random() < (this.#options.readRate ?? 1));
    for (const tag of seen) {
      if (!this.isStuck) tag.rssiRaw = walked(tag.rssiRaw, this.#random(), rssiRange);
    }
    if (seen.length > 0) {
      this.#tellTags(antenna, seen);
      return;
    }
    this.#isBusy = false;
    this.#reply(command, isBroken ? chafonStatuses.antennaError : chafonStatuses.noTag);
  }

  /** One frame, and the others after it. */
  #tellTags(antenna: number, tags: readonly VirtualTag[]): void {
    const { tagsPerFrame = 3, frameGapMs = 10 } = this.#options;
    const [part, rest] = [tags.slice(0, tagsPerFrame), tags.slice(tagsPerFrame)];
    this.#isBusy = rest.length > 0;
    if (this.#isBusy) {
      this.#cancelRound = this.#timers.after(frameGapMs, () => this.#tellTags(antenna, rest));
    }
    const status = this.#isBusy ? chafonStatuses.moreFramesFollow : chafonStatuses.inventoryDone;
    const data = encodeInventoryReply(this.#model, antenna, part);
    this.#reply(chafonCommands.inventory, status, data);
  }

  #reply(command: number, status: number, data: Uint8Array = new Uint8Array(0), isDamaged = false): void {
    if (this.isMute) return;
    const frame = encodeChafonFrame({
      address: this.#address,
      command,
      body: Uint8Array.of(status, ...data),
    });
    this.#send?.(isDamaged ? damaged(frame, this.#random()) : frame);
  }
}

function newScanner(): Scanner<ChafonFrame> {
  const counters = { bytes: 0, frames: 0, badChecks: 0, discardedBytes: 0 };
  return new Scanner(tryChafonFrame, maxChafonFrameBytes, counters);
}
