// Kits and quarantines as they stand, read once and kept in step with the rows; and what one look at them puts into the log.

import { recordKinds } from '../../ledger-sync/evidence/record.js';
import type { StateChange, StateView } from '../requests/request.js';
import type { DetailDocument, DraftRecord, StateRow } from '../sealing/draft-record.js';
import { readShipment } from '../shipments/shipment.js';
import { type Kit, kitKeyPrefix, kitRow, parseKit } from './kit.js';
import { type LegCourse, legCourse } from './kit-leg.js';
import { parseQuarantine, type Quarantine, quarantineKeyPrefix, quarantineRow } from './quarantine.js';
import { readTerms, type TrialTerms, termsKeyPrefix } from './trial-terms.js';

const countKey = 'quarantine-count';
const shipmentKeyPrefix = 'shipment/';

/** What one look has come to. */
export class KitWork {
  readonly drafts: DraftRecord[] = [];
  readonly judgeState: StateRow[] = [];
  /** Unix ms. */
  readonly nowMs: number;

  /** @param base a draft of this moment; its subject and kind do not matter */
  constructor(readonly base: DraftRecord) {
    this.nowMs = Math.max(0, Math.round(base.observedAtMs));
  }

  /** @param shipment to which the record belongs */
  tell(detail: DetailDocument, shipment: string | undefined): void {
    const about = { kind: recordKinds.shipmentEvent, value: 0, quality: 0, detail };
    const subject =
      shipment === undefined
        ? { subjectName: 'trials', isSalted: false }
        : { subjectName: shipment, shipmentName: shipment, isSalted: true };
    this.drafts.push({ ...this.base, ...about, ...subject });
  }
}

export class KitBook {
  readonly state: StateView;
  readonly kits = new Map<string, Kit>();
  readonly quarantines = new Map<string, Quarantine>();
  readonly #courses = new Map<string, LegCourse | undefined>();
  /** By trial: looked at for each kit, every second. */
  readonly #terms = new Map<string, TrialTerms | undefined>();
  #count: number;

  constructor(state: StateView) {
    this.state = state;
    this.#count = Number(state.get(countKey) ?? 0);
    for (const prefix of [kitKeyPrefix, quarantineKeyPrefix]) this.adopt(state.entries(prefix));
  }

  /** Takes rows that requests have changed. One that cannot be read keeps nobody from the others. */
  adopt(changes: readonly StateChange[]): void {
    for (const [key, row] of changes) {
      if (key.startsWith(kitKeyPrefix)) keep(this.kits, key.slice(kitKeyPrefix.length), row, parseKit);
      else if (key.startsWith(quarantineKeyPrefix))
        keep(this.quarantines, key.slice(quarantineKeyPrefix.length), row, parseQuarantine);
      else if (key.startsWith(termsKeyPrefix)) this.#terms.clear();
      else if (key.startsWith(shipmentKeyPrefix)) this.#courses.delete(key.slice(shipmentKeyPrefix.length));
    }
  }

  /** Kits by the shipment that they go with, each in rising order. */
  placed(): ReadonlyMap<string, readonly Kit[]> {
    const placed = new Map<string, Kit[]>();
    for (const kit of this.kits.values()) {
      if (!kit.place) continue;
      const others = placed.get(kit.place.shipment);
      if (others) others.push(kit);
      else placed.set(kit.place.shipment, [kit]);
    }
    for (const kits of placed.values()) kits.sort((a, b) => (a.kit < b.kit ? -1 : 1));
    return placed;
  }

  courseOf(shipment: string): LegCourse | undefined {
    if (!this.#courses.has(shipment)) {
      const known = readShipment(this.state, shipment);
      this.#courses.set(shipment, known && legCourse(known));
    }
    return this.#courses.get(shipment);
  }

  termsOf(trial: string): TrialTerms | undefined {
    if (!this.#terms.has(trial)) this.#terms.set(trial, readTerms(this.state, trial));
    return this.#terms.get(trial);
  }

  put(kit: Kit, work: KitWork): void {
    this.kits.set(kit.kit, kit);
    work.judgeState.push(kitRow(kit));
  }

  putQuarantine(quarantine: Quarantine, work: KitWork): void {
    this.quarantines.set(quarantine.id, quarantine);
    work.judgeState.push(quarantineRow(quarantine));
  }

  /** Names no trial: it stands in topics. */
  newQuarantineId(work: KitWork): string {
    this.#count += 1;
    work.judgeState.push([countKey, String(this.#count)]);
    return `kits-q${this.#count}`;
  }
}

function keep<Value>(
  into: Map<string, Value>,
  name: string,
  row: string | undefined,
  parse: (row: string) => Value,
): void {
  try {
    if (row === undefined) into.delete(name);
    else into.set(name, parse(row));
  } catch {
    into.delete(name);
  }
}
