// One open port from settling to its end. Whatever goes wrong becomes the reason why it ended; nothing is thrown.

import { BridgeError, messageOf } from '../bridge-error.js';
import { type CancelTimer, pause, type Timers } from '../clock.js';
import type { DeviceCounters, DeviceDriver, DeviceLink, DeviceSession } from '../device.js';
import type { Clock, ObservationSink } from '../observation.js';
import type { Transport } from '../transport/transport.js';
import type { DeviceState, FailedState } from './states.js';

/** Silence is this many cadences without a valid frame. */
const silentCadences = 3;
/** A close that takes longer is left behind; the next open finds the port locked and is tried again. */
const closeTimeoutMs = 5000;

export interface Ending {
  readonly state: FailedState;
  readonly reason: string;
}

export interface ConnectionParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly counters: DeviceCounters;
  readonly emit: ObservationSink;
  readonly isBehind: () => boolean;
  readonly enter: (state: DeviceState, reason: string) => void;
  /** Called with the identity before the device becomes ready. */
  readonly identified: (identity: string) => void;
}

export class Connection {
  readonly #transport: Transport;
  readonly #driver: DeviceDriver;
  readonly #parts: ConnectionParts;
  readonly #session: DeviceSession;
  readonly #ending: Promise<Ending>;
  #end: (ending: Ending) => void = () => undefined;
  readonly #over = new AbortController();
  #isOver = false;
  /** The session has had its last word: a device may still be told to stop after the connection is over. */
  #isFreed = false;
  #isListening = false;
  #lastFrameUptimeMs = 0;
  #cancelWatch: CancelTimer = () => undefined;

  constructor(transport: Transport, driver: DeviceDriver, parts: ConnectionParts) {
    this.#transport = transport;
    this.#driver = driver;
    this.#parts = parts;
    this.#ending = new Promise((resolve) => {
      this.#end = (ending) => {
        this.#isOver = true;
        resolve(ending);
        this.#over.abort();
      };
    });
    this.#session = driver.connect(this.#link());
    transport.onClose((reason) => this.#end({ state: 'absent', reason }));
    transport.onData((bytes) => this.#onBytes(bytes));
  }

  /** Ends the connection from outside. */
  abandon(reason: string): void {
    this.#end({ state: 'absent', reason });
  }

  /** Runs until the connection ends, and frees the port. */
  async run(): Promise<Ending> {
    const ending = await this.#converse();
    this.#isOver = true;
    this.#cancelWatch();
    this.#guard(() => this.#session.stop());
    this.#isFreed = true;
    const closed = new AbortController();
    await Promise.race([this.#transport.close(), pause(this.#parts.timers, closeTimeoutMs, closed.signal)]);
    closed.abort();
    return ending;
  }

  async #converse(): Promise<Ending> {
    const { enter, timers } = this.#parts;
    const { settleMs } = this.#driver;
    const { path, unlockedReason } = this.#transport;
    const unlocked = unlockedReason === undefined ? '' : `; ${unlockedReason}`;
    enter('settling', `${path} is open; its input is ignored for ${settleMs} ms${unlocked}`);
    await pause(timers, settleMs, this.#over.signal);
    if (this.#isOver) return this.#ending;

    this.#isListening = true;
    enter('identifying', 'asking the device who it is');
    const identity = await Promise.race([this.#ending, this.#identity()]);
    if (typeof identity !== 'string') return identity;
    // The port may have gone in the same tick as the last reply.
    if (this.#isOver) return this.#ending;

    this.#parts.identified(identity);
    enter('ready', identity === '' ? 'the device answers' : `the device answers as ${identity}`);
    this.#lastFrameUptimeMs = this.#parts.clock.now().uptimeMs;
    this.#watchSilence();
    this.#guard(() => this.#session.start());
    return this.#ending;
  }

  async #identity(): Promise<string | Ending> {
    try {
      return await this.#session.identify();
    } catch (error) {
      const isSilent = error instanceof BridgeError && error.code === 'REPLY_TIMEOUT';
      return { state: isSilent ? 'silent' : 'faulted', reason: messageOf(error) };
    }
  }

  #link(): DeviceLink {
    const { clock, timers, counters, emit, isBehind } = this.#parts;
    return {
      clock,
      timers,
      counters,
      emit,
      isBehind,
      write: (bytes) => {
        if (this.#isFreed) return;
        this.#transport.write(bytes).catch((error: unknown) => {
          // A cable that is pulled out during a command shows as a failed write before the port's end is told.
          const isGone = error instanceof BridgeError && error.code === 'PORT_CLOSED';
          this.#end({ state: isGone ? 'absent' : 'faulted', reason: `write failed: ${messageOf(error)}` });
        });
      },
      frameSeen: () => {
        this.#lastFrameUptimeMs = clock.now().uptimeMs;
      },
      fault: (reason) => this.#end({ state: 'faulted', reason }),
    };
  }

  #onBytes(bytes: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#isListening) {
      this.#guard(() => this.#session.onBytes(bytes));
      return;
    }
    this.#parts.counters.bytes += bytes.length;
    this.#parts.counters.discardedBytes += bytes.length;
  }

  #watchSilence(): void {
    const limitMs = this.#driver.cadenceMs * silentCadences;
    const quietMs = this.#parts.clock.now().uptimeMs - this.#lastFrameUptimeMs;
    if (quietMs >= limitMs) {
      this.#end({ state: 'silent', reason: `no valid frame for ${limitMs} ms` });
      return;
    }
    this.#cancelWatch = this.#parts.timers.after(limitMs - quietMs, () => this.#watchSilence());
  }

  /** A driver's defect ends its own connection and leaves the other devices alone. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#end({ state: 'faulted', reason: `driver: ${messageOf(error)}` });
    }
  }
}
