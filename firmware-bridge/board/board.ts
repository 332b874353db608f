// Driver of our own sensor board: hears who it is, takes its readings, and tells what is missing between them.
// README.md beside this file is the protocol. A board talks by itself; all that is ever sent to it is a `?`.

import type { DeviceDriver, DeviceLink, DeviceSession } from '../device.js';
import { Scanner } from '../framing/scanner.js';
import type { Arrival, DeviceCondition } from '../observation.js';
import { ChannelDesk } from './channel-desk.js';
import { boardQuestion, maxBoardFrameBytes, tryBoardFrame } from './frame.js';
import type { BoardFrame, BoardHello, BoardReading } from './frame-value.js';
import { HelloWait } from './hello-wait.js';
import { tryJsonLine } from './json-line.js';
import { SequenceWatch } from './sequence-watch.js';
import { type BoardSettings, checkBoardSettings, defaultBoardCadenceMs } from './settings.js';

/** Counted since start, over all connections, beside the counters of each device. */
export interface BoardCounters {
  /** Frames that came a second time and were dropped. */
  duplicateFrames: number;
  /** Frames missing between two that came, as their sequence numbers say. */
  lostFrames: number;
  /** Starts of the board that were noticed. */
  resets: number;
  /** Frames with a right check whose content is not of the known version. */
  unreadableFrames: number;
  /** Values of channels that are not configured. */
  unconfiguredValues: number;
}

export interface BoardDriver extends DeviceDriver {
  /** A copy. */
  boardCounters(): BoardCounters;
}

/** Opening a port asserts DTR on Linux, and DTR resets an Arduino; its bootloader listens for up to 2 s. */
const settleMs = 2000;
/** A board's clock may be slow, an RC oscillator in the cold by a tenth: silence must not come with the third frame. */
const slowClockTenths = 11;
/** Readings that come before the board has said who it is wait for it: 65 s at ten a second. */
const maxHeldReadings = 650;

/** What is known of a board over all its connections. */
interface BoardMemory {
  readonly settings: BoardSettings;
  readonly cadenceMs: number;
  readonly counters: Omit<BoardCounters, 'unconfiguredValues'>;
  readonly watch: SequenceWatch;
  readonly desk: ChannelDesk;
  hello: BoardHello | undefined;
}

/** Throws BridgeError BUS_CONFIG for settings that cannot work. */
export function boardDriver(settings: BoardSettings): BoardDriver {
  checkBoardSettings(settings);
  const { id, channels, cadenceMs = defaultBoardCadenceMs } = settings;
  const memory: BoardMemory = {
    settings,
    cadenceMs,
    counters: { duplicateFrames: 0, lostFrames: 0, resets: 0, unreadableFrames: 0 },
    watch: new SequenceWatch(),
    desk: new ChannelDesk(id, cadenceMs, channels),
    hello: undefined,
  };
  return {
    id,
    cadenceMs: Math.ceil((cadenceMs * slowClockTenths) / 10),
    settleMs,
    connect: (link) => new BoardSession(memory, link),
    boardCounters: () => ({
      ...memory.counters,
      unconfiguredValues: memory.desk.unconfiguredValues,
    }),
  };
}

class BoardSession implements DeviceSession {
  readonly #memory: BoardMemory;
  readonly #link: DeviceLink;
  readonly #scanner: Scanner<BoardFrame>;
  readonly #helloWait: HelloWait;
  #held: { readonly reading: BoardReading; readonly at: Arrival }[] = [];
  #isStarted = false;

  constructor(memory: BoardMemory, link: DeviceLink) {
    const { settings, cadenceMs } = memory;
    this.#memory = memory;
    this.#link = link;
    const tryFrame = settings.format === 'cobs' ? tryBoardFrame : tryJsonLine;
    this.#scanner = new Scanner(tryFrame, maxBoardFrameBytes, link.counters);
    this.#helloWait = new HelloWait(settings.id, cadenceMs, link);
  }

  onBytes(bytes: Uint8Array): void {
    const at = this.#link.clock.now();
    for (const frame of this.#scanner.push(bytes)) this.#onFrame(frame, at);
  }

  async identify(): Promise<string> {
    const hello = await this.#helloWait.hello();
    if (this.#memory.hello?.boardId !== hello.boardId) this.#memory.watch.forget();
    this.#memory.hello = hello;
    return identityOf(hello);
  }

  start(): void {
    const [first] = this.#held;
    this.#memory.desk.begin(first?.at.uptimeMs ?? this.#link.clock.now().uptimeMs);
    this.#isStarted = true;
    for (const { reading, at } of this.#held) this.#take(reading, at);
    this.#held = [];
  }

  stop(): void {
    this.#helloWait.stop();
  }

  #onFrame(frame: BoardFrame, at: Arrival): void {
    this.#helloWait.heard(frame);
    if (frame.kind === 'unreadable') this.#memory.counters.unreadableFrames += 1;
    else if (frame.kind === 'hello') this.#compare(frame);
    else if (this.#isStarted) this.#take(frame, at);
    // What finds no place is told as lost by the next frame that does.
    else if (this.#held.length < maxHeldReadings) this.#held.push({ reading: frame, at });
  }

  /** A serial server or a switch box may connect another board without closing the port. */
  #compare(hello: BoardHello): void {
    const { hello: known } = this.#memory;
    if (!this.#isStarted || known === undefined || identityOf(known) === identityOf(hello)) return;
    // What follows in this chunk is no longer the known board's.
    this.#isStarted = false;
    this.#link.fault(`another board is on the line: ${identityOf(hello)}`);
  }

  #take(reading: BoardReading, at: Arrival): void {
    const { counters, watch, desk } = this.#memory;
    const succession = watch.follow(reading, at.uptimeMs);
    if (succession.kind === 'duplicate') {
      // No sign of life either: a board that repeats itself has hung.
      counters.duplicateFrames += 1;
      return;
    }
    this.#link.frameSeen();
    if (succession.kind === 'lost') {
      counters.lostFrames += succession.count;
      this.#tell('frames-lost', succession.reason, at);
    } else if (succession.kind === 'reset') {
      counters.resets += 1;
      this.#tell('device-reset', succession.reason, at);
      // Is it the same board?
      this.#link.write(boardQuestion);
    }
    desk.tell(reading, at, this.#link.emit);
  }

  #tell(condition: DeviceCondition['condition'], reason: string, at: Arrival): void {
    const deviceId = this.#memory.settings.id;
    this.#link.emit({ kind: 'device-condition', deviceId, at, condition, reason });
  }
}

/** With the firmware: a new one may measure otherwise, so its change is told like another board. */
function identityOf({ boardId, firmwareVersion }: BoardHello): string {
  return `${boardId}, firmware ${firmwareVersion}`;
}
