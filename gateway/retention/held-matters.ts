// Shipments, alerts and the judges' own memory as holds. Rows are only glanced at: there are years of closed ones, and one
// that cannot be read holds everything, since nobody knows what it is about.

import type { JournalReader } from '../journal/journal-reader.js';
import type { StoredShipment } from '../journal/shipment-rows.js';
import type { Hold } from './holds.js';

const MS_PER_DAY = 86_400_000;
/** A probe that has been silent for so long, beside others that spoke, has nothing between that could be judged again. */
const SILENT_MS = 10 * MS_PER_DAY;
/** Of a shipment's life; in any other state somebody still works on it. */
const finalStates: ReadonlySet<unknown> = new Set(['released', 'rejected', 'closed']);

interface Row {
  readonly [field: string]: unknown;
}

const asRow = (value: unknown): Row | undefined =>
  typeof value === 'object' && value !== null ? (value as Row) : undefined;

function rowOf(text: string): Row | undefined {
  try {
    return asRow(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const numberIn = (row: Row | undefined, field: string) => {
  const value = row?.[field];
  return typeof value === 'number' ? value : undefined;
};

const everything = (by: string): Hold => ({ first: 0, beyond: Number.MAX_SAFE_INTEGER, by });

/** The records of alerts that nobody has closed, and all between the first and the last of one. */
export function alertHolds(journal: JournalReader): Hold[] {
  return journal.judgeStatesOf('alert/').flatMap(([key, text]) => {
    const alert = rowOf(text);
    if (!alert) return [everything(`${key}, unreadable`)];
    if (alert.state === 'closed') return [];
    const by = `alert ${key.slice('alert/'.length)}`;
    const first = numberIn(alert, 'firstSequence');
    const last = numberIn(alert, 'lastSequence');
    const pending = numberIn(asRow(alert.pending), 'fromSequence');
    return [
      ...(first === undefined || last === undefined ? [] : [{ first, beyond: last + 1, by }]),
      // Where they came to lie is found again from there.
      ...(pending === undefined ? [] : [{ ...everything(by), first: pending }]),
    ];
  });
}

/** What alerts of any state are about, from the first record of each to its last. */
export function excursionHolds(journal: JournalReader): Hold[] {
  return journal.judgeStatesOf('alert/').flatMap(([key, text]) => {
    const alert = rowOf(text);
    const first = numberIn(alert, 'firstSequence');
    const last = numberIn(alert, 'lastSequence');
    if (first === undefined || last === undefined) return [];
    return [{ first, beyond: last + 1, by: `alert ${key.slice('alert/'.length)}` }];
  });
}

export interface ShipmentTerms {
  readonly keepDays: number;
  /** Id in the configuration: open as long as it stands there. */
  readonly configured: string | undefined;
  readonly nowMs: number;
  readonly observedAtMs: (sequence: number) => number | undefined;
}

/** When a shipment ended; undefined while it has not, or where its row does not say. */
function endedAtMs(
  { name, last_sequence: last }: StoredShipment,
  text: string | undefined,
  terms: ShipmentTerms,
) {
  if (name === terms.configured) return undefined;
  // Only named in a configuration: it ended with its last record.
  if (text === undefined) return terms.observedAtMs(last ?? 0) ?? 0;
  const row = rowOf(text);
  if (!row || !finalStates.has(row.state) || !Array.isArray(row.history)) return undefined;
  return numberIn(asRow(row.history.at(-1)), 'atMs');
}

/** All records from a shipment's first to its last, its neighbours' too: only a whole span can be proven to be whole. */
export function shipmentHolds(journal: JournalReader, terms: ShipmentTerms): Hold[] {
  const rows = new Map(journal.judgeStatesOf('shipment/'));
  return journal.shipments().flatMap((shipment) => {
    const { name, first_sequence: first, last_sequence: last } = shipment;
    if (first === null || last === null) return [];
    const ended = endedAtMs(shipment, rows.get(`shipment/${name}`), terms);
    if (ended !== undefined && terms.nowMs - ended > terms.keepDays * MS_PER_DAY) return [];
    return [{ first, beyond: last + 1, by: `shipment ${name}`, isEnded: ended !== undefined }];
  });
}

/** The first record that a start, or a reading that comes late, makes the judges read again. */
export function judgeHold(journal: JournalReader): number[] {
  const folds = [
    ...journal.judgeStatesOf('fold/'),
    ...journal.judgeStatesOf('authenticity/').filter(([key]) => key === 'authenticity/fold'),
  ];
  const positions = folds.map(([, text]) => numberIn(rowOf(text), 'position') ?? 0);
  const past = journal.judgeStatesOf('past/').map(([, text]) => {
    const snapshots: unknown = rowOf(text);
    const [oldest, newest] = Array.isArray(snapshots) ? [asRow(snapshots[0]), asRow(snapshots.at(-1))] : [];
    const lastMs = numberIn(asRow(newest?.fold), 'lastMs');
    return { position: numberIn(oldest, 'position') ?? 0, lastMs: lastMs ?? Number.NEGATIVE_INFINITY };
  });
  const newestMs = Math.max(Number.NEGATIVE_INFINITY, ...past.map(({ lastMs }) => lastMs));
  const spoke = past.filter(({ lastMs }) => newestMs - lastMs <= SILENT_MS);
  positions.push(...spoke.map(({ position }) => position));
  return positions.length === 0 ? [] : [Math.min(...positions)];
}
