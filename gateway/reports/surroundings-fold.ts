// What went on around the cargo: contacts that tell of open doors and defrosting, where the truck was, steps of the clock,
// losses, tags that were seen. Pure.

import type { EvidenceRecord } from '../../ledger-sync/evidence/record.js';
import { qualityCodes } from '../../ledger-sync/evidence/record.js';
import { numberOf, textOf } from '../epcis/source-record.js';
import type { DetailDocument } from '../sealing/draft-record.js';

/** A contact said something; its place in time is found at the end. */
export interface ContactMoment {
  readonly sensor: string;
  readonly bootCount: number;
  readonly uptimeMs: number;
  readonly isOpen: boolean;
}

export interface ReportPosition {
  readonly atMs: number;
  readonly latitudeDegE7: number;
  readonly longitudeDegE7: number;
}

export interface PositionSummary {
  readonly fixes: number;
  readonly first: ReportPosition;
  readonly last: ReportPosition;
  readonly southDegE7: number;
  readonly northDegE7: number;
  readonly westDegE7: number;
  readonly eastDegE7: number;
  /** Along the fixes, whole metres. */
  readonly trackM: number;
}

export interface ClockStep {
  readonly atMs: number;
  readonly stepMs: number;
  readonly sequence: number;
}

/** Somebody said what time it was. */
export interface TimeReference {
  readonly atMs: number;
  readonly source: string;
  /** How wrong it may be, ms; undefined: nobody knows. */
  readonly errorMs: number | undefined;
  readonly sequence: number;
}

export interface DataLoss {
  readonly atMs: number;
  readonly cause: string;
  readonly records: number;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly sequence: number;
}

const EARTH_RADIUS_M = 6_371_008.8;
/** A receiver that stands still wanders by a few metres a second: below this nothing was driven. */
const MIN_MOVE_M = 25;

export class SurroundingsFold {
  readonly contacts: ContactMoment[] = [];
  readonly clockSteps: ClockStep[] = [];
  readonly timeReferences: TimeReference[] = [];
  readonly losses: DataLoss[] = [];
  #positions: PositionSummary | undefined;
  #anchor: ReportPosition | undefined;

  get positions(): PositionSummary | undefined {
    return this.#positions && { ...this.#positions, trackM: Math.round(this.#positions.trackM) };
  }

  takeContact(record: EvidenceRecord, sensor: string): void {
    // A contact that cannot be read opens nothing and shuts nothing.
    if (record.quality !== qualityCodes.good) return;
    const { bootCount, uptimeMs, value } = record;
    this.contacts.push({ sensor, bootCount, uptimeMs, isOpen: value !== 0 });
  }

  takePosition({ observedAtMs: atMs }: EvidenceRecord, document: DetailDocument): void {
    const latitudeDegE7 = numberOf(document.latitudeDegE7);
    const longitudeDegE7 = numberOf(document.longitudeDegE7);
    if (latitudeDegE7 === undefined || longitudeDegE7 === undefined) return;
    const here: ReportPosition = { atMs, latitudeDegE7, longitudeDegE7 };
    const before = this.#positions;
    if (!before) {
      this.#anchor = here;
      const box = { southDegE7: latitudeDegE7, northDegE7: latitudeDegE7 };
      const sides = { westDegE7: longitudeDegE7, eastDegE7: longitudeDegE7 };
      this.#positions = { fixes: 1, first: here, last: here, ...box, ...sides, trackM: 0 };
      return;
    }
    const movedM = metresBetween(this.#anchor ?? here, here);
    const isMove = movedM >= MIN_MOVE_M;
    if (isMove) this.#anchor = here;
    this.#positions = {
      fixes: before.fixes + 1,
      first: before.first,
      last: here,
      southDegE7: Math.min(before.southDegE7, latitudeDegE7),
      northDegE7: Math.max(before.northDegE7, latitudeDegE7),
      westDegE7: Math.min(before.westDegE7, longitudeDegE7),
      eastDegE7: Math.max(before.eastDegE7, longitudeDegE7),
      trackM: before.trackM + (isMove ? movedM : 0),
    };
  }

  takeClockEvent({ observedAtMs, sequence, value }: EvidenceRecord, { type }: DetailDocument): void {
    if (type === 'clock-disputed') return;
    this.clockSteps.push({ atMs: observedAtMs, stepMs: value, sequence });
  }

  takeTimeReference({ observedAtMs, sequence }: EvidenceRecord, { source, errorMs }: DetailDocument): void {
    this.timeReferences.push({
      ...{ atMs: observedAtMs, source: textOf(source) ?? 'unknown', errorMs: numberOf(errorMs), sequence },
    });
  }

  takeLoss({ observedAtMs, sequence, value }: EvidenceRecord, document: DetailDocument): void {
    this.losses.push({
      atMs: observedAtMs,
      cause: textOf(document.cause) ?? 'unknown',
      records: value,
      fromMs: numberOf(document.fromMs),
      toMs: numberOf(document.toMs),
      sequence,
    });
  }
}

/** Great circle, haversine. */
function metresBetween(one: ReportPosition, other: ReportPosition): number {
  const radians = (degE7: number) => (degE7 / 1e7) * (Math.PI / 180);
  const north = radians(other.latitudeDegE7 - one.latitudeDegE7);
  const east = radians(other.longitudeDegE7 - one.longitudeDegE7);
  const cosines = Math.cos(radians(one.latitudeDegE7)) * Math.cos(radians(other.latitudeDegE7));
  const half = Math.sin(north / 2) ** 2 + cosines * Math.sin(east / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(half)));
}
