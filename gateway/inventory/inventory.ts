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
  /** Of these: seen nowhere else either. The others were missed by the reader, or stand where they were seen. */
  readonly missing: readonly string[];
  /** Loaded or ordered, and seen within the last hour before the delivery, or until now. */
  readonly unloaded: readonly string[];
  /** Ordered and not seen then, but somewhere before. Empty before the delivery. */
  readonly notUnloaded: readonly string[];
  /** Seen while loading or unloading, and not ordered. */
  readonly notOrdered: readonly string[];
  readonly phase: InventoryPhase;
  /** Rounds of the readers in which any ordered unit was seen: with each more it is less likely that one was missed. */
  readonly loadingRounds: number;
  readonly unloadingRounds: number;
}

export type InventoryPhase = 'before' | 'loading' | 'under-way' | 'delivered';

/** Goods that are carried out pass the reader at the door within it. */
export const UNLOADING_MS = 3_600_000;
/** Readers cycle through their tags in a second or two; ten are a round for any of them. */
const ROUND_MS = 10_000;
/** An hour has 360; beyond this the old ones are let go. */
const MOST_ROUNDS = 1_000;

export class InventoryFold {
  readonly #ordered: ReadonlySet<string>;
  readonly #loading = new Set<string>();
  /** Before anybody loaded: the unit exists, and was near. */
  readonly #before = new Set<string>();
  readonly #loadingRounds = new Set<number>();
  #underWayRounds = new Set<number>();
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
    } else this.#see(fact.sscc, fact.atMs);
  }

  #see(sscc: string, atMs: number): void {
    const round = this.#ordered.has(sscc) ? [Math.floor(atMs / ROUND_MS)] : [];
    if (this.#phase === 'before') this.#before.add(sscc);
    else if (this.#phase === 'loading') {
      this.#loading.add(sscc);
      for (const one of round) this.#loadingRounds.add(one);
    } else {
      this.#lastSeenMs.set(sscc, Math.max(atMs, this.#lastSeenMs.get(sscc) ?? atMs));
      this.#endMs = Math.max(this.#endMs, atMs);
      for (const one of round) this.#underWayRounds.add(one);
      if (this.#underWayRounds.size > MOST_ROUNDS) this.#underWayRounds = this.#lateRounds();
    }
  }

  #lateRounds(): Set<number> {
    const from = Math.floor((this.#endMs - UNLOADING_MS) / ROUND_MS);
    return new Set([...this.#underWayRounds].filter((round) => round >= from));
  }

  inventory(): Inventory {
    const isOrdered = (sscc: string) => this.#ordered.has(sscc);
    const isDelivered = this.#phase === 'delivered';
    const atEnd = [...this.#lastSeenMs].flatMap(([sscc, atMs]) =>
      isDelivered && atMs >= this.#endMs - UNLOADING_MS ? [sscc] : [],
    );
    const unloaded = new Set(atEnd.filter(isOrdered));
    const loaded = [...this.#loading].filter(isOrdered);
    const notLoaded = sorted([...this.#ordered].filter((sscc) => !this.#loading.has(sscc)));
    const missing = notLoaded.filter((sscc) => !this.#before.has(sscc) && !this.#lastSeenMs.has(sscc));
    const notUnloaded = [...this.#ordered].filter((sscc) => !unloaded.has(sscc) && !missing.includes(sscc));
    return {
      ordered: sorted(this.#ordered),
      loaded: sorted(loaded),
      notLoaded,
      missing,
      unloaded: sorted(unloaded),
      notUnloaded: sorted(isDelivered ? notUnloaded : []),
      notOrdered: sorted(new Set([...this.#loading, ...atEnd].filter((sscc) => !isOrdered(sscc)))),
      phase: this.#phase,
      loadingRounds: this.#loadingRounds.size,
      unloadingRounds: isDelivered ? this.#lateRounds().size : 0,
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
