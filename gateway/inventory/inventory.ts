// Load units of a shipment by their SSCC: what the order says, what readers saw while it was loaded and when it was unloaded,
// and the difference. A pure fold over what the log tells, in the order of the log; a sighting says that a unit was there,
// the absence of one says little: readers miss tags.

/** What the log tells, as far as load units are concerned. */
export type InventoryFact =
  | {
      readonly kind: 'seen';
      /** 18 digits. */
      readonly sscc: string;
      readonly atMs: number;
    }
  | { readonly kind: 'step'; readonly event: 'armed' | 'departed' | 'delivered'; readonly atMs: number };

/** All lists are sorted, each SSCC once. */
export interface Inventory {
  readonly ordered: readonly string[];
  /** Ordered and seen between arming and departure. */
  readonly loaded: readonly string[];
  /** Ordered and not seen then. */
  readonly notLoaded: readonly string[];
  /** Loaded or ordered, and seen within the last hour before the delivery, or until now. */
  readonly unloaded: readonly string[];
  /** Loaded, and not seen then. Empty before the delivery. */
  readonly notUnloaded: readonly string[];
  /** Seen while loading or unloading, and not ordered. */
  readonly notOrdered: readonly string[];
  readonly phase: InventoryPhase;
}

export type InventoryPhase = 'before' | 'loading' | 'under-way' | 'delivered';

/** Goods that are carried out pass the reader at the door within it. */
export const UNLOADING_MS = 3_600_000;

export class InventoryFold {
  readonly #ordered: ReadonlySet<string>;
  readonly #loading = new Set<string>();
  /** When each unit was seen last while under way. */
  readonly #lastSeenMs = new Map<string, number>();
  #phase: InventoryPhase = 'before';
  #endMs = 0;

  /** @param ordered SSCCs of the order */
  constructor(ordered: readonly string[]) {
    this.#ordered = new Set(ordered);
  }

  add(fact: InventoryFact): void {
    // What comes after the delivery is of another journey.
    if (this.#phase === 'delivered') return;
    if (fact.kind === 'step') {
      this.#phase = phaseAfter[fact.event];
      this.#endMs = fact.atMs;
    } else if (this.#phase === 'loading') this.#loading.add(fact.sscc);
    else if (this.#phase === 'under-way') {
      this.#lastSeenMs.set(fact.sscc, Math.max(fact.atMs, this.#lastSeenMs.get(fact.sscc) ?? fact.atMs));
      this.#endMs = Math.max(this.#endMs, fact.atMs);
    }
  }

  inventory(): Inventory {
    const isOrdered = (sscc: string) => this.#ordered.has(sscc);
    const isDelivered = this.#phase === 'delivered';
    const atEnd = [...this.#lastSeenMs].flatMap(([sscc, atMs]) =>
      isDelivered && atMs >= this.#endMs - UNLOADING_MS ? [sscc] : [],
    );
    const unloaded = new Set(atEnd.filter(isOrdered));
    const loaded = [...this.#loading].filter(isOrdered);
    return {
      ordered: sorted(this.#ordered),
      loaded: sorted(loaded),
      notLoaded: sorted([...this.#ordered].filter((sscc) => !this.#loading.has(sscc))),
      unloaded: sorted(unloaded),
      notUnloaded: sorted(isDelivered ? loaded.filter((sscc) => !unloaded.has(sscc)) : []),
      notOrdered: sorted(new Set([...this.#loading, ...atEnd].filter((sscc) => !isOrdered(sscc)))),
      phase: this.#phase,
    };
  }
}

/** Whether anything is not as it was ordered. Before the departure nothing is missing yet. */
export function hasDifference({ phase, notLoaded, notUnloaded, notOrdered }: Inventory): boolean {
  const isMissing = phase !== 'before' && phase !== 'loading' && notLoaded.length > 0;
  return isMissing || notUnloaded.length > 0 || notOrdered.length > 0;
}

const phaseAfter = { armed: 'loading', departed: 'under-way', delivered: 'delivered' } as const;

const sorted = (ssccs: Iterable<string>) => [...ssccs].sort();
