// What the judges make of drafts before they are sealed, and of time that passes: more drafts, and rows that are kept
// beside the log, all for one commit. Faults first, then
// excursions and tags, then the alerts that people get of them.

import type { ExcursionDesk } from '../excursions/excursion-desk.js';
import type { FaultDesk } from '../excursions/fault-desk.js';
import type { WatchTerms } from '../excursions/watch-terms.js';
import type { RequestedRecord, StateChange } from '../requests/request.js';
import type { StateStore } from '../requests/state-store.js';
import type { AlertChange, AlertDesk } from '../reviews/alert-desk.js';
import type { DraftRecord, SealReceipt, StateRow } from '../sealing/draft-record.js';

export interface Judged {
  /** What was given, each followed by what came of it. */
  readonly drafts: readonly DraftRecord[];
  readonly judgeState: readonly StateRow[];
}

/** Judges the tags that are read. */
export interface TagJudge {
  take(draft: DraftRecord): Judged;
  /** Takes what others have put into the log. */
  pass(draft: DraftRecord): void;
  tick(base: DraftRecord, position: number): Judged;
}

/** Tells what became of the units that shipments ordered. */
export interface InventoryJudge {
  tick(base: DraftRecord): Judged;
}

/** Watches over the kits of clinical trials. */
export interface KitJudge {
  tick(base: DraftRecord): Judged;
}

export interface JudgingParts {
  readonly faults: FaultDesk;
  readonly excursions: ExcursionDesk;
  readonly alerts: AlertDesk;
  /** Without one tags are recorded and not judged. */
  readonly tags?: TagJudge | undefined;
  readonly inventories?: InventoryJudge;
  /** Without one there are no kits. */
  readonly kits?: KitJudge | undefined;
  /** Shared with whatever else keeps rows beside the log. */
  readonly state: StateStore;
}

interface Work {
  readonly drafts: DraftRecord[];
  readonly judgeState: StateRow[];
}

export class Judging {
  readonly #faults: FaultDesk;
  readonly #excursions: ExcursionDesk;
  readonly #alerts: AlertDesk;
  readonly #tags: TagJudge | undefined;
  readonly #inventories: InventoryJudge | undefined;
  readonly #kits: KitJudge | undefined;
  readonly #state: StateStore;

  constructor({ faults, excursions, alerts, tags, inventories, kits, state }: JudgingParts) {
    this.#faults = faults;
    this.#excursions = excursions;
    this.#alerts = alerts;
    this.#tags = tags;
    this.#inventories = inventories;
    this.#kits = kits;
    this.#state = state;
  }

  /** Takes readings and what else devices say, in their order. */
  take(readings: readonly DraftRecord[]): Judged {
    const work: Work = { drafts: [], judgeState: [] };
    for (const reading of readings) {
      const { before, draft, after, judgeState } = this.#faults.take(reading);
      work.judgeState.push(...judgeState);
      for (const each of before) this.#judge(each, work);
      this.#judge(draft, work);
      for (const each of after) this.#judge(each, work);
    }
    return work;
  }

  #judge(draft: DraftRecord, work: Work): void {
    this.#put(draft, work);
    this.#add(this.#excursions.judge(draft), work);
    if (this.#tags) this.#add(this.#tags.take(draft), work);
  }

  /** @param base a draft of this moment; @param position sequence of the next record */
  tick(base: DraftRecord, position: number): Judged {
    const work: Work = { drafts: [], judgeState: [] };
    this.#add(this.#excursions.tick(base, position), work);
    const judges = [this.#inventories, this.#kits];
    for (const told of [this.#tags?.tick(base, position), ...judges.map((judge) => judge?.tick(base))]) {
      if (!told) continue;
      this.#state.apply(told.judgeState);
      this.#add(told, work);
    }
    this.#enter(this.#alerts.passTime(base.observedAtMs), base, work);
    return work;
  }

  /** Shipments were armed or have ended. */
  assign(terms: readonly WatchTerms[], base: DraftRecord, position: number): Judged {
    const work: Work = { drafts: [], judgeState: [] };
    this.#add(this.#excursions.assign(terms, base, position), work);
    return work;
  }

  /** Takes what people's requests have put into the log. */
  pass(drafts: readonly DraftRecord[]): void {
    for (const draft of drafts) this.#tags?.pass(draft);
  }

  /** Where the drafts of an entry came to lie. */
  placed(drafts: readonly DraftRecord[], firstSequence: number): void {
    this.#alerts.placed(drafts, firstSequence);
  }

  /** A commit is durable. @returns rows for the next one */
  sealed({ size, root }: SealReceipt): readonly StateChange[] {
    const rows = this.#alerts.sealed({ size, root });
    this.#state.apply(rows);
    return rows;
  }

  #add({ drafts, judgeState }: Judged, work: Work): void {
    work.judgeState.push(...judgeState);
    for (const draft of drafts) this.#put(draft, work);
  }

  /** An alert's own records follow the draft that caused them. */
  #put(draft: DraftRecord, work: Work): void {
    work.drafts.push(draft);
    this.#enter(this.#alerts.see(draft), draft, work);
  }

  #enter({ state, records }: AlertChange, about: DraftRecord, work: Work): void {
    if (state.length === 0 && records.length === 0) return;
    this.#state.apply(state);
    work.judgeState.push(...state);
    work.drafts.push(...records.map((record) => draftAt(about, record)));
  }
}

/** A record of the moment of another draft. */
function draftAt(
  about: DraftRecord,
  { kind, subjectName, value, shipmentName, detail }: RequestedRecord,
): DraftRecord {
  return {
    ...about,
    kind,
    subjectName,
    isSalted: false,
    value: value ?? 0,
    quality: 0,
    shipmentName: shipmentName ?? about.shipmentName,
    detail,
  };
}
