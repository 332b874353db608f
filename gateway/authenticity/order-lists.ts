// Which products the running shipments list pack by pack. Only then does a pack that no list holds say anything: most orders
// name pallets.

import type { ActiveShipment } from '../shipments/active-shipments.js';
import { identityOf } from './tag-identity.js';

export class OrderLists {
  readonly #products = new Set<string>();
  readonly #tags = new Set<string>();

  constructor(active: readonly ActiveShipment[]) {
    for (const { tags } of active) {
      for (const tag of tags) {
        const identity = identityOf(tag);
        if (identity.kind !== 'item') continue;
        this.#products.add(identity.gtin);
        this.#tags.add(tag);
      }
    }
  }

  /** @param epc hex, as read */
  isLeftOut(gtin: string, epc: string): boolean {
    return this.#products.has(gtin) && !this.#tags.has(epc);
  }
}
