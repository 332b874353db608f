// Writes proven records of an old log into a new one, with their words where those are what was signed, and notes the holes.

import { equalBytes } from '../../ledger-sync/evidence/bytes.js';
import { leafHash } from '../../ledger-sync/evidence/merkle.js';
import { decodeRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import { sha256 } from '../../ledger-sync/evidence/sha256.js';
import { isIndexed } from '../journal/alert-index.js';
import type { JournalDatabase } from '../journal/database.js';
import { prunedClasses, type Span } from '../journal/pruned-spans.js';
import { classOf } from '../journal/record-class.js';
import { insertInto } from '../journal/row-check.js';
import type { OldRecord, OldRow } from './old-rows.js';
import { SeenBeside } from './seen-beside.js';
import { isWithin, joined } from './span-set.js';

type ByRule = Readonly<Record<'readings' | 'events', readonly Span[]>>;

export class RecordTaker {
  readonly #byRule: ByRule;
  readonly #statements;
  readonly #beside: SeenBeside;

  constructor(database: JournalDatabase, byRule: ByRule) {
    this.#byRule = byRule;
    this.#beside = new SeenBeside(database);
    const edge = (what: string) => database.prepare<[number], number | null>(what).pluck();
    this.#statements = {
      record: database.prepare<[number, Uint8Array, string | null]>(
        'INSERT INTO records (sequence, leaf, detail) VALUES (?, ?, ?)',
      ),
      alert: database.prepare<[number]>(insertInto('alert_records')),
      timeReference: database.prepare<[number]>(insertInto('time_references')),
      checkpoint: database.prepare<unknown[]>('INSERT OR IGNORE INTO checkpoints VALUES (?, ?, ?, ?, ?)'),
      leaves: database.prepare<[number, number], { sequence: number; leaf: Uint8Array }>(
        'SELECT sequence, leaf FROM records WHERE sequence >= ? AND sequence < ?',
      ),
      before: edge('SELECT max(size) FROM checkpoints WHERE size <= ?'),
      behind: edge('SELECT min(size) FROM checkpoints WHERE size >= ?'),
      pruned: database.prepare<[number, number, number, number]>(insertInto('pruned')),
    };
  }

  /** @returns false for one that was deleted by rule and only waited to be swept */
  take(old: OldRecord): boolean {
    const { sequence, leaf, detail } = old;
    const { kind, detail: hash, shipment, bootCount } = decodeRecord(leaf);
    this.takeCheckpoint({ ...old, size: sequence + 1 }, sequence + 1);
    this.#beside.see(sequence, shipment, bootCount);
    const of = classOf(kind);
    const isGone = of !== 'losses' && isWithin(this.#byRule[of], sequence);
    if (isGone) return false;
    const isTold = detail !== null && equalBytes(sha256(new TextEncoder().encode(detail)), hash);
    this.#statements.record.run(sequence, leaf, isTold ? detail : null);
    if (isIndexed(kind)) this.#statements.alert.run(sequence);
    if (kind === recordKinds.timeReference) this.#statements.timeReference.run(sequence);
    return true;
  }

  /** Takes a checkpoint as it is; whoever reads the log checks it. */
  takeCheckpoint({ size, root, time_ms: timeMs, signature, summary }: OldRow, maxSize: number): void {
    const areRight = [root, signature, summary].every((bytes) => bytes instanceof Uint8Array);
    if (!areRight || typeof size !== 'number' || typeof timeMs !== 'number' || size > maxSize) return;
    this.#statements.checkpoint.run(size, root, timeMs, signature, summary);
  }

  /** What all records that were taken say of the rows beside them. */
  noteBeside(): void {
    this.#beside.note();
  }

  *leafHashes(first: number, beyond: number): Generator<readonly [sequence: number, hash: Uint8Array]> {
    for (const { sequence, leaf } of this.#statements.leaves.all(Math.max(0, first), beyond))
      yield [sequence, leafHash(leaf)];
  }

  /** Notes holes beside what was deleted by rule. @returns them as whole commits: readers go on where something was signed */
  noteLost(holes: readonly Span[]): readonly Span[] {
    const { before, behind, pruned } = this.#statements;
    const lost = joined(
      holes.map(({ first, beyond }) => ({
        first: before.get(first) ?? 0,
        beyond: behind.get(beyond) ?? beyond,
      })),
    );
    const note = (of: keyof typeof prunedClasses, spans: readonly Span[]) => {
      for (const { first, beyond } of spans) pruned.run(prunedClasses[of], first, beyond, beyond);
    };
    note('lost', lost);
    note('readings', joined([...this.#byRule.readings, ...lost]));
    note('events', joined([...this.#byRule.events, ...lost]));
    return lost;
  }
}
