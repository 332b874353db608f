// A log with everything in it that must survive a damaged card, and what can go wrong with its file. Opened in this process by
// the function that the writer thread opens it with.

import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { JournalReader } from '../../../gateway/journal/journal-reader.js';
import { pendingReportOf, RECOVERY_KEY } from '../../../gateway/recovery/pending-report.js';
import { tellRecovery } from '../../../gateway/recovery/recovery-record.js';
import { walkLog } from '../../../gateway/reviews/log-walk.js';
import { markPathOf, readMark } from '../../../gateway/sealing/key-mark.js';
import { type LogPlace, type OpenedLog, openLog } from '../../../gateway/sealing/opened-log.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { readings, requestOf } from '../drafts.js';
import { quietLog } from '../quiet-log.js';
import { contextWith } from '../record-context.js';
import { tempFolder } from '../temp-folder.js';
import { deviceKey } from '../test-log.js';

export const PAGE_BYTES = 4096;

export class DamagedLog {
  readonly folder = tempFolder();
  readonly journalPath = join(this.folder, 'journal.db');
  readonly settings: LogPlace = {
    ...{ journalPath: this.journalPath, keyFile: join(this.folder, 'device-key.json') },
    ...{ bootId: 'boot-1', synchronous: 'NORMAL' },
  };
  readonly said: string[] = [];
  /** Leaf by sequence, of all that was ever sealed. */
  readonly leaves: Uint8Array[] = [];
  #log: OpenedLog | undefined;

  constructor() {
    onTestFinished(() => this.close());
  }

  get log(): OpenedLog {
    if (!this.#log) throw new Error('the log is closed');
    return this.#log;
  }

  get mark() {
    return readMark(markPathOf(this.settings.keyFile));
  }

  open(): this {
    this.#log = openLog(this.settings, new SoftwareSigner(deviceKey), ({ code }, folder) =>
      this.said.push(`${code} ${folder}`),
    );
    return this;
  }

  close(): void {
    this.#log?.close();
    this.#log = undefined;
  }

  /** In order: the mark has all. */
  end(): void {
    this.log.follow();
    this.close();
  }

  seal(count: number): void {
    const first = this.log.writer.size;
    const drafts = readings(count, first).map((draft, at) =>
      at % 10 === 3 ? { ...draft, detail: { type: 'note', at: first + at }, shipmentName: 'SHIP-1' } : draft,
    );
    this.log.writer.seal(
      requestOf(drafts, {
        judgeState: [[`account/p${first}`, '{"name":"Ada"}']],
        cursors: [['mqtt:fleet', first]],
      }),
    );
    this.#note();
  }

  #note(): void {
    const database = new Database(this.journalPath, { readonly: true });
    const rows = database.prepare<[number], { sequence: number; leaf: Uint8Array }>(
      'SELECT sequence, leaf FROM records WHERE sequence >= ? ORDER BY sequence',
    );
    for (const { sequence, leaf } of rows.all(this.leaves.length)) this.leaves[sequence] = leaf;
    database.close();
  }

  /** Commits of many sizes, `records` in all. */
  fill(records: number): this {
    for (let size = 1; this.log.writer.size < records; size = (size % 97) + 16)
      this.seal(Math.min(size, records - this.log.writer.size));
    return this;
  }

  /** All in one file, so that damage to it meets something. */
  checkpoint(): void {
    this.close();
    const database = new Database(this.journalPath);
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
  }

  /** Where a leaf lies in the file. */
  offsetOf(sequence: number): number {
    const at = readFileSync(this.journalPath).indexOf(this.leaves[sequence] ?? '?');
    if (at < 0) throw new Error(`record ${sequence} is not in the file`);
    return at;
  }

  /** Numbers of the pages in which a table lies, from 1. */
  pagesOf(table: string): number[] {
    const database = new Database(this.journalPath, { readonly: true });
    const pages = database.prepare<[string], number>('SELECT pageno FROM dbstat WHERE name = ?').pluck();
    const numbers = pages.all(table);
    database.close();
    return numbers;
  }

  spoil(change: (file: Buffer) => void, path = this.journalPath): void {
    const file = readFileSync(path);
    change(file);
    writeFileSync(path, file);
  }

  cutShort(bytes: number): void {
    truncateSync(this.journalPath, bytes);
  }

  reader(): JournalReader {
    const journal = new JournalReader(this.journalPath);
    onTestFinished(() => journal.close());
    return journal;
  }

  /** Seals what the role would put into the log of the recovery. @returns what waits to be told; undefined: nothing */
  tell() {
    const journal = this.reader();
    const rows = journal.judgeStates();
    const report = pendingReportOf(rows.get(RECOVERY_KEY));
    tellRecovery({
      ...{
        context: contextWith(),
        now: { unixMs: 1_800_000_000_000, uptimeMs: 1 },
        rows,
        restored: [],
        log: quietLog().log,
      },
      desk: {
        report: (losses, condition, judgeState) =>
          this.log.writer.seal(requestOf([...losses, condition], { judgeState })),
      },
    });
    return report;
  }

  /** Everything of the log, as an audit reads it. */
  walk() {
    const shown: number[] = [];
    const broken: unknown[] = [];
    const gone: { first: number; beyond: number; kept: number }[] = [];
    const end = walkLog(
      this.reader(),
      { from: 0, wants: () => true, recordsPerSignature: 1000 },
      {
        record: ({ record }) => shown.push(record.sequence),
        broken: (place) => broken.push(place),
        gone: ({ first, beyond }, kept) => gone.push({ first, beyond, kept }),
      },
    );
    return { end, shown, broken, gone };
  }
}
