// The rows of the requests table. Whoever asks writes one and waits for its outcome; the outcome itself is written by
// the writer alone, in the commit of the records that it stands for.

import { type JournalDatabase, openDatabase } from './database.js';
import { journalError } from './journal-error.js';

export interface WaitingRequest {
  readonly id: number;
  readonly kind: string;
  /** JSON. */
  readonly document: string;
  readonly authorization: string | null;
  readonly created_ms: number;
}

export interface RequestOutcomeRow {
  /** JSON. */
  readonly outcome: string;
  readonly sequence: number;
}

/** A person's request is a few hundred bytes; whoever may write rows may write any. */
export const MAX_REQUEST_BYTES = 65_536;

export class RequestRows {
  readonly #database: JournalDatabase;
  readonly #path: string;

  /** @throws JournalError as openDatabase */
  constructor(path: string, access: 'peer' | 'reader') {
    this.#path = path;
    this.#database = openDatabase(path, { access });
  }

  /** Requests without an outcome behind `afterId`, the oldest first. */
  waiting(afterId: number, limit: number): WaitingRequest[] {
    return this.#database
      .prepare<[number, number], WaitingRequest>(
        'SELECT id, kind, document, authorization, created_ms FROM requests WHERE outcome IS NULL AND id > ? ORDER BY id LIMIT ?',
      )
      .all(afterId, limit);
  }

  /** Durable when it returns. @returns the number of the request */
  add(kind: string, document: string, authorization: string | undefined, createdMs: number): number {
    try {
      const { lastInsertRowid } = this.#database
        .prepare<[string, string, string | null, number]>(
          'INSERT INTO requests (kind, document, authorization, created_ms) VALUES (?, ?, ?, ?)',
        )
        .run(kind, document, authorization ?? null, createdMs);
      return Number(lastInsertRowid);
    } catch (error) {
      throw journalError(error, this.#path);
    }
  }

  /** undefined while it waits. */
  outcome(id: number): RequestOutcomeRow | undefined {
    return this.#database
      .prepare<[number], RequestOutcomeRow>(
        'SELECT outcome, sequence FROM requests WHERE id = ? AND outcome IS NOT NULL',
      )
      .get(id);
  }

  close(): void {
    this.#database.close();
  }
}
