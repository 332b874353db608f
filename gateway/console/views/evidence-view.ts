// How far a part of the log is proven: signed, on the ledger, final. Reads only what is signed and anchored; the bundle itself
// is made by another process.

import type * as z from 'zod';
import type { Config } from '../../../config/schema.js';
import { fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import type { EvidenceState, evidenceQuery } from '../api/evidence.js';
import { ConsoleError, unknown } from '../console-error.js';
import type { ConsoleIndex } from '../index/console-index.js';

interface Span {
  readonly first: number;
  readonly last: number;
}

type Query = z.output<typeof evidenceQuery>;

/** @throws ConsoleError REQUEST_INVALID unless exactly one thing is asked for */
export function requireOneSelection({ shipment, fromMs, toMs, sequence }: Query): void {
  const isWindow = fromMs !== undefined && toMs !== undefined;
  const asked = [shipment !== undefined, fromMs !== undefined || toMs !== undefined, sequence !== undefined];
  const isHalf = (fromMs !== undefined || toMs !== undefined) && !isWindow;
  if (asked.filter(Boolean).length === 1 && !isHalf) return;
  throw new ConsoleError(
    400,
    'REQUEST_INVALID',
    'ask for a shipment, or fromMs and toMs, or a sequence',
    'one of the three',
  );
}

export class EvidenceView {
  readonly #config: Config;
  readonly #journal: JournalReader;
  readonly #index: ConsoleIndex;

  constructor(config: Config, journal: JournalReader, index: ConsoleIndex) {
    this.#config = config;
    this.#journal = journal;
    this.#index = index;
  }

  /** @throws ConsoleError REQUEST_INVALID, SHIPMENT_UNKNOWN, WINDOW_EMPTY */
  read(query: Query): EvidenceState {
    requireOneSelection(query);
    const checkpoint = this.#journal.log.latestCheckpoint();
    const span = this.#spanOf(query);
    if (!span || !checkpoint) throw unknown('record in that window', 'WINDOW_EMPTY');
    const { first, last } = span;
    return {
      firstSequence: first,
      lastSequence: last,
      records: last - first + 1,
      checkpoint: { size: checkpoint.size, root: toHex(checkpoint.root), atMs: checkpoint.timeMs },
      ledger: this.#ledger(span),
    };
  }

  #spanOf({ shipment, fromMs, toMs, sequence }: Query): Span | undefined {
    if (sequence !== undefined)
      return this.#journal.log.leaf(sequence) ? { first: sequence, last: sequence } : undefined;
    if (shipment !== undefined) {
      const row = this.#journal.shipment(shipment);
      if (!row) throw unknown(`shipment ${shipment}`, 'SHIPMENT_UNKNOWN');
      const { first_sequence: first, last_sequence: last } = row;
      return first === null || last === null ? undefined : { first, last };
    }
    return this.#index.reader.sequencesBetween(fromMs ?? 0, toMs ?? 0);
  }

  #ledger({ first, last }: Span): EvidenceState['ledger'] {
    const { ledger } = this.#config;
    if (!ledger) return null;
    const { chainId } = ledger;
    const contract = fromHex(ledger.contract);
    const { sentSeq, includedSeq, safeSeq, finalizedSeq } = this.#journal.anchorStages(chainId, contract);
    const countUpTo = (seq: number) =>
      Math.max(0, Math.min(last + 1, this.#journal.batch(chainId, contract, seq)?.size ?? 0) - first);
    const countKnown = (seq: number | undefined) => (seq === undefined ? null : countUpTo(seq));
    const covering = this.#journal.batchCovering(chainId, contract, last);
    const included = this.#journal.batch(chainId, contract, includedSeq);
    const row =
      covering && covering.seq <= includedSeq
        ? covering
        : included && included.size > first
          ? included
          : undefined;
    const inclusion = row && this.#journal.inclusion(chainId, contract, row.seq);
    return {
      chainId,
      contract: ledger.contract,
      sentRecords: countUpTo(sentSeq),
      anchoredRecords: countUpTo(includedSeq),
      safeRecords: countKnown(safeSeq),
      finalizedRecords: countKnown(finalizedSeq),
      header:
        row && inclusion
          ? {
              seq: row.seq,
              size: row.size,
              transactionHash: inclusion.transaction_hash,
              blockNumber: inclusion.block_number,
              blockTimeMs: inclusion.block_time_ms,
            }
          : null,
    };
  }
}
