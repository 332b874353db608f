// A virtual Mercury reader: bootloader, region, protocol, antennas, power and a stream over tags whose RSSI walks.
// Once a second it sends its keep-alive. Tags have a TID bank, read along with the EPC; it has no radio and no select.

import { readUint16, uint16Bytes } from '../bytes/words.js';
import { type CancelTimer, systemTimers, type Timers } from '../clock.js';
import { Scanner } from '../framing/scanner.js';
import { mercuryOpcodes as opcodes } from '../mercury/codes.js';
import { embeddedTidWords, streamOptions } from '../mercury/commands.js';
import {
  encodeMercuryReply,
  type MercuryCommand,
  maxMercuryFrameBytes,
  tryMercuryCommand,
} from '../mercury/frame.js';
import { mercuryStatuses } from '../mercury/statuses.js';
import type { TagReadTrouble } from './fault-script.js';
import { type MercurySimulatorOptions, nanoRegions, nanoVersion } from './mercury-nano.js';
import {
  authenticateReplyOf,
  type ChallengeFirmware,
  type MercuryTag,
  streamRecordOf,
} from './mercury-tags.js';
import { type SimulatedDevice, seededRandom, walked } from './simulated-device.js';
import { damaged, type FieldTag, lateAnswerMs, memoryTag } from './tag-memory.js';

const keepAliveMs = 1000;
/** One exchange with a tag. */
const memoryReadMs = 20;
const rssiRangeDbm = [-75, -35] as const;
const minPowerCentiDbm = 0;
const readFilterOption = 0x0c;
const bootloaderOpcodes: readonly number[] = [opcodes.version, opcodes.bootFirmware];

export class MercurySimulator implements SimulatedDevice {
  region: number;
  powerCentiDbm = 500;
  antennas: readonly number[] = [1];
  /** A status that replaces the keep-alive and the tags: 0504 is too hot, 0505 a broken antenna. */
  trouble: number | undefined;
  isInBootloader: boolean;
  /** Tells each tag once per stream: what a reader does until its read filter is switched off. */
  isFiltering = true;
  isStuck = false;
  isMute = false;
  tagReads: TagReadTrouble = 'ok';
  /** Reads of tag memory, one for each tag of a stream that asks for them. */
  memoryReads = 0;
  /** Chips challenged. */
  challenges = 0;
  challengeFirmware: ChallengeFirmware = 'takes';
  #embeddedWords = 0;
  #tags: MercuryTag[] = [];
  readonly #options: MercurySimulatorOptions;
  readonly #timers: Timers;
  readonly #random: () => number;
  #scanner = newScanner();
  #send: ((bytes: Uint8Array) => void) | undefined;
  #isStreaming = false;
  readonly #told = new Set<string>();
  #cancelRound: CancelTimer = () => undefined;
  #cancelKeepAlive: CancelTimer = () => undefined;

  constructor(options: MercurySimulatorOptions = {}) {
    this.#options = options;
    this.region = options.region ?? 0;
    this.isInBootloader = options.isInBootloader ?? true;
    this.#timers = options.timers ?? systemTimers;
    this.#random = seededRandom(options.seed ?? 1);
    this.setTags(options.epcs ?? []);
  }

  /** Puts other tags into the field. */
  setTags(tags: readonly FieldTag[]): void {
    this.#tags = tags.map((tag) => ({ ...memoryTag(tag), rssiDbm: -55 }));
  }

  get isStreaming(): boolean {
    return this.#isStreaming;
  }

  attach(send: ((bytes: Uint8Array) => void) | undefined): void {
    this.#send = send;
    this.#scanner = newScanner();
  }

  receive(bytes: Uint8Array): void {
    for (const command of this.#scanner.push(bytes)) this.#obey(command);
  }

  stop(): void {
    this.#isStreaming = false;
    this.#cancelRound();
    this.#cancelKeepAlive();
  }

  #obey({ opcode, data }: MercuryCommand): void {
    if (this.isInBootloader && !bootloaderOpcodes.includes(opcode)) {
      this.#reply(opcode, mercuryStatuses.invalidOpcode);
      return;
    }
    switch (opcode) {
      case opcodes.bootFirmware:
        this.#reply(
          opcode,
          this.isInBootloader ? 0 : mercuryStatuses.invalidOpcode,
          this.isInBootloader ? nanoVersion : [],
        );
        this.isInBootloader = false;
        return;
      case opcodes.version:
        this.#reply(opcode, 0, nanoVersion);
        return;
      case opcodes.hardwareVersion:
        this.#tellSerial();
        return;
      case opcodes.setRegion:
        this.#setRegion(data[0] ?? 0);
        return;
      case opcodes.getRegion:
        this.#reply(opcode, 0, [this.region]);
        return;
      case opcodes.setAntennaPort:
        this.antennas = Array.from(data.subarray(1)).filter((_, index) => index % 2 === 0);
        this.#reply(opcode);
        return;
      case opcodes.setReadPower:
        this.powerCentiDbm = Math.min(readUint16(data, 0), this.#maxPowerCentiDbm);
        this.#reply(opcode);
        return;
      case opcodes.getReadPower: {
        const powers = [this.powerCentiDbm, this.#maxPowerCentiDbm, minPowerCentiDbm];
        this.#reply(opcode, 0, [data[0] ?? 0, ...powers.flatMap(uint16Bytes)]);
        return;
      }
      case opcodes.multiProtocolTagOp:
        this.#embeddedWords = embeddedTidWords(data);
        this.#stream(data[2] ?? 0);
        return;
      case opcodes.tagSpecific:
        this.#authenticate(data);
        return;
      case opcodes.setReaderOption:
        if (data[1] === readFilterOption) this.isFiltering = data[2] !== 0x00;
        this.#reply(opcode);
        return;
      case opcodes.setTagProtocol:
        this.#reply(opcode);
        return;
      default:
        this.#reply(opcode, mercuryStatuses.unimplementedOpcode);
        return;
    }
  }

  #authenticate(command: Uint8Array): void {
    this.challenges += 1;
    if (this.tagReads === 'silent') return;
    const tags = this.tagReads === 'ok' || this.tagReads === 'late' ? this.#tags : [];
    const random = (): number => this.#random();
    const { status, data } = authenticateReplyOf(tags, command, this.challengeFirmware, random);
    this.#timers.after(this.tagReads === 'late' ? lateAnswerMs : memoryReadMs, () =>
      this.#reply(opcodes.tagSpecific, status, data),
    );
  }

  get #maxPowerCentiDbm(): number {
    return this.#options.maxPowerCentiDbm ?? 2700;
  }

  #tellSerial(): void {
    const serial = Buffer.from(this.#options.serial ?? '4C20A1000137', 'ascii');
    this.#reply(opcodes.hardwareVersion, 0, [0x00, 0x40, 0x00, serial.length, ...serial]);
  }

  #setRegion(region: number): void {
    const regionNotSupported = 0x010b;
    if (!(this.#options.regions ?? nanoRegions).includes(region)) {
      this.#reply(opcodes.setRegion, regionNotSupported);
      return;
    }
    this.region = region;
    this.#reply(opcodes.setRegion);
  }

  #stream(option: number): void {
    this.stop();
    this.#reply(opcodes.multiProtocolTagOp, 0, [option]);
    if (option !== streamOptions.start) return;
    this.#isStreaming = true;
    this.#told.clear();
    this.#scheduleRound();
    this.#scheduleKeepAlive();
  }

  #scheduleRound(): void {
    this.#cancelRound = this.#timers.after(this.#options.roundMs ?? 100, () => {
      if (this.trouble === undefined) this.#round();
      this.#scheduleRound();
    });
  }

  #scheduleKeepAlive(): void {
    this.#cancelKeepAlive = this.#timers.after(keepAliveMs, () => {
      this.#reply(opcodes.readTagMultiple, this.trouble ?? mercuryStatuses.noTagsFound);
      this.#scheduleKeepAlive();
    });
  }

  #round(): void {
    for (const antenna of this.antennas) {
      for (const tag of this.#tags) {
        const key = `${antenna} ${Buffer.from(tag.epc).toString('hex')}`;
        if (this.isFiltering && this.#told.has(key)) continue;
        this.#told.add(key);
        if (!this.isStuck) tag.rssiDbm = walked(tag.rssiDbm, this.#random(), rssiRangeDbm);
        this.#tellTag(tag, antenna);
      }
    }
  }

  #tellTag(tag: MercuryTag, antenna: number): void {
    const { tagReads } = this;
    const words = this.#embeddedWords;
    const record = streamRecordOf(tag, antenna, words, tagReads);
    const isRead = words > 0;
    if (isRead) this.memoryReads += 1;
    const tell = (): void =>
      this.#reply(opcodes.readTagMultiple, 0, record, isRead && tagReads === 'corrupt');
    if (isRead && tagReads === 'late') this.#timers.after(lateAnswerMs, tell);
    else tell();
  }

  #reply(opcode: number, status = 0, data: ArrayLike<number> = [], isDamaged = false): void {
    if (this.isMute) return;
    const frame = encodeMercuryReply(opcode, status, data);
    this.#send?.(isDamaged ? damaged(frame, this.#random()) : frame);
  }
}

function newScanner(): Scanner<MercuryCommand> {
  const counters = { bytes: 0, frames: 0, badChecks: 0, discardedBytes: 0 };
  return new Scanner(tryMercuryCommand, maxMercuryFrameBytes, counters);
}
