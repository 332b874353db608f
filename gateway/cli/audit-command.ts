// `coldgate audit`: what people did and what happened, each record checked against the signed log while it is read.
// Reads the journal and writes nothing; works while the gateway runs, and while it is off.

import { loadConfig } from '../../config/load.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { journalError } from '../journal/journal-error.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import { type AuditEntry, type AuditFilter, entryOf, isWanted, mayEnter } from '../reviews/audit-entry.js';
import { brokenLine, entryLine } from '../reviews/audit-text.js';
import type { BrokenPlace } from '../reviews/broken-place.js';
import { type WalkEnd, walkLog } from '../reviews/log-walk.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';

export interface AuditOptions {
  readonly config: string;
  readonly from?: string;
  readonly to?: string;
  readonly kind?: readonly string[];
  readonly subject?: string;
  readonly actor?: string;
  readonly shipment?: string;
  /** The newest so many. */
  readonly limit?: string;
  readonly gateway?: string;
  readonly quick?: boolean;
  readonly json?: boolean;
}

/** Held in memory until the end. */
const MAX_LIMIT = 10_000;
/** With --quick: one signature in 2 ms, 1,024 leaves in about as much. */
const QUICK_RECORDS = 1024;

/** A day alone is UTC; a time without a zone would be that of whatever machine this runs on. */
const timePattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

function timeOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = timePattern.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new UsageError('WRONG_USE', `--${name} ${text} is no time`, `write --${name} 2026-03-01T08:00:00Z`);
}

function limitOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new UsageError('WRONG_USE', `--limit ${text} is not 1 to ${MAX_LIMIT}`, 'write --limit 50');
}

function filterOf({ from, to, kind, subject, actor, shipment }: AuditOptions): AuditFilter {
  return { fromMs: timeOf('from', from), toMs: timeOf('to', to), kinds: kind, subject, actor, shipment };
}

function openJournal(config: string): { path: string; journal: JournalReader } {
  const path = journalPathOf(loadConfig(config).gateway.dataDir);
  return { path, journal: new JournalReader(path) };
}

/** Prints entries as they come, or keeps the newest of them. */
class Printer {
  readonly #isJson: boolean;
  readonly #limit: number | undefined;
  readonly #io: CliIo;
  #kept: AuditEntry[] = [];
  entries = 0;

  constructor(isJson: boolean, limit: number | undefined, io: CliIo) {
    this.#isJson = isJson;
    this.#limit = limit;
    this.#io = io;
  }

  entry(entry: AuditEntry): void {
    this.entries += 1;
    if (this.#limit === undefined) {
      this.#print(entry);
      return;
    }
    this.#kept.push(entry);
    if (this.#kept.length >= this.#limit * 2) this.#kept = this.#kept.slice(-this.#limit);
  }

  broken(place: BrokenPlace): void {
    this.#io.out(this.#isJson ? JSON.stringify({ broken: place }) : brokenLine(place));
  }

  end(): void {
    for (const entry of this.#kept.slice(-(this.#limit ?? 0))) this.#print(entry);
  }

  #print(entry: AuditEntry): void {
    this.#io.out(this.#isJson ? JSON.stringify({ entry }) : entryLine(entry));
  }
}

/** What is no longer there of a span. */
interface Gone {
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** Records in it that are still there. */
  readonly kept: number;
  /** With a damaged journal, at least some of them; else by rule. */
  readonly isLost: boolean;
}

interface Summary {
  readonly gateway: string;
  readonly isWhole: boolean;
  readonly entries: number;
  /** Details that were erased. */
  readonly missing: number;
  readonly broken: number;
  /** Spans that were deleted by rule or lost, of which signed records tell. */
  readonly gone: readonly Gone[];
  /** Under a verified signature. */
  readonly records: number;
  readonly signatures: number;
  readonly newestCheckpointAt: string | undefined;
  readonly stoppedAt: number | undefined;
}

function summaryLines(summary: Summary): string[] {
  const { records, signatures, missing, broken, gone, stoppedAt, newestCheckpointAt, isWhole } = summary;
  const since = newestCheckpointAt === undefined ? '' : `, the newest at ${newestCheckpointAt}`;
  return [
    `${isWhole ? 'VERIFIED' : 'NOT VERIFIED'}: ${summary.entries} entries of a log of gateway ${summary.gateway}`,
    `  ${records} records lie under ${signatures} checked signatures${since}`,
    ...gone.map(
      ({ firstSequence, lastSequence, kept, isLost }) =>
        `  records ${firstSequence} to ${lastSequence} were ${isLost ? 'lost with a damaged journal' : 'deleted by rule'}, but for ${kept}: signed records say so`,
    ),
    ...(missing > 0
      ? [`  ${missing} details are missing: erased, which the log allows and still proves`]
      : []),
    ...(broken > 0 ? [`  ${broken} places are not what was signed`] : []),
    ...(stoppedAt === undefined ? [] : [`  from record ${stoppedAt} on nothing could be verified`]),
  ];
}

function summaryOf(
  end: WalkEnd,
  gateway: string,
  printer: Printer,
  counts: Pick<Summary, 'missing' | 'broken' | 'gone'>,
): Summary {
  const { checkpoint, signatures, stoppedAt } = end;
  const { missing, broken, gone } = counts;
  const absent = gone.reduce((sum, one) => sum + one.lastSequence - one.firstSequence + 1 - one.kept, 0);
  return {
    ...{ gateway, isWhole: broken === 0 && stoppedAt === undefined, entries: printer.entries },
    ...{ missing, broken, gone, records: (checkpoint?.size ?? 0) - absent, signatures },
    newestCheckpointAt: checkpoint && new Date(checkpoint.timeMs).toISOString(),
    stoppedAt,
  };
}

/**
 * Prints the trail. Exit code 1: something is not what was signed, or the log is of another gateway.
 * @throws UsageError, ConfigError, JournalError
 */
export async function runAudit(options: AuditOptions, io: CliIo): Promise<ExitCode> {
  const filter = filterOf(options);
  const printer = new Printer(options.json === true, limitOf(options.limit), io);
  const { path, journal } = openJournal(options.config);
  try {
    const gateway = `0x${toHex(journal.gateway)}`;
    if (options.gateway !== undefined && options.gateway.toLowerCase() !== gateway) {
      io.err(`coldgate: this log is of gateway ${gateway}, not ${options.gateway} [JOURNAL_OTHER_GATEWAY]`);
      io.err('  hint: check which card and which configuration this is');
      return exitCodes.refuted;
    }
    let missing = 0;
    let broken = 0;
    const gone: Gone[] = [];
    const recordsPerSignature = options.quick === true ? QUICK_RECORDS : 1;
    const enters = mayEnter(filter);
    const end = walkLog(
      journal,
      { from: 0, wants: (record) => enters(journal.times.placed(record)), recordsPerSignature },
      {
        record: (checked) => {
          if (checked.detail === 'missing') missing += 1;
          const entry = entryOf(checked);
          if (isWanted(filter, entry)) printer.entry(entry);
        },
        broken: (place) => {
          broken += 1;
          printer.broken(place);
        },
        gone: ({ first, beyond }, kept) => {
          const isLost = journal.log.pruned
            .all('lost')
            .some((lost) => lost.first < beyond && first < lost.beyond);
          gone.push({ firstSequence: first, lastSequence: beyond - 1, kept, isLost });
        },
      },
    );
    printer.end();
    const summary = summaryOf(end, gateway, printer, { missing, broken, gone });
    if (options.json) io.out(JSON.stringify({ summary }));
    else for (const line of summaryLines(summary)) io.out(line);
    return summary.isWhole ? exitCodes.ok : exitCodes.refuted;
  } catch (error) {
    throw isOfSqlite(error) ? journalError(error, path) : error;
  } finally {
    journal.close();
  }
}

function isOfSqlite(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_');
}
