// `coldgate diag`: one redacted file for whoever is to help.

import { extname } from 'node:path';
import { loadConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import { bundleEntries, bundleFiles } from '../health/diag/bundle.js';
import { type BundleSource, bundleParts } from '../health/diag/bundle-parts.js';
import { knownNames } from '../health/diag/known-names.js';
import { Redaction } from '../health/diag/redaction.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import { zipFile } from '../reports/zip-file.js';
import { readStatus } from '../status-report.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { doctorReport } from './doctor-command.js';
import { savePieces } from './report-command.js';

export interface DiagOptions {
  readonly config: string;
  readonly output: string;
  readonly offline?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function sourceOf({ config: path, offline }: DiagOptions): BundleSource {
  let config: Config | undefined;
  let configTrouble: string | undefined;
  try {
    config = loadConfig(path);
  } catch (error) {
    configTrouble = reasonOf(error);
  }
  let journal: JournalReader | undefined;
  try {
    journal = config && new JournalReader(journalPathOf(config.gateway.dataDir));
  } catch {
    // The doctor tells why.
  }
  return {
    ...{ configFile: path, config, configTrouble, journal },
    doctor: () => doctorReport(path, offline === true),
    status: () => {
      if (!config) throw new Error('there is no usable configuration');
      return readStatus(config);
    },
  };
}

/** Exit code 0 also where parts are missing: they are named. @throws UsageError, ExportError */
export async function runDiag(options: DiagOptions, io: CliIo): Promise<ExitCode> {
  const { output } = options;
  if (extname(output).toLowerCase() !== '.zip')
    throw new UsageError('WRONG_USE', `${output} does not end with .zip`, 'coldgate diag -o bundle.zip');
  const source = sourceOf(options);
  try {
    const redaction = new Redaction(source.config ? knownNames(source.config, source.journal) : []);
    const files = await bundleFiles(bundleParts(source, redaction), redaction);
    await savePieces(output, zipFile(bundleEntries(files)), options.force === true);
    const [contents] = files;
    if (options.json) io.out(JSON.stringify({ file: output, parts: files.map(({ name }) => name) }));
    else {
      for (const line of (contents?.text ?? '').split('\n').filter((one) => one !== '')) io.out(line);
      io.out(`${output} is written.`);
    }
    return exitCodes.ok;
  } finally {
    source.journal?.close();
  }
}
