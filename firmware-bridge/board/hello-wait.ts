// Waits for a board to say who it is: asks every two seconds, and has patience with boards that cannot be asked,
// because each repeats its hello within 60 s.

import { BridgeError } from '../bridge-error.js';
import { pause } from '../clock.js';
import type { DeviceLink } from '../device.js';
import { boardQuestion } from './frame.js';
import type { BoardFrame, BoardHello } from './frame-value.js';

const askEveryMs = 2000;
/** Boards repeat their hello every 60 s. */
const helloLimitMs = 65_000;
/** Without any frame the wait is shorter: three cadences, and not below the start of a slow bootloader. */
const shortestSilenceMs = 6000;

export class HelloWait {
  readonly #id: string;
  readonly #link: DeviceLink;
  readonly #silenceMs: number;
  readonly #over = new AbortController();
  readonly #bytesBefore: number;
  #hello: BoardHello | undefined;
  #frames = 0;
  #unreadableReason: string | undefined;

  constructor(id: string, cadenceMs: number, link: DeviceLink) {
    this.#id = id;
    this.#link = link;
    this.#silenceMs = Math.min(helloLimitMs, Math.max(shortestSilenceMs, 3 * cadenceMs));
    this.#bytesBefore = link.counters.bytes;
  }

  heard(frame: BoardFrame): void {
    if (frame.kind === 'unreadable') {
      this.#unreadableReason = frame.reason;
      return;
    }
    this.#frames += 1;
    if (frame.kind !== 'hello') return;
    this.#hello ??= frame;
    this.#over.abort();
  }

  stop(): void {
    this.#over.abort();
  }

  /** Rejects with BridgeError: COMMAND_REFUSED for a board that talks and gives no hello, else REPLY_TIMEOUT. */
  async hello(): Promise<BoardHello> {
    const { clock, timers, write, counters } = this.#link;
    const startMs = clock.now().uptimeMs;
    while (!this.#over.signal.aborted) {
      const waitedMs = clock.now().uptimeMs - startMs;
      if (waitedMs >= (this.#frames > 0 ? helloLimitMs : this.#silenceMs)) break;
      write(boardQuestion);
      await pause(timers, askEveryMs, this.#over.signal);
      if (this.#hello === undefined) counters.timeouts += 1;
    }
    if (this.#hello !== undefined) return this.#hello;
    throw this.#failure(clock.now().uptimeMs - startMs);
  }

  #failure(waitedMs: number): BridgeError {
    if (this.#unreadableReason !== undefined) {
      return new BridgeError(
        'COMMAND_REFUSED',
        `${this.#id}: the board's frames cannot be read: ${this.#unreadableReason}`,
        'Bring the firmware of the board and this gateway to the same protocol version.',
      );
    }
    if (this.#frames > 0) {
      return new BridgeError(
        'COMMAND_REFUSED',
        `${this.#id}: the board gives readings and, for ${waitedMs} ms, no hello`,
        'A board must say its id at its start, every 60 s and when it is asked.',
      );
    }
    const bytes = this.#link.counters.bytes - this.#bytesBefore;
    return new BridgeError(
      'REPLY_TIMEOUT',
      `${this.#id}: no valid frame in ${waitedMs} ms; ${bytes} bytes came`,
      'Check power, wiring, speed and the format (cobs or json-lines) of the board.',
    );
  }
}
