// What a gateway must show while a configuration from afar is on trial: that its owner can reach it again, that what it
// publishes has somewhere to go, and that probes which told something before still do. Anything less could not be mended by
// the next configuration, or would look well and record nothing.

import { decodeRecord, qualityCodes, recordKinds } from '../../../ledger-sync/evidence/record.js';
import type { JournalReader } from '../../journal/journal-reader.js';

/** A probe that was silent for longer was silent before the trial. */
const FRESH_MS = 600_000;
/** Looked through at a time. */
const RECORDS = 256;

const measured: ReadonlySet<number> = new Set([recordKinds.temperature, recordKinds.humidity]);

type Log = Pick<JournalReader['log'], 'leaves' | 'latestCheckpoint'>;

const isReading = (leaf: Uint8Array, afterMs: number): boolean => {
  const { kind, quality, observedAtMs } = decodeRecord(leaf);
  return measured.has(kind) && quality === qualityCodes.good && observedAtMs >= afterMs;
};

/** Whether one of the newest records is a good reading of the last ten minutes. */
export function hasRecentReading(log: Log, nowMs: number): boolean {
  const size = log.latestCheckpoint()?.size ?? 0;
  const from = Math.max(0, size - RECORDS);
  return log.leaves(from, RECORDS).some((leaf) => isReading(leaf, nowMs - FRESH_MS));
}

/** Watches for the first good reading that is durable from now on. */
export class FreshReading {
  readonly #log: Log;
  #seen: number;
  #isThere = false;

  /** @param size records of the log at the start of the role */
  constructor(log: Log, size: number) {
    this.#log = log;
    this.#seen = size;
  }

  get isThere(): boolean {
    const size = this.#log.latestCheckpoint()?.size ?? 0;
    while (!this.#isThere && this.#seen < size) {
      const leaves = this.#log.leaves(this.#seen, Math.min(RECORDS, size - this.#seen));
      if (leaves.length === 0) break;
      this.#isThere = leaves.some((leaf) => isReading(leaf, Number.NEGATIVE_INFINITY));
      this.#seen += leaves.length;
    }
    return this.#isThere;
  }
}

export interface TrialFacts {
  readonly isOwnerReachable: boolean;
  /** By broker; the embedded one too. */
  readonly links: Readonly<Record<string, boolean>>;
  readonly hasReading: () => boolean;
}

/** What is not shown yet; undefined once all is. */
export function missingOnTrial(facts: TrialFacts, needsReading: boolean): string | undefined {
  if (!facts.isOwnerReachable) return 'a connection to the broker of the fleet’s owner';
  const links = Object.values(facts.links);
  if (links.length > 0 && !links.some((isUp) => isUp)) return 'a connection to any broker of `publish`';
  if (needsReading && !facts.hasReading()) return 'a good reading, though there were some before';
  return undefined;
}
