// A watch of which a damaged journal has lost rows, made whole by what is left of it: a fold by an older one, since the log holds
// what came after it, and what was told by telling it again. Pure.

import type { StateView } from '../requests/request.js';
import type { StateRow } from '../sealing/draft-record.js';
import type { FoldState } from './probe-fold.js';
import type { TellState } from './probe-watch.js';
import type { LedgerEntry } from './stability-ledger.js';
import type { ToldBudgetState } from './told-budgets.js';
import type { Snapshot } from './watch-shelf.js';

const rowsOfWatch = /^(?:told|fold|past|late)\/(watch\/.*)$/;
const noMark = { sinceMs: null, totalMs: 0 };
const emptyFold: FoldState = {
  ...{ startMs: null, lastMs: null, held: null, judge: undefined, rules: [] },
  ...{ marks: { door: noMark, defrost: noMark }, mkt: null, budgets: {} },
};

/** Keys (`watchKey`) of the watches of which anything is left. */
export function watchKeysIn(state: StateView): readonly string[] {
  const keys = state.entries('').flatMap(([key]) => rowsOfWatch.exec(key)?.[1] ?? []);
  return [...new Set(keys)];
}

export interface WatchInLog {
  /** Of its shipment's first record; undefined where it has none. */
  readonly firstSequence: number | undefined;
  /** What was debited by its probe for its shipment, in the order of the log. */
  readonly debits: readonly LedgerEntry[];
}

/** @returns all its rows, so that everything is judged again from the oldest that is known */
export function restoredWatch(
  key: string,
  state: StateView,
  { firstSequence, debits }: WatchInLog,
): readonly StateRow[] {
  const read = <Stored>(part: string): Stored | undefined => {
    const text = state.get(`${part}/${key}`);
    return text === undefined ? undefined : (JSON.parse(text) as Stored);
  };
  const row = (part: string, value?: unknown): StateRow => [
    `${part}/${key}`,
    value === undefined ? undefined : JSON.stringify(value),
  ];
  const past = read<readonly Snapshot[]>('past');
  const beginning = firstSequence === undefined ? undefined : { position: firstSequence, fold: emptyFold };
  const snapshot = read<Snapshot>('fold') ?? past?.at(-1) ?? beginning;
  // Where it began nobody knows: another begins now, and does not withdraw what it has never seen.
  if (!snapshot) return ['told', 'late'].map((part) => row(part));
  const kept = past ?? [snapshot];
  const oldest = kept[0]?.fold ?? snapshot.fold;
  const told: TellState = read<TellState>('told') ?? {
    ...{ rules: [], silence: null, mktSinceMs: null },
    ...{ budgets: toldOf(debits), assignedMs: oldest.startMs ?? 0 },
  };
  const lateFromMs = Math.min(oldest.lastMs ?? 0, read<number>('late') ?? Number.POSITIVE_INFINITY);
  return [row('told', told), row('fold', snapshot), row('past', kept), row('late', lateFromMs)];
}

function toldOf(debits: readonly LedgerEntry[]): ToldBudgetState {
  const told: Record<string, { entries: LedgerEntry[]; levels: Record<string, never> }> = {};
  for (const debit of debits) {
    told[debit.product] ??= { entries: [], levels: {} };
    const { entries = [] } = told[debit.product] ?? {};
    if (!entries.some(({ number }) => number === debit.number)) entries.push(debit);
  }
  return told;
}
