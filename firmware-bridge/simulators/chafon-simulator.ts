// A virtual UHFReader18 or UHFReader288: information, serial number, power and inventory rounds over its tags.
// It speaks the frames of the vendor manuals; it has no radio, no masks, no tag memory and no real-time mode.

import {
  broadcastAddress,
  type ChafonModel,
  chafonCommands,
  chafonStatuses,
  unknownCommand,
} from '../chafon/codes.js';
import { type ChafonFrame, encodeChafonFrame, maxChafonFrameBytes, tryChafonFrame } from '../chafon/frame.js';
import { encodeInventoryReply } from '../chafon/inventory-reply.js';
import { type CancelTimer, systemTimers, type Timers } from '../clock.js';
import { Scanner } from '../framing/scanner.js';
import { type SimulatedDevice, seededRandom } from './simulated-device.js';

export interface ChafonSimulatorOptions {
  /** Default uhfreader288. */
  readonly model?: ChafonModel;
  /** 0..254. Default 0. */
  readonly address?: number;
  /** EPCs in hex, whole 16-bit words. Default: two. */
  readonly epcs?: readonly string[];
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

interface VirtualTag {
  readonly epc: Uint8Array;
  rssiRaw: number;
}

const demoEpcs = ['e28068940000400a9d22a9eb', '30751feb705c5904e3d50d70'];
const usualTypes = { uhfreader18: 0x09, uhfreader288: 0x0c } as const;
const capabilities18000 = 0x03;
/** As in a public capture of a 288M. */
const frequencyBytes = [0x4e, 0x00] as const;
const rssiRange = [70, 120] as const;

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
  /** Inventory rounds asked for. */
  rounds = 0;
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
  setTags(epcs: readonly string[]): void {
    this.#tags = epcs.map((epc) => ({ epc: Uint8Array.from(Buffer.from(epc, 'hex')), rssiRaw: 100 }));
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
      if (!this.isStuck) tag.rssiRaw = walked(tag.rssiRaw, this.#random());
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

  #reply(command: number, status: number, data: Uint8Array = new Uint8Array(0)): void {
    if (this.isMute) return;
    this.#send?.(
      encodeChafonFrame({ address: this.#address, command, body: Uint8Array.of(status, ...data) }),
    );
  }
}

function walked(rssiRaw: number, random: number): number {
  const [low, high] = rssiRange;
  return Math.min(high, Math.max(low, rssiRaw + Math.floor(random * 3) - 1));
}

function newScanner(): Scanner<ChafonFrame> {
  const counters = { bytes: 0, frames: 0, badChecks: 0, discardedBytes: 0 };
  return new Scanner(tryChafonFrame, maxChafonFrameBytes, counters);
}
