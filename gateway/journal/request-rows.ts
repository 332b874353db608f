// The rows of the requests table. Whoever asks writes one and waits for its outcome; the outcome itself is written by
// the writer alone, in the commit of the records that it stands for.

import { type JournalDatabase, openDatabase } from './database.js';
import { journalError } from './journal-error.js';
import { checkIn } from './row-check.js';

export interface WaitingRequest {
  readonly id: number;
  readonly kind: string;
  /** JSON. */
  readonly document: string;
  readonly authorization: string | null;
  readonly created_ms: number;
}

/** One that was carried out. */
export interface AcceptedRequest {
  readonly id: number;
  readonly kind: string;
  /** JSON. */
  readonly document: string;
  readonly createdAtMs: number;
  /** Of its record. */
  readonly sequence: number;
}

export interface RequestOutcomeRow {
  /** JSON. */
  readonly outcome: string;
  readonly sequence: number;
}

/** A row that is not what was asked is not carried out, and tells no outcome. */
const isSound = `checksum IS ${checkIn('requests')}`;

/** A person's request is a few hundred bytes; whoever may write rows may write any. */
export const MAX_REQUEST_BYTES = 65_536;

interface DecidedRow {
  readonly id: number;
  readonly kind: string;
  readonly document: string;
  readonly created_ms: number;
  readonly outcome: string;
  readonly sequence: number;
}

/** All that were carried out and that nobody has erased, the oldest first. */
export function acceptedRequests(database: JournalDatabase): AcceptedRequest[] {
  return database
    .prepare<[], DecidedRow>(
      `SELECT id, kind, document, created_ms, outcome, sequence FROM requests
       WHERE outcome IS NOT NULL AND sequence IS NOT NULL AND ${isSound} ORDER BY id`,
    )
    .all()
    .filter(({ outcome }) => JSON.parse(outcome).ok === true)
    .map(({ id, kind, document, created_ms: createdAtMs, sequence }) => ({
      ...{ id, kind, document, createdAtMs, sequence },
    }));
}

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
        `SELECT id, kind, document, authorization, created_ms FROM requests
         WHERE outcome IS NULL AND id > ? AND ${isSound} ORDER BY id LIMIT ?`,
      )
      .all(afterId, limit);
  }

  /** Durable when it returns. @returns the number of the request */
  add(kind: string, document: string, authorization: string | undefined, createdMs: number): number {
    const database = this.#database;
    const insert = database.prepare<[string, string, string | null, number]>(
      'INSERT INTO requests (kind, document, authorization, created_ms) VALUES (?, ?, ?, ?)',
    );
    const check = database.prepare<[number]>(
      `UPDATE requests SET checksum = ${checkIn('requests')} WHERE id = ?`,
    );
    try {
      return database
        .transaction(() => {
          const id = Number(insert.run(kind, document, authorization ?? null, createdMs).lastInsertRowid);
          check.run(id);
          return id;
        })
        .immediate();
    } catch (error) {
      throw journalError(error, this.#path);
    }
  }

  /** undefined while it waits. */
  outcome(id: number): RequestOutcomeRow | undefined {
    return this.#database
      .prepare<[number], RequestOutcomeRow>(
        `SELECT outcome, sequence FROM requests WHERE id = ? AND outcome IS NOT NULL AND ${isSound}`,
      )
      .get(id);
  }

  close(): void {
    this.#database.close();
  }
}
