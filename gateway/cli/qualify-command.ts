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
import {
  type Qualification,
  qualificationHash,
  qualificationJson,
  qualify,
} from '../reports/qualification/qualification.js';
import { qualificationPdf } from '../reports/qualification/qualification-pdf.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import type { CredentialOptions } from './credentials.js';
import { meaningOf, readQualification, type SignParts, signQualification } from './qualify-sign.js';
import { savePieces } from './report-command.js';
import { saveExport } from './saved-export.js';

/** As commander gives them. */
export interface QualifyOptions extends CredentialOptions {
  readonly output?: string;
  /** Printed name of whoever runs it. */
  readonly by?: string;
  /** executed, reviewed or approved. */
  readonly sign?: string;
  /** File of a qualification that was made before: it is signed, and nothing is run. */
  readonly of?: string;
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
 * Runs the qualification, and signs it if that was asked for; or signs one of another day. Exit code 1: a check failed.
 * @param parts what the gateway role is reached with
 * @throws UsageError, ConfigError, ExportError, JournalError; RequestError
 */
export async function runQualify(options: QualifyOptions, io: CliIo, parts: SignParts): Promise<ExitCode> {
  const meaning = options.sign === undefined ? undefined : meaningOf(options.sign);
  if (options.of !== undefined && meaning === undefined) {
    const hint = 'coldgate qualify --of qualification.json --sign reviewed --as dana';
    throw new UsageError('WRONG_USE', 'say as what it is signed', hint);
  }
  const qualification = options.of === undefined ? await made(options, io) : readQualification(options.of);
  if (meaning !== undefined) await signQualification(qualification, meaning, options.config, parts, io);
  return qualification.passed ? exitCodes.ok : exitCodes.refuted;
}

async function made(options: QualifyOptions, io: CliIo): Promise<Qualification> {
  const { output, by } = options;
  if (output === undefined || extname(output).toLowerCase() !== '.pdf') {
    const hint = 'write -o qualification.pdf; the data go to qualification.json beside it';
    throw new UsageError('WRONG_USE', `${output ?? 'nothing'} does not end with .pdf`, hint);
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
    return qualification;
  } finally {
    journal?.close();
  }
}
