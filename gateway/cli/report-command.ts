// `coldgate report`: a shipment's report as PDF, CSV or JSON. Reads the journal and writes one file; works while the gateway
// runs, and while it is off. It gives way to whatever else the machine does.

import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { extname } from 'node:path';
import { loadConfig } from '../../config/load.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import { makeReport, type ReportFormat, reportFormats, reportJsonSchema } from '../reports/make-report.js';
import { type ReportLanguage, reportLanguages } from '../reports/report-language.js';
import type { Report } from '../reports/report-schema.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { noteTaken } from './noted-access.js';
import { fileProblem } from './saved-export.js';

export interface ReportOptions {
  readonly config: string;
  readonly output?: string;
  /** pdf, csv or json; else by the extension of the file. */
  readonly format?: string;
  readonly lang?: string;
  readonly force?: boolean;
  readonly schema?: boolean;
  readonly json?: boolean;
}

/** A report may wait, a reading may not. Not every system lets a process lower itself. */
export function giveWay(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW);
    // A task of lowest priority still ends its slice before a commit has its turn; an idle one (sched(7)) gives way at once.
    spawnSync('chrt', ['--all-tasks', '--idle', '--pid', '0', String(process.pid)], { stdio: 'ignore' });
  } catch {
    // Then it runs as it is.
  }
}

/** @throws UsageError */
export function languageOf(name: string | undefined): ReportLanguage {
  const language = reportLanguages.find((known) => known === (name ?? 'en'));
  if (language) return language;
  throw new UsageError(
    'WRONG_USE',
    `there is no language ${name}`,
    `use one of ${reportLanguages.join(', ')}`,
  );
}

function formatOf(name: string | undefined, output: string): ReportFormat {
  const wanted = name ?? extname(output).slice(1).toLowerCase();
  const format = reportFormats.find((known) => known === wanted);
  if (format) return format;
  const seen = name === undefined ? `${output} ends with no known format` : `there is no format ${name}`;
  throw new UsageError('WRONG_USE', seen, `end the file with .pdf, .csv or .json, or say --format pdf`);
}

/**
 * Writes a file piece by piece; what was begun and failed is taken away.
 * @throws ExportError FILE_EXISTS, FILE_UNREADABLE
 */
export async function savePieces(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  mayOverwrite: boolean,
): Promise<number> {
  let file: number | undefined;
  let bytes = 0;
  try {
    file = openSync(path, mayOverwrite ? 'w' : 'wx');
  } catch (error) {
    throw fileProblem(path, error);
  }
  try {
    for await (const piece of pieces) {
      for (let at = 0; at < piece.length; ) at += writeSync(file, piece, at);
      bytes += piece.length;
    }
  } catch (error) {
    rmSync(path, { force: true });
    throw error instanceof Error && 'syscall' in error ? fileProblem(path, error) : error;
  } finally {
    closeSync(file);
  }
  return bytes;
}

/** What a person wants to know at once. */
export function reportLines(
  path: string,
  { shipment, verdict, period, proof }: Report,
  hash: string,
): string[] {
  const { anchor } = proof;
  const on = anchor
    ? `on ledger ${anchor.chainId} with header ${anchor.seq}${anchor.blockTime === undefined ? '' : ` since ${anchor.blockTime}`}`
    : 'signed, and not on a ledger yet';
  return [
    `${path}: shipment ${shipment.id}, ${shipment.state}: ${verdict.state}${verdict.reasons.length > 0 ? ` (${verdict.reasons.join(', ')})` : ''}`,
    `  records ${period.firstSequence} to ${period.lastSequence}, ${on}`,
    `  report sha-256 ${hash}`,
    ...proof.broken.map(
      ({ firstSequence, lastSequence, what }) =>
        `  NOT VERIFIED: records ${firstSequence} to ${lastSequence}: ${what}`,
    ),
    ...(proof.stoppedAt === undefined ? [] : [`  NOT VERIFIED: from record ${proof.stoppedAt} on`]),
  ];
}

/**
 * Writes the report. Exit code 1: something in it is not what was signed; the report is written and says so.
 * @throws UsageError, ConfigError, ReportError, ExportError, JournalError
 */
export async function runReport(
  shipment: string | undefined,
  options: ReportOptions,
  io: CliIo,
): Promise<ExitCode> {
  if (options.schema) {
    io.out(JSON.stringify(reportJsonSchema(), undefined, 1));
    return exitCodes.ok;
  }
  const { output } = options;
  if (shipment === undefined || output === undefined) {
    throw new UsageError(
      'WRONG_USE',
      'say which shipment, and where to',
      'coldgate report SHIP-0001 -o report.pdf',
    );
  }
  const format = formatOf(options.format, output);
  const language = languageOf(options.lang);
  const config = loadConfig(options.config);
  giveWay();
  const journalPath = journalPathOf(config.gateway.dataDir);
  const journal = new JournalReader(journalPath);
  try {
    const { report, hash, bytes } = makeReport(journal, config, { shipment, format, language });
    const size = await savePieces(output, bytes, options.force === true);
    const about = `shipment ${shipment}`;
    noteTaken(journalPath, { what: 'report', about, format, sealedFor: [], sha256: hash }, io);
    const { verdict, proof } = report;
    if (options.json) {
      io.out(
        JSON.stringify({ file: output, format, bytes: size, sha256: hash, verdict, isWhole: proof.isWhole }),
      );
    } else for (const line of reportLines(output, report, hash)) io.out(line);
    return proof.isWhole ? exitCodes.ok : exitCodes.refuted;
  } finally {
    journal.close();
  }
}
