// The excursions of a shipment as its signed records tell them: of each its newest telling, since a late reading corrects
// what was told and may withdraw it. Nothing here is judged again. Pure.

import { numberOf, textOf } from '../epcis/source-record.js';
import type { DetailDocument } from '../sealing/draft-record.js';

/** Plain JSON; times are Unix ms by the gateway's clock. */
export interface ToldExcursion {
  readonly id: string;
  readonly sensor: string;
  /** Id of a rule of the profile, or `mkt`, `unknown`, `budget-BAND`. */
  readonly rule: string;
  readonly severity: string;
  readonly startedAtMs: number | undefined;
  readonly firedAtMs: number | undefined;
  /** undefined while it goes on. */
  readonly endedAtMs: number | undefined;
  readonly outsideMs: number | undefined;
  readonly extremeMilliC: number | undefined;
  readonly limitMilliC: number | undefined;
  readonly side: string | undefined;
  readonly openings: number;
  readonly doorOpenMs: number;
  readonly defrostMs: number;
  readonly isBeyondUncertainty: boolean | undefined;
  readonly cause: string | undefined;
  readonly mktMicroC: number | undefined;
  /** Of a stability budget. */
  readonly level: string | undefined;
  readonly product: string | undefined;
  readonly isClosed: boolean;
  readonly isWithdrawn: boolean;
  readonly wasCorrected: boolean;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly profileHash: string | undefined;
}

export class ExcursionFold {
  readonly #told = new Map<string, ToldExcursion>();

  take(document: DetailDocument, sequence: number): void {
    const id = textOf(document.excursionId);
    const event = textOf(document.event);
    if (id === undefined || document.type !== 'excursion') return;
    const before = this.#told.get(id);
    this.#told.set(id, {
      id,
      sensor: textOf(document.sensor) ?? '',
      rule: textOf(document.rule) ?? '',
      severity: textOf(document.severity) ?? '',
      startedAtMs: numberOf(document.startedAtMs),
      firedAtMs: numberOf(document.firedAtMs),
      endedAtMs: numberOf(document.endedAtMs),
      outsideMs: numberOf(document.outsideMs),
      extremeMilliC: numberOf(document.extremeMilliC),
      limitMilliC: numberOf(document.limitMilliC),
      side: textOf(document.side),
      openings: numberOf(document.openings) ?? 1,
      doorOpenMs: numberOf(document.doorOpenMs) ?? 0,
      defrostMs: numberOf(document.defrostMs) ?? 0,
      isBeyondUncertainty:
        typeof document.isBeyondUncertainty === 'boolean' ? document.isBeyondUncertainty : undefined,
      cause: textOf(document.cause),
      mktMicroC: numberOf(document.mktMicroC),
      level: textOf(document.level),
      product: textOf(document.product),
      isClosed: numberOf(document.endedAtMs) !== undefined || event === 'closed',
      isWithdrawn: event === 'withdrawn',
      wasCorrected: event === 'corrected' || before?.wasCorrected === true,
      firstSequence: before?.firstSequence ?? sequence,
      lastSequence: sequence,
      profileHash: textOf(document.profileHash),
    });
  }

  /** In the order in which they were told first. */
  get all(): readonly ToldExcursion[] {
    return [...this.#told.values()];
  }
}
