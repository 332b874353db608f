// Driver of an M100 reader: identifies it, sets region and power, keeps it polling, and merges what it sees.
// Follows the vendor protocol V2.1. It reads EPCs only; it never writes to a tag.

import { BridgeError } from '../bridge-error.js';
import type { CancelTimer } from '../clock.js';
import type { DeviceDriver, DeviceLink, DeviceSession } from '../device.js';
import { SightingWindow } from '../epc/sighting-window.js';
import { Scanner } from '../framing/scanner.js';
import type { Arrival } from '../observation.js';
import { type M100Frame, type M100Region, m100Regions } from './codes.js';
import { CommandExchange } from './command-exchange.js';
import {
  encodeMultiPoll,
  encodeSetRegion,
  encodeSetTxPower,
  encodeStopPoll,
  maxPollRounds,
} from './commands.js';
import { maxM100FrameBytes, tryReaderFrame } from './frame.js';
import { decodeTagNotice } from './tag-notice.js';

export interface M100ReaderSettings {
  readonly id: string;
  /** Left as the reader has it when absent. */
  readonly region?: M100Region | undefined;
  /** Hundredths of a dBm, 0..3300. Left as the reader has it when absent. */
  readonly txPowerCentiDbm?: number | undefined;
  /** Sightings of one EPC at one antenna within this time become one observation. Default 1000. */
  readonly mergeWindowMs?: number | undefined;
}

/** A polling reader speaks several times a second, if only to say that it sees no tag. */
const cadenceMs = 1000;
const settleMs = 300;
/** A polling reader that says nothing for this long has finished its rounds, or lost the command. */
const rearmQuietMs = 500;
const defaultMergeWindowMs = 1000;
const maxTxPowerCentiDbm = 3300;
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
  readonly #sightings: SightingWindow;
  #isPolling = false;
  #lastFrameUptimeMs = 0;
  #cancelRearm: CancelTimer = () => undefined;

  constructor(settings: M100ReaderSettings, link: DeviceLink) {
    const { id, mergeWindowMs = defaultMergeWindowMs } = settings;
    this.#settings = settings;
    this.#link = link;
    this.#scanner = new Scanner(tryReaderFrame, maxM100FrameBytes, link.counters);
    this.#exchange = new CommandExchange(id, link, () => this.#onQuiet());
    this.#sightings = new SightingWindow(id, mergeWindowMs, link.timers, link.emit);
  }

  onBytes(bytes: Uint8Array): void {
    const at = this.#link.clock.now();
    this.#onFrames(this.#scanner.push(bytes), at);
  }

  async identify(): Promise<string> {
    // A reader keeps polling while the gateway restarts. Twice: the first byte after its sleep is lost.
    this.#link.write(encodeStopPoll());
    this.#link.write(encodeStopPoll());
    const identity = await this.#exchange.identity();
    const { region, txPowerCentiDbm } = this.#settings;
    if (region !== undefined) await this.#exchange.set(`region ${region}`, encodeSetRegion(region));
    if (txPowerCentiDbm !== undefined) {
      await this.#exchange.set(`power ${txPowerCentiDbm} cdBm`, encodeSetTxPower(txPowerCentiDbm));
    }
    return identity;
  }

  start(): void {
    this.#isPolling = true;
    this.#arm();
  }

  stop(): void {
    this.#cancelRearm();
    this.#exchange.stop();
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
      if (notice !== undefined) this.#sightings.add({ ...notice, antenna: onlyAntenna }, at);
    }
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

function checkSettings({ id, region, txPowerCentiDbm, mergeWindowMs }: M100ReaderSettings): void {
  if (region !== undefined && !Object.hasOwn(m100Regions, region)) {
    throw new BridgeError(
      'READER_CONFIG',
      `${id}: unknown region ${region}`,
      'Use eu, us, cn900, cn800 or kr.',
    );
  }
  if (txPowerCentiDbm !== undefined && !isIntegerIn(txPowerCentiDbm, 0, maxTxPowerCentiDbm)) {
    throw new BridgeError(
      'READER_CONFIG',
      `${id}: power ${txPowerCentiDbm} is not in 0..${maxTxPowerCentiDbm} hundredths of a dBm`,
      'Write 20 dBm as 2000.',
    );
  }
  if (mergeWindowMs !== undefined && !isIntegerIn(mergeWindowMs, 0, 3_600_000)) {
    throw new BridgeError('READER_CONFIG', `${id}: merge window ${mergeWindowMs} ms`, 'Use 0 to 3600000 ms.');
  }
}

function isIntegerIn(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}
