// `coldgate evaluate`: what an alarm profile says of a file of readings. Needs no gateway, no key and no log.

import { readFileSync } from 'node:fs';
import type { AlarmProfile } from '../../config/alarm-profile.js';
import { loadAlarmProfile } from '../../config/alarm-profile-load.js';
import { type EvaluationReport, evaluationReport } from '../evaluation/evaluation-report.js';
import { readReadingsCsv } from '../evaluation/readings-csv.js';
import { evaluateSeries } from '../evaluation/series-evaluation.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';

export interface EvaluateOptions {
  /** Built-in name, or a file. */
  readonly profile: string;
  /** CSV file. */
  readonly input: string;
  readonly json?: boolean | undefined;
}

/** More would only scroll away. */
const shownProblems = 20;

/**
 * Exit code 1 when a rule fired, 2 when rows are refused.
 * @throws ConfigError for the profile, UsageError when the input cannot be read
 */
export async function runEvaluate(
  { profile: nameOrFile, input, json }: EvaluateOptions,
  io: CliIo,
): Promise<ExitCode> {
  const profile = loadAlarmProfile(nameOrFile);
  const read = readReadingsCsv(textOf(input));
  if (!read.ok) {
    const { problems } = read;
    io.err(`coldgate: ${input}: nothing was judged, ${problems.length} refused [READINGS_REFUSED]`);
    for (const { line, message } of problems.slice(0, shownProblems)) io.err(`  line ${line}: ${message}`);
    if (problems.length > shownProblems) io.err(`  and ${problems.length - shownProblems} more`);
    return exitCodes.wrongUse;
  }
  const report = evaluationReport(profile, evaluateSeries(profile, read.sensors));
  if (json === true) io.out(JSON.stringify(report));
  else for (const line of reportLines(profile, report)) io.out(line);
  return report.alarms.length > 0 ? exitCodes.refuted : exitCodes.ok;
}

function textOf(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError('WRONG_USE', `${path} cannot be read: ${reason}`, 'name a CSV file in UTF-8');
  }
}

function reportLines(profile: AlarmProfile, report: EvaluationReport): string[] {
  const { alarms } = report;
  const lines = [
    `${profile.name} version ${profile.version}: ${profile.title}`,
    `  hash ${profile.hash}`,
    '',
  ];
  lines.push(alarms.length === 0 ? 'no alarm' : alarms.length === 1 ? '1 alarm' : `${alarms.length} alarms`);
  for (const { rule, sensor, atMin } of alarms) lines.push(`  ${rule} on ${sensor} at minute ${atMin}`);
  for (const sensor of report.sensors) lines.push('', ...sensorLines(sensor));
  return lines;
}

function sensorLines(sensor: EvaluationReport['sensors'][number]): string[] {
  const lines = [`${sensor.sensor}: ${sensor.state}, ${sensor.readings} readings, ${sensor.faults} faults`];
  if (sensor.wasUnsorted) lines.push('  its rows were not in the order of time and were sorted');
  for (const [rule, minutes] of Object.entries(sensor.minutesInViolation)) {
    lines.push(`  ${rule.padEnd(24)} ${minutes} min in violation`);
  }
  lines.push(`  ${'unknown'.padEnd(24)} ${sensor.unknownMinutes} min`);
  for (const { fromMin, toMin } of sensor.gaps) lines.push(`  gap from minute ${fromMin} to ${toMin}`);
  const { mktCelsius, mktRefused, mktWithinLimit } = sensor;
  const verdict = mktWithinLimit === null ? '' : mktWithinLimit ? ', within its limit' : ', ABOVE ITS LIMIT';
  lines.push(
    mktCelsius === null ? `  MKT refused: ${mktRefused}` : `  MKT ${mktCelsius.toFixed(6)} C${verdict}`,
  );
  for (const { band, level, usedMinutes, allowanceMinutes } of sensor.budget?.bands ?? []) {
    lines.push(`  budget ${band}: ${usedMinutes} of ${allowanceMinutes} min, ${level}`);
  }
  return lines;
}
