// The products of this folder as streams of bytes, for the command line and for a child process of the console. The same
// records give the same bytes, wherever and whenever they are made.

import * as z from 'zod';
import type { Config } from '../../config/schema.js';
import type { JournalReader } from '../journal/journal-reader.js';
import { readingsTable } from './readings-table.js';
import type { ReportLanguage } from './report-language.js';
import { type Report, reportSchema } from './report-schema.js';
import { makeShipmentReport, reportHash, type ShipmentReport } from './shipment-report.js';

export const reportFormats = ['pdf', 'csv', 'json'] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface MadeReport {
  readonly report: Report;
  /** SHA-256 of the report's canonical JSON, hex. */
  readonly hash: string;
  /** The file, in pieces; to be read once. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Makes a report of a shipment.
 * @throws ReportError, JournalError, ConfigError
 */
export function makeReport(
  journal: JournalReader,
  config: Config,
  {
    shipment,
    format,
    language,
  }: { readonly shipment: string; readonly format: ReportFormat; readonly language: ReportLanguage },
): MadeReport {
  const made = makeShipmentReport(journal, config, shipment);
  const { report } = made;
  return { report, hash: reportHash(report), bytes: reportBytes(made, format, language) };
}

/** One more format of a report that is made already. */
export async function* reportBytes(
  made: ShipmentReport,
  format: ReportFormat,
  language: ReportLanguage,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  switch (format) {
    case 'json':
      yield encoder.encode(reportJson(made.report));
      break;
    case 'csv':
      for (const piece of readingsTable(made)) yield encoder.encode(piece);
      break;
    case 'pdf':
      // 10 MB of layout code that the other formats do without.
      yield* (await import('./report-pdf.js')).reportPdf(made, language);
  }
}

/** The report and its name, indented. */
export function reportJson(report: Report): string {
  return `${JSON.stringify({ report, sha256: reportHash(report) }, undefined, 1)}\n`;
}

/** JSON Schema of the `report` member. */
export function reportJsonSchema(): object {
  const schema = z.toJSONSchema(reportSchema);
  return { ...schema, title: 'coldgate report, version 1' };
}
