// When a reading was measured, as the log tells: a sensor that kept what it could not send says itself when that was.

import type { EvidenceRecord } from '../../../ledger-sync/evidence/record.js';
import { backlogType } from '../../excursions/judged-input.js';
import type { LogReader } from '../../journal/log-reader.js';
import { signedDetail } from '../../publish/signed-detail.js';

/** Unix ms; never after its arrival. @throws JournalError JOURNAL_DAMAGED if its detail is not what was signed */
export function readingTimeMs(log: LogReader, record: EvidenceRecord): number {
  if (record.detail.length === 0) return record.observedAtMs;
  const text = signedDetail(log, record);
  const detail: unknown = text === undefined ? undefined : JSON.parse(text);
  if (typeof detail !== 'object' || detail === null) return record.observedAtMs;
  const { type, measuredAtMs } = detail as { type?: unknown; measuredAtMs?: unknown };
  const isLate = type === backlogType && typeof measuredAtMs === 'number';
  return isLate ? Math.min(record.observedAtMs, Math.max(0, measuredAtMs)) : record.observedAtMs;
}
