// The file that a person writes for a new shipment: YAML, read as strictly as the configuration, every problem in one
// error. The profile is told by its name or its file; whoever asks for the shipment puts its content in that place.

import { readFileSync, statSync } from 'node:fs';
import type { AlarmProfile } from '../../config/alarm-profile.js';
import { ConfigError, type ConfigProblem } from '../../config/config-error.js';
import { pathText } from '../../config/finding.js';
import { schemaFindings } from '../../config/schema-findings.js';
import { parseYaml, type YamlDocument } from '../../config/yaml-document.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { profileDocument } from './profile-document.js';
import { text } from './shipment-fields.js';
import { orderSchema } from './shipment-order.js';

/** A shipment file is a few kilobytes; a wrong path may name a disk image. */
const MAX_FILE_BYTES = 262_144;

/** Name of a profile, or path of its file. */
const profileName = text(1024, 'profile: who-e006-2-8');

export type ShipmentFile = ReturnType<typeof parseShipment>;

function problemsOf(document: Pick<YamlDocument, 'lineOf'>, issues: Parameters<typeof schemaFindings>) {
  const problems = schemaFindings(...issues).map(({ at, ...texts }): ConfigProblem => {
    const line = document.lineOf(at);
    return { path: pathText(at), ...(line === undefined ? {} : { line }), ...texts };
  });
  return problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/**
 * Checks what is told of a shipment.
 * @param place where it is told, for the message: a path, or `the options`
 * @param thisYear decides the century of dates on labels
 * @throws ConfigError CONFIG_INVALID with every problem
 */
export function parseShipment(
  value: unknown,
  place: string,
  thisYear: number,
  document: Pick<YamlDocument, 'lineOf'> = { lineOf: () => undefined },
) {
  const result = orderSchema(profileName, thisYear).safeParse(value ?? {});
  if (result.success) return result.data;
  const problems = problemsOf(document, [result.error.issues, value ?? {}]);
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  throw new ConfigError('CONFIG_INVALID', `${place}: ${count}`, 'mend it and ask again', problems);
}

/**
 * Checks the text of a shipment file as if it stood in the file `path`; reads nothing.
 * @throws ConfigError CONFIG_NOT_YAML or CONFIG_INVALID
 */
export function parseShipmentFile(content: string, path: string, thisYear: number): ShipmentFile {
  const document = parseYaml(content, path);
  return parseShipment(document.value, path, thisYear, document);
}

/** @throws ConfigError with every problem found, in the order of the file */
export function readShipmentFile(path: string, thisYear: number): ShipmentFile {
  return parseShipmentFile(readText(path), path, thisYear);
}

function readText(path: string): string {
  try {
    const status = statSync(path);
    if (!status.isFile()) throw unreadable(path, 'is not a regular file');
    if (status.size > MAX_FILE_BYTES) {
      const message = `${path} has more than ${MAX_FILE_BYTES} bytes`;
      throw new ConfigError('CONFIG_TOO_LARGE', message, 'is this the right file?');
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    if (cause instanceof TypeError) {
      throw new ConfigError(
        'CONFIG_NOT_YAML',
        `${path} is not UTF-8 text`,
        'save the file as UTF-8',
        [],
        cause,
      );
    }
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    if (reason !== 'ENOENT') throw unreadable(path, `cannot be read (${reason})`, cause);
    const hint = 'check the path, or tell the shipment with options';
    throw new ConfigError('CONFIG_ABSENT', `${path} does not exist`, hint, [], cause);
  }
}

function unreadable(path: string, what: string, cause?: unknown): ConfigError {
  return new ConfigError('CONFIG_UNREADABLE', `${path} ${what}`, 'check the path and its rights', [], cause);
}

/** The document of `shipment.create`: the file with the profile's content in the place of its name. */
export function orderDocument(file: ShipmentFile, profile: AlarmProfile): DetailDocument {
  // Through JSON, which has no undefined: what is absent is left out.
  return JSON.parse(JSON.stringify({ ...file, profile: profileDocument(profile) })) as DetailDocument;
}
