// Public keys of gateways whose signatures were checked here before. A known key needs no square root, and one that
// keeps coming gets a table of its multiples: a verifier of many headers of one gateway works three times as fast.
// Only a key that recovered to its own address comes in, so a hit changes the time and never the answer.

import type { secp256k1 } from '@noble/curves/secp256k1.js';
import { toHex } from './bytes.js';

type Point = InstanceType<typeof secp256k1.Point>;

/** A table takes about 130 kB. */
const MAX_KEYS = 16;
/** Checks after which a table of some milliseconds is earned back soon. */
const CHECKS_BEFORE_TABLE = 8;
const WINDOW_BITS = 4;

export class KnownKeys {
  readonly #keys = new Map<string, { readonly point: Point; checks: number }>();

  /** The key of an address, if it was seen. */
  get(address: Uint8Array): Point | undefined {
    const name = toHex(address);
    const known = this.#keys.get(name);
    if (!known) return undefined;
    // Newest last: the oldest goes first.
    this.#keys.delete(name);
    this.#keys.set(name, known);
    known.checks += 1;
    if (known.checks === CHECKS_BEFORE_TABLE) known.point.precompute(WINDOW_BITS, false);
    return known.point;
  }

  /** @param point whose address it is; the caller has compared */
  add(address: Uint8Array, point: Point): void {
    this.#keys.set(toHex(address), { point, checks: 0 });
    const [oldest] = this.#keys.keys();
    if (this.#keys.size > MAX_KEYS && oldest !== undefined) this.#keys.delete(oldest);
  }
}
