// What the trial commands share: files of kits and terms, requests to the gateway, and answers for persons or programs.

import { readFileSync } from 'node:fs';
import { ConfigError } from '../../config/config-error.js';
import { pathText } from '../../config/finding.js';
import { schemaFindings } from '../../config/schema-findings.js';
import { parseYaml } from '../../config/yaml-document.js';
import type { Authorisations, readState, submitRequest } from '../requests/submit.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { parseKitList } from '../trials/kit-number.js';
import { type TrialTerms, termsSchema } from '../trials/trial-terms.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';
import { FileError } from './file-error.js';
import { readSmallFile } from './ledger-parts.js';

/** What the commands reach the gateway with. */
export interface TrialCommandParts {
  readonly submit: typeof submitRequest;
  readonly readState: typeof readState;
  readonly authorise?: Authorisations | undefined;
  /** Unix ms; by default the system's clock. */
  readonly now?: () => number;
}

export interface CommonOptions {
  readonly config: string;
  readonly json?: boolean;
}

const MAX_KITS_BYTES = 1_000_000;

/** @throws TrialFileError, FileError */
export const readKitList = (path: string): string[] =>
  parseKitList(readSmallFile(path, MAX_KITS_BYTES), path);

/** @throws ConfigError with every problem found; FileError */
export function readTermsFile(path: string): TrialTerms {
  const document = parseYaml(readSmallFile(path), path);
  const result = termsSchema.safeParse(document.value ?? {});
  if (result.success) return result.data;
  const problems = schemaFindings(result.error.issues, document.value ?? {}).map(({ at, ...texts }) => {
    const line = document.lineOf(at);
    return { path: pathText(at), ...(line === undefined ? {} : { line }), ...texts };
  });
  const hint = 'the terms are the same for every kit: nothing about arms, products or lots stands there';
  throw new ConfigError('CONFIG_INVALID', `${path}: ${problems.length} problems`, hint, problems);
}

/** The bytes of a file of any kind. @throws FileError FILE_UNREADABLE */
export function readAnyFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new FileError('FILE_UNREADABLE', `${path} cannot be read: ${said}`, 'check the path', error);
  }
}

/** The answer as JSON, or as lines with the number of the record. */
export function answered(
  answer: DetailDocument,
  line: string,
  { json }: { readonly json?: boolean },
  io: CliIo,
): ExitCode {
  if (json) io.out(JSON.stringify(answer));
  else io.out(answer.sequence === undefined ? line : `${line}, record ${answer.sequence}`);
  return exitCodes.ok;
}
