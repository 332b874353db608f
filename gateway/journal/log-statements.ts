// The statements of one commit of the log, prepared once.

import type { Statement } from 'better-sqlite3';
import type { JournalDatabase } from './database.js';

type Bytes = Uint8Array;

export interface LogStatements {
  readonly record: Statement<[sequence: number, leaf: Bytes, detail: string | null]>;
  readonly alert: Statement<[sequence: number]>;
  readonly checkpoint: Statement<
    [size: number, root: Bytes, timeMs: number, signature: Bytes, summary: Bytes]
  >;
  readonly summary: Statement<[summary: Bytes, size: number]>;
  readonly judgeState: Statement<[key: string, value: string]>;
  readonly forgetState: Statement<[key: string]>;
  readonly outcome: Statement<[outcome: string, sequence: number, id: number]>;
  readonly cursor: Statement<[sink: string, size: number]>;
  readonly hasBatch: Statement<[chainId: number, contract: Bytes, seq: number]>;
  /** Chain, contract, seq, size, head, prev, root, meta, signature. */
  readonly batch: Statement<[number, Bytes, number, number, Bytes, Bytes, Bytes, Bytes, Bytes]>;
}

export function prepareStatements(database: JournalDatabase): LogStatements {
  return {
    record: database.prepare('INSERT INTO records (sequence, leaf, detail) VALUES (?, ?, ?)'),
    alert: database.prepare('INSERT INTO alert_records (sequence) VALUES (?)'),
    checkpoint: database.prepare(
      'INSERT INTO checkpoints (size, root, time_ms, signature, summary) VALUES (?, ?, ?, ?, ?)',
    ),
    summary: database.prepare('UPDATE checkpoints SET summary = ? WHERE size = ?'),
    judgeState: database.prepare(
      'INSERT INTO judge_state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    ),
    forgetState: database.prepare('DELETE FROM judge_state WHERE key = ?'),
    outcome: database.prepare('UPDATE requests SET outcome = ?, sequence = ? WHERE id = ?'),
    cursor: database.prepare(
      'INSERT INTO cursors (sink, size) VALUES (?, ?) ON CONFLICT (sink) DO UPDATE SET size = max(size, excluded.size)',
    ),
    hasBatch: database.prepare('SELECT 1 FROM batches WHERE chain_id = ? AND contract = ? AND seq = ?'),
    batch: database.prepare(
      `INSERT INTO batches (chain_id, contract, seq, size, head, prev, root, meta, signature)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
  };
}
