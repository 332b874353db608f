// A recording as a virtual device, to put behind a tty or a TCP port. Each host that connects gets it from the start.

import { systemTimers, type Timers } from '../clock.js';
import { connectionsOf, type Pace, SegmentPlayer } from './segment-player.js';
import type { Tap } from './tap-file.js';

export class ReplayDevice {
  isMute = false;
  /** A recording has no values to hold: this changes nothing. */
  isStuck = false;
  readonly #tap: Tap;
  readonly #pace: Pace;
  readonly #timers: Timers;
  readonly #onOver: () => void;
  #player: SegmentPlayer | undefined;

  /** `onOver` is called when the last byte is out. */
  constructor(tap: Tap, pace: Pace, onOver: () => void, timers: Timers = systemTimers) {
    this.#tap = tap;
    this.#pace = pace;
    this.#timers = timers;
    this.#onOver = onOver;
  }

  attach(send: ((bytes: Uint8Array) => void) | undefined): void {
    this.stop();
    // One port cannot go away by itself here: what came after an unplug follows on the same connection.
    const entries = connectionsOf(this.#tap).flat();
    if (send === undefined) return;
    this.#player = new SegmentPlayer(entries, this.#pace, this.#timers, {
      onBytes: (bytes) => {
        if (!this.isMute) send(bytes);
      },
      onGone: () => undefined,
      onOver: this.#onOver,
    });
    this.#player.start();
  }

  receive(): void {
    this.#player?.hostWrote();
  }

  stop(): void {
    this.#player?.stop();
    this.#player = undefined;
  }
}
