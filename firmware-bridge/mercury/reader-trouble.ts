// Turns the error statuses in a stream into one condition when they begin and one when they end. A reader that is too hot
// says so each second for an hour; that is one fact, not 3600.

import type { DeviceLink } from '../device.js';
import type { Arrival } from '../observation.js';
import { statusText } from './statuses.js';

/** Trouble is over when the reader has not told it for this long. Heat comes and goes; this joins it. */
const calmMs = 10_000;

export class ReaderTrouble {
  readonly #readerId: string;
  readonly #link: DeviceLink;
  /** By status: when it was told last. */
  readonly #lastUptimeMs = new Map<number, number>();

  constructor(readerId: string, link: DeviceLink) {
    this.#readerId = readerId;
    this.#link = link;
  }

  /** The stream told an error status. */
  seen(status: number, at: Arrival): void {
    const isNew = !this.#lastUptimeMs.has(status);
    this.#lastUptimeMs.set(status, at.uptimeMs);
    if (isNew) this.#tell('faulted', `the reader reports status ${statusText(status)}`, at);
  }

  /** The stream told something good. */
  calm(at: Arrival): void {
    for (const [status, lastUptimeMs] of this.#lastUptimeMs) {
      if (at.uptimeMs - lastUptimeMs < calmMs) continue;
      this.#lastUptimeMs.delete(status);
      const others = [...this.#lastUptimeMs.keys()].map(statusText);
      const reason = `the reader no longer reports status ${statusText(status)}`;
      if (others.length === 0) this.#tell('ready', reason, at);
      else this.#tell('faulted', `${reason}; it still reports ${others.join(' and ')}`, at);
    }
  }

  #tell(condition: 'faulted' | 'ready', reason: string, at: Arrival): void {
    this.#link.emit({ kind: 'device-condition', deviceId: this.#readerId, at, condition, reason });
  }
}
