// When a record was made, where its own clock was not trusted (PROTOCOL.md section 1): a later record of the same boot says
// when that boot began, and the monotonic clock gives the rest. Nothing is rewritten: both times are shown. Pure.

import { type EvidenceRecord, recordKinds } from './record.js';

/** What of a record says when it was. */
export type RecordMoment = Pick<EvidenceRecord, 'bootCount' | 'uptimeMs' | 'clockTrust' | 'observedAtMs'>;

interface Reference {
  readonly uptimeMs: number;
  /** Unix ms at which the boot's uptime was 0. */
  readonly zeroUnixMs: number;
}

/** 9999-12-31T23:59:59.999Z, as for observedAtMs. */
const MAX_TIME_MS = 253_402_300_799_999;

export class TimeReferences {
  readonly #byBoot = new Map<number, Reference[]>();
  readonly #maxBoots: number;

  /** @param maxBoots the oldest boots are forgotten beyond so many */
  constructor(maxBoots = Number.POSITIVE_INFINITY) {
    this.#maxBoots = maxBoots;
  }

  /** Learns from a record of the log; they may come in any order. @returns whether it is a time reference */
  take({ kind, bootCount, uptimeMs, value }: EvidenceRecord): boolean {
    if (kind !== recordKinds.timeReference) return false;
    const known = this.#byBoot.get(bootCount) ?? [];
    if (known.some((one) => one.uptimeMs === uptimeMs && one.zeroUnixMs === value)) return true;
    this.#byBoot.delete(bootCount);
    this.#byBoot.set(
      bootCount,
      [...known, { uptimeMs, zeroUnixMs: value }].sort((a, b) => a.uptimeMs - b.uptimeMs),
    );
    for (const oldest of this.#byBoot.keys()) {
      if (this.#byBoot.size <= this.#maxBoots) break;
      this.#byBoot.delete(oldest);
    }
    return true;
  }

  /** Unix ms at which a record was made, if its own clock was not trusted and its boot has a reference; else undefined. */
  placedMs({ bootCount, uptimeMs, clockTrust }: RecordMoment): number | undefined {
    if (clockTrust !== 0) return undefined;
    const known = this.#byBoot.get(bootCount);
    const reference = known?.find((one) => one.uptimeMs >= uptimeMs) ?? known?.at(-1);
    if (!reference) return undefined;
    return Math.min(MAX_TIME_MS, Math.max(0, reference.zeroUnixMs + uptimeMs));
  }
}
