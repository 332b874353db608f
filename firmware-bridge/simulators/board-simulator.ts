// A virtual sensor board in either format: values are functions of time, the door is a switch, frames can be lost
// or repeated, and it can be reset. Like an Arduino it starts again when a host opens its port, unless told not to.

import { boardQuestion, encodeBoardFrame, maxBoardFrameBytes } from '../board/frame.js';
import { type BoardReading, boardFlags, type ChannelValue } from '../board/frame-value.js';
import { encodeJsonLine } from '../board/json-line.js';
import type { BoardFormat } from '../board/settings.js';
import { type CancelTimer, systemClock, systemTimers, type Timers } from '../clock.js';
import type { Clock } from '../observation.js';
import { type SimulatedDevice, seededRandom } from './simulated-device.js';

export interface VirtualChannel {
  /** 0..255. */
  readonly channel: number;
  /** Thousandths of a degree or percent at an uptime of the machine in ms; undefined is an unplugged probe. */
  readonly milli: (uptimeMs: number) => number | undefined;
}

export interface BoardSimulatorOptions {
  /** Default cobs. */
  readonly format?: BoardFormat;
  readonly boardId?: string;
  readonly firmwareVersion?: string;
  /** Default 10000. */
  readonly cadenceMs?: number;
  /** Default: two cold probes (1, 2) and a humidity (3). */
  readonly channels?: readonly VirtualChannel[];
  /** The contact's channel; undefined: no contact. Default 16. */
  readonly doorChannel?: number | undefined;
  /** Opening the port resets the board. Default true. */
  readonly isResetByOpening?: boolean;
  /** Answers `?`. Default true. */
  readonly isListening?: boolean;
  /** Lines of JSON end with their CRC. Default true. */
  readonly hasLineCheck?: boolean;
  /** The counters after the next start, u32: near their ends for a test. Default 0. */
  readonly firstSequence?: number;
  readonly firstUptimeMs?: number;
  readonly clock?: Clock;
  readonly timers?: Timers;
  /** Seed of the default channels' walk. */
  readonly seed?: number;
}

const helloEveryMs = 60_000;

export class BoardSimulator implements SimulatedDevice {
  isMute = false;
  /** Frames sent and lost on their way, counted down. */
  framesToLose = 0;
  /** Frames sent twice, counted down. */
  framesToRepeat = 0;
  boardId: string;
  readonly #options: BoardSimulatorOptions;
  readonly #channels: readonly VirtualChannel[];
  readonly #doorChannel: number | undefined;
  readonly #cadenceMs: number;
  readonly #clock: Clock;
  readonly #timers: Timers;
  #send: ((bytes: Uint8Array) => void) | undefined;
  #sequence: number;
  #startedUptimeMs: number;
  #stuckAtUptimeMs: number | undefined;
  #isDoorOpen = false;
  #cancelTimers: readonly CancelTimer[] = [];

  constructor(options: BoardSimulatorOptions = {}) {
    const {
      boardId = 'virtual-board',
      cadenceMs = 10_000,
      clock = systemClock,
      timers = systemTimers,
    } = options;
    this.#options = options;
    this.boardId = boardId;
    this.#cadenceMs = cadenceMs;
    this.#channels = options.channels ?? demoChannels(options.seed ?? 1);
    this.#doorChannel = 'doorChannel' in options ? options.doorChannel : 16;
    this.#clock = clock;
    this.#timers = timers;
    this.#sequence = options.firstSequence ?? 0;
    this.#startedUptimeMs = clock.now().uptimeMs - (options.firstUptimeMs ?? 0);
    this.#run();
  }

  get isStuck(): boolean {
    return this.#stuckAtUptimeMs !== undefined;
  }

  set isStuck(isStuck: boolean) {
    this.#stuckAtUptimeMs = isStuck ? this.#clock.now().uptimeMs : undefined;
  }

  get isDoorOpen(): boolean {
    return this.#isDoorOpen;
  }

  /** A change is told at once, in a frame of its own. */
  set isDoorOpen(isOpen: boolean) {
    if (isOpen === this.#isDoorOpen) return;
    this.#isDoorOpen = isOpen;
    this.#tellReading(this.#doorValues());
  }

  /** The counters start from 0, as after a brown-out. */
  reset(): void {
    this.#sequence = 0;
    this.#startedUptimeMs = this.#clock.now().uptimeMs;
    this.stop();
    this.#run();
  }

  attach(send: ((bytes: Uint8Array) => void) | undefined): void {
    this.#send = send;
    const { isResetByOpening = true, firstSequence, firstUptimeMs } = this.#options;
    // A board whose counters were set by hand keeps them.
    const mayReset = firstSequence === undefined && firstUptimeMs === undefined;
    if (send !== undefined && isResetByOpening && mayReset) this.reset();
  }

  receive(bytes: Uint8Array): void {
    const { isListening = true } = this.#options;
    if (isListening && bytes.includes(boardQuestion[0] ?? 0)) this.#tellHello();
  }

  /** Power off: it says nothing more; reset() starts it again. */
  stop(): void {
    for (const cancel of this.#cancelTimers) cancel();
    this.#cancelTimers = [];
  }

  #run(): void {
    this.#cancelTimers = [
      this.#every(helloEveryMs, () => this.#tellHello()),
      this.#every(this.#cadenceMs, () => this.#tellReading([...this.#probeValues(), ...this.#doorValues()])),
    ];
    if (this.#options.format !== 'json-lines') this.#write(Uint8Array.of(0));
    this.#tellHello();
  }

  #every(periodMs: number, run: () => void): CancelTimer {
    let cancel: CancelTimer = () => undefined;
    const again = (): void => {
      cancel = this.#timers.after(periodMs, () => {
        run();
        again();
      });
    };
    again();
    return () => cancel();
  }

  #probeValues(): ChannelValue[] {
    const uptimeMs = this.#stuckAtUptimeMs ?? this.#clock.now().uptimeMs;
    return this.#channels.map(({ channel, milli }) => ({ channel, milli: milli(uptimeMs) ?? null }));
  }

  #doorValues(): ChannelValue[] {
    const channel = this.#doorChannel;
    return channel === undefined ? [] : [{ channel, milli: this.#isDoorOpen ? 1000 : 0 }];
  }

  #tellReading(values: readonly ChannelValue[]): void {
    const flags = values.some(({ milli }) => milli === null) ? boardFlags.probeFault : 0;
    const uptimeMs = (this.#clock.now().uptimeMs - this.#startedUptimeMs) % 2 ** 32;
    const reading: BoardReading = { kind: 'reading', sequence: this.#sequence, uptimeMs, flags, values };
    this.#sequence = (this.#sequence + 1) % 2 ** 32;
    const bytes = this.#wireOf(reading);
    if (this.framesToLose > 0) {
      this.framesToLose -= 1;
      return;
    }
    this.#write(bytes);
    if (this.framesToRepeat === 0) return;
    this.framesToRepeat -= 1;
    this.#write(bytes);
  }

  #tellHello(): void {
    const { firmwareVersion = '1.0.0' } = this.#options;
    this.#write(this.#wireOf({ kind: 'hello', boardId: this.boardId, firmwareVersion }));
  }

  #wireOf(frame: Parameters<typeof encodeBoardFrame>[0]): Uint8Array {
    const { format = 'cobs', hasLineCheck = true } = this.#options;
    const bytes = format === 'cobs' ? encodeBoardFrame(frame) : encodeJsonLine(frame, hasLineCheck);
    if (bytes.length > maxBoardFrameBytes) throw new RangeError(`a frame of ${bytes.length} bytes`);
    return bytes;
  }

  #write(bytes: Uint8Array): void {
    if (!this.isMute) this.#send?.(bytes);
  }
}

/** Two probes around -18 degC and +4 degC, and a humidity; each swings slowly, at its own place in the swing. */
function demoChannels(seed: number): VirtualChannel[] {
  const random = seededRandom(seed);
  return [-18_000, 4000, 62_000].map((middle, index) => {
    const phase = random() * 2 * Math.PI;
    const periodMs = 1_800_000;
    return {
      channel: index + 1,
      milli: (uptimeMs) => middle + Math.round(700 * Math.sin((2 * Math.PI * uptimeMs) / periodMs + phase)),
    };
  });
}
