// What would come of another text in the place of coldgate.yaml: every finding of the text and of the files that it
// names, and what differs. Writes nothing and starts nothing.

import { dirname, join, resolve } from 'node:path';
import { ConfigError, type ConfigProblem } from '../../config/config-error.js';
import { parseConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import { parseYaml } from '../../config/yaml-document.js';
import { type ConfigurationDifference, configurationDiff } from './configuration-diff.js';
import { configurationHash } from './configuration-hash.js';
import { configWarnings, secretFileProblems } from './named-files.js';

/** A request holds 65,536 characters with everything around it. */
export const MAX_PROPOSED_BYTES = 49_152;

export interface ConfigurationPreview {
  /** SHA-256 of the current text: the base that an apply must name. */
  readonly baseHash: string;
  /** SHA-256 of the proposed text. */
  readonly hash: string;
  /** The same bytes. */
  readonly isSame: boolean;
  /** What must be mended before the text can be applied. */
  readonly findings: readonly ConfigProblem[];
  /** What will work but may surprise. */
  readonly warnings: readonly ConfigProblem[];
  readonly diff: readonly ConfigurationDifference[];
}

/** With another log or another key it would be another gateway, which cannot say in this log that it began. */
const fixedSettings = ['dataDir', 'keyFile', 'passphraseFile'] as const;

const filePathIn = (folder: string) => join(folder, 'coldgate.yaml');

function configOf(text: string, folder: string): Config | undefined {
  try {
    return parseConfig(text, filePathIn(folder));
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** The values of a text as they stand there, without defaults; undefined where it is no YAML. */
export function settingsOf(text: string, folder: string): unknown {
  try {
    return parseYaml(text, filePathIn(folder)).value;
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

function fixedFindings(current: Config | undefined, proposed: Config): ConfigProblem[] {
  if (!current) return [];
  return fixedSettings
    .filter((key) => current.gateway[key] !== proposed.gateway[key])
    .map((key) => ({
      path: `gateway.${key}`,
      message: 'this cannot be changed while the gateway runs: its log and its key are there',
      hint: 'stop the gateway, move the files, change the file by hand, and start it again',
    }));
}

function proposedFindings(current: string, proposed: string, folder: string) {
  const bytes = Buffer.byteLength(proposed, 'utf8');
  if (bytes > MAX_PROPOSED_BYTES) {
    const message = `the text has ${bytes} bytes, ${MAX_PROPOSED_BYTES} can be applied`;
    return { findings: [{ path: '', message, hint: 'leave out comments' }], warnings: [] };
  }
  try {
    const config = parseConfig(proposed, filePathIn(folder));
    const fixed = fixedFindings(configOf(current, folder), config);
    return { findings: [...fixed, ...secretFileProblems(config)], warnings: configWarnings(config) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { message, hint, problems } = error;
    return { findings: problems.length > 0 ? problems : [{ path: '', message, hint }], warnings: [] };
  }
}

/**
 * Checks `proposedText` as if it stood in the place of `currentText`, the coldgate.yaml of `folder`. Looks at the files
 * that the proposal names; reads no serial port and connects to nobody.
 */
export function preview(currentText: string, proposedText: string, folder: string): ConfigurationPreview {
  const baseHash = configurationHash(currentText);
  const hash = configurationHash(proposedText);
  const { findings, warnings } = proposedFindings(currentText, proposedText, folder);
  const diff = configurationDiff(settingsOf(currentText, folder), settingsOf(proposedText, folder));
  return { baseHash, hash, isSame: hash === baseHash, findings, warnings, diff };
}

/** The folder that relative paths of a configuration file start at. */
export const folderOf = (path: string): string => dirname(resolve(path));
