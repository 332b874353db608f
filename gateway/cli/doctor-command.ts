// `coldgate doctor`: what is wrong with this machine and its configuration, and what mends each.

import { ConfigError } from '../../config/config-error.js';
import { loadConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import { type DoctorReport, runChecks } from '../health/doctor/doctor.js';
import type { Diagnosis, DoctorOutcome } from '../health/doctor/doctor-check.js';
import { JournalError } from '../journal/journal-error.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import { packageVersion } from '../package-version.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';

export interface DoctorOptions {
  readonly config: string;
  readonly offline?: boolean;
  readonly json?: boolean;
}

const marks: Readonly<Record<DoctorOutcome, string>> = {
  fine: 'ok  ',
  notice: 'note',
  finding: 'MEND',
  skipped: 'skip',
};
const ID_WIDTH = 16;

function diagnosisLines({ id, outcome, found, mend }: Diagnosis): string[] {
  const indent = ' '.repeat(marks.fine.length + 1 + ID_WIDTH + 1);
  return [
    `${marks[outcome]} ${id.padEnd(ID_WIDTH)} ${found}`,
    ...(mend === undefined ? [] : [`${indent}-> ${mend}`]),
  ];
}

/**
 * What the doctor says of a configuration file. A file with problems is a finding, and ends it; so is a journal that cannot be
 * opened, and the rest is looked at.
 * @throws ConfigError if there is no file, or it is no YAML
 */
export async function doctorReport(path: string, isOffline: boolean): Promise<DoctorReport> {
  let config: Config;
  try {
    config = loadConfig(path);
  } catch (error) {
    if (!(error instanceof ConfigError) || error.problems.length === 0) throw error;
    const diagnoses = error.problems.map(({ path: place, message, hint }): Diagnosis => {
      return {
        id: 'configuration',
        outcome: 'finding',
        found: `${place}: ${message}`,
        mend: hint ?? `coldgate check-config -c ${path}`,
      };
    });
    return { isGatewayRunning: false, diagnoses };
  }
  const { journal, trouble } = openJournal(config.gateway.dataDir);
  try {
    const report = await runChecks(config, journal, { isOffline });
    return { ...report, diagnoses: [...(trouble ? [trouble] : []), ...report.diagnoses] };
  } finally {
    journal?.close();
  }
}

function openJournal(dataDir: string): { journal?: JournalReader; trouble?: Diagnosis } {
  try {
    return { journal: new JournalReader(journalPathOf(dataDir)) };
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    if (error.code === 'JOURNAL_ABSENT') return {};
    const { message, hint } = error;
    return { trouble: { id: 'journal', outcome: 'finding', found: message, mend: hint } };
  }
}

/** Exit code 1: something is to be mended. @throws ConfigError */
export async function runDoctor(options: DoctorOptions, io: CliIo): Promise<ExitCode> {
  const { isGatewayRunning, diagnoses } = await doctorReport(options.config, options.offline === true);
  const countOf = (wanted: DoctorOutcome) => diagnoses.filter(({ outcome }) => outcome === wanted).length;
  const findings = countOf('finding');
  if (options.json) {
    const version = packageVersion();
    io.out(JSON.stringify({ version, isGatewayRunning, findings, checks: diagnoses }, undefined, 2));
  } else {
    io.out(`coldgate ${packageVersion()}; the gateway ${isGatewayRunning ? 'runs' : 'does not run'}`);
    for (const line of diagnoses.flatMap(diagnosisLines)) io.out(line);
    const others = `${countOf('fine')} fine, ${countOf('notice')} to know, ${countOf('skipped')} not looked at`;
    io.out(findings === 0 ? `Nothing to mend (${others}).` : `${findings} to mend (${others}).`);
  }
  return findings === 0 ? exitCodes.ok : exitCodes.refuted;
}
