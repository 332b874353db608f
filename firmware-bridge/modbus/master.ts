// A Modbus RTU master that asks one question at a time and never takes a late reply for the answer to another.
// Both npm masters do: after one late reply they give another register's value for ever, without an error.
// After a timeout this one stays silent, then drains until the line is quiet, then asks again.

import { BridgeError } from '../bridge-error.js';
import { pause } from '../clock.js';
import type { DeviceLink } from '../device.js';
import { Scanner } from '../framing/scanner.js';
import type { Arrival } from '../observation.js';
import {
  encodeReadRequest,
  maxModbusFrameBytes,
  type ReadReply,
  type ReadRequest,
  tryReadReply,
} from './frame.js';

export interface MasterTiming {
  /** From the request to the end of the reply. A cheap probe takes 10 to 50 ms. */
  readonly replyTimeoutMs: number;
  /** Silence after a timeout, in which a late reply may still come and is thrown away. */
  readonly quarantineMs: number;
}

export type ReadOutcome =
  | (ReadReply & { readonly at: Arrival })
  | { readonly kind: 'timeout' }
  /** Somebody else talks without end: a probe in auto-report mode, a second master, noise. */
  | { readonly kind: 'never-quiet' }
  | { readonly kind: 'stopped' };

/** The line must be silent this long before a request. Longer than t3.5 at 9600 (4 ms) and a USB latency timer (16 ms). */
const quietMs = 20;
/** Give up draining after this. */
const drainLimitMs = 1000;

/** Quarantine for a reply timeout: cheap probes and serial servers have been seen up to a second late. */
export function timingOf(replyTimeoutMs: number): MasterTiming {
  return { replyTimeoutMs, quarantineMs: Math.max(1000, 3 * replyTimeoutMs) };
}

export class ModbusMaster {
  readonly #link: DeviceLink;
  readonly #timing: MasterTiming;
  readonly #stopping = new AbortController();
  #lastByteUptimeMs = Number.NEGATIVE_INFINITY;
  #silentUntilUptimeMs = Number.NEGATIVE_INFINITY;
  #isBusy = false;
  #onBytes: ((bytes: Uint8Array) => void) | undefined;

  constructor(link: DeviceLink, timing: MasterTiming) {
    this.#link = link;
    this.#timing = timing;
  }

  /** Asks once. Never rejects for what the bus does; throws BridgeError BUS_IN_USE when a question is still open. */
  async read(request: ReadRequest): Promise<ReadOutcome> {
    if (this.#isBusy) {
      throw new BridgeError('BUS_IN_USE', 'a second request on a bus that waits for a reply', 'Ask in turn.');
    }
    this.#isBusy = true;
    try {
      if (!(await this.#drain())) return { kind: 'never-quiet' };
      return await this.#ask(request);
    } finally {
      this.#isBusy = false;
    }
  }

  onBytes(bytes: Uint8Array): void {
    this.#lastByteUptimeMs = this.#link.clock.now().uptimeMs;
    if (this.#onBytes !== undefined) {
      this.#onBytes(bytes);
      return;
    }
    // Nobody asked: a late reply, an echo, noise.
    this.#link.counters.bytes += bytes.length;
    this.#link.counters.discardedBytes += bytes.length;
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Waits for the end of the quarantine and for a quiet line. False when the line never falls quiet. */
  async #drain(): Promise<boolean> {
    const { clock, timers } = this.#link;
    const { signal } = this.#stopping;
    const startMs = Math.max(clock.now().uptimeMs, this.#silentUntilUptimeMs);
    while (!signal.aborted) {
      const nowMs = clock.now().uptimeMs;
      const waitMs = Math.max(this.#silentUntilUptimeMs, this.#lastByteUptimeMs + quietMs) - nowMs;
      if (waitMs <= 0) return true;
      if (nowMs - startMs > drainLimitMs) return false;
      await pause(timers, waitMs, signal);
    }
    return true;
  }

  #ask(request: ReadRequest): Promise<ReadOutcome> {
    const { clock, timers, counters } = this.#link;
    const { signal } = this.#stopping;
    if (signal.aborted) return Promise.resolve({ kind: 'stopped' });
    return new Promise((resolve) => {
      const scanner = new Scanner<ReadReply>(
        (bytes, start) => tryReadReply(request, bytes, start),
        maxModbusFrameBytes,
        counters,
      );
      const settle = (outcome: ReadOutcome): void => {
        cancelTimer();
        signal.removeEventListener('abort', onAbort);
        this.#onBytes = undefined;
        counters.discardedBytes += scanner.pendingBytes;
        resolve(outcome);
      };
      const onAbort = (): void => settle({ kind: 'stopped' });
      const cancelTimer = timers.after(this.#timing.replyTimeoutMs, () => {
        const [hidden] = scanner.flush();
        if (hidden !== undefined) return settle(this.#answered(hidden));
        counters.timeouts += 1;
        this.#silentUntilUptimeMs = clock.now().uptimeMs + this.#timing.quarantineMs;
        settle({ kind: 'timeout' });
      });
      this.#onBytes = (bytes) => {
        const [reply] = scanner.push(bytes);
        if (reply !== undefined) settle(this.#answered(reply));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#link.write(encodeReadRequest(request));
    });
  }

  #answered(reply: ReadReply): ReadOutcome {
    this.#link.frameSeen();
    return { ...reply, at: this.#link.clock.now() };
  }
}
