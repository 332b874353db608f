// Watches over kits: begins and ends their legs, sets aside what has used up its allowance or of which nobody can tell, and
// says when the sponsor should have been told. Works by kit and shipment alone; whatever it says of one kit it would say of
// any other with the same numbers. A restart goes on from the rows. Pure but for the state that it is given.

import type { Moment } from '../excursions/judge-clock.js';
import { type KitUse, noUse, worstUse } from '../excursions/kit-use.js';
import { exposureKeyPrefix } from '../excursions/watched-probe.js';
import type { StateChange, StateView } from '../requests/request.js';
import type { DraftRecord, StateRow } from '../sealing/draft-record.js';
import type { Kit } from './kit.js';
import { KitBook, KitWork } from './kit-book.js';
import { begun, ended, judged, type LegCourse } from './kit-leg.js';
import { legDocument } from './leg-statement.js';
import { setAside, tellOverdue } from './set-aside.js';
import { termsHash } from './trial-terms.js';

export interface KitDeskParts {
  readonly state: StateView;
  /** What the probes of a running shipment say of its kits, each for itself. */
  readonly exposures: (shipment: string, at: Moment) => readonly KitUse[];
}

export interface KitChange {
  readonly drafts: readonly DraftRecord[];
  readonly judgeState: readonly StateRow[];
}

const nothing: KitChange = { drafts: [], judgeState: [] };

export class KitDesk {
  readonly #parts: KitDeskParts;
  readonly #book: KitBook;
  readonly #live = new Map<string, KitUse>();

  constructor(parts: KitDeskParts) {
    this.#parts = parts;
    this.#book = new KitBook(parts.state);
  }

  /** Takes rows that requests have changed. */
  adopt(changes: readonly StateChange[]): void {
    this.#book.adopt(changes);
  }

  /** What the kits of a running shipment were exposed to on this leg, as of the last look. */
  exposureOf(shipment: string): KitUse | undefined {
    return this.#live.get(shipment);
  }

  /**
   * Time passes. Everything that was judged must be in the log, or on its way there, before.
   * @param base a draft of this moment; its subject and kind do not matter
   */
  tick(base: DraftRecord): KitChange {
    if (this.#book.kits.size === 0) return nothing;
    const work = new KitWork(base);
    const over: (readonly [shipment: string, kits: readonly string[], course: LegCourse])[] = [];
    for (const [shipment, kits] of this.#book.placed()) {
      const course = this.#book.courseOf(shipment);
      if (!course?.isArmed) continue;
      this.#begin(shipment, kits, course, work);
      if (course.isOver) over.push([shipment, kits.map(({ kit }) => kit), course]);
      this.#judge(shipment, kits, course, work);
    }
    setAside(this.#book, work);
    // A statement says what was decided just now, too.
    for (const [shipment, kits, course] of over) this.#state(shipment, kits, course, work);
    tellOverdue(this.#book, work);
    return work;
  }

  #begin(shipment: string, kits: readonly Kit[], course: LegCourse, work: KitWork): void {
    const fresh = kits.filter(({ place }) => place?.isBegun === false);
    const [first] = fresh;
    if (!first) return;
    for (const kit of fresh) this.#book.put(begun(kit, course, work.base.clockTrust > 0), work);
    const numbers = fresh.map(({ kit }) => kit);
    work.tell({ type: 'trial-kits', event: 'begun', trial: first.trial, kits: numbers }, shipment);
  }

  /** Adds up what the leg has come to, and adds it to the kits when it is over. */
  #judge(shipment: string, kits: readonly Kit[], course: LegCourse, work: KitWork): void {
    const leg = course.isOver ? this.#finalUse(shipment, course, work) : this.#use(shipment, course, work);
    if (course.isOver) this.#live.delete(shipment);
    else this.#live.set(shipment, leg);
    for (const { kit: number } of kits) {
      const kit = this.#book.kits.get(number);
      const terms = kit && this.#book.termsOf(kit.trial);
      if (!kit || !terms) continue;
      const after = judged(kit, leg, terms);
      if (course.isOver) this.#book.put(ended(after, leg, course), work);
      else if (after !== kit) this.#book.put(after, work);
    }
  }

  #use(shipment: string, { armedAtMs }: LegCourse, { base, nowMs }: KitWork): KitUse {
    const uses = this.#parts.exposures(shipment, base);
    return uses.length > 0 ? worstUse(uses) : unmeasured(nowMs - armedAtMs);
  }

  /** As the probes said when the shipment was delivered; if that was lost, nobody can tell. */
  #finalUse(shipment: string, { armedAtMs, deliveredAtMs }: LegCourse, { judgeState }: KitWork): KitUse {
    const rows = this.#parts.state.entries(`${exposureKeyPrefix}${shipment}/`);
    judgeState.push(...rows.map(([key]) => [key, undefined] as const));
    const uses = rows.map(([, row]) => JSON.parse(row) as KitUse);
    return uses.length > 0 ? worstUse(uses) : unmeasured(deliveredAtMs - armedAtMs);
  }

  #state(shipment: string, numbers: readonly string[], course: LegCourse, work: KitWork): void {
    const kits = numbers.flatMap((number) => this.#book.kits.get(number) ?? []);
    const [first] = kits;
    const terms = first && this.#book.termsOf(first.trial);
    if (!terms) return;
    const leg = { fromMs: course.armedAtMs, toMs: course.deliveredAtMs, termsHash: termsHash(terms) };
    work.tell(legDocument({ trial: terms.trial, ...leg }, kits), shipment);
  }
}

const unmeasured = (ms: number): KitUse => ({ ...noUse, unknownMs: Math.max(0, Math.round(ms)) });
