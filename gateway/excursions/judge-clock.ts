// One axis of time for all judges, over all boots of the machine. Within a boot it is the monotonic clock, so that no
// step of the wall clock makes or hides an excursion; between two boots only a wall clock that was synchronised on
// both sides can tell how long the machine was off. Pure.

/** A moment as records have it. */
export interface Moment {
  readonly observedAtMs: number;
  readonly uptimeMs: number;
  readonly bootCount: number;
  /** 0 unsynchronised, 1 holdover, 2 synchronised. */
  readonly clockTrust: 0 | 1 | 2;
}

/** Plain JSON. */
export interface BootOnAxis {
  readonly bootCount: number;
  /** Added to an uptime it gives the place on the axis. */
  readonly offsetMs: number;
  /** While nobody can say how long the machine was off: the end of the boot before. null: known, or never to be known. */
  readonly before: { readonly axisMs: number; readonly observedAtMs: number } | null;
}

/** Judges look back over days, not over years. */
const maxBoots = 64;

export class JudgeClock {
  #boots: readonly BootOnAxis[];

  constructor(boots: readonly BootOnAxis[] = []) {
    this.#boots = boots;
  }

  /** Newest last; for the journal. */
  get boots(): readonly BootOnAxis[] {
    return this.#boots;
  }

  /**
   * Places a boot behind the last moment of the one before; one that has its place keeps it.
   * @param last the newest record of the log; undefined: there is none
   * @returns whether it was new
   */
  place(now: Moment, last: Moment | undefined): boolean {
    if (this.#boots.some(({ bootCount }) => bootCount === now.bootCount)) return false;
    const lastMs = last && this.at(last);
    if (last === undefined || lastMs === undefined) this.#put(now, 0, null);
    else {
      const before = { axisMs: lastMs, observedAtMs: last.observedAtMs };
      if (last.clockTrust > 0 && now.clockTrust > 0) this.#put(now, offsetOf(now, before), null);
      // The machine was off for some time, and has been on for its uptime: that much is sure.
      else this.#put(now, lastMs, last.clockTrust > 0 ? before : null);
    }
    return true;
  }

  /**
   * Once the clock is synchronised it tells how long the machine was off, and the boot moves to where it belongs.
   * @returns from where on the axis has changed; undefined while nothing has
   */
  settle(now: Moment): number | undefined {
    const { before, bootCount } = this.#boots.at(-1) ?? {};
    if (!before || bootCount !== now.bootCount || now.clockTrust === 0) return undefined;
    this.#put(now, offsetOf(now, before), null);
    return before.axisMs;
  }

  /** Where a moment lies, ms; undefined: of a boot that is forgotten. */
  at({ bootCount, uptimeMs }: Pick<Moment, 'bootCount' | 'uptimeMs'>): number | undefined {
    const last = this.#boots.at(-1);
    const boot =
      last?.bootCount === bootCount ? last : this.#boots.find((one) => one.bootCount === bootCount);
    return boot && boot.offsetMs + uptimeMs;
  }

  #put({ bootCount }: Moment, offsetMs: number, before: BootOnAxis['before']): void {
    const others = this.#boots.filter((boot) => boot.bootCount !== bootCount);
    this.#boots = [...others, { bootCount, offsetMs, before }].slice(-maxBoots);
  }
}

/** Never less than the machine has been on since. */
function offsetOf(now: Moment, before: NonNullable<BootOnAxis['before']>): number {
  const awayMs = Math.max(now.uptimeMs, now.observedAtMs - before.observedAtMs);
  return before.axisMs + awayMs - now.uptimeMs;
}
