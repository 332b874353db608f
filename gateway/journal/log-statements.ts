// The statements of one commit of the log, prepared once.

import type { Statement } from 'better-sqlite3';
import type { JournalDatabase } from './database.js';
import { checkIn, insertInto } from './row-check.js';

type Bytes = Uint8Array;

export interface LogStatements {
  readonly record: Statement<[sequence: number, leaf: Bytes, detail: string | null]>;
  /** The last record of a commit, with the checkpoint behind it. */
  readonly lastRecord: Statement<
    [
      ...[sequence: number, leaf: Bytes, detail: string | null],
      ...[root: Bytes, timeMs: number, signature: Bytes, summary: Bytes],
    ]
  >;
  readonly alert: Statement<[sequence: number]>;
  readonly timeReference: Statement<[sequence: number]>;
  readonly summaryBeside: Statement<[summary: Bytes, size: number]>;
  readonly summaryApart: Statement<[summary: Bytes, size: number]>;
  readonly judgeState: Statement<[key: string, value: string]>;
  readonly forgetState: Statement<[key: string]>;
  /** Outcome and sequence twice: for their columns and for the check. */
  readonly outcome: Statement<
    [outcome: string, sequence: number, sameOutcome: string, sameSequence: number, id: number]
  >;
  readonly cursor: Statement<[sink: string, size: number]>;
  /** The newest header of each ledger domain. */
  readonly newestBatches: Statement<[], Record<string, unknown>>;
  /** Chain, contract, seq, size, head, prev, root, meta, signature. */
  readonly batch: Statement<[number, Bytes, number, number, Bytes, Bytes, Bytes, Bytes, Bytes]>;
}

export function prepareStatements(database: JournalDatabase): LogStatements {
  return {
    record: database.prepare('INSERT INTO records (sequence, leaf, detail) VALUES (?, ?, ?)'),
    lastRecord: database.prepare(
      `INSERT INTO records (sequence, leaf, detail, root, time_ms, signature, summary) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    alert: database.prepare(insertInto('alert_records')),
    timeReference: database.prepare(insertInto('time_references')),
    summaryBeside: database.prepare(
      'UPDATE records SET summary = ? WHERE sequence = ? - 1 AND root IS NOT NULL',
    ),
    summaryApart: database.prepare('UPDATE checkpoints SET summary = ? WHERE size = ?'),
    judgeState: database.prepare(
      `${insertInto('judge_state')}
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, checksum = excluded.checksum`,
    ),
    forgetState: database.prepare('DELETE FROM judge_state WHERE key = ?'),
    outcome: database.prepare(
      `UPDATE requests SET outcome = ?, sequence = ?,
         checksum = row_check(id, kind, document, authorization, created_ms, ?, ?)
       WHERE id = ? AND checksum IS ${checkIn('requests')}`,
    ),
    cursor: database.prepare(
      `${insertInto('cursors')}
       ON CONFLICT (sink) DO UPDATE SET size = excluded.size, checksum = excluded.checksum
       WHERE excluded.size > size OR checksum IS NOT ${checkIn('cursors')}`,
    ),
    newestBatches: database.prepare(
      `SELECT * FROM batches AS b
       WHERE seq = (SELECT max(seq) FROM batches WHERE chain_id = b.chain_id AND contract = b.contract)`,
    ),
    batch: database.prepare(insertInto('batches')),
  };
}
