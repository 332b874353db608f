// What people have been told of a rule's excursions, and what must be told now that the readings show this. An
// excursion is told once when it opens and once when it closes; what a late reading changes is told as a correction,
// and what it shows never to have been is withdrawn. Nothing that was told is taken back in silence. Pure.

import {
  type Excursion,
  joinMs,
  maxExcursions,
  patientOpenings,
  type RuleExcursions,
} from './rule-excursions.js';

export type ExcursionEvent = 'opened' | 'closed' | 'corrected' | 'withdrawn';

/** As it was told last. Plain JSON. */
export type Told = Excursion & { readonly id: string };

export interface Telling {
  readonly event: ExcursionEvent;
  readonly id: string;
  readonly excursion: Excursion;
}

const nothing: readonly Telling[] = [];

export class ToldExcursions {
  readonly #nameOf: (excursion: Excursion) => string;
  #told: readonly Told[];
  #seen: unknown;
  #seenTurns = -1;
  #waitsUntilMs = Number.POSITIVE_INFINITY;
  /** Whether the last comparison had one that no reading shows. */
  #isForeseen = false;

  /** @param nameOf a name that no other excursion has */
  constructor(nameOf: (excursion: Excursion) => string, saved: readonly Told[] = []) {
    this.#nameOf = nameOf;
    this.#told = saved;
  }

  save(): readonly Told[] {
    return this.#told;
  }

  /**
   * @param shown the rule's excursions as its readings show them
   * @param foreseen one more that no reading shows yet
   */
  compare(shown: RuleExcursions, nowMs: number, foreseen?: Excursion): readonly Telling[] {
    const { list } = shown;
    const isSame = list === this.#seen && shown.turns === this.#seenTurns;
    if (isSame && !foreseen && !this.#isForeseen && nowMs < this.#waitsUntilMs) return nothing;
    this.#seen = list;
    this.#seenTurns = shown.turns;
    this.#isForeseen = foreseen !== undefined;
    this.#waitsUntilMs = Number.POSITIVE_INFINITY;
    const tellings: Telling[] = [];
    const left = new Set(this.#told);
    const told: Told[] = [];
    for (const excursion of foreseen ? [...list, foreseen] : list) {
      const match = [...left].find((known) => isOneWith(known, excursion));
      if (match) left.delete(match);
      const next: Told = { ...excursion, id: match?.id ?? this.#nameOf(excursion) };
      told.push(this.#next(match, next, nowMs, tellings));
    }
    const oldestMs = list[0]?.sinceMs ?? Number.NEGATIVE_INFINITY;
    for (const gone of left) {
      // Too old to be corrected: it stands as it was told.
      if (gone.endedMs !== null && gone.sinceMs < oldestMs && list.length === maxExcursions) continue;
      tellings.push({ event: 'withdrawn', id: gone.id, excursion: gone });
    }
    this.#told = told.slice(-maxExcursions);
    return tellings;
  }

  /** What must be told when nobody watches any more. */
  end(nowMs: number): Telling[] {
    return this.#told
      .filter(({ endedMs }) => endedMs === null)
      .map(({ id, ...excursion }) => ({ event: 'closed', id, excursion: { ...excursion, endedMs: nowMs } }));
  }

  /** What is told of one excursion; gives what is kept as told. */
  #next(before: Told | undefined, now: Told, nowMs: number, tellings: Telling[]): Told {
    const { id } = now;
    const tell = (event: ExcursionEvent) => tellings.push({ event, id, excursion: now });
    const isOpen = now.endedMs === null;
    if (!before) {
      tell('opened');
      if (!isOpen) tell('closed');
      return now;
    }
    const wasOpen = before.endedMs === null;
    const isMoved = before.sinceMs !== now.sinceMs || before.firedAtMs !== now.firedAtMs;
    const isOtherEnd = !wasOpen && !isOpen && differs(before, now);
    if (isMoved || isOtherEnd) tell('corrected');
    if (wasOpen && !isOpen) {
      const endMs = (now.endedMs ?? nowMs) + (now.openings < patientOpenings ? 0 : joinMs);
      if (nowMs < endMs) {
        this.#waitsUntilMs = Math.min(this.#waitsUntilMs, endMs);
        return { ...now, endedMs: null };
      }
      tell('closed');
    } else if (!wasOpen && isOpen) tell('opened');
    return now;
  }
}

function differs(one: Excursion, other: Excursion): boolean {
  return (
    one.endedMs !== other.endedMs ||
    one.outsideMs !== other.outsideMs ||
    one.extremeMilliC !== other.extremeMilliC
  );
}

/** Whether two tellings can be of one excursion: they overlap, or lie as near as stays that are joined. */
function isOneWith(known: Excursion, other: Excursion): boolean {
  const endOf = ({ endedMs }: Excursion) => endedMs ?? Number.POSITIVE_INFINITY;
  return known.sinceMs <= endOf(other) + joinMs && other.sinceMs <= endOf(known) + joinMs;
}
