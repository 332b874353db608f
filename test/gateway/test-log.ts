// A journal in a folder with its writer, in this process: what the writer thread holds, without the thread.
// Can be closed and taken up again, as after a restart.

import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type JournalDatabase, openDatabase } from '../../gateway/journal/database.js';
import { beginGeneration, claimIdentity } from '../../gateway/journal/identity.js';
import { JournalReader } from '../../gateway/journal/journal-reader.js';
import { LogReader } from '../../gateway/journal/log-reader.js';
import { checkedTables, isLaidOut } from '../../gateway/journal/row-check.js';
import { LogWriter } from '../../gateway/sealing/log-writer.js';
import { type Signer, SoftwareSigner } from '../../ledger-sync/evidence/signer.js';
import { tempFolder } from './temp-folder.js';

export const deviceKey = new Uint8Array(32).fill(7);
/** When every checkpoint of a test log is signed, unless the test sets another time. */
export const SIGNED_AT_MS = 1_700_000_123_456;

export class TestLog {
  readonly path: string;
  readonly signer: Signer;
  nowMs = SIGNED_AT_MS;
  #database: JournalDatabase | undefined;
  #writer: LogWriter | undefined;
  #generation = 0;

  /** @param signer the device key, or one that counts or fails */
  constructor(folder: string, signer: Signer = new SoftwareSigner(deviceKey)) {
    this.path = join(folder, 'journal.db');
    this.signer = signer;
  }

  get database(): JournalDatabase {
    if (!this.#database) throw new Error('the log is closed');
    return this.#database;
  }

  get writer(): LogWriter {
    if (!this.#writer) throw new Error('the log is closed');
    return this.#writer;
  }

  /** Reads through the writer's own connection. */
  get reader(): LogReader {
    return new LogReader(this.database, this.signer.address);
  }

  /** Opens it, or closes it and takes it up again. */
  open(): this {
    this.close();
    // No test here cuts the power, and the properties commit thousands of times.
    this.#database = openDatabase(this.path, { access: 'owner', synchronous: 'NORMAL' });
    claimIdentity(this.#database, this.signer.address, this.path);
    this.#writer = new LogWriter({
      database: this.#database,
      path: this.path,
      signer: this.signer,
      now: () => this.nowMs,
      saltAt: (sequence) => new Uint8Array(16).fill(sequence),
    });
    this.#generation += 1;
    beginGeneration(this.#database, this.#generation);
    return this;
  }

  close(): void {
    this.#writer?.close();
    this.#database?.close();
    this.#database = undefined;
    this.#writer = undefined;
  }

  /** Checkpoints in a table of their own, as journals of earlier layouts and recoveries leave them. */
  layCheckpointsApart(): this {
    this.database.exec(`
      INSERT INTO checkpoints SELECT sequence + 1, root, time_ms, signature, summary FROM records WHERE root IS NOT NULL;
      UPDATE records SET root = NULL, time_ms = NULL, signature = NULL, summary = NULL;
    `);
    return this;
  }

  /** As the program of layout 8 would have written it. */
  layBack(): this {
    this.layCheckpointsApart();
    const tables = Object.keys(checkedTables).filter((table) => isLaidOut(this.database, table));
    const checks = tables.map((table) => `ALTER TABLE ${table} DROP COLUMN checksum;`);
    const columns = ['root', 'time_ms', 'signature', 'summary'];
    this.database.exec(`
      UPDATE checkpoints SET summary = substr(summary, 1, 20);
      ${columns.map((column) => `ALTER TABLE records DROP COLUMN ${column};`).join('')}
      ${checks.join('')}
      PRAGMA user_version = 8;
    `);
    return this;
  }

  /** Changes the file behind the writer's back, as a failing card does; the log is closed meanwhile. */
  damage(sql: string, ...values: unknown[]): void {
    this.close();
    const database = openDatabase(this.path, { access: 'owner', synchronous: 'NORMAL' });
    try {
      const { changes } = database.prepare(sql).run(...values);
      if (changes === 0) throw new Error(`nothing was damaged by: ${sql}`);
    } finally {
      database.close();
    }
  }
}

/** An open log in a folder of its own; closed when the test is over. */
export function openTestLog(signer?: Signer): TestLog {
  const log = new TestLog(tempFolder(), signer).open();
  onTestFinished(() => log.close());
  return log;
}

/** A read-only connection as publishing has it; closed when the test is over. */
export function journalReaderOf(log: TestLog): JournalReader {
  const journal = new JournalReader(log.path);
  onTestFinished(() => journal.close());
  return journal;
}
