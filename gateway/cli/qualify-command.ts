// `coldgate qualify`: checks this very machine and writes what was expected and found, as PDF and as data. It changes nothing
// but the two files; what it tries out in the data folder it takes away again.

import { mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { extname } from 'node:path';
import { loadConfig } from '../../config/load.js';
import { JournalError, journalError } from '../journal/journal-error.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import type { CheckOutcome } from '../reports/qualification/check.js';
import { qualificationHash, qualificationJson, qualify } from '../reports/qualification/qualification.js';
import { qualificationPdf } from '../reports/qualification/qualification-pdf.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { savePieces } from './report-command.js';
import { saveExport } from './saved-export.js';

export interface QualifyOptions {
  readonly config: string;
  readonly output: string;
  /** Printed name of whoever runs it. */
  readonly by?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const marks: Readonly<Record<CheckOutcome, string>> = {
  pass: 'pass',
  fail: 'FAIL',
  'not-applicable': 'n/a ',
};

/** undefined: no gateway has run here yet. */
function openJournal(dataDir: string): JournalReader | undefined {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o750 });
  } catch (error) {
    throw journalError(error, dataDir);
  }
  try {
    return new JournalReader(journalPathOf(dataDir));
  } catch (error) {
    if (error instanceof JournalError && error.code === 'JOURNAL_ABSENT') return undefined;
    throw error;
  }
}

/**
 * Runs the qualification. Exit code 1: a check failed.
 * @throws UsageError, ConfigError, ExportError, JournalError
 */
export async function runQualify(options: QualifyOptions, io: CliIo): Promise<ExitCode> {
  const { output, by } = options;
  if (extname(output).toLowerCase() !== '.pdf') {
    const hint = 'write -o qualification.pdf; the data go to qualification.json beside it';
    throw new UsageError('WRONG_USE', `${output} does not end with .pdf`, hint);
  }
  const config = loadConfig(options.config);
  const journal = openJournal(config.gateway.dataDir);
  try {
    const { username: user } = userInfo();
    const qualification = await qualify({ config, journal, user, name: by, now: Date.now });
    const mayOverwrite = options.force === true;
    const data = `${output.slice(0, -'.pdf'.length)}.json`;
    await savePieces(output, qualificationPdf(qualification), mayOverwrite);
    saveExport(data, qualificationJson(qualification), mayOverwrite);
    const { checks, passed } = qualification;
    if (options.json) io.out(JSON.stringify(qualification));
    else {
      for (const { outcome, id, title, found } of checks) {
        io.out(`${marks[outcome]}  ${id}  ${title}: ${found}`);
      }
      const failures = checks.filter(({ outcome }) => outcome === 'fail').length;
      io.out(passed ? 'PASSED' : `NOT PASSED: ${failures} of ${checks.length} checks failed`);
      io.out(`${output}, ${data}: sha-256 ${qualificationHash(qualification)}`);
    }
    return passed ? exitCodes.ok : exitCodes.refuted;
  } finally {
    journal?.close();
  }
}
