// What makers' services said of chips' proofs, beside the log. Laid out and written by the ledger-sync role, which alone asks
// them; the gateway role only reads, and takes an absent table as "nobody has answered". What is asked are rows of the
// gateway role: it puts them there, and takes them away with the record of the answer. An answer that is not what was written is
// none, and is asked for again; an ask is not sent then.

import { CheckedRows } from './checked-rows.js';
import type { JournalDatabase } from './database.js';
import { asWritten } from './flipped-row.js';
import { insertInto, isLaidOut } from './row-check.js';

const LAYOUT = `
  CREATE TABLE IF NOT EXISTS tag_proof_answers (
    epc TEXT PRIMARY KEY, asked_at_ms INTEGER NOT NULL, result TEXT NOT NULL, checksum INTEGER
  ) WITHOUT ROWID;
`;

export interface TagProofAnswerRow {
  readonly epc: string;
  readonly askedAtMs: number;
  readonly result: string;
}

interface StoredAnswer {
  readonly epc: string;
  readonly asked_at_ms: number;
  readonly result: string;
}

/** For a connection that may only read. */
export class TagProofReader {
  readonly #answers: CheckedRows<StoredAnswer>;

  constructor(database: JournalDatabase) {
    this.#answers = new CheckedRows(database, 'tag_proof_answers');
  }

  /** By EPC. */
  answers(): readonly TagProofAnswerRow[] {
    return this.#answers
      .known()
      .map(({ epc, asked_at_ms: askedAtMs, result }) => ({ epc, askedAtMs, result }))
      .sort((a, b) => (a.epc < b.epc ? -1 : 1));
  }
}

/** For a connection that may write. */
export class TagProofRows extends TagProofReader {
  readonly #writable: JournalDatabase;

  constructor(database: JournalDatabase) {
    super(database);
    this.#writable = database;
    if (!isLaidOut(database, 'tag_proof_answers')) database.exec(LAYOUT);
  }

  /** JSON of the asks of the gateway role. @param prefix of their keys, ASCII */
  asks(prefix: string): readonly string[] {
    return this.#writable
      .prepare<[string, string], Record<string, unknown>>(
        'SELECT * FROM judge_state WHERE key >= ? AND key < ? ORDER BY key',
      )
      .all(prefix, `${prefix}\u{10ffff}`)
      .flatMap((row) => asWritten<{ value: string }>('judge_state', row)?.value ?? []);
  }

  save(answers: readonly TagProofAnswerRow[]): void {
    this.#writable
      .transaction(() => {
        const save = this.#writable.prepare<[string, number, string]>(
          insertInto('tag_proof_answers', 'INSERT OR REPLACE'),
        );
        for (const { epc, askedAtMs, result } of answers) save.run(epc, askedAtMs, result);
      })
      .immediate();
  }

  /** Takes away what was answered and is asked no more. @param asked EPCs of the asks that stand */
  forgetBut(asked: ReadonlySet<string>): void {
    const gone = this.answers().filter(({ epc }) => !asked.has(epc));
    if (gone.length === 0) return;
    this.#writable
      .transaction(() => {
        const remove = this.#writable.prepare<[string]>('DELETE FROM tag_proof_answers WHERE epc = ?');
        for (const { epc } of gone) remove.run(epc);
      })
      .immediate();
  }
}
