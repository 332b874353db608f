// What a virtual device and a wire agree on. A device knows nothing of ports; a wire nothing of protocols.

import type { TagReadTrouble } from './fault-script.js';

export interface SimulatedDevice {
  /** A host has connected; `send` leads to it until the next call. undefined: it has gone. */
  attach(send: ((bytes: Uint8Array) => void) | undefined): void;
  /** Bytes from the host, in any chunks. */
  receive(bytes: Uint8Array): void;
  /** Power off: ends the device's timers. */
  stop(): void;
  /** A stuck sensor: the device goes on with the values that it has when this is set. */
  isStuck: boolean;
  /** A hung device: it takes bytes and says nothing. */
  isMute: boolean;
  /** How reads of tag memory go, at a virtual UHF reader. */
  tagReads?: TagReadTrouble;
}

/** A small seeded generator (mulberry32), 0..1: the same seed gives the same walk everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One step of a random walk that stays in its range: a signal strength. @param random 0..1 */
export function walked(value: number, random: number, [low, high]: readonly [number, number]): number {
  return Math.min(high, Math.max(low, value + Math.floor(random * 3) - 1));
}
