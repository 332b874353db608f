// Writes down what goes over a port while a driver uses it. The driver notices nothing, not even a full disk.

import { messageOf } from '../bridge-error.js';
import type { Clock } from '../observation.js';
import type { OpenTransport, Transport } from '../transport/transport.js';
import { type TapEntry, type TapHeader, tapHeaderLines, tapLines } from './tap-file.js';

export interface TapOptions {
  readonly clock: Clock;
  readonly header: Omit<TapHeader, 'startedAt'>;
  /** Told once, when `write` threw: the recording is over, the device goes on. */
  readonly onTrouble?: ((reason: string) => void) | undefined;
}

/**
 * `open` with a recording of every connection that it makes. `write` takes one line without its line end, the header at
 * once; it is called from the port's own callbacks, so it should not wait.
 */
export function tapTransport(
  open: OpenTransport,
  write: (line: string) => void,
  options: TapOptions,
): OpenTransport {
  const tap = new TapWriter(write, options);
  return async (signal) => tapped(await open(signal), tap);
}

class TapWriter {
  readonly #write: (line: string) => void;
  readonly #options: TapOptions;
  readonly #startUptimeMs: number;
  #isOver = false;

  constructor(write: (line: string) => void, options: TapOptions) {
    this.#write = write;
    this.#options = options;
    const { unixMs, uptimeMs } = options.clock.now();
    this.#startUptimeMs = uptimeMs;
    this.#lines(tapHeaderLines({ ...options.header, startedAt: new Date(unixMs).toISOString() }));
  }

  get ms(): number {
    return this.#options.clock.now().uptimeMs - this.#startUptimeMs;
  }

  entry(entry: TapEntry): void {
    this.#lines(tapLines(entry));
  }

  #lines(lines: readonly string[]): void {
    if (this.#isOver) return;
    try {
      for (const line of lines) this.#write(line);
    } catch (error) {
      this.#isOver = true;
      this.#options.onTrouble?.(messageOf(error));
    }
  }
}

function tapped(transport: Transport, tap: TapWriter): Transport {
  let isOpen = true;
  const closed = (reason: string): void => {
    if (isOpen) tap.entry({ kind: 'close', ms: tap.ms, reason });
    isOpen = false;
  };
  tap.entry({ kind: 'open', ms: tap.ms });
  return {
    ...transport,
    write: (bytes) => {
      tap.entry({ kind: 'out', ms: tap.ms, bytes });
      return transport.write(bytes);
    },
    close: () => {
      closed('closed by the host');
      return transport.close();
    },
    onData: (listener) =>
      transport.onData((bytes) => {
        if (isOpen) tap.entry({ kind: 'in', ms: tap.ms, bytes });
        listener(bytes);
      }),
    onClose: (listener) =>
      transport.onClose((reason) => {
        closed(reason);
        listener(reason);
      }),
  };
}
