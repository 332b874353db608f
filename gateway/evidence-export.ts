// Makes an evidence bundle from the journal: chooses the records, the signed head that proves them, and what a
// reader needs to understand them. What the journal holds is verified before it leaves.

import type { Config } from '../config/schema.js';
import type { LedgerDomain } from '../ledger-sync/evidence/batch.js';
import { type BundleHead, buildBundle } from '../ledger-sync/evidence/bundle.js';
import type { EvidenceBundle } from '../ledger-sync/evidence/bundle-schema.js';
import { fromHex } from '../ledger-sync/evidence/bytes.js';
import type { SignedCheckpoint } from '../ledger-sync/evidence/checkpoint.js';
import { decodeRecord } from '../ledger-sync/evidence/record.js';
import { verifyBundle } from '../ledger-sync/evidence/verify.js';
import { ExportError } from './export-error.js';
import { wordsOf } from './export-words.js';
import { includedBatch } from './included-batch.js';
import { headerOf } from './journal/anchor-rows.js';
import type { StoredBatch } from './journal/batch-rows.js';
import { asDamage } from './journal/damage.js';
import { JournalError } from './journal/journal-error.js';
import type { JournalReader } from './journal/journal-reader.js';

const PAGE_RECORDS = 5000;
/** Of a broken selection, in one hint. */
const MAX_PARTS = 100;
const damageHint =
  'the card has lost data: keep the file, copy it aside, replace the card; nothing was exported';

/** Which records: those of a shipment, those observed in [fromMs, toMs], one, or those of two places and all between. */
export type ExportSelection =
  | { readonly kind: 'record'; readonly sequence: number }
  | { readonly kind: 'span'; readonly first: number; readonly last: number }
  | { readonly kind: 'shipment'; readonly name: string }
  | { readonly kind: 'window'; readonly fromMs: number; readonly toMs: number };

export interface ExportResult {
  readonly bundle: EvidenceBundle;
  /** Records of the selection that no included header covers yet, and that were left out. */
  readonly notAnchored: number;
}

interface Span {
  readonly first: number;
  readonly last: number;
}

function spanOfShipment(journal: JournalReader, name: string): Span {
  const row = journal.shipment(name);
  if (row && row.first_sequence !== null && row.last_sequence !== null) {
    return { first: row.first_sequence, last: row.last_sequence };
  }
  const known = journal.namedShipments();
  throw new ExportError(
    'SHIPMENT_UNKNOWN',
    `the journal has no records of shipment ${name}`,
    known.length > 0
      ? `it knows ${known.join(', ')}`
      : 'name the shipment in the configuration before the readings are taken',
  );
}

/**
 * A clock may step, so the whole log is looked through: first to last record in the window, and all between. Records are
 * found by the time at which they were made, also where their own clock did not know it.
 */
function spanOfWindow(journal: JournalReader, fromMs: number, toMs: number): Span {
  let span: Span | undefined;
  for (let at = 0; ; ) {
    const page = journal.log.stored(at, Number.MAX_SAFE_INTEGER, PAGE_RECORDS);
    for (const { sequence, leaf } of page) {
      const { observedAtMs } = journal.times.placed(decodeRecord(leaf));
      if (observedAtMs >= fromMs && observedAtMs <= toMs)
        span = { first: span?.first ?? sequence, last: sequence };
      at = sequence + 1;
    }
    if (page.length < PAGE_RECORDS) break;
  }
  if (span) return span;
  const text = `no record was observed between ${new Date(fromMs).toISOString()} and ${new Date(toMs).toISOString()}`;
  throw new ExportError(
    'WINDOW_EMPTY',
    text,
    'times are UTC in ISO 8601; see `coldgate status` for what there is',
  );
}

/** What was deleted by rule, or lost, cannot leave; a single record that was kept can, and so can what is whole beside it. */
function requireWhole({ log }: JournalReader, { first, last }: Span): void {
  const gap = log.pruned.at(first) ?? log.pruned.at(log.pruned.nextFirst(first) ?? first);
  if (!gap || gap.first > last) return;
  const isLost = log.pruned.all('lost').some((lost) => lost.first < gap.beyond && gap.first < lost.beyond);
  const from = Math.max(first, gap.first);
  const parts = wholeParts(log, { first, last }).map((part) => `--records ${part.first}-${part.last}`);
  throw new ExportError(
    isLost ? 'RECORDS_LOST' : 'RECORDS_DELETED',
    `records ${from} to ${Math.min(last, gap.beyond - 1)} ${isLost ? 'were lost with a damaged journal' : 'were deleted by rule'}, as signed records of the log say`,
    `${parts.length === 0 ? 'nothing whole is left of them' : `what is whole leaves in parts: ${parts.join(', ')}`}; \`coldgate audit\` lists what is gone, and what was kept`,
  );
}

/** What lies between the gaps; the first hundred. */
function wholeParts(log: JournalReader['log'], { first, last }: Span): Span[] {
  const parts: Span[] = [];
  for (let at = first; at <= last && parts.length < MAX_PARTS; ) {
    const gap = log.pruned.at(at);
    const end = Math.min(last + 1, log.pruned.nextFirst(at) ?? last + 1);
    if (!gap && at < end) parts.push({ first: at, last: end - 1 });
    at = gap ? gap.beyond : end;
  }
  return parts;
}

function spanOfRecord(journal: JournalReader, sequence: number): Span {
  if (journal.log.leaf(sequence)) return { first: sequence, last: sequence };
  requireWhole(journal, { first: sequence, last: sequence });
  throw new ExportError(
    'WINDOW_EMPTY',
    `the journal has no record ${sequence}`,
    'sequences count from 0; see `coldgate status` for what there is',
  );
}

function spanOf(journal: JournalReader, selection: ExportSelection): Span {
  switch (selection.kind) {
    case 'record':
      return spanOfRecord(journal, selection.sequence);
    case 'span':
      spanOfRecord(journal, selection.last);
      return { first: selection.first, last: selection.last };
    case 'shipment':
      return spanOfShipment(journal, selection.name);
    case 'window':
      return spanOfWindow(journal, selection.fromMs, selection.toMs);
  }
}

function batchHead(
  journal: JournalReader,
  domain: LedgerDomain,
  row: StoredBatch,
  checkpoint: SignedCheckpoint | undefined,
): BundleHead {
  const { chainId, verifyingContract } = domain;
  const header = headerOf(row, journal.gateway);
  const previous = journal.batch(chainId, verifyingContract, row.seq - 1);
  const inclusion = journal.inclusion(chainId, verifyingContract, row.seq);
  const aggregate = journal.aggregateProof(chainId, verifyingContract, row.seq);
  return {
    kind: 'batch',
    domain,
    batch: { ...header, signature: row.signature },
    previous: previous && headerOf(previous, journal.gateway),
    checkpoint,
    anchor: inclusion && {
      transactionHash: inclusion.transaction_hash,
      blockNumber: inclusion.block_number,
      blockHash: inclusion.block_hash,
      blockTimeMs: inclusion.block_time_ms,
      ...(aggregate ? { aggregate } : {}),
    },
  };
}

function readLeaves(journal: JournalReader, first: number, end: number): Uint8Array[] {
  const leaves: Uint8Array[] = [];
  while (first + leaves.length < end) {
    const page = journal.log.leaves(
      first + leaves.length,
      Math.min(PAGE_RECORDS, end - first - leaves.length),
    );
    if (page.length === 0) break;
    leaves.push(...page);
  }
  return leaves;
}

/**
 * The bundle of a selection. Proven by a header on the ledger where one is included, else by the newest checkpoint.
 * @param isSignedOnly take all records and prove them by the newest checkpoint
 * @param isLasting by the first checkpoint that has them all, without what was signed since: the same bundle tomorrow
 * @throws ExportError SHIPMENT_UNKNOWN, WINDOW_EMPTY, RECORDS_DELETED, RECORDS_LOST; JournalError JOURNAL_DAMAGED if what is stored
 *   does not verify
 */
export function exportEvidence(
  journal: JournalReader,
  config: Config,
  selection: ExportSelection,
  isSignedOnly: boolean,
  isLasting = false,
): ExportResult {
  try {
    return provenExport(journal, config, selection, isSignedOnly, isLasting);
  } catch (error) {
    if (error instanceof ExportError) throw error;
    throw asDamage(error, 'what was to be exported', damageHint);
  }
}

function provenExport(
  journal: JournalReader,
  config: Config,
  selection: ExportSelection,
  isSignedOnly: boolean,
  isLasting: boolean,
): ExportResult {
  // What is shown of a shipment or of a time ends where the log does; a single record is what it is.
  if (selection.kind !== 'record') journal.refuseShortened();
  const span = spanOf(journal, selection);
  const domain = config.ledger && {
    chainId: config.ledger.chainId,
    verifyingContract: fromHex(config.ledger.contract),
  };
  const row = isSignedOnly ? undefined : domain && includedBatch(journal, domain, span);
  const newest = journal.log.latestCheckpoint();
  const checkpoint = isLasting ? journal.log.checkpointCovering(span.last) : newest;
  if (!checkpoint) throw new ExportError('WINDOW_EMPTY', 'the log is empty', 'run the gateway first');
  const end = Math.min(span.last + 1, row?.size ?? checkpoint.size);
  const kept = span.first + 1 === end ? journal.log.leaf(span.first) : undefined;
  if (!kept) requireWhole(journal, { first: span.first, last: end - 1 });
  const leaves = kept ? [kept] : readLeaves(journal, span.first, end);
  const head: BundleHead =
    row && domain
      ? batchHead(journal, domain, row, isLasting ? undefined : newest)
      : { kind: 'checkpoint', checkpoint };
  const bundle = buildBundle({ leaves, ...wordsOf(journal, leaves), proof: journal.log, head });
  const check = verifyBundle(bundle).checks.find(({ outcome }) => outcome === 'failed');
  if (check) {
    throw new JournalError(
      'JOURNAL_DAMAGED',
      `the records ${span.first} to ${end - 1} in the journal are not what was signed: ${check.text}`,
      damageHint,
    );
  }
  return { bundle, notAnchored: row ? span.last + 1 - end : 0 };
}
