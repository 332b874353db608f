// Public keys of gateways whose signatures were checked here before. A known key needs no square root, and one that
// keeps coming gets a table of its multiples: a verifier of many headers of one gateway works three times as fast.
// Only a key that recovered to its own address comes in, so a hit changes the time and never the answer.

import { toHex } from './bytes.js';
import type { CurvePoint, SigningCurve } from './signing-curve.js';

export interface KnownKey {
  readonly curve: SigningCurve;
  readonly point: CurvePoint;
}

/** A table takes about 130 kB. */
const MAX_KEYS = 16;
/** Checks after which a table of some milliseconds is earned back soon. */
const CHECKS_BEFORE_TABLE = 8;
const WINDOW_BITS = 4;

export class KnownKeys {
  readonly #keys = new Map<string, { readonly key: KnownKey; checks: number }>();

  /** The key of an address, if it was seen. */
  get(address: Uint8Array): KnownKey | undefined {
    const name = toHex(address);
    const known = this.#keys.get(name);
    if (!known) return undefined;
    // Newest last: the oldest goes first.
    this.#keys.delete(name);
    this.#keys.set(name, known);
    known.checks += 1;
    // Made at the next product: at once it would make the table for signing too.
    if (known.checks === CHECKS_BEFORE_TABLE) known.key.point.precompute(WINDOW_BITS);
    return known.key;
  }

  /** @param key whose address it is; the caller has compared */
  add(address: Uint8Array, key: KnownKey): void {
    this.#keys.set(toHex(address), { key, checks: 0 });
    const [oldest] = this.#keys.keys();
    if (this.#keys.size > MAX_KEYS && oldest !== undefined) this.#keys.delete(oldest);
  }
}
