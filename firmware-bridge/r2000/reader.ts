// Driver of an R2000 "A0" reader: identifies it, sets its power, runs inventory rounds and merges what it sees.
// It reads EPCs, and TIDs where told to; it never writes to a tag. The frequency region stays as the reader has it.

import { BridgeError } from '../bridge-error.js';
import { hexOf } from '../bytes/words.js';
import type { CancelTimer } from '../clock.js';
import type { DeviceDriver, DeviceLink, DeviceSession } from '../device.js';
import { SightingWindow } from '../epc/sighting-window.js';
import { TidBook } from '../epc/tid-book.js';
import { Scanner } from '../framing/scanner.js';
import type { Arrival } from '../observation.js';
import { broadcastAddress, r2000Codes, r2000Commands } from './codes.js';
import { CommandExchange } from './command-exchange.js';
import {
  encodeFirmware,
  encodeGetOutputPower,
  encodeIdentifier,
  encodeRealTimeInventory,
  encodeSetOutputPower,
  encodeSetWorkAntenna,
} from './commands.js';
import { maxReplyBytes, type R2000Frame, tryReaderFrame } from './frame.js';
import {
  afterTimeoutMs,
  InventoryRounds,
  isAboutAntenna,
  needsAntennaCommand,
  roundTimeoutMs,
} from './inventory-rounds.js';
import {
  checkSettings,
  defaultAntennas,
  defaultMergeWindowMs,
  type R2000ReaderSettings,
} from './reader-settings.js';
import { decodeInventoryReply } from './reply.js';
import { TidRound } from './tid-round.js';

const settleMs = 300;
/** A frame whose bytes stop coming for this long is cut: a USB adapter delivers within 16 ms, a network port may not. */
const quietMs = 150;
/** What a round costs whose end is lost: three lost ones are silence. */
const cadenceMs = roundTimeoutMs + afterTimeoutMs;
const isDone = (data: Uint8Array): boolean => data.length === 1 && data[0] === r2000Codes.success;

/** Throws BridgeError READER_CONFIG for settings out of range. */
export function r2000Driver(settings: R2000ReaderSettings): DeviceDriver {
  checkSettings(settings);
  return { id: settings.id, cadenceMs, settleMs, connect: (link) => new R2000Session(settings, link) };
}

class R2000Session implements DeviceSession {
  readonly #settings: R2000ReaderSettings;
  readonly #antennas: readonly number[];
  readonly #link: DeviceLink;
  readonly #scanner: Scanner<R2000Frame>;
  readonly #exchange: CommandExchange;
  readonly #sightings: SightingWindow;
  #address: number;
  #rounds: InventoryRounds | undefined;
  #cancelQuiet: CancelTimer = () => undefined;

  constructor(settings: R2000ReaderSettings, link: DeviceLink) {
    const { id, address = broadcastAddress, mergeWindowMs = defaultMergeWindowMs } = settings;
    this.#settings = settings;
    this.#antennas = settings.antennas ?? defaultAntennas;
    this.#link = link;
    this.#address = address;
    this.#scanner = new Scanner(tryReaderFrame, maxReplyBytes, link.counters);
    this.#exchange = new CommandExchange(id, link);
    this.#sightings = new SightingWindow(id, mergeWindowMs, link);
  }

  onBytes(bytes: Uint8Array): void {
    const at = this.#link.clock.now();
    this.#onFrames(this.#scanner.push(bytes), at);
    this.#cancelQuiet();
    if (this.#scanner.pendingBytes === 0) return;
    // Damage may look like the start of a long frame and hide good ones until the line falls quiet.
    this.#cancelQuiet = this.#link.timers.after(quietMs, () => this.#onFrames(this.#scanner.flush(), at));
  }

  async identify(): Promise<string> {
    const { firmware: command } = r2000Commands;
    const request = encodeFirmware(this.#address);
    const accepts = (data: Uint8Array): boolean => data.length === 2;
    const [major = 0, minor = 0] = await this.#exchange.ask({ what: 'firmware', command, request, accepts });
    const identifier = await this.#identifier();
    await this.#setPower();
    await this.#tryInventory();
    const parts = [`R2000 reader, firmware ${major}.${minor}`, `address ${this.#address}`];
    return [...parts, ...(identifier === undefined ? [] : [`identifier ${identifier}`])].join(', ');
  }

  start(): void {
    const { id, readTid } = this.#settings;
    const tids = readTid === true ? this.#tidRound() : undefined;
    const plan = { readerId: id, address: this.#address, antennas: this.#antennas, tids };
    this.#rounds = new InventoryRounds(plan, this.#link, ({ epc, pc, antenna, rssiDbm }, at) => {
      this.#sightings.add({ epc, pc, antenna, rssiDbm }, at);
      tids?.see(epc, antenna);
    });
    this.#rounds.start();
  }

  #tidRound(): TidRound {
    return new TidRound(this.#link, new TidBook(), ({ epc, pc, antenna, data: tid }) => {
      this.#sightings.add({ epc, pc, antenna, rssiDbm: undefined, tid }, this.#link.clock.now());
    });
  }

  /** A round that is under way ends by itself; the reader transmits no longer than that. */
  stop(): void {
    this.#cancelQuiet();
    this.#exchange.stop();
    this.#rounds?.stop();
    this.#sightings.flush();
  }

  #onFrames(frames: readonly R2000Frame[], at: Arrival): void {
    for (const frame of frames) {
      // Another reader of the same RS-485 line, answering another host.
      if (this.#address !== broadcastAddress && frame.address !== this.#address) continue;
      this.#address = frame.address;
      this.#link.frameSeen();
      this.#exchange.onReply(frame);
      this.#rounds?.onReply(frame, at);
    }
  }

  /** Twelve bytes that an owner may have set; undefined where they are blank or the reader has none. */
  async #identifier(): Promise<string | undefined> {
    const request = encodeIdentifier(this.#address);
    const accepts = (data: Uint8Array): boolean => data.length > 1;
    try {
      const data = await this.#exchange.ask({
        what: 'identifier',
        command: r2000Commands.identifier,
        request,
        accepts,
      });
      const isBlank = data.every((byte) => byte === 0xff) || data.every((byte) => byte === 0);
      return isBlank ? undefined : hexOf(data);
    } catch (error) {
      if (error instanceof BridgeError) return undefined;
      throw error;
    }
  }

  /** The reader keeps its power in flash, so it is only written where it differs, and read back. */
  async #setPower(): Promise<void> {
    const { id, txPowerDbm } = this.#settings;
    if (txPowerDbm === undefined) return;
    const isSet = (powers: Uint8Array): boolean => powers.every((power) => power === txPowerDbm);
    if (isSet(await this.#powers())) return;
    const request = encodeSetOutputPower(this.#address, txPowerDbm);
    const command = r2000Commands.setOutputPower;
    await this.#exchange.ask({ what: `power ${txPowerDbm} dBm`, command, request, accepts: isDone });
    const powers = await this.#powers();
    if (isSet(powers)) return;
    const told = [...powers].join(', ');
    const message = `${id}: power was set to ${txPowerDbm} dBm and reads back as ${told} dBm`;
    throw new BridgeError('COMMAND_REFUSED', message, 'Check the range of the reader model.');
  }

  #powers(): Promise<Uint8Array> {
    const request = encodeGetOutputPower(this.#address);
    const command = r2000Commands.getOutputPower;
    return this.#exchange.ask({ what: 'power', command, request, accepts: (data) => data.length > 0 });
  }

  /** Before the reader counts as ready: a refusal is then told once, not once per attempt. */
  async #tryInventory(): Promise<void> {
    const [antenna = 1] = this.#antennas;
    const acceptsAntenna = (data: Uint8Array): boolean => isDone(data) || isAboutAntenna(data[0] ?? 0);
    if (needsAntennaCommand(this.#antennas)) {
      await this.#exchange.ask({
        what: `antenna ${antenna}`,
        command: r2000Commands.setWorkAntenna,
        request: encodeSetWorkAntenna(this.#address, antenna),
        accepts: acceptsAntenna,
      });
    }
    await this.#exchange.ask({
      what: 'inventory',
      command: r2000Commands.realTimeInventory,
      request: encodeRealTimeInventory(this.#address),
      accepts: (data) => data.length > 1 || acceptsAntenna(data) || data[0] === r2000Codes.noTag,
      passes: (data) => decodeInventoryReply(data)?.kind === 'tag',
    });
  }
}
