// `coldgate epcis export`: the log as EPCIS 2.0 events, for the systems of others. Every record is verified while it is
// read; of a log that is not what was signed nothing is exported. Reads the journal and writes nothing to it.

import { type EpcisConfig, epcisSchema } from '../../config/epcis-schema.js';
import { loadConfig } from '../../config/load.js';
import { epcisDocument } from '../epcis/document.js';
import { epcisContext } from '../epcis/epcis-context.js';
import type { EpcisEvent } from '../epcis/epcis-event.js';
import { EventSource } from '../epcis/event-source.js';
import { isFolded } from '../epcis/folded-kinds.js';
import { ExportError } from '../export-error.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import { brokenLine } from '../reviews/audit-text.js';
import { walkLog } from '../reviews/log-walk.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { saveExport } from './saved-export.js';

export interface EpcisExportOptions {
  readonly config: string;
  /** A journal without a configuration: everything is named in the gateway's own form. */
  readonly journal?: string;
  readonly shipment?: string;
  readonly from?: string;
  readonly to?: string;
  /** document (default) or ndjson. */
  readonly format?: string;
  /** Else the terminal. */
  readonly output?: string;
  readonly force?: boolean;
}

/** One signature in 2 ms, 1,024 leaves in about as much. */
const RECORDS_PER_SIGNATURE = 1024;
/** A day alone is UTC; a time without a zone would be that of whatever machine this runs on. */
const timePattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

function timeOf(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const ms = timePattern.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new UsageError('WRONG_USE', `--${name} ${text} is no time`, `write --${name} 2026-03-01T08:00:00Z`);
}

function formatOf(format = 'document'): 'document' | 'ndjson' {
  if (format === 'document' || format === 'ndjson') return format;
  throw new UsageError('WRONG_USE', `there is no format ${format}`, 'use document or ndjson');
}

/** Where the journal is, and how things are named. */
function placesOf({ config, journal }: EpcisExportOptions): { path: string; epcis: EpcisConfig } {
  if (journal !== undefined) return { path: journal, epcis: epcisSchema('.').parse({}) };
  const loaded: { readonly epcis?: EpcisConfig | undefined; gateway: { dataDir: string } } =
    loadConfig(config);
  const epcis = loaded.epcis ?? epcisSchema('.').parse({});
  return { path: journalPathOf(loaded.gateway.dataDir), epcis };
}

/** Lines of the export. The date of a document is that of its newest event: the same log makes the same bytes. */
function linesOf(format: 'document' | 'ndjson', events: readonly EpcisEvent[]): string[] {
  if (format === 'ndjson')
    return events.map((event) => JSON.stringify({ '@context': epcisContext, ...event }));
  const newestMs = events.reduce((newest, { eventTime }) => Math.max(newest, Date.parse(eventTime)), 0);
  return [JSON.stringify(epcisDocument(events, newestMs), undefined, 1)];
}

/**
 * Writes the events. The window that is still open is not told yet. Exit code 1: the log is not what was signed.
 * @throws UsageError, ConfigError, ExportError, JournalError
 */
export async function runEpcisExport(options: EpcisExportOptions, io: CliIo): Promise<ExitCode> {
  const { shipment } = options;
  const fromMs = timeOf('from', options.from, Number.NEGATIVE_INFINITY);
  const toMs = timeOf('to', options.to, Number.POSITIVE_INFINITY);
  const format = formatOf(options.format);
  const { path, epcis } = placesOf(options);
  const journal = new JournalReader(path);
  try {
    if (shipment !== undefined && !journal.shipment(shipment)) {
      const known = journal.namedShipments();
      const told = known.length > 0 ? `it knows ${known.join(', ')}` : 'it knows none';
      throw new ExportError('SHIPMENT_UNKNOWN', `the journal has no records of shipment ${shipment}`, told);
    }
    const source = new EventSource(journal.gateway, epcis);
    const events: EpcisEvent[] = [];
    let broken = 0;
    const end = walkLog(
      journal,
      { from: 0, wants: ({ kind }) => isFolded(kind), recordsPerSignature: RECORDS_PER_SIGNATURE },
      {
        record: (checked) => {
          for (const { event, shipment: of } of source.take(checked)) {
            const atMs = Date.parse(event.eventTime);
            const isOfShipment = shipment === undefined || of === shipment;
            if (isOfShipment && atMs >= fromMs && atMs <= toMs) events.push(event);
          }
        },
        broken: (place) => {
          broken += 1;
          io.err(brokenLine(place));
        },
      },
    );
    if (broken > 0 || end.stoppedAt !== undefined) {
      io.err('coldgate: the log is not what was signed; nothing was exported');
      io.err('  hint: `coldgate audit` shows what still holds');
      return exitCodes.refuted;
    }
    const lines = linesOf(format, events);
    if (options.output === undefined) for (const line of lines) io.out(line);
    else {
      saveExport(options.output, lines.map((line) => `${line}\n`).join(''), options.force === true);
      io.out(`${options.output}: ${events.length} events`);
    }
    return exitCodes.ok;
  } finally {
    journal.close();
  }
}
