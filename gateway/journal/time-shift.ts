// By how much times are wrong that were written down by the clock of a record which was not trusted. For rows beside the log,
// which have times and no boots: they are shown moved as the record is.

import { decodeRecord } from '../../ledger-sync/evidence/record.js';
import type { JournalReader } from './journal-reader.js';

export interface TimeShift {
  /** When the record was made, by its own clock. */
  readonly recordedMs: number;
  /** When it was made. */
  readonly placedMs: number;
}

/** undefined: the record's own time stands, or it is not there. */
export function timeShiftAt(
  { log, times }: Pick<JournalReader, 'log' | 'times'>,
  sequence: number | null | undefined,
): TimeShift | undefined {
  const leaf = typeof sequence === 'number' ? log.leaf(sequence) : undefined;
  const record = leaf && decodeRecord(leaf);
  const placedMs = record && times.placedMs(record);
  return placedMs === undefined ? undefined : { recordedMs: record?.observedAtMs ?? 0, placedMs };
}

/** A time by the clock of that record, as it was. One that is nearer to the right clock was told after that was known. */
export function shifted(ms: number, shift: TimeShift | undefined): number {
  if (!shift) return ms;
  const { recordedMs, placedMs } = shift;
  const isRight = Math.abs(ms - placedMs) <= Math.abs(ms - recordedMs);
  return isRight ? ms : Math.max(0, ms + placedMs - recordedMs);
}
