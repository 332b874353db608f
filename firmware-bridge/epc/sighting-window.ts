// Merges the sightings of one tag at one antenna over a window, before they become records:
// a reader gives up to 480 notices a second, and each would otherwise be signed and stored.

import type { CancelTimer, Timers } from '../clock.js';
import type { DeviceLink } from '../device.js';
import type { Arrival, ChipProof, ObservationSink, TagSighting } from '../observation.js';

/** Open windows kept at most; beyond that the oldest is told early. Bounds memory, loses nothing. */
const maxOpenWindows = 1024;

/** How often a store that is behind is asked again, at most. */
const minHoldMs = 200;

/** What a window needs of its connection. */
export type WindowLink = Pick<DeviceLink, 'timers' | 'emit' | 'isBehind'>;

export interface RawSighting {
  readonly epc: string;
  /** Absent where the reader tells none. */
  readonly pc: string | undefined;
  readonly antenna: number;
  /** As `pc`. */
  readonly rssiDbm: number | undefined;
  /** TID of the chip that answered, lower-case hex; only where it was read with this sighting. */
  readonly tid?: string | undefined;
  readonly proof?: ChipProof | undefined;
}

interface OpenWindow {
  readonly first: RawSighting;
  tid: string | undefined;
  proof: ChipProof | undefined;
  readonly at: Arrival;
  lastSeenUptimeMs: number;
  count: number;
  bestRssiDbm: number | undefined;
}

export class SightingWindow {
  readonly #readerId: string;
  readonly #windowMs: number;
  readonly #timers: Timers;
  readonly #emit: ObservationSink;
  readonly #isBehind: () => boolean;
  #wasHeld = false;
  /** In the order of their first sighting, so the oldest is always the first. */
  readonly #open = new Map<string, OpenWindow>();
  #cancelTimer: CancelTimer | undefined;

  /** `isBehind` says that the store cannot follow: windows are held open, and go on merging, until it can. */
  constructor(readerId: string, windowMs: number, { timers, emit, isBehind }: WindowLink) {
    this.#readerId = readerId;
    this.#windowMs = windowMs;
    this.#timers = timers;
    this.#emit = emit;
    this.#isBehind = isBehind;
  }

  add(sighting: RawSighting, at: Arrival): void {
    const key = this.#keyOf(sighting);
    const known = this.#open.get(key);
    const isBehind = this.#isBehind();
    if (known !== undefined && (isBehind || at.uptimeMs - known.at.uptimeMs < this.#windowMs)) {
      known.lastSeenUptimeMs = at.uptimeMs;
      known.count += 1;
      known.tid ??= sighting.tid;
      known.proof ??= sighting.proof;
      known.bestRssiDbm = stronger(known.bestRssiDbm, sighting.rssiDbm);
      return;
    }
    if (!isBehind) this.#tellUntil(at.uptimeMs - this.#windowMs);
    if (this.#open.size >= maxOpenWindows) this.#tellOldest();
    const { rssiDbm, tid, proof } = sighting;
    this.#open.set(key, {
      first: sighting,
      at,
      tid,
      proof,
      lastSeenUptimeMs: at.uptimeMs,
      count: 1,
      bestRssiDbm: rssiDbm,
    });
    this.#arm(at.uptimeMs);
  }

  /** Tells everything that is still open. */
  flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#tellUntil(Number.POSITIVE_INFINITY);
  }

  /** Two chips with one EPC are two sightings: that is what a copy looks like. */
  #keyOf({ antenna, epc, tid }: RawSighting): string {
    const key = `${antenna} ${epc}`;
    const told = this.#open.get(key)?.tid;
    return tid === undefined || told === undefined || told === tid ? key : `${key} ${tid}`;
  }

  #arm(nowUptimeMs: number): void {
    const [oldest] = this.#open.values();
    if (oldest === undefined || this.#cancelTimer !== undefined) return;
    const dueMs = oldest.at.uptimeMs + this.#windowMs;
    this.#cancelTimer = this.#timers.after(Math.max(0, dueMs - nowUptimeMs), () =>
      this.#onDue(oldest, dueMs),
    );
  }

  #onDue(oldest: OpenWindow, dueMs: number): void {
    this.#cancelTimer = undefined;
    if (this.#isBehind()) {
      this.#wasHeld = true;
      const retryMs = Math.max(this.#windowMs, minHoldMs);
      this.#cancelTimer = this.#timers.after(retryMs, () => this.#onDue(oldest, dueMs + retryMs));
      return;
    }
    // After a hold all are told, also those that are not due: the store has room now.
    this.#tellUntil(this.#wasHeld ? Number.POSITIVE_INFINITY : oldest.at.uptimeMs);
    this.#wasHeld = false;
    this.#arm(dueMs);
  }

  #tellUntil(openedUptimeMs: number): void {
    for (const [key, window] of this.#open) {
      if (window.at.uptimeMs > openedUptimeMs) return;
      this.#open.delete(key);
      this.#emit(this.#sightingOf(window));
    }
  }

  #tellOldest(): void {
    const [oldest] = this.#open.values();
    if (oldest !== undefined) this.#tellUntil(oldest.at.uptimeMs);
  }

  #sightingOf(window: OpenWindow): TagSighting {
    const { epc, pc, antenna } = window.first;
    return {
      kind: 'tag-sighting',
      readerId: this.#readerId,
      at: window.at,
      epc,
      pc,
      ...(window.tid === undefined ? {} : { tid: window.tid }),
      ...(window.proof === undefined ? {} : { proof: window.proof }),
      antenna,
      lastSeenUptimeMs: window.lastSeenUptimeMs,
      count: window.count,
      bestRssiDbm: window.bestRssiDbm,
    };
  }
}

function stronger(first: number | undefined, second: number | undefined): number | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return Math.max(first, second);
}
