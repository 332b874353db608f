// A virtual Mercury reader: bootloader, region, protocol, antennas, power and a stream over tags whose RSSI walks.
// Once a second it sends its keep-alive. It has no radio, no select and no tag memory.

import { readUint16, uint16Bytes } from '../bytes/words.js';
import { type CancelTimer, systemTimers, type Timers } from '../clock.js';
import { Scanner } from '../framing/scanner.js';
import { mercuryOpcodes as opcodes } from '../mercury/codes.js';
import { streamOptions } from '../mercury/commands.js';
import {
  encodeMercuryReply,
  type MercuryCommand,
  maxMercuryFrameBytes,
  tryMercuryCommand,
} from '../mercury/frame.js';
import { mercuryStatuses } from '../mercury/statuses.js';
import { encodeStreamRecord } from '../mercury/tag-record.js';
import { type SimulatedDevice, seededRandom } from './simulated-device.js';

export interface MercurySimulatorOptions {
  /** EPCs in hex, whole 16-bit words. Default: none. */
  readonly epcs?: readonly string[];
  readonly serial?: string;
  /** Region codes that it knows. Default: those of an M6e Nano. */
  readonly regions?: readonly number[];
  /** What it has before anybody sets one. Default: none, as after power-on. */
  readonly region?: number;
  /** It does not go beyond this and says so only when asked. Default 2700 cdBm. */
  readonly maxPowerCentiDbm?: number;
  /** Waits in its bootloader until it is told to boot. Default true, as after power-on. */
  readonly isInBootloader?: boolean;
  /** One search. Default 100 ms. */
  readonly roundMs?: number;
  readonly seed?: number;
  readonly timers?: Timers;
}

interface VirtualTag {
  readonly epc: Uint8Array;
  rssiDbm: number;
}

const keepAliveMs = 1000;
const rssiRangeDbm = [-75, -35] as const;
/** M6e Nano: eu3, us2, us3, in, jp, cn, kr2, au, nz, open. */
const nanoRegions = [0x08, 0x0d, 0x0e, 0x04, 0x05, 0x06, 0x09, 0x0b, 0x0c, 0xff];
const minPowerCentiDbm = 0;
const readFilterOption = 0x0c;
const bootloaderOpcodes: readonly number[] = [opcodes.version, opcodes.bootFirmware];
/** Boot loader 12.12.13.00, hardware 30.00.00.02 (M6e Nano), 2020-06-13, firmware 01.09.01.12, Gen2. */
const version = Uint8Array.from(Buffer.from('1212130030000002202006130109011200000010', 'hex'));

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
  #tags: VirtualTag[] = [];
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
  setTags(epcs: readonly string[]): void {
    this.#tags = epcs.map((epc) => ({ epc: Uint8Array.from(Buffer.from(epc, 'hex')), rssiDbm: -55 }));
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
          this.isInBootloader ? version : [],
        );
        this.isInBootloader = false;
        return;
      case opcodes.version:
        this.#reply(opcode, 0, version);
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
        this.#stream(data[2] ?? 0);
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
        if (!this.isStuck) tag.rssiDbm = walked(tag.rssiDbm, this.#random());
        const { epc, rssiDbm } = tag;
        const record = encodeStreamRecord(epc, { rssiDbm, antenna, frequencyKHz: 866_900, offsetMs: 0 });
        this.#reply(opcodes.readTagMultiple, 0, record);
      }
    }
  }

  #reply(opcode: number, status = 0, data: ArrayLike<number> = []): void {
    if (!this.isMute) this.#send?.(encodeMercuryReply(opcode, status, data));
  }
}

function walked(rssiDbm: number, random: number): number {
  const [low, high] = rssiRangeDbm;
  return Math.min(high, Math.max(low, rssiDbm + Math.floor(random * 3) - 1));
}

function newScanner(): Scanner<MercuryCommand> {
  const counters = { bytes: 0, frames: 0, badChecks: 0, discardedBytes: 0 };
  return new Scanner(tryMercuryCommand, maxMercuryFrameBytes, counters);
}
