// Cuts a byte stream into frames that passed their own checks: try, verify, else advance ONE byte.
// A length byte is never trusted before the check behind it: one damaged byte loses at most its own frame.
// Pure: no timers, no logs, and it never throws on bytes.

export interface ScanCounters {
  bytes: number;
  frames: number;
  badChecks: number;
  discardedBytes: number;
}

/** What one protocol says about the bytes from one position on. */
export type Attempt<Frame> =
  | { readonly kind: 'frame'; readonly frame: Frame; readonly length: number }
  /** Could become a frame when more bytes arrive. */
  | { readonly kind: 'more' }
  /** No frame starts here. `skip`: nor in the bytes after it, where the protocol can tell; default 1. */
  | { readonly kind: 'none'; readonly skip?: number }
  /** A complete candidate whose check is wrong. `skip` as above. */
  | { readonly kind: 'bad-check'; readonly skip?: number };

/** Looks at `bytes` from `start` on. Must copy what it keeps, and must not throw. */
export type TryFrame<Frame> = (bytes: Uint8Array, start: number) => Attempt<Frame>;

const nothing = new Uint8Array(0);

export class Scanner<Frame> {
  readonly #tryFrame: TryFrame<Frame>;
  readonly #maxFrameBytes: number;
  readonly #counters: ScanCounters;
  #pending: Uint8Array = nothing;

  /** `maxFrameBytes` is also the memory cap: fewer bytes than that are ever held back. */
  constructor(tryFrame: TryFrame<Frame>, maxFrameBytes: number, counters: ScanCounters) {
    this.#tryFrame = tryFrame;
    this.#maxFrameBytes = maxFrameBytes;
    this.#counters = counters;
  }

  get pendingBytes(): number {
    return this.#pending.length;
  }

  /** Takes a chunk as it came and gives the frames that it completed, in order. */
  push(chunk: Uint8Array): Frame[] {
    this.#counters.bytes += chunk.length;
    const bytes = this.#pending.length === 0 ? plain(chunk) : joined(this.#pending, chunk);
    return this.#scan(bytes, false);
  }

  /**
   * The line fell quiet: a frame that was still waiting for bytes will not get them.
   * Gives the frames that were hidden behind it.
   */
  flush(): Frame[] {
    return this.#scan(this.#pending, true);
  }

  #scan(bytes: Uint8Array, isQuiet: boolean): Frame[] {
    const frames: Frame[] = [];
    let start = 0;
    while (start < bytes.length) {
      const attempt = this.#tryFrame(bytes, start);
      if (attempt.kind === 'frame') {
        frames.push(attempt.frame);
        this.#counters.frames += 1;
        start += attempt.length;
        continue;
      }
      const mayWait = attempt.kind === 'more' && !isQuiet && bytes.length - start < this.#maxFrameBytes;
      if (mayWait) break;
      if (attempt.kind === 'bad-check') this.#counters.badChecks += 1;
      const discarded = attempt.kind === 'more' ? 1 : Math.min(attempt.skip ?? 1, bytes.length - start);
      this.#counters.discardedBytes += discarded;
      start += discarded;
    }
    // A copy: a view would keep the whole chunk of the port alive.
    this.#pending = start < bytes.length ? bytes.slice(start) : nothing;
    return frames;
  }
}

/** Ports deliver Buffers, whose `slice` is a view: a frame would keep the whole chunk alive. */
function plain(chunk: Uint8Array): Uint8Array {
  if (chunk.constructor === Uint8Array) return chunk;
  return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
