// `coldgate profiles`: which alarm profiles there are, what one says, and whether a file is right.

import type { AlarmProfile, AlarmRule } from '../../config/alarm-profile.js';
import { builtInProfiles, loadAlarmProfile } from '../../config/alarm-profile-load.js';
import { ConfigError, problemLines } from '../../config/config-error.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';

export interface ProfilesOptions {
  readonly json?: boolean | undefined;
}

/** One line a built-in profile. */
export async function runProfilesList({ json }: ProfilesOptions, io: CliIo): Promise<ExitCode> {
  const profiles = builtInProfiles();
  if (json === true) {
    io.out(
      JSON.stringify(profiles.map(({ name, version, title, hash }) => ({ name, version, title, hash }))),
    );
  } else for (const { name, version, title } of profiles) io.out(`${name.padEnd(18)}${version}  ${title}`);
  return exitCodes.ok;
}

/** @throws ConfigError when there is no such profile */
export async function runProfilesShow(
  nameOrFile: string,
  { json }: ProfilesOptions,
  io: CliIo,
): Promise<ExitCode> {
  const profile = loadAlarmProfile(nameOrFile);
  if (json === true) io.out(JSON.stringify(profile));
  else for (const line of profileLines(profile)) io.out(line);
  return exitCodes.ok;
}

/** Exit code 2 with every problem at once when the file must be mended. */
export async function runProfilesCheck(
  file: string,
  { json }: ProfilesOptions,
  io: CliIo,
): Promise<ExitCode> {
  try {
    const { name, version, hash } = loadAlarmProfile(file.includes('/') ? file : `./${file}`);
    if (json === true) io.out(JSON.stringify({ file, ok: true, name, version, hash, problems: [] }));
    else io.out(`${file} is right: ${name} version ${version}, hash ${hash}`);
    return exitCodes.ok;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { code, message, hint, problems } = error;
    if (json === true) {
      io.out(JSON.stringify({ file, ok: false, error: { code, message, hint }, problems }));
      return exitCodes.wrongUse;
    }
    io.err(`coldgate: ${message} [${code}]`);
    for (const line of problems.flatMap(problemLines)) io.err(`  ${line}`);
    io.err(`  hint: ${hint}`);
    return exitCodes.wrongUse;
  }
}

function profileLines(profile: AlarmProfile): string[] {
  const { name, version, title, source, hash, intervalMs, maxGapMs, ignoreMs, mkt, isFrozen } = profile;
  return [
    `${name} version ${version}: ${title}`,
    `  source     ${source}`,
    `  hash       ${hash}`,
    `  interval   ${minutes(intervalMs)}; a longer hole than ${minutes(maxGapMs)} is a gap`,
    `  ignored    the first ${minutes(ignoreMs)}`,
    `  MKT        ${isFrozen ? 'does not apply: frozen' : mkt ? `${celsius(mkt.limitMilliC)} over ${minutes(mkt.windowMs)}` : 'no limit'}`,
    ...profile.stability.map(
      (band) =>
        `  budget     ${band.id}: ${celsius(band.fromMilliC)} up to ${celsius(band.toMilliC)}, ${minutes(band.allowanceMs)}`,
    ),
    ...profile.rules.map(
      (rule) =>
        `  ${rule.id}: ${limitText(rule)}, ${rule.type}, after ${minutes(rule.delayMs)}, ${rule.severity}`,
    ),
  ];
}

function limitText({ highMilliC, lowMilliC, inclusive }: AlarmRule): string {
  const at = inclusive ? 'at or ' : '';
  const texts = [
    highMilliC === undefined ? '' : `${at}above ${celsius(highMilliC)}`,
    lowMilliC === undefined ? '' : `${at}below ${celsius(lowMilliC)}`,
  ];
  return texts.filter(Boolean).join(' or ');
}

const minutes = (ms: number) => `${ms / 60_000} min`;
const celsius = (milliC: number) => `${milliC / 1000} C`;
