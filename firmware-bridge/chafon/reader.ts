// Driver of a UHFReader18 or UHFReader288: identifies it, sets its power, polls inventory and merges what it sees.
// It reads EPCs, and TIDs where told to; it never writes to a tag. A reader in its own "real-time" or "scan" mode is not handled.

import { BridgeError } from '../bridge-error.js';
import { hexOf } from '../bytes/words.js';
import type { CancelTimer } from '../clock.js';
import type { DeviceDriver, DeviceLink, DeviceSession } from '../device.js';
import { SightingWindow } from '../epc/sighting-window.js';
import { TidBook } from '../epc/tid-book.js';
import { Scanner } from '../framing/scanner.js';
import type { Arrival } from '../observation.js';
import { broadcastAddress, chafonCommands, chafonStatuses, modelOfType, typeName } from './codes.js';
import { CommandExchange, commandTimeoutMs } from './command-exchange.js';
import {
  encodeInventory,
  encodeReaderInformation,
  encodeSerialNumber,
  encodeSetTxPower,
  inventoryTime100Ms,
} from './commands.js';
import { type ChafonFrame, maxChafonFrameBytes, tryReaderFrame } from './frame.js';
import { afterTimeoutMs, InventoryPoll, isInventoryStatus } from './inventory-poll.js';
import { type ChafonTag, decodeInventoryReply } from './inventory-reply.js';
import { decodeReaderInformation, type ReaderInformation } from './reader-information.js';
import {
  type ChafonReaderSettings,
  checkSettings,
  defaultMergeWindowMs,
  defaultPollIntervalMs,
} from './reader-settings.js';
import { asReply } from './reply.js';
import { TidReads } from './tid-reads.js';

const settleMs = 300;
/** A frame whose bytes stop coming for this long is cut: a USB adapter delivers within 16 ms, a network port may not. */
const quietMs = 150;
/** The 18 series keeps its own inventory time, up to 25.5 s. A longer one than this would hide a dead reader. */
const maxInventoryTimeMs = 5000;
const roundMs288 = inventoryTime100Ms * 100;

/** Throws BridgeError READER_CONFIG for settings out of range. */
export function chafonDriver(settings: ChafonReaderSettings): DeviceDriver {
  checkSettings(settings);
  const { id, model, pollIntervalMs = defaultPollIntervalMs } = settings;
  const longestRoundMs = model === 'uhfreader18' ? maxInventoryTimeMs : roundMs288;
  return {
    id,
    // What a round costs whose reply is lost: three lost ones are silence.
    cadenceMs: longestRoundMs + commandTimeoutMs + afterTimeoutMs + pollIntervalMs,
    settleMs,
    connect: (link) => new ChafonSession(settings, link),
  };
}

class ChafonSession implements DeviceSession {
  readonly #settings: ChafonReaderSettings;
  readonly #link: DeviceLink;
  readonly #scanner: Scanner<ChafonFrame>;
  readonly #exchange: CommandExchange;
  readonly #sightings: SightingWindow;
  readonly #tids: TidReads | undefined;
  #address: number;
  #poll: InventoryPoll | undefined;
  #isPolling = false;
  #cancelQuiet: CancelTimer = () => undefined;

  constructor(settings: ChafonReaderSettings, link: DeviceLink) {
    const { id, address = broadcastAddress, mergeWindowMs = defaultMergeWindowMs } = settings;
    this.#settings = settings;
    this.#link = link;
    this.#address = address;
    this.#scanner = new Scanner(tryReaderFrame, maxChafonFrameBytes, link.counters);
    this.#exchange = new CommandExchange(id, link);
    this.#sightings = new SightingWindow(id, mergeWindowMs, link);
    if (settings.readTid !== true) return;
    this.#tids = new TidReads(link, this.#exchange, new TidBook(), (epc, tid, antenna) =>
      this.#add(epc, antenna, link.clock.now(), tid),
    );
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
    const information = await this.#information();
    this.#checkModel(information);
    const serial = await this.#serialNumber();
    await this.#setPower(information);
    await this.#tryInventory(information);
    const { firmware, type } = information;
    const parts = [`${typeName(type)} type ${hexByte(type)}`, `firmware ${firmware}`];
    return [...parts, `address ${this.#address}`, ...(serial === undefined ? [] : [`serial ${serial}`])].join(
      ', ',
    );
  }

  start(): void {
    this.#isPolling = true;
    this.#poll?.start();
  }

  stop(): void {
    this.#isPolling = false;
    this.#cancelQuiet();
    this.#exchange.stop();
    this.#poll?.stop();
    this.#sightings.flush();
  }

  #onFrames(frames: readonly ChafonFrame[], at: Arrival): void {
    for (const frame of frames) {
      const reply = asReply(frame);
      if (reply === undefined) continue;
      // Another reader of the same RS-485 line, answering another host.
      if (this.#address !== broadcastAddress && reply.address !== this.#address) continue;
      this.#address = reply.address;
      this.#link.frameSeen();
      this.#exchange.onReply(reply);
      if (this.#isPolling && reply.command === chafonCommands.inventory) this.#poll?.onReply(reply, at);
    }
  }

  #see(tag: ChafonTag, antenna: number, at: Arrival): void {
    this.#add(tag.epc, antenna, at);
    this.#tids?.see(tag.epc, antenna);
  }

  #add(epc: string, antenna: number, at: Arrival, tid?: string): void {
    this.#sightings.add({ epc, pc: undefined, antenna, rssiDbm: undefined, tid }, at);
  }

  async #information(): Promise<ReaderInformation> {
    const { data } = await this.#exchange.ask({
      what: 'reader information',
      command: chafonCommands.readerInformation,
      request: encodeReaderInformation(this.#address),
    });
    const information = decodeReaderInformation(data);
    if (information !== undefined) return information;
    throw this.#refusal(`reader information has ${data.length} bytes, at least 8 are needed`);
  }

  #checkModel({ type, inventoryTimeMs }: ReaderInformation): void {
    const { model } = this.#settings;
    const told = modelOfType(type);
    if (told !== undefined && told !== model) {
      throw this.#refusal(`the reader is a ${typeName(type)}, and model says ${model}`);
    }
    if (model === 'uhfreader18' && inventoryTimeMs > maxInventoryTimeMs) {
      throw this.#refusal(
        `the reader's inventory time is ${inventoryTimeMs} ms, at most ${maxInventoryTimeMs}`,
      );
    }
  }

  /** Undefined on a reader that does not know the command. */
  async #serialNumber(): Promise<string | undefined> {
    if (this.#settings.model === 'uhfreader18') return undefined;
    try {
      const request = encodeSerialNumber(this.#address);
      const what = 'serial number';
      const { data } = await this.#exchange.ask({ what, command: chafonCommands.serialNumber, request });
      return data.length > 0 ? hexOf(data) : undefined;
    } catch (error) {
      if (error instanceof BridgeError) return undefined;
      throw error;
    }
  }

  /** The reader keeps its power in flash, so it is only written where it differs, and read back. */
  async #setPower(before: ReaderInformation): Promise<void> {
    const { txPowerDbm } = this.#settings;
    if (txPowerDbm === undefined || before.txPowerDbm === txPowerDbm) return;
    const request = encodeSetTxPower(this.#address, txPowerDbm);
    await this.#exchange.ask({
      what: `power ${txPowerDbm} dBm`,
      command: chafonCommands.setTxPower,
      request,
    });
    const after = await this.#information();
    if (after.txPowerDbm === txPowerDbm) return;
    throw this.#refusal(`power was set to ${txPowerDbm} dBm and reads back as ${after.txPowerDbm} dBm`);
  }

  /** Before the reader counts as ready: a refusal is then told once, not once per attempt. */
  async #tryInventory({ antennas, inventoryTimeMs }: ReaderInformation): Promise<void> {
    const { id, model, pollIntervalMs = defaultPollIntervalMs } = this.#settings;
    const { moreFramesFollow, statistics } = chafonStatuses;
    const is18 = model === 'uhfreader18';
    const replyTimeoutMs = (is18 ? inventoryTimeMs : roundMs288) + commandTimeoutMs;
    const address = this.#address;
    const plan = {
      readerId: id,
      model,
      address,
      antennas: is18 ? [1] : antennas,
      pollIntervalMs,
      replyTimeoutMs,
      between: () => this.#tids?.next(this.#address),
    };
    this.#poll = new InventoryPoll(plan, this.#link, (tag, antenna, at) => this.#see(tag, antenna, at));
    const { status, data } = await this.#exchange.ask({
      what: 'inventory',
      command: chafonCommands.inventory,
      request: encodeInventory(model, address, plan.antennas[0] ?? 1),
      timeoutMs: replyTimeoutMs,
      accepts: (status) => isInventoryStatus(status) || isOrdinary(status),
      passes: (status) => status === moreFramesFollow || status === statistics,
    });
    if (isInventoryStatus(status) && decodeInventoryReply(model, data) === undefined) {
      throw this.#refusal(`the inventory reply is not laid out as ${model}`);
    }
  }

  #refusal(message: string): BridgeError {
    const hint =
      'Check model and settings against the reader; the maker has a program that changes what it keeps.';
    return new BridgeError('COMMAND_REFUSED', `${this.#settings.id}: ${message}`, hint);
  }
}

function isOrdinary(status: number): boolean {
  return status === chafonStatuses.noTag || status === chafonStatuses.antennaError;
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
