// Reads alarm profiles: those that come with the package, by name, and a team's own files.
// The built-in files lie in config/profiles/alarm of the package, in the sources and beside dist alike.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AlarmProfile, AlarmRule } from './alarm-profile.js';
import { alarmProfileFindings } from './alarm-profile-checks.js';
import { valueWithDigits } from './alarm-profile-digits.js';
import { alarmProfileHash } from './alarm-profile-hash.js';
import { type AlarmProfileFile, alarmProfileSchema } from './alarm-profile-schema.js';
import { ConfigError } from './config-error.js';
import { pathText } from './finding.js';
import { schemaFindings } from './schema-findings.js';
import { parseYaml } from './yaml-document.js';

/** A profile is a page of text. */
const maxProfileBytes = 262_144;

/** The profiles that come with the package, by name. */
export function builtInProfiles(): AlarmProfile[] {
  return builtInNames().map((name) => readProfile(join(builtInFolder(), `${name}.yaml`)));
}

/**
 * Loads a built-in profile by its name, or a file. A text with a slash or that ends in .yaml, .yml or .json is a file.
 * @param folder what a relative path is taken from; the working folder when absent
 * @throws ConfigError with every problem found, in the order of the file
 */
export function loadAlarmProfile(nameOrFile: string, folder = '.'): AlarmProfile {
  if (/[/\\]|\.(ya?ml|json)$/i.test(nameOrFile)) return readProfile(resolve(folder, nameOrFile));
  const names = builtInNames();
  if (names.includes(nameOrFile)) return readProfile(join(builtInFolder(), `${nameOrFile}.yaml`));
  throw new ConfigError(
    'CONFIG_ABSENT',
    `no alarm profile is named ${JSON.stringify(nameOrFile)}`,
    `built in: ${names.join(', ')}; a file of your own is named with its path or its .yaml`,
  );
}

/**
 * Checks the text of a profile as if it stood in the file `path`; reads nothing.
 * @throws ConfigError CONFIG_NOT_YAML or CONFIG_INVALID
 */
export function parseAlarmProfile(text: string, path: string): AlarmProfile {
  const document = parseYaml(text, path);
  const result = alarmProfileSchema.safeParse(valueWithDigits(text) ?? {});
  const findings = [
    ...(result.success ? [] : schemaFindings(result.error.issues, document.value)),
    ...alarmProfileFindings(document.value),
  ];
  if (result.success && findings.length === 0) return profileOf(result.data);
  const problems = findings
    .map(({ at, ...texts }) => {
      const line = document.lineOf(at);
      return { path: pathText(at), ...(line === undefined ? {} : { line }), ...texts };
    })
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const hint = `mend the file, then run: coldgate profiles check ${path}`;
  throw new ConfigError('CONFIG_INVALID', `${path} has ${count}`, hint, problems);
}

function profileOf(file: AlarmProfileFile): AlarmProfile {
  const content = {
    name: file.name,
    version: file.version,
    title: file.title,
    source: file.source,
    rules: file.rules.map(ruleOf),
    intervalMs: file.intervalMin,
    maxGapMs: file.maxGapMin ?? 2 * file.intervalMin,
    ignoreMs: file.ignoreMin,
    mkt: file.mkt && { windowMs: file.mkt.windowHours, limitMilliC: file.mkt.limit },
    stability: file.stability.map(({ id, from, to, allowanceMin }) => ({
      id,
      fromMilliC: from,
      toMilliC: to,
      allowanceMs: allowanceMin,
    })),
    isFrozen: file.frozen,
  };
  return { ...content, hash: alarmProfileHash(content) };
}

function ruleOf(rule: AlarmProfileFile['rules'][number]): AlarmRule {
  const { id, side, inclusive, type, severity } = rule;
  return {
    id,
    side,
    highMilliC: side === 'high' ? rule.limit : rule.high,
    lowMilliC: side === 'low' ? rule.limit : rule.low,
    inclusive,
    type,
    delayMs: rule.delayMin,
    clearHysteresisMilliC: rule.clearHysteresis,
    severity,
  };
}

function builtInFolder(): string {
  const here = fileURLToPath(new URL('./profiles/alarm/', import.meta.url));
  // Compiled code stands in dist/config, the data in config: only the sources have them side by side.
  return existsSync(here) ? here : fileURLToPath(new URL('../../config/profiles/alarm/', import.meta.url));
}

function builtInNames(): string[] {
  return readdirSync(builtInFolder())
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
}

function readProfile(path: string): AlarmProfile {
  return parseAlarmProfile(readText(path), path);
}

function readText(path: string): string {
  let bytes: Uint8Array;
  try {
    const found = statSync(path);
    if (!found.isFile() || found.size > maxProfileBytes) {
      const what = found.isFile() ? `has more than ${maxProfileBytes} bytes` : 'is not a regular file';
      throw new ConfigError('CONFIG_UNREADABLE', `${path} ${what}`, 'is this the right file?');
    }
    bytes = readFileSync(path);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    const isAbsent = reason === 'ENOENT';
    throw new ConfigError(
      isAbsent ? 'CONFIG_ABSENT' : 'CONFIG_UNREADABLE',
      isAbsent ? `${path} does not exist` : `${path} cannot be read (${reason})`,
      isAbsent ? 'coldgate profiles list names the built-in ones' : 'check the path and its permissions',
      [],
      cause,
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ConfigError('CONFIG_NOT_YAML', `${path} is not UTF-8 text`, 'save it as UTF-8', [], cause);
  }
}
