// Signed headers by their place. A row that is not what was written is never given, and none is missed because its place in the
// index has changed: a header that seemed to be absent would be signed a second time.

import type { JournalDatabase } from './database.js';
import { asWritten } from './flipped-row.js';
import { JournalError } from './journal-error.js';

export interface StoredBatch {
  readonly chain_id: number;
  readonly contract: Uint8Array;
  readonly seq: number;
  readonly size: number;
  readonly head: Uint8Array;
  readonly prev: Uint8Array;
  readonly root: Uint8Array;
  readonly meta: Uint8Array;
  readonly signature: Uint8Array;
}

type Found = Record<string, unknown> | undefined;
type Domain = readonly [chainId: number, contract: Uint8Array];

/** @throws JournalError JOURNAL_DAMAGED if nobody can tell what was written */
export function batchOf(row: Record<string, unknown>): StoredBatch {
  const batch = asWritten<StoredBatch>('batches', row);
  if (batch) return batch;
  throw new JournalError(
    'JOURNAL_DAMAGED',
    `a signed header (${row.seq}) is not what was written`,
    'restart the gateway role: it takes over what can be proven',
  );
}

export class BatchRows {
  readonly #statements;

  constructor(database: JournalDatabase) {
    const prepare = <More extends unknown[], Row>(what: string, isIndexed: boolean, which: string) =>
      database.prepare<[...Domain, ...More], Row>(
        `SELECT ${what} FROM batches ${isIndexed ? '' : 'NOT INDEXED'} WHERE chain_id = ? AND contract = ? ${which}`,
      );
    type Row = Record<string, unknown>;
    this.#statements = {
      at: prepare<[number], Row>('*', true, 'AND seq = ?'),
      atAnywhere: prepare<[number], Row>('*', false, 'AND seq = ?'),
      newestSeq: prepare<[], number | null>('max(seq)', true, '').pluck(),
      newest: prepare<[], Row>('*', false, 'ORDER BY seq DESC LIMIT 1'),
      coveringSeq: prepare<[number], number>('seq', true, 'AND size > ? ORDER BY seq LIMIT 1').pluck(),
    };
  }

  /** @throws JournalError JOURNAL_DAMAGED, as the next */
  at(chainId: number, contract: Uint8Array, seq: number): StoredBatch | undefined {
    if (seq < 1) return undefined;
    const isIt = (found: Found) => {
      const batch = found && batchOf(found);
      return batch?.seq === seq ? batch : undefined;
    };
    const { at, atAnywhere } = this.#statements;
    return isIt(at.get(chainId, contract, seq)) ?? isIt(atAnywhere.get(chainId, contract, seq));
  }

  latest(chainId: number, contract: Uint8Array): StoredBatch | undefined {
    const { newestSeq, newest, at } = this.#statements;
    const seq = newestSeq.get(chainId, contract) ?? undefined;
    if (seq === undefined) return undefined;
    const found = at.get(chainId, contract, seq);
    const batch = found && batchOf(found);
    if (batch?.seq === seq) return batch;
    const other = newest.get(chainId, contract);
    return other && batchOf(other);
  }

  /** The first that covers the record at `sequence`. */
  covering(chainId: number, contract: Uint8Array, sequence: number): StoredBatch | undefined {
    const next = (seq: number) => this.at(chainId, contract, seq);
    const found = this.#statements.coveringSeq.get(chainId, contract, sequence);
    let batch = found === undefined ? this.latest(chainId, contract) : next(found);
    // What was asked for may be what has changed: the headers beside it tell.
    while (batch && batch.size <= sequence) {
      const last = this.latest(chainId, contract)?.seq ?? 0;
      batch = batch.seq < last ? next(batch.seq + 1) : undefined;
    }
    for (let before = batch && next(batch.seq - 1); before && before.size > sequence; ) {
      batch = before;
      before = next(before.seq - 1);
    }
    return batch;
  }

  /** Those behind `seq`, in their order; at most `limit`. */
  above(chainId: number, contract: Uint8Array, seq: number, limit: number): StoredBatch[] {
    const last = this.latest(chainId, contract)?.seq ?? 0;
    const batches: StoredBatch[] = [];
    for (let next = seq + 1; next <= last && batches.length < limit; next++) {
      const batch = this.at(chainId, contract, next);
      if (batch) batches.push(batch);
    }
    return batches;
  }
}
