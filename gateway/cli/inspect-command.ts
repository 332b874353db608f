// `coldgate inspect`: everything that an inspector asks for of one shipment, as one ZIP.

import { loadConfig } from '../../config/load.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import { makeInspectorPack } from '../reports/inspector-pack.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';
import { noteTaken } from './noted-access.js';
import { giveWay, languageOf, reportLines, savePieces } from './report-command.js';

export interface InspectOptions {
  readonly config: string;
  readonly output: string;
  readonly lang?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/**
 * Writes the pack. Exit code 1: something in the log is not what was signed; the pack says so and holds no evidence.
 * @throws UsageError, ConfigError, ReportError, ExportError, JournalError
 */
export async function runInspect(shipment: string, options: InspectOptions, io: CliIo): Promise<ExitCode> {
  const language = languageOf(options.lang);
  const config = loadConfig(options.config);
  giveWay();
  const journalPath = journalPathOf(config.gateway.dataDir);
  const journal = new JournalReader(journalPath);
  try {
    const { report, hash, bytes, withoutBundle } = makeInspectorPack(journal, config, { shipment, language });
    const size = await savePieces(options.output, bytes, options.force === true);
    const about = `shipment ${shipment}`;
    noteTaken(journalPath, { what: 'pack', about, format: 'zip', sealedFor: [], sha256: hash }, io);
    const { verdict, proof } = report;
    if (options.json) {
      const told = { file: options.output, bytes: size, sha256: hash, verdict, isWhole: proof.isWhole };
      io.out(JSON.stringify(told));
    } else {
      for (const line of reportLines(options.output, report, hash)) io.out(line);
      if (withoutBundle !== undefined) io.out(`  no evidence bundle: ${withoutBundle}`);
    }
    return proof.isWhole ? exitCodes.ok : exitCodes.refuted;
  } finally {
    journal.close();
  }
}
