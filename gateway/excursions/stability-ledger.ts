// The debits of a product's time outside its storage range, as they travel in signed records from gateway to gateway,
// and the check that a chain of them adds up. Pure. Who signed an entry is for the evidence of its record to show.

import type { StabilityBand } from '../../config/alarm-profile.js';
import type { ReadingTime } from './reading-time.js';

/** One debit. A detail document: strings and safe integers only. */
export type LedgerEntry = {
  readonly type: 'stability-debit';
  /** The lot or logistic unit whose life is counted. */
  readonly product: string;
  readonly shipment: string;
  readonly gateway: string;
  readonly sensor: string;
  /** From 1 on over all gateways and bands of the product. */
  readonly number: number;
  readonly band: string;
  /** Of the band, so that no gateway goes on counting by other limits. */
  readonly bandFromMilliC: number;
  readonly bandToMilliC: number;
  readonly allowanceMs: number;
  /** First and last reading that it covers. */
  readonly from: Moment;
  readonly to: Moment;
  /** Measured time within the band. */
  readonly debitMs: number;
  /** Sum of the band before it. */
  readonly previousTotalMs: number;
  readonly totalMs: number;
  /** Time since the product's previous entry of which nobody can tell; any band may have had it. */
  readonly unknownMs: number;
  /** Time since then above every band. */
  readonly beyondMs: number;
};

export type Moment = { readonly [field in keyof ReadingTime]: number };

export interface LedgerSums {
  /** How many entries there are. */
  readonly entries: number;
  /** By band id. */
  readonly totalMs: ReadonlyMap<string, number>;
  readonly unknownMs: number;
  readonly beyondMs: number;
}

export type LedgerCheck =
  | ({ readonly ok: true } & LedgerSums)
  | {
      readonly ok: false;
      readonly code:
        | 'ENTRY_MALFORMED'
        | 'ENTRY_REPEATED'
        | 'ENTRY_MISSING'
        | 'BAND_UNKNOWN'
        | 'BAND_CHANGED'
        | 'OTHER_PRODUCT'
        | 'TOTAL_MISMATCH';
      readonly reason: string;
      readonly hint: string;
    };

const isSpan = (value: number) => Number.isSafeInteger(value) && value >= 0;

const texts = ['product', 'shipment', 'gateway', 'sensor', 'band'] as const;
const spans = [
  'number',
  'allowanceMs',
  'debitMs',
  'previousTotalMs',
  'totalMs',
  'unknownMs',
  'beyondMs',
] as const;

function isMoment(value: Partial<Moment> | null | undefined): boolean {
  return [value?.observedAtMs, value?.uptimeMs, value?.bootCount].every((part) => isSpan(part ?? -1));
}

/** Carried entries come from other gateways: their shape is taken on no trust. */
function isWellFormed(entry: LedgerEntry | null): entry is LedgerEntry {
  if (typeof entry !== 'object' || entry === null || entry.type !== 'stability-debit') return false;
  const hasTexts = texts.every((field) => typeof entry[field] === 'string');
  return (
    hasTexts && spans.every((field) => isSpan(entry[field])) && isMoment(entry.from) && isMoment(entry.to)
  );
}

/** A debit that stands there twice under two numbers is told by the time that it covers. */
function identityOf({ gateway, sensor, band, from, to }: LedgerEntry): string {
  return JSON.stringify([gateway, sensor, band, from.bootCount, from.uptimeMs, to.bootCount, to.uptimeMs]);
}

/** Adds up carried entries, in the order of their numbers; refuses what repeats, lacks or contradicts. */
export function checkLedger(
  product: string,
  bands: readonly StabilityBand[],
  carried: readonly LedgerEntry[],
): LedgerCheck {
  const bandOf = new Map(bands.map((band) => [band.id, band]));
  const totalMs = new Map(bands.map(({ id }) => [id, 0]));
  const seen = new Set<string>();
  let [entries, unknownMs, beyondMs] = [0, 0, 0];
  for (const entry of carried) {
    if (!isWellFormed(entry)) {
      return refused('ENTRY_MALFORMED', `what follows entry ${entries} is no stability debit`);
    }
    const { number } = entry;
    if (entry.product !== product) {
      return refused('OTHER_PRODUCT', `entry ${number} is of ${entry.product}, not of ${product}`);
    }
    if (number <= entries || seen.has(identityOf(entry))) {
      return refused('ENTRY_REPEATED', `entry ${number} stands there twice`);
    }
    if (number !== entries + 1) return refused('ENTRY_MISSING', `entry ${entries + 1} is missing`);
    const band = bandOf.get(entry.band);
    if (!band) return refused('BAND_UNKNOWN', `entry ${number} debits the band ${entry.band}`);
    if (
      entry.bandFromMilliC !== band.fromMilliC ||
      entry.bandToMilliC !== band.toMilliC ||
      entry.allowanceMs !== band.allowanceMs
    ) {
      return refused('BAND_CHANGED', `entry ${number} counts the band ${band.id} by other limits`);
    }
    const beforeMs = totalMs.get(band.id) ?? 0;
    if (entry.previousTotalMs !== beforeMs || entry.totalMs !== beforeMs + entry.debitMs) {
      return refused(
        'TOTAL_MISMATCH',
        `entry ${number} does not add up: ${band.id} held ${beforeMs} ms before`,
      );
    }
    seen.add(identityOf(entry));
    totalMs.set(band.id, entry.totalMs);
    entries = number;
    unknownMs += entry.unknownMs;
    beyondMs += entry.beyondMs;
  }
  return { ok: true, entries, totalMs, unknownMs, beyondMs };
}

function refused(code: (LedgerCheck & { ok: false })['code'], reason: string): LedgerCheck {
  const hint = 'ask the previous gateway for the complete ledger; quality decides if there is none';
  return { ok: false, code, reason, hint };
}
