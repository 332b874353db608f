// Counts the time that a product spends in the bands of its stability statement, over its whole life. Pure.
// A hole in the readings is counted apart, not debited: a guess must not look like a measurement. But it blocks the
// automatic release as soon as it could have used up a band, and warnings count it in.

import type { StabilityBand } from '../../config/alarm-profile.js';
import { type BandLevel, isGraver, isWithin, levelOf, levels } from './band-level.js';
import { type HeldReading, type ReadingTime, stretchBetween } from './reading-time.js';
import { checkLedger, type LedgerCheck, type LedgerEntry, type Moment } from './stability-ledger.js';

export interface BudgetTerms {
  readonly product: string;
  readonly shipment: string;
  readonly gateway: string;
  readonly sensor: string;
  readonly bands: readonly StabilityBand[];
  /** A reading holds no longer than this. */
  readonly maxGapMs: number;
}

export interface BudgetReading extends ReadingTime {
  readonly temperatureMilliC: number;
  readonly isGood: boolean;
}

/** Plain JSON of safe integers. */
interface BandState {
  readonly id: string;
  /** With what is not entered yet. */
  readonly totalMs: number;
  readonly enteredMs: number;
  /** Where the time that is not entered yet began; null: there is none. */
  readonly since: Moment | null;
  readonly level: BandLevel;
}

/** What must survive a restart. */
export interface BudgetState {
  readonly entries: number;
  /** Up to where the entries count; null: there is none yet. */
  readonly enteredTo: Moment | null;
  readonly last: HeldReading | null;
  readonly bands: readonly BandState[];
  readonly unknownMs: number;
  readonly enteredUnknownMs: number;
  readonly beyondMs: number;
  readonly enteredBeyondMs: number;
}

export interface BandStatus {
  readonly band: string;
  readonly level: BandLevel;
  readonly usedMs: number;
  /** Used, and all holes besides. */
  readonly usedAtMostMs: number;
  readonly allowanceMs: number;
}

export interface BudgetStatus {
  readonly state: BandLevel;
  readonly bands: readonly BandStatus[];
  readonly unknownMs: number;
  /** Above every band: no statement covers it. */
  readonly beyondMs: number;
  /** False says that a person must decide; true is no release. */
  readonly allowsAutomaticRelease: boolean;
}

export interface BudgetChange {
  /** Bands that have risen to a graver level. */
  readonly warnings: readonly BandStatus[];
  /** Debits to be recorded: of bands that the product has left, or whose level has risen. */
  readonly entries: readonly LedgerEntry[];
}

export type OpenedBudget =
  | { readonly ok: true; readonly budget: StabilityBudget }
  | (LedgerCheck & { readonly ok: false });

/** Takes over what other gateways have debited, or says why it cannot be believed. */
export function openBudget(terms: BudgetTerms, carried: readonly LedgerEntry[]): OpenedBudget {
  const check = checkLedger(terms.product, terms.bands, carried);
  if (!check.ok) return check;
  const { entries, unknownMs, beyondMs } = check;
  const bands = terms.bands.map((band) => {
    const totalMs = check.totalMs.get(band.id) ?? 0;
    const level = levelOf(band, totalMs, unknownMs);
    return { id: band.id, totalMs, enteredMs: totalMs, since: null, level };
  });
  const sums = { unknownMs, enteredUnknownMs: unknownMs, beyondMs, enteredBeyondMs: beyondMs };
  const enteredTo = carried.at(-1)?.to ?? null;
  // Between the last gateway's end and the first reading here nobody measured. Only the wall clock can tell how long
  // that was: no gateway has this boot count.
  const last = enteredTo && { ...enteredTo, bootCount: -1, temperatureMilliC: null };
  return { ok: true, budget: new StabilityBudget(terms, { entries, enteredTo, last, bands, ...sums }) };
}

export class StabilityBudget {
  readonly #terms: BudgetTerms;
  #state: BudgetState;

  /** Resumes from what `save` gave under the same terms; a new product begins with `openBudget`. */
  constructor(terms: BudgetTerms, saved: BudgetState) {
    this.#terms = terms;
    this.#state = saved;
  }

  /** Debits the time up to this reading at the temperature of the one before. */
  take({ temperatureMilliC, isGood, observedAtMs, uptimeMs, bootCount }: BudgetReading): BudgetChange {
    const at = { observedAtMs, uptimeMs, bootCount };
    const { last } = this.#state;
    if (last) this.#debit(last, at);
    this.#state = { ...this.#state, last: { ...at, temperatureMilliC: isGood ? temperatureMilliC : null } };
    const warnings = this.#raiseLevels();
    const risen = new Set(warnings.map(({ band }) => band));
    return { warnings, entries: this.#enter(at, ({ id }) => risen.has(id) || !this.#isNowIn(id)) };
  }

  /**
   * Debits everything that is not entered yet: at a handover, before the ledger is carried on. The last entry says up
   * to when somebody measured, and debits 0 where there was nothing to debit.
   */
  settle(): readonly LedgerEntry[] {
    const { last, enteredTo, bands } = this.#state;
    if (!last || last.bootCount < 0) return [];
    const isCounted = enteredTo?.bootCount === last.bootCount && enteredTo.uptimeMs === last.uptimeMs;
    const since = enteredTo ?? momentOf(last);
    if (!isCounted && bands.every((band) => band.since === null)) {
      const marked = bands.map((band, at) => (at === 0 ? { ...band, since } : band));
      this.#state = { ...this.#state, bands: marked };
    }
    return this.#enter(last, () => true);
  }

  status(): BudgetStatus {
    const { unknownMs, beyondMs } = this.#state;
    const bands = this.#terms.bands.map((band) => this.#statusOf(band));
    const state = levels.findLast((level) => bands.some((band) => band.level === level)) ?? 'within';
    const isSpent = state === 'exhausted' || state === 'uncertain';
    return { state, bands, unknownMs, beyondMs, allowsAutomaticRelease: !isSpent && beyondMs === 0 };
  }

  /** For the commit of the reading that was taken last, or of the entries that were settled. */
  save(): BudgetState {
    return this.#state;
  }

  #debit(last: HeldReading, at: Moment): void {
    const { knownMs, unknownMs, temperatureMilliC } = stretchBetween(last, at, this.#terms.maxGapMs);
    const { bands } = this.#terms;
    const isBeyond = bands.length > 0 && bands.every(({ toMilliC }) => temperatureMilliC >= toMilliC);
    const since = momentOf(last);
    this.#state = {
      ...this.#state,
      unknownMs: this.#state.unknownMs + unknownMs,
      beyondMs: this.#state.beyondMs + (isBeyond ? knownMs : 0),
      bands: this.#state.bands.map((band) =>
        knownMs > 0 && isWithin(this.#bandOf(band.id), temperatureMilliC)
          ? { ...band, totalMs: band.totalMs + knownMs, since: band.since ?? since }
          : band,
      ),
    };
  }

  #raiseLevels(): BandStatus[] {
    const raised: BandStatus[] = [];
    const bands = this.#state.bands.map((band) => {
      const level = levelOf(this.#bandOf(band.id), band.totalMs, this.#state.unknownMs);
      if (!isGraver(level, band.level)) return band;
      raised.push(this.#statusOf(this.#bandOf(band.id)));
      return { ...band, level };
    });
    this.#state = { ...this.#state, bands };
    return raised;
  }

  #enter(at: Moment, isDue: (band: BandState) => boolean): LedgerEntry[] {
    const entered: LedgerEntry[] = [];
    for (const band of this.#state.bands) {
      if (band.since === null || !isDue(band)) continue;
      const { id, since, totalMs, enteredMs } = band;
      const { fromMilliC, toMilliC, allowanceMs } = this.#bandOf(id);
      const { product, shipment, gateway, sensor } = this.#terms;
      const { unknownMs, enteredUnknownMs, beyondMs, enteredBeyondMs } = this.#state;
      const number = this.#state.entries + 1;
      entered.push({
        type: 'stability-debit',
        ...{ product, shipment, gateway, sensor, number },
        ...{ band: id, bandFromMilliC: fromMilliC, bandToMilliC: toMilliC, allowanceMs },
        ...{
          from: since,
          to: momentOf(at),
          debitMs: totalMs - enteredMs,
          previousTotalMs: enteredMs,
          totalMs,
        },
        ...{ unknownMs: unknownMs - enteredUnknownMs, beyondMs: beyondMs - enteredBeyondMs },
      });
      const settled = { ...band, enteredMs: totalMs, since: null };
      this.#state = {
        ...this.#state,
        entries: number,
        enteredTo: momentOf(at),
        enteredUnknownMs: unknownMs,
        enteredBeyondMs: beyondMs,
        bands: this.#state.bands.map((known) => (known.id === id ? settled : known)),
      };
    }
    return entered;
  }

  #isNowIn(id: string): boolean {
    const temperatureMilliC = this.#state.last?.temperatureMilliC ?? null;
    return temperatureMilliC !== null && isWithin(this.#bandOf(id), temperatureMilliC);
  }

  #statusOf(band: StabilityBand): BandStatus {
    const usedMs = this.#state.bands.find(({ id }) => id === band.id)?.totalMs ?? 0;
    const usedAtMostMs = usedMs + this.#state.unknownMs;
    const level = levelOf(band, usedMs, this.#state.unknownMs);
    return { band: band.id, level, usedMs, usedAtMostMs, allowanceMs: band.allowanceMs };
  }

  #bandOf(id: string): StabilityBand {
    const none = { id, fromMilliC: 0, toMilliC: 0, allowanceMs: 0 };
    return this.#terms.bands.find((band) => band.id === id) ?? none;
  }
}

/** Only the fields of a moment: what is carried must hold nothing else. */
const momentOf = ({ observedAtMs, uptimeMs, bootCount }: ReadingTime): Moment => ({
  observedAtMs,
  uptimeMs,
  bootCount,
});
