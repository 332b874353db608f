// Driver of an M100 reader: identifies it, sets region and power, keeps it polling, and merges what it sees.
// Follows the vendor protocol V2.1. It reads EPCs, and TIDs where told to; it never writes to a tag.

import type { CancelTimer } from '../clock.js';
import type { DeviceDriver, DeviceLink, DeviceSession } from '../device.js';
import { type RawSighting, SightingWindow } from '../epc/sighting-window.js';
import { TidBook } from '../epc/tid-book.js';
import { Scanner } from '../framing/scanner.js';
import type { Arrival } from '../observation.js';
import type { M100Frame } from './codes.js';
import { CommandExchange } from './command-exchange.js';
import { encodeMultiPoll, encodeStopPoll, maxPollRounds } from './commands.js';
import { maxM100FrameBytes, tryReaderFrame } from './frame.js';
import { RcpEar } from './rcp-ear.js';
import { checkSettings, defaultMergeWindowMs, type M100ReaderSettings } from './reader-settings.js';
import { applySettings } from './reader-setup.js';
import { decodeTagNotice } from './tag-notice.js';
import { TidTurns } from './tid-turns.js';

/** A polling reader speaks several times a second, if only to say that it sees no tag. */
const cadenceMs = 1000;
const settleMs = 300;
/** A polling reader that says nothing for this long has finished its rounds, or lost the command. */
const rearmQuietMs = 500;
/** The chip has one antenna port; ports are counted from 1 as in LLRP. */
const onlyAntenna = 1;

/** Throws BridgeError READER_CONFIG for a region, power or window out of range. */
export function m100Driver(settings: M100ReaderSettings): DeviceDriver {
  checkSettings(settings);
  return { id: settings.id, cadenceMs, settleMs, connect: (link) => new M100Session(settings, link) };
}

class M100Session implements DeviceSession {
  readonly #settings: M100ReaderSettings;
  readonly #link: DeviceLink;
  readonly #scanner: Scanner<M100Frame>;
  readonly #exchange: CommandExchange;
  readonly #rcpEar: RcpEar;
  readonly #sightings: SightingWindow;
  readonly #tids: TidTurns | undefined;
  #isPolling = false;
  #lastFrameUptimeMs = 0;
  #cancelRearm: CancelTimer = () => undefined;

  constructor(settings: M100ReaderSettings, link: DeviceLink) {
    const { id, mergeWindowMs = defaultMergeWindowMs } = settings;
    this.#settings = settings;
    this.#link = link;
    this.#scanner = new Scanner(tryReaderFrame, maxM100FrameBytes, link.counters);
    this.#exchange = new CommandExchange(id, link, () => this.#onQuiet());
    this.#rcpEar = new RcpEar(id, link, (reason) => this.#exchange.giveUp(reason));
    this.#sightings = new SightingWindow(id, mergeWindowMs, link);
    if (settings.readTid !== true) return;
    this.#tids = new TidTurns(link, this.#exchange, new TidBook(), {
      pause: () => this.#cancelRearm(),
      resume: () => this.#arm(),
      read: (tag) => this.#see({ ...tag, rssiDbm: undefined }),
    });
  }

  onBytes(bytes: Uint8Array): void {
    const at = this.#link.clock.now();
    this.#rcpEar.hear(bytes);
    this.#onFrames(this.#scanner.push(bytes), at);
  }

  async identify(): Promise<string> {
    // A reader keeps polling while the gateway restarts. Twice: the first byte after its sleep is lost.
    this.#link.write(encodeStopPoll());
    this.#link.write(encodeStopPoll());
    const identity = await this.#rcpEar.listen(() => this.#exchange.identity());
    await applySettings(this.#settings, this.#exchange);
    return identity;
  }

  start(): void {
    this.#isPolling = true;
    this.#arm();
  }

  stop(): void {
    this.#cancelRearm();
    this.#tids?.stop();
    this.#exchange.stop();
    this.#rcpEar.stop();
    this.#sightings.flush();
    // A reader left polling transmits for nobody.
    if (this.#isPolling) this.#link.write(encodeStopPoll());
  }

  #onFrames(frames: readonly M100Frame[], at: Arrival): void {
    for (const frame of frames) {
      this.#link.frameSeen();
      this.#lastFrameUptimeMs = at.uptimeMs;
      this.#exchange.onFrame(frame);
      const notice = this.#isPolling ? decodeTagNotice(frame) : undefined;
      if (notice === undefined) continue;
      this.#see(notice, at);
      this.#tids?.see(notice.epc);
    }
  }

  #see(tag: Omit<RawSighting, 'antenna'>, at: Arrival = this.#link.clock.now()): void {
    this.#sightings.add({ ...tag, antenna: onlyAntenna }, at);
  }

  /** Damage may look like the start of a long frame and hide good ones until the line falls quiet. */
  #onQuiet(): void {
    this.#onFrames(this.#scanner.flush(), this.#link.clock.now());
  }

  #arm(): void {
    this.#link.write(encodeMultiPoll(maxPollRounds));
    this.#lastFrameUptimeMs = this.#link.clock.now().uptimeMs;
    this.#watch(rearmQuietMs);
  }

  #watch(delayMs: number): void {
    this.#cancelRearm = this.#link.timers.after(delayMs, () => {
      this.#onQuietSince();
    });
  }

  #onQuietSince(): void {
    const quietMs = this.#link.clock.now().uptimeMs - this.#lastFrameUptimeMs;
    if (quietMs < rearmQuietMs) {
      this.#watch(rearmQuietMs - quietMs);
      return;
    }
    this.#onQuiet();
    this.#arm();
  }
}
