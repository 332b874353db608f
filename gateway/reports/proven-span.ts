// Reads a span of the log for a report, every leaf checked against a signed root before it is shown. A whole log takes
// the quick way, thousands of records under one signature; a broken one is read again commit by commit, so that the
// report can name the places that are not what was signed.

import type { SignedCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import { decodeRecord, type EvidenceRecord } from '../../ledger-sync/evidence/record.js';
import { JournalError } from '../journal/journal-error.js';
import type { JournalReader } from '../journal/journal-reader.js';
import { LogPager } from '../publish/log-page.js';
import type { BrokenPlace } from '../reviews/broken-place.js';
import { walkLog } from '../reviews/log-walk.js';

/** Records under one checked signature: 2 ms each, and four megabytes at most are in memory. */
const PAGE_RECORDS = 4096;
/** Many places tell no more than some do. */
const MAX_PLACES = 100;

/** Sequences, both included. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

export interface SpanProof {
  /** The newest signed head under which records were found; undefined: none. */
  readonly checkpoint: SignedCheckpoint | undefined;
  readonly signatures: number;
  /** Within the span; at most 100. */
  readonly broken: readonly BrokenPlace[];
  /** Records of the span from here on could not be verified; undefined: all were. */
  readonly stoppedAt: number | undefined;
}

/** What takes the records, in their order. */
export interface SpanSink {
  take(record: EvidenceRecord): void;
}

/**
 * Shows the records of a span.
 * @param begin makes what takes them; called again if the log turns out to be broken and is read anew
 * @throws JournalError if the journal cannot be read at all; what the sink throws
 */
export function readSpan<Sink extends SpanSink>(
  journal: JournalReader,
  span: Span,
  begin: () => Sink,
): { readonly sink: Sink; readonly proof: SpanProof } {
  const sink = begin();
  try {
    return { sink, proof: readWhole(journal, span, sink) };
  } catch (error) {
    if (!(error instanceof JournalError) || error.code !== 'JOURNAL_DAMAGED') throw error;
  }
  const again = begin();
  return { sink: again, proof: readBroken(journal, span, again) };
}

function readWhole(journal: JournalReader, { first, last }: Span, sink: SpanSink): SpanProof {
  const pager = new LogPager(journal.log, first);
  let checkpoint: SignedCheckpoint | undefined;
  let signatures = 0;
  const broken: BrokenPlace[] = [];
  while (pager.position <= last) {
    const expected = pager.position;
    const page = pager.next(Math.min(PAGE_RECORDS, Math.max(1, last + 1 - expected)));
    if (!page) break;
    if (page.firstSequence > expected)
      broken.push(gonePlace(journal, Math.max(first, expected), Math.min(last, page.firstSequence - 1)));
    checkpoint = page.checkpoint;
    signatures += 1;
    const count = Math.min(page.leaves.length, last + 1 - page.firstSequence);
    for (let index = 0; index < count; index++) sink.take(decodeRecord(page.leaves[index] as Uint8Array));
  }
  const stoppedAt = pager.position > last ? undefined : pager.position;
  return { checkpoint, signatures, broken, stoppedAt };
}

/** A report over it is not whole, whoever was right to delete it. */
const gonePlace = ({ log }: JournalReader, firstSequence: number, lastSequence: number): BrokenPlace => {
  const isLost = log.pruned
    .all('lost')
    .some((lost) => lost.first <= lastSequence && firstSequence < lost.beyond);
  const what = isLost
    ? 'records among them were lost with a damaged journal, as a signed record of the log says'
    : 'their readings were deleted by rule, as a signed record of the log says';
  return { firstSequence, lastSequence, what };
};

function readBroken(journal: JournalReader, { first, last }: Span, sink: SpanSink): SpanProof {
  const broken: BrokenPlace[] = [];
  const options = { from: first, wants: ({ sequence }: EvidenceRecord) => sequence <= last };
  const { checkpoint, signatures, stoppedAt } = walkLog(
    journal,
    { ...options, recordsPerSignature: 1 },
    {
      record: ({ record }) => sink.take(record),
      broken: (place) => {
        if (place.firstSequence <= last && broken.length < MAX_PLACES) broken.push(place);
      },
      gone: (gap) => {
        if (gap.first <= last) broken.push(gonePlace(journal, gap.first, Math.min(last, gap.beyond - 1)));
      },
    },
  );
  const isCut = stoppedAt !== undefined && stoppedAt <= last;
  return { checkpoint, signatures, broken, stoppedAt: isCut ? stoppedAt : undefined };
}
