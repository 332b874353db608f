// Plays one connection of a recording: its incoming bytes with their timing, or as soon as the host asks for them.

import type { CancelTimer, Timers } from '../clock.js';
import type { Tap, TapEntry } from './tap-file.js';

/**
 * A number plays in recorded time, so many times as fast (> 0). `as-asked` keeps no time: what came after a recorded
 * write comes when the host has written as often, so that no driver can be too slow or too early for it.
 */
export type Pace = number | 'as-asked';

/** One entry list per connection, in order; a recording that begins in the middle of one starts there. */
export function connectionsOf(tap: Tap): TapEntry[][] {
  const connections: TapEntry[][] = [];
  for (const entry of tap.entries) {
    if (entry.kind === 'open' || connections.length === 0) connections.push([]);
    connections.at(-1)?.push(entry);
  }
  return connections;
}

export interface SegmentListeners {
  onBytes(bytes: Uint8Array): void;
  /** The device went away in the recording. */
  onGone(reason: string): void;
  /** Nothing is left; the port of a recording that just ends stays open and silent. */
  onOver(): void;
}

export class SegmentPlayer {
  readonly #entries: readonly TapEntry[];
  readonly #pace: Pace;
  readonly #timers: Timers;
  readonly #listeners: SegmentListeners;
  #next = 0;
  #lastMs: number;
  /** Writes of the host that no recorded write has used up. */
  #writes = 0;
  #isWaitingForHost = false;
  #isStopped = false;
  #cancel: CancelTimer = () => undefined;

  constructor(entries: readonly TapEntry[], pace: Pace, timers: Timers, listeners: SegmentListeners) {
    this.#entries = entries;
    this.#pace = pace;
    this.#timers = timers;
    this.#listeners = listeners;
    this.#lastMs = entries[0]?.ms ?? 0;
  }

  start(): void {
    this.#schedule();
  }

  hostWrote(): void {
    this.#writes += 1;
    if (!this.#isWaitingForHost) return;
    this.#isWaitingForHost = false;
    this.#schedule();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #schedule(): void {
    if (this.#isStopped) return;
    const entry = this.#entries[this.#next];
    if (entry === undefined) {
      this.#listeners.onOver();
      return;
    }
    if (this.#pace === 'as-asked' && entry.kind === 'out' && this.#writes === 0) {
      this.#isWaitingForHost = true;
      return;
    }
    const delayMs = this.#pace === 'as-asked' ? 0 : (entry.ms - this.#lastMs) / this.#pace;
    this.#lastMs = entry.ms;
    this.#next += 1;
    this.#cancel = this.#timers.after(delayMs, () => {
      this.#play(entry);
      this.#schedule();
    });
  }

  #play(entry: TapEntry): void {
    if (entry.kind === 'in') this.#listeners.onBytes(entry.bytes);
    else if (entry.kind === 'out') this.#writes = Math.max(0, this.#writes - 1);
    else if (entry.kind === 'close') this.#listeners.onGone(entry.reason);
  }
}
