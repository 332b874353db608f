// Which software made a shipment's records: the starts of the gateway that the log tells within its span, and the newest
// one before, which is looked for a good way back.

import { decodeRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import type { JournalReader } from '../journal/journal-reader.js';
import { LogPager } from '../publish/log-page.js';
import { WordCheck } from '../reviews/checked-record.js';
import type { Span } from './proven-span.js';
import type { Report } from './report-schema.js';
import type { ShipmentFold } from './shipment-fold.js';
import { instantOf } from './utc.js';

const PAGE_RECORDS = 4096;
/** A day of a busy truck; beyond it the start is not worth the wait. */
const MAX_BACK = 131_072;

type Version = Report['gateway']['versions'][number];

/** The oldest first; empty where the log tells no start near enough. */
export function versionsOf(journal: JournalReader, { versions }: ShipmentFold, { first }: Span): Version[] {
  const within = versions.map(({ version, atMs, sequence }) => ({
    ...{ version, startedAt: instantOf(atMs), sequence },
  }));
  const before = startBefore(journal, first);
  return before ? [before, ...within] : within;
}

function startBefore(journal: JournalReader, end: number): Version | undefined {
  const words = new WordCheck(journal);
  const lowest = Math.max(0, end - MAX_BACK);
  for (let to = end; to > lowest; to -= PAGE_RECORDS) {
    const from = Math.max(lowest, to - PAGE_RECORDS);
    const leaves = journal.log.leaves(from, to - from);
    for (let index = leaves.length - 1; index >= 0; index--) {
      const found = versionAt(journal, words, from + index, leaves[index] as Uint8Array);
      if (found) return found;
    }
  }
  return undefined;
}

function versionAt(
  journal: JournalReader,
  words: WordCheck,
  sequence: number,
  leaf: Uint8Array,
): Version | undefined {
  try {
    const record = decodeRecord(leaf);
    if (record.kind !== recordKinds.operatorAction) return undefined;
    const checked = words.check(record);
    if ('forged' in checked || checked.detail === undefined || checked.detail === 'missing') return undefined;
    const { type, version } = checked.detail;
    if (type !== 'gateway-started' || typeof version !== 'string') return undefined;
    // It lies before the span that was proven: its own page must lead to a signed root.
    new LogPager(journal.log, sequence).next(1);
    return { version, startedAt: instantOf(record.observedAtMs), sequence };
  } catch {
    // What cannot be read or proven tells nothing of versions; the audit tells of it.
    return undefined;
  }
}
