// The long form of what each framer's own tests promise: a scanner fed with noise and with damaged frames. Plain
// `npm test` runs a slice; `npm run test:fuzz` runs 100 MB of each for every protocol and prints what it found, with
// the seed that gives the same bytes again. No CRC-16 tells all of this damage: a lost or doubled byte
// passes with 1 in 65,536, and more often than that would be a fault of the framer.

import { describe, expect, test } from 'vitest';
import { Scanner } from '../../firmware-bridge/framing/scanner.js';
import { type Framer, framers } from './framers.js';
import { Noise } from './noise.js';

const MEGABYTES = Number(process.env.COLDGATE_FUZZ_MEGABYTES ?? 1);
const SEED = process.env.COLDGATE_FUZZ_SEED ?? 'coldgate';
const LIMIT_MS = 60_000 + MEGABYTES * 20_000;

interface Outcome {
  /** Frames that were accepted and never sent. */
  falseFrames: number;
  /** Bytes held back at most. */
  heldBytes: number;
  bytes: number;
  frames: number;
  /** Frames that were fed in damaged. */
  damaged: number;
}

class Run {
  readonly outcome: Outcome = { falseFrames: 0, heldBytes: 0, bytes: 0, frames: 0, damaged: 0 };
  readonly #scanner: Scanner<unknown>;
  readonly #sent: ReadonlySet<string>;

  constructor(framer: Framer) {
    const counters = { bytes: 0, frames: 0, badChecks: 0, discardedBytes: 0 };
    this.#scanner = new Scanner(framer.tryFrame, framer.maxFrameBytes, counters);
    this.#sent = new Set(framer.frames.map((bytes) => textOf(decoded(framer, bytes))));
  }

  push(chunk: Uint8Array): void {
    for (const frame of this.#scanner.push(chunk)) this.#see(frame);
    this.outcome.bytes += chunk.length;
    this.outcome.heldBytes = Math.max(this.outcome.heldBytes, this.#scanner.pendingBytes);
  }

  end(): Outcome {
    for (const frame of this.#scanner.flush()) this.#see(frame);
    return this.outcome;
  }

  #see(frame: unknown): void {
    this.outcome.frames += 1;
    if (!this.#sent.has(textOf(frame))) this.outcome.falseFrames += 1;
  }
}

function decoded({ name, tryFrame }: Framer, bytes: Uint8Array): unknown {
  const attempt = tryFrame(bytes, 0);
  if (attempt.kind !== 'frame') throw new Error(`${name}: a frame of frames.json is ${attempt.kind}`);
  return attempt.frame;
}

const textOf = (frame: unknown): string =>
  JSON.stringify(frame, (_key, value: unknown) => (value instanceof Uint8Array ? [...value] : value));

/** Random bytes and nothing else. */
function feedNoise(framer: Framer, megabytes: number): Outcome {
  const noise = new Noise(`${SEED} noise ${framer.name}`);
  const run = new Run(framer);
  while (run.outcome.bytes < megabytes * 1e6) run.push(noise.chunk());
  return run.end();
}

/** What a bad cable does to one frame: nothing, flipped bits, lost, doubled or foreign bytes, an early end. */
function damaged(frame: Uint8Array, noise: Noise): Uint8Array {
  const at = noise.below(frame.length);
  switch (noise.below(7)) {
    case 0:
      return frame;
    case 1:
      return frame.map((byte, index) => (index === at ? byte ^ (1 << noise.below(8)) : byte));
    case 2:
      return frame.map((byte, index) => (index === at || index === at + 1 ? noise.below(256) : byte));
    case 3:
      return frame.filter((_, index) => index !== at);
    case 4:
      return Uint8Array.of(...frame.subarray(0, at), frame[at] ?? 0, ...frame.subarray(at));
    case 5:
      return Uint8Array.of(...frame.subarray(0, at), noise.below(256), ...frame.subarray(at));
    default:
      return frame.subarray(0, at);
  }
}

/** Frames one after the other, most of them damaged, in chunks as a port delivers them. */
function feedDamage(framer: Framer, megabytes: number): Outcome {
  const noise = new Noise(`${SEED} damage ${framer.name}`);
  const run = new Run(framer);
  while (run.outcome.bytes < megabytes * 1e6) {
    const parts: Uint8Array[] = [];
    for (let count = 0; count < 200; count += 1) {
      const frame = framer.frames[noise.below(framer.frames.length)] ?? new Uint8Array(0);
      const part = damaged(frame, noise);
      if (part !== frame) run.outcome.damaged += 1;
      parts.push(part);
    }
    const stream = Buffer.concat(parts);
    for (let at = 0; at < stream.length; ) {
      const length = 1 + noise.below(300);
      run.push(stream.subarray(at, at + length));
      at += length;
    }
  }
  return run.end();
}

describe(`framers, ${MEGABYTES} MB each, seed ${SEED}`, () => {
  test.each(framers.map((framer) => [framer.name, framer] as const))(
    '%s: noise makes no frame that could be believed, and little is held',
    (_name, framer) => {
      const startedMs = performance.now();
      const outcome = feedNoise(framer, MEGABYTES);
      const seconds = Math.round(performance.now() - startedMs) / 1000;
      console.info(JSON.stringify({ fuzz: 'noise', protocol: framer.name, seed: SEED, ...outcome, seconds }));
      expect(outcome.heldBytes).toBeLessThan(framer.maxFrameBytes);
      if (framer.hasCrc) expect(outcome.falseFrames).toBe(0);
    },
    LIMIT_MS,
  );

  test.each(framers.map((framer) => [framer.name, framer] as const))(
    '%s: damaged frames give no other frame, and whole ones come through',
    (_name, framer) => {
      const startedMs = performance.now();
      const outcome = feedDamage(framer, MEGABYTES);
      const seconds = Math.round(performance.now() - startedMs) / 1000;
      console.info(
        JSON.stringify({ fuzz: 'damage', protocol: framer.name, seed: SEED, ...outcome, seconds }),
      );
      expect(outcome.frames).toBeGreaterThan(0);
      expect(outcome.heldBytes).toBeLessThan(framer.maxFrameBytes);
      if (framer.hasCrc) expect(outcome.falseFrames).toBeLessThanOrEqual(allowedFalse(outcome.damaged));
    },
    LIMIT_MS,
  );
});

/** Twice what chance gives a CRC-16, and some for small numbers. */
function allowedFalse(damagedFrames: number): number {
  return 4 + (2 * damagedFrames) / 65_536;
}
