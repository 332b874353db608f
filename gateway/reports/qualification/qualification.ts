// A qualification: all checks of this machine with what was expected and found, by whom and when. As data for a file, and with
// the one sentence that says whether it passed.

import { hostname } from 'node:os';
import * as z from 'zod';
import type { Config } from '../../../config/schema.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { detailHash } from '../../../ledger-sync/evidence/jcs.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import { packageVersion } from '../../package-version.js';
import { instantOf } from '../utc.js';
import { examine, type QualificationCheck } from './check.js';
import { machineChecks } from './machine-checks.js';
import { operationChecks } from './operation-checks.js';
import { settingChecks } from './setting-checks.js';

const text = z.string();

export const qualificationSchema = z.strictObject({
  format: z.literal('coldgate-qualification'),
  version: z.literal(1),
  gateway: z.strictObject({ name: text, address: z.exactOptional(text) }),
  machine: text,
  program: text,
  /** Of the operating system, and as given. */
  executedBy: z.strictObject({ user: text, name: z.exactOptional(text) }),
  startedAt: text,
  endedAt: text,
  passed: z.boolean(),
  checks: z.array(
    z.strictObject({
      ...{ id: text, title: text, expected: text, found: text },
      part: z.enum(['installation', 'operation']),
      outcome: z.enum(['pass', 'fail', 'not-applicable']),
    }),
  ),
});

export type Qualification = z.infer<typeof qualificationSchema>;

export interface QualificationTerms {
  readonly config: Config;
  /** undefined: no gateway has written one yet. */
  readonly journal: JournalReader | undefined;
  readonly user: string;
  /** Printed name of whoever runs it. */
  readonly name: string | undefined;
  readonly now: () => number;
}

/** Runs every check; takes as long as the log needs to be read. */
export async function qualify({
  config,
  journal,
  user,
  name,
  now,
}: QualificationTerms): Promise<Qualification> {
  const startedAt = instantOf(now());
  const checks: QualificationCheck[] = await examine([
    ...machineChecks(config.gateway.dataDir),
    ...settingChecks(config, journal, now()),
    ...operationChecks(config, journal, now()),
  ]);
  return {
    ...{ format: 'coldgate-qualification', version: 1 },
    gateway: {
      name: config.gateway.name,
      ...(journal ? { address: `0x${toHex(journal.gateway)}` } : {}),
    },
    machine: hostname(),
    program: `coldgate ${packageVersion()}`,
    executedBy: { user, ...(name === undefined ? {} : { name }) },
    startedAt,
    endedAt: instantOf(now()),
    passed: checks.every(({ outcome }) => outcome !== 'fail'),
    checks,
  };
}

/** SHA-256 of the canonical JSON, hex: what a person signs. */
export const qualificationHash = (qualification: Qualification): string => toHex(detailHash(qualification));

/** The document and its name, indented. */
export function qualificationJson(qualification: Qualification): string {
  return `${JSON.stringify({ qualification, sha256: qualificationHash(qualification) }, undefined, 1)}\n`;
}
