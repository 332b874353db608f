// Signing a qualification on the command line: one that was just made, or the file of another day.

import { readFileSync } from 'node:fs';
import * as z from 'zod';
import {
  type Qualification,
  qualificationHash,
  qualificationSchema,
} from '../reports/qualification/qualification.js';
import {
  type QualificationMeaning,
  qualificationMeanings,
} from '../reports/qualification/sign-qualification.js';
import type { Authorisations, submitRequest } from '../requests/submit.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { type CliIo, UsageError } from './cli-io.js';

/** What the command reaches the gateway with. */
export interface SignParts {
  readonly submit: typeof submitRequest;
  readonly authorise?: Authorisations | undefined;
}

const fileSchema = z.strictObject({ qualification: qualificationSchema, sha256: z.string() });

/** @throws UsageError */
export function meaningOf(name: string): QualificationMeaning {
  const meaning = qualificationMeanings.find((known) => known === name);
  if (meaning) return meaning;
  const hint = `use one of ${qualificationMeanings.join(', ')}`;
  throw new UsageError('WRONG_USE', `a qualification is not signed as ${name}`, hint);
}

/**
 * The qualification of a file.
 * @throws UsageError if it is no such file, or not what its hash says
 */
export function readQualification(path: string): Qualification {
  const hint = 'name the .json file that coldgate qualify wrote';
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new UsageError('WRONG_USE', `${path} cannot be read as JSON`, hint);
  }
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) throw new UsageError('WRONG_USE', `${path} is no qualification`, hint);
  const { qualification, sha256 } = parsed.data;
  if (qualificationHash(qualification) === sha256) return qualification;
  throw new UsageError(
    'WRONG_USE',
    `${path} was changed: its hash is another`,
    'make it again, or find the original',
  );
}

/**
 * Asks the gateway role to record the signature.
 * @throws RequestError, ConfigError, JournalError
 */
export async function signQualification(
  qualification: Qualification,
  meaning: QualificationMeaning,
  config: string,
  { submit, authorise }: SignParts,
  io: CliIo,
): Promise<void> {
  const { program, machine, startedAt, passed, checks } = qualification;
  const failures = checks.filter(({ outcome }) => outcome === 'fail').length;
  const document: DetailDocument = {
    ...{ sha256: qualificationHash(qualification), meaning, program, machine, startedAt, passed },
    ...{ checks: checks.length, failures },
  };
  const { sequence } = await submit(config, 'qualification.sign', document, authorise);
  io.err(`signed as ${meaning}: record ${String(sequence)}`);
}
