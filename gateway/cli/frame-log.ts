// A stream of bytes as lines for a technician: one per frame, garbage counted and told once a second at most.
// Time is handed in with the bytes, so that a recording reads like a live port.

import { hexOf } from '../../firmware-bridge/bytes/words.js';
import { Scanner, type TryFrame } from '../../firmware-bridge/framing/scanner.js';
import type { WireProtocol } from '../../firmware-bridge/wire-protocol.js';
import type { CliIo } from './cli-io.js';
import { shownText } from './port-tools.js';

export type Direction = 'in' | 'out';

export interface FrameLogOptions {
  readonly io: CliIo;
  /** Absent: bytes only. */
  readonly protocol: WireProtocol | undefined;
  readonly json: boolean;
  /** The bytes too, of frames and of what is none. */
  readonly raw: boolean;
}

interface CutFrame {
  readonly frame: unknown;
  readonly bytes: Uint8Array;
}

const garbageEveryMs = 1000;
/** A frame that waits for bytes longer than this will not get them. */
const quietMs = 200;

export class FrameLog {
  readonly counters = { bytes: 0, frames: 0, badChecks: 0, discardedBytes: 0 };
  readonly #options: FrameLogOptions;
  readonly #scanners: Readonly<Record<Direction, Scanner<CutFrame>>> | undefined;
  #lastBytesMs = 0;
  #lastGarbageMs = Number.NEGATIVE_INFINITY;
  #told = { badChecks: 0, discardedBytes: 0 };

  constructor(options: FrameLogOptions) {
    this.#options = options;
    const { protocol } = options;
    if (protocol === undefined) return;
    const scanner = (): Scanner<CutFrame> =>
      new Scanner(withBytes(protocol.tryFrame), protocol.maxFrameBytes, this.counters);
    this.#scanners = { in: scanner(), out: scanner() };
  }

  /** `ms`: monotonic, never going back. */
  take(direction: Direction, bytes: Uint8Array, ms: number): void {
    this.tick(ms);
    this.#lastBytesMs = ms;
    if (this.#scanners === undefined) {
      this.counters.bytes += bytes.length;
      this.#line(ms, direction, hexOf(bytes), { bytes: hexOf(bytes) });
      return;
    }
    const frames = this.#scanners[direction].push(bytes);
    if (this.#options.raw && frames.length === 0) {
      this.#line(ms, direction, `bytes ${hexOf(bytes)}`, { bytes: hexOf(bytes) });
    }
    this.#tell(frames, direction, ms);
    this.#garbage(ms);
  }

  /** Time went by: ends frames that wait in vain, and tells garbage that is due. */
  tick(ms: number): void {
    if (this.#scanners !== undefined && ms - this.#lastBytesMs >= quietMs) {
      for (const direction of ['in', 'out'] as const) {
        this.#tell(this.#scanners[direction].flush(), direction, ms);
      }
    }
    this.#garbage(ms);
  }

  /** The last line: what came in all. */
  end(ms: number): void {
    this.tick(Math.max(ms, this.#lastBytesMs + quietMs));
    this.#garbage(Number.POSITIVE_INFINITY, ms);
    const { bytes, frames, badChecks, discardedBytes } = this.counters;
    const words = `${bytes} bytes, ${frames} frames, ${badChecks} bad checks, ${discardedBytes} bytes of garbage`;
    if (this.#options.json)
      this.#options.io.out(JSON.stringify({ monotonicMs: ms, counters: this.counters }));
    else this.#options.io.out(words);
  }

  #tell(frames: readonly CutFrame[], direction: Direction, ms: number): void {
    const { protocol, raw } = this.#options;
    if (protocol === undefined) return;
    for (const { frame, bytes } of frames) {
      const { text, fields } = protocol.explain(frame);
      const hex = raw ? { bytes: hexOf(bytes) } : {};
      const data = { protocol: protocol.name, text, fields, ...hex };
      this.#line(ms, direction, raw ? `${text}  [${hexOf(bytes)}]` : text, data);
    }
  }

  #garbage(ms: number, shownMs: number = ms): void {
    const badChecks = this.counters.badChecks - this.#told.badChecks;
    const discardedBytes = this.counters.discardedBytes - this.#told.discardedBytes;
    if (discardedBytes === 0 || ms - this.#lastGarbageMs < garbageEveryMs) return;
    this.#lastGarbageMs = ms;
    this.#told = { badChecks: this.counters.badChecks, discardedBytes: this.counters.discardedBytes };
    const garbage = { discardedBytes, badChecks };
    this.#line(shownMs, '--', `garbage: ${discardedBytes} bytes, ${badChecks} bad checks`, { garbage });
  }

  #line(ms: number, direction: Direction | '--', text: string, data: object): void {
    const { io, json } = this.#options;
    if (json) {
      const said = direction === '--' ? {} : { direction };
      io.out(JSON.stringify({ monotonicMs: ms, ...said, ...data }));
    } else io.out(`${(ms / 1000).toFixed(3).padStart(12)} ${direction.padEnd(3)} ${shownText(text)}`);
  }
}

function withBytes(tryFrame: TryFrame<unknown>): TryFrame<CutFrame> {
  return (bytes, start) => {
    const attempt = tryFrame(bytes, start);
    if (attempt.kind !== 'frame') return attempt;
    const { frame, length } = attempt;
    return { kind: 'frame', length, frame: { frame, bytes: bytes.slice(start, start + length) } };
  };
}
