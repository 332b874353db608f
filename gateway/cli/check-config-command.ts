// `coldgate check-config`: every problem of a configuration and of the files it names, or a summary.
// Decrypts no key, opens no port, connects to nobody.

import { ConfigError, type ConfigProblem, problemLines } from '../../config/config-error.js';
import { loadConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import { configWarnings, secretFileProblems } from '../configuration/named-files.js';
import { readKeyFileAddress, readTokenKey } from '../sealing/key-file.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';

export interface CheckConfigOptions {
  /** Path of the configuration file. */
  readonly config: string;
  readonly json?: boolean | undefined;
}

interface CheckReport {
  readonly file: string;
  readonly ok: boolean;
  /** Why the file could not be used at all; else absent. */
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string };
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
  readonly gatewayAddress?: string;
}

/** Prints the findings; exit code 2 when something must be mended, else 0. */
export async function runCheckConfig(options: CheckConfigOptions, io: CliIo): Promise<ExitCode> {
  let config: Config | undefined;
  let report: CheckReport;
  try {
    config = loadConfig(options.config);
    report = reportOn(options.config, config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { code, message, hint, problems } = error;
    report = { file: options.config, ok: false, error: { code, message, hint }, problems, warnings: [] };
  }
  if (options.json === true) io.out(JSON.stringify(report, undefined, 2));
  else printReport(report, config, io);
  return report.ok ? exitCodes.ok : exitCodes.wrongUse;
}

function reportOn(file: string, config: Config): CheckReport {
  const problems = secretFileProblems(config);
  const warnings = configWarnings(config);
  const isKeyFit = !problems.some((problem) => problem.path === 'gateway.keyFile');
  return {
    file,
    ok: problems.length === 0,
    problems,
    warnings,
    ...(isKeyFit ? { gatewayAddress: readKeyFileAddress(config.gateway.keyFile).address } : {}),
  };
}

function printReport(report: CheckReport, config: Config | undefined, io: CliIo): void {
  if (!report.ok) {
    const fallback = `${report.file} names files that cannot be used`;
    io.err(`coldgate: ${report.error?.message ?? fallback} [${report.error?.code ?? 'CONFIG_FILES'}]`);
    for (const line of report.problems.flatMap(problemLines)) io.err(`  ${line}`);
    if (report.error) io.err(`  hint: ${report.error.hint}`);
  }
  for (const line of report.warnings.flatMap(problemLines))
    io.err(line.startsWith(' ') ? line : `warning: ${line}`);
  if (!report.ok || config === undefined) return;
  io.out(`${report.file} is right.`);
  for (const line of summaryLines(config, report.gatewayAddress ?? '')) io.out(`  ${line}`);
}

function summaryLines(config: Config, address: string): string[] {
  const intake = config.mqttIntake;
  const brokers = config.publish.brokers.map((broker) => broker.name);
  const devices = config.devices.map((device) => device.id);
  return [
    `gateway     ${config.gateway.name} ${address}`,
    `key         ${keyPlace(config)}`,
    `data        ${config.gateway.dataDir}`,
    `devices     ${orNone(devices)}`,
    `mqttIntake  ${intake ? `${intake.listen.host} port ${intake.listen.port}, ${intake.sensors.length} topics` : 'none'}`,
    `publish     ${orNone(brokers)}`,
    `webhooks    ${orNone(config.webhooks.map(({ name }) => name))}`,
    `epcis       ${config.epcis?.capture?.url ?? 'no capture'}`,
    `excursions  ${config.excursions.length} rules`,
    `ledger      ${config.ledger ? `chain ${config.ledger.chainId}, contract ${config.ledger.contract}` : 'none'}`,
  ];
}

function keyPlace({ gateway }: Config): string {
  const token = readTokenKey(gateway.keyFile);
  return token ? `${token.keyLabel} in token ${token.tokenLabel}, by ${token.module}` : gateway.keyFile;
}

function orNone(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
