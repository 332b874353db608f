// Reads coldgate.yaml: bytes with a bound, YAML, schema and cross checks, every problem in one error.
// Opens no file that the configuration names; `coldgate check-config` and the roles do that.

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type * as z from 'zod';
import { ConfigError, type ConfigProblem } from './config-error.js';
import { crossFindings } from './cross-checks.js';
import { type Finding, pathText } from './finding.js';
import { migratedText } from './migration.js';
import { type RelayConfig, relaySchema } from './relay-schema.js';
import { type Config, configSchema } from './schema.js';
import { schemaFindings } from './schema-findings.js';
import { parseYaml, type YamlDocument } from './yaml-document.js';

/** A configuration is a few kilobytes; a wrong path may name a disk image. */
const maxConfigBytes = 1_048_576;

/**
 * Loads and checks a configuration file.
 * Relative paths in it come out absolute, resolved against the file's folder.
 * @throws ConfigError with every problem found, in the order of the file.
 */
export function loadConfig(path: string): Config {
  return parseConfig(readConfigText(path), path);
}

/**
 * Checks the text of a configuration as if it stood in the file `path`; reads nothing. A text of an older version is taken as
 * the newest would have it.
 * @throws ConfigError CONFIG_NOT_YAML, CONFIG_TOO_NEW or CONFIG_INVALID.
 */
export function parseConfig(text: string, path: string): Config {
  const folder = dirname(resolve(path));
  return checked(migratedText(text, path).text, path, {
    schema: configSchema(folder),
    findings: (value) => crossFindings(value, folder),
    hint: `mend the file, then run: coldgate check-config -c ${path}`,
  });
}

/**
 * Loads and checks the configuration of a relay; as loadConfig.
 * @throws ConfigError with every problem found
 */
export function loadRelayConfig(path: string): RelayConfig {
  return checked(readConfigText(path, 'begin with config/examples/relay.yaml'), path, {
    schema: relaySchema(dirname(resolve(path))),
    findings: () => [],
    hint: 'mend the file and start again',
  });
}

interface Checks<Value> {
  readonly schema: z.ZodType<Value>;
  /** What rules over several sections find in the plain values. */
  readonly findings: (value: unknown) => readonly Finding[];
  readonly hint: string;
}

function checked<Value>(text: string, path: string, { schema, findings, hint }: Checks<Value>): Value {
  const document = parseYaml(text, path);
  const result = schema.safeParse(document.value ?? {});
  const found = [
    ...(result.success ? [] : schemaFindings(result.error.issues, document.value)),
    ...findings(document.value),
  ];
  if (result.success && found.length === 0) return result.data;
  const problems = inFileOrder(found, document);
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  throw new ConfigError('CONFIG_INVALID', `${path} has ${count}`, hint, problems);
}

function inFileOrder(findings: readonly Finding[], document: YamlDocument): ConfigProblem[] {
  const problems = findings.map(({ at, ...texts }): ConfigProblem => {
    const line = document.lineOf(at);
    return { path: pathText(at), ...(line === undefined ? {} : { line }), ...texts };
  });
  return problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/**
 * The text of a configuration file, unchecked.
 * @param absentHint what to do if it does not exist
 * @throws ConfigError for a file that cannot be read
 */
export function readConfigText(path: string, absentHint = 'make one with: coldgate init'): string {
  const bytes = readBounded(path, absentHint);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ConfigError(
      'CONFIG_NOT_YAML',
      `${path} is not UTF-8 text`,
      'save the file as UTF-8',
      [],
      cause,
    );
  }
}

function readBounded(path: string, absentHint: string): Uint8Array {
  let file: number | undefined;
  try {
    // Non-blocking, so that a named pipe in its place cannot hold up the start.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!fstatSync(file).isFile()) throw unreadable(path, 'is not a regular file');
    const bytes = new Uint8Array(maxConfigBytes + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(file, bytes, length, bytes.length - length, null);
    }
    if (length > maxConfigBytes) throw tooLarge(path);
    return bytes.subarray(0, length);
  } catch (cause) {
    throw cause instanceof ConfigError ? cause : openFailure(path, absentHint, cause);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function openFailure(path: string, absentHint: string, cause: unknown): ConfigError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  if (reason === 'ENOENT') {
    return new ConfigError('CONFIG_ABSENT', `${path} does not exist`, absentHint, [], cause);
  }
  return unreadable(path, `cannot be read (${reason})`, cause);
}

function unreadable(path: string, what: string, cause?: unknown): ConfigError {
  return new ConfigError(
    'CONFIG_UNREADABLE',
    `${path} ${what}`,
    'check the path and its permissions',
    [],
    cause,
  );
}

function tooLarge(path: string): ConfigError {
  return new ConfigError(
    'CONFIG_TOO_LARGE',
    `${path} has more than ${maxConfigBytes} bytes`,
    'is this the right file?',
  );
}
