// Driver of a ThingMagic Mercury reader: sets it up, keeps its stream of tag records running, and merges what it sees.
// It reads EPCs, and TIDs where told to; it never writes to a tag. Modules without a stream (command 2F) are refused with their status.

import type { CancelTimer } from '../clock.js';
import type { DeviceDriver, DeviceLink, DeviceSession } from '../device.js';
import { SightingWindow } from '../epc/sighting-window.js';
import { TidBook } from '../epc/tid-book.js';
import { Scanner } from '../framing/scanner.js';
import type { Arrival } from '../observation.js';
import { ChipChallenges } from './chip-challenges.js';
import { mercuryOpcodes } from './codes.js';
import { MercuryExchange } from './command-exchange.js';
import { encodeStartStream, encodeStopStream, streamOptions } from './commands.js';
import { type MercuryReply, maxMercuryFrameBytes, tryMercuryReply } from './frame.js';
import { checkSettings, defaultMergeWindowMs, type MercuryReaderSettings } from './reader-settings.js';
import { setUpReader } from './reader-setup.js';
import { ReaderTrouble } from './reader-trouble.js';
import { mercuryStatuses, statusText } from './statuses.js';
import { decodeTagReply } from './tag-record.js';
import { TidStream } from './tid-stream.js';

/** A streaming reader says each second that it lives; one of these may be damaged. */
const cadenceMs = 1500;
const settleMs = 300;
/** Two keep-alives are missing: the stream has ended, or the command to start it was lost. */
const rearmQuietMs = 2500;
/** Starts without a word of the stream after them. Their acknowledgements are life, but nobody reads tags. */
const maxIdleStarts = 5;

/** Throws BridgeError READER_CONFIG for a region, power, antenna or window out of range. */
export function mercuryDriver(settings: MercuryReaderSettings): DeviceDriver {
  checkSettings(settings);
  return { id: settings.id, cadenceMs, settleMs, connect: (link) => new MercurySession(settings, link) };
}

class MercurySession implements DeviceSession {
  readonly #settings: MercuryReaderSettings;
  readonly #link: DeviceLink;
  readonly #scanner: Scanner<MercuryReply>;
  readonly #exchange: MercuryExchange;
  readonly #sightings: SightingWindow;
  readonly #trouble: ReaderTrouble;
  /** Undefined: TIDs are not read. */
  readonly #tids: TidStream | undefined;
  /** Undefined: no chip is challenged. */
  readonly #challenges: ChipChallenges | undefined;
  #isInterrupted = false;
  #isReading = false;
  #lastStreamUptimeMs = 0;
  #idleStarts = 0;
  #cancelRearm: CancelTimer = () => undefined;

  constructor(settings: MercuryReaderSettings, link: DeviceLink) {
    const { id, mergeWindowMs = defaultMergeWindowMs } = settings;
    this.#settings = settings;
    this.#link = link;
    this.#scanner = new Scanner(tryMercuryReply, maxMercuryFrameBytes, link.counters);
    this.#exchange = new MercuryExchange(id, link, () => this.#onQuiet());
    this.#sightings = new SightingWindow(id, mergeWindowMs, link);
    this.#trouble = new ReaderTrouble(id, link);
    const { readTid = false, newChallenge } = settings;
    this.#tids = readTid || newChallenge ? new TidStream(new TidBook()) : undefined;
    this.#challenges = newChallenge && new ChipChallenges(link, this.#exchange, newChallenge);
  }

  onBytes(bytes: Uint8Array): void {
    const at = this.#link.clock.now();
    this.#onReplies(this.#scanner.push(bytes), at);
  }

  identify(): Promise<string> {
    return setUpReader(this.#settings, this.#exchange);
  }

  start(): void {
    this.#isReading = true;
    this.#arm();
  }

  stop(): void {
    this.#cancelRearm();
    this.#exchange.stop();
    this.#sightings.flush();
    // A reader left streaming transmits for nobody.
    if (this.#isReading) this.#link.write(encodeStopStream());
    this.#isReading = false;
  }

  #onReplies(replies: readonly MercuryReply[], at: Arrival): void {
    for (const reply of replies) {
      this.#link.frameSeen();
      this.#exchange.onReply(reply);
      if (!this.#isReading) continue;
      if (reply.opcode === mercuryOpcodes.readTagMultiple) this.#onStream(reply, at);
      else if (reply.opcode === mercuryOpcodes.multiProtocolTagOp) this.#onStarted(reply);
    }
  }

  #onStream(reply: MercuryReply, at: Arrival): void {
    this.#lastStreamUptimeMs = at.uptimeMs;
    this.#idleStarts = 0;
    switch (reply.status) {
      case mercuryStatuses.ok:
      case mercuryStatuses.noTagsFound:
      case mercuryStatuses.channelOccupied:
        this.#trouble.calm(at);
        break;
      default:
        this.#trouble.seen(reply.status, at);
    }
    for (const record of decodeTagReply(reply) ?? []) {
      const tid = this.#tids?.see(record, at.uptimeMs);
      this.#challenges?.see(record.epc, record.antenna, tid, at.uptimeMs);
      this.#sightings.add({ ...record, tid }, at);
    }
    if (!this.#isInterrupted) this.#considerInterrupting(at.uptimeMs);
  }

  #considerInterrupting(atMs: number): void {
    const chip = this.#challenges?.due(atMs);
    if (chip !== undefined) void this.#interrupt(false, () => this.#challenge(chip));
    else if (this.#tids?.isOtherDue(atMs) === true) void this.#interrupt(true);
  }

  async #challenge(chip: Parameters<ChipChallenges['challenge']>[0]): Promise<void> {
    const tag = await this.#challenges?.challenge(chip);
    if (tag === undefined || !this.#isReading) return;
    this.#sightings.add({ ...tag, pc: undefined, rssiDbm: undefined }, this.#link.clock.now());
  }

  /** Ends the stream, and begins it or the other one. One that does not say its end is begun anew like a lost one. */
  async #interrupt(isOther: boolean, meanwhile?: () => Promise<void>): Promise<void> {
    this.#isInterrupted = true;
    this.#cancelRearm();
    await this.#exchange.askOnce(encodeStopStream());
    if (this.#isReading) await meanwhile?.();
    this.#isInterrupted = false;
    if (this.#isReading) this.#arm(isOther);
  }

  #onStarted({ status, data }: MercuryReply): void {
    // An M6e says how its last stream ended before it begins the next one.
    if (status === mercuryStatuses.ok || data[0] === streamOptions.stop) return;
    this.#link.fault(`the reader does not read continuously (status ${statusText(status)})`);
  }

  /** Damage may look like the start of a long frame and hide good ones until the line falls quiet. */
  #onQuiet(): void {
    this.#onReplies(this.#scanner.flush(), this.#link.clock.now());
  }

  #arm(isOther = false): void {
    if (this.#idleStarts >= maxIdleStarts) {
      this.#link.fault(`the reader was told ${maxIdleStarts} times to read and sent nothing`);
      return;
    }
    this.#idleStarts += 1;
    const { uptimeMs } = this.#link.clock.now();
    this.#link.write(encodeStartStream(this.#tids?.begin(isOther, uptimeMs)));
    this.#lastStreamUptimeMs = uptimeMs;
    this.#watch(rearmQuietMs);
  }

  #watch(delayMs: number): void {
    this.#cancelRearm = this.#link.timers.after(delayMs, () => this.#onQuietSince());
  }

  #onQuietSince(): void {
    const quietMs = this.#link.clock.now().uptimeMs - this.#lastStreamUptimeMs;
    if (quietMs < rearmQuietMs) {
      this.#watch(rearmQuietMs - quietMs);
      return;
    }
    this.#onQuiet();
    this.#arm();
  }
}
