// `coldgate trial ...` in front of a gateway: kits, their statements, quarantines. Decides nothing itself: what the gateway
// role refuses is refused.

import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { loadConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import { exportEvidence } from '../evidence-export.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { readKits } from '../trials/kit.js';
import { MAX_KITS, newKitNumbers } from '../trials/kit-number.js';
import { isOverdue, readQuarantines } from '../trials/quarantine.js';
import { TrialFileError } from '../trials/trial-file-error.js';
import { legStatementOf } from '../trials/trial-records.js';
import { kitLine, quarantineLine } from '../trials/trial-summary.js';
import { readTerms } from '../trials/trial-terms.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { readSmallFile, writeNewFile } from './ledger-parts.js';
import { fileProblem } from './saved-export.js';
import {
  answered,
  type CommonOptions,
  readKitList,
  readTermsFile,
  type TrialCommandParts,
} from './trial-parts.js';

/** Makes a list of numbers that nobody can foresee. @throws UsageError, ExportError */
export function runTrialKits(
  options: { count: string; output: string; json?: boolean },
  io: CliIo,
): ExitCode {
  const count = /^\d{1,4}$/.test(options.count) ? Number(options.count) : 0;
  if (count < 1 || count > MAX_KITS) {
    throw new UsageError(
      'WRONG_USE',
      `--count ${options.count} is not 1 to ${MAX_KITS}`,
      'write --count 200',
    );
  }
  const kits = newKitNumbers(count, (limit) => randomInt(limit));
  try {
    writeFileSync(options.output, `kit\n${kits.join('\n')}\n`, { flag: 'wx' });
  } catch (error) {
    throw fileProblem(options.output, error);
  }
  return answered(
    { kits: count, file: options.output },
    `${options.output}: ${count} kit numbers`,
    options,
    io,
  );
}

export interface RegisterOptions extends CommonOptions {
  readonly terms: string;
  readonly kits: string;
}

/** @throws ConfigError, TrialFileError, FileError, RequestError, JournalError */
export async function runTrialRegister(
  options: RegisterOptions,
  { submit, authorise }: TrialCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  const document = { terms: { ...readTermsFile(options.terms) }, kits: readKitList(options.kits) };
  const answer = await submit(options.config, 'trial.register', document, authorise);
  return answered(answer, `trial ${answer.trial}: ${answer.kits} kits registered`, options, io);
}

export interface LoadOptions extends CommonOptions {
  readonly shipment: string;
  readonly kits: string;
}

/** @throws TrialFileError, FileError, RequestError, ConfigError, JournalError */
export async function runTrialLoad(
  options: LoadOptions,
  { submit, authorise }: TrialCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  const { shipment } = options;
  const document = { shipment, kits: readKitList(options.kits) };
  const answer = await submit(options.config, 'trial.load', document, authorise);
  const missing = Number(answer.withoutHistory);
  const line = `shipment ${shipment} carries ${answer.kits} kits`;
  const doubt = missing > 0 ? `; ${missing} came without a statement and are set aside` : '';
  return answered(answer, `${line}${doubt}`, options, io);
}

export interface StatementOptions extends CommonOptions {
  readonly shipment: string;
  readonly output: string;
}

/** Writes the evidence of what the kits of a delivered shipment have used. @throws TrialFileError, UsageError, JournalError */
export function runTrialStatement(options: StatementOptions, io: CliIo): ExitCode {
  const config = loadConfig(options.config);
  const journal = new JournalReader(journalPathOf(config.gateway.dataDir));
  try {
    const sequence = legStatementOf(journal, options.shipment);
    if (sequence === undefined) {
      const message = `shipment ${options.shipment} has no statement of kits`;
      throw new TrialFileError('LEG_UNKNOWN', message, 'there is one once a shipment with kits is delivered');
    }
    writeNewFile(options.output, evidenceOf(journal, config, sequence));
    const answer = { file: options.output, shipment: options.shipment, statement: sequence };
    return answered(
      answer,
      `${options.output}: statement of ${options.shipment}, record ${sequence}`,
      options,
      io,
    );
  } finally {
    journal.close();
  }
}

/** By the newest checkpoint: the next gateway has no ledger at hand. */
const evidenceOf = (journal: JournalReader, config: Config, sequence: number) =>
  exportEvidence(journal, config, { kind: 'record', sequence }, true).bundle;

/** @throws FileError, UsageError, RequestError, ConfigError, JournalError */
export async function runTrialReceive(
  options: CommonOptions & { readonly file: string },
  { submit, authorise }: TrialCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  const document = { bundle: objectOf(readSmallFile(options.file), options.file) };
  const answer = await submit(options.config, 'trial.receive', document, authorise);
  const others = Number(answer.others) > 0 ? `, ${answer.others} others are not registered here` : '';
  return answered(answer, `${answer.kits} kits taken over from ${answer.from}${others}`, options, io);
}

export type KitStep = 'dispense' | 'set-aside' | 'notice' | 'dispose';

export interface StepOptions extends CommonOptions {
  readonly step: KitStep;
  /** What the request takes. */
  readonly document: DetailDocument;
}

/** One step of a kit or a quarantine. @throws RequestError, ConfigError, JournalError */
export async function runTrialStep(
  options: StepOptions,
  { submit, authorise }: TrialCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  const { step, document } = options;
  const answer = await submit(options.config, `trial.${step}`, document, authorise);
  const lines: Readonly<Record<KitStep, string>> = {
    dispense: `kit ${answer.kit} is dispensed`,
    'set-aside': `${answer.kits} kits are set aside`,
    notice: `${answer.quarantine}: the sponsor was told${answer.isLate === true ? ', more than 24 hours late' : ''}`,
    dispose: `${answer.quarantine}: ${answer.decision}, ${answer.kits} kits`,
  };
  return answered(answer, lines[step], options, io);
}

/** Kits and quarantines of a trial; exit code 1 where a notice is overdue. @throws ConfigError, JournalError, UsageError */
export async function runTrialList(
  options: CommonOptions & { readonly trial: string },
  { readState, now = Date.now }: Pick<TrialCommandParts, 'readState' | 'now'>,
  io: CliIo,
): Promise<ExitCode> {
  const state = readState(options.config);
  const { trial } = options;
  if (!readTerms(state, trial)) {
    io.err(`coldgate: there is no trial ${JSON.stringify(trial)} [TRIAL_UNKNOWN]`);
    io.err('  hint: coldgate trial register makes one known');
    return exitCodes.refuted;
  }
  const nowMs = now();
  const kits = readKits(state, trial);
  const quarantines = readQuarantines(state, trial).map((one) => ({
    ...one,
    isOverdue: isOverdue(one, nowMs),
  }));
  if (options.json) io.out(JSON.stringify({ trial, kits, quarantines }));
  else {
    for (const kit of kits) io.out(kitLine(kit));
    for (const quarantine of quarantines) io.out(quarantineLine(quarantine, nowMs));
  }
  return quarantines.some((one) => one.isOverdue) ? exitCodes.refuted : exitCodes.ok;
}

function objectOf(text: string, path: string): DetailDocument {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as DetailDocument;
  } catch {
    // Said below.
  }
  throw new UsageError('WRONG_USE', `${path} is no statement`, 'give the file of coldgate trial statement');
}
