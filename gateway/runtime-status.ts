// What the gateway role tells of the present and nobody needs tomorrow: that it lives, how its devices, its journal and its
// process are, and what it finds wrong.

import * as z from 'zod';
import { journalFactsSchema } from './health/commit-meter.js';
import { deviceFactsSchema } from './health/device-meter.js';
import { findingSeverities } from './health/finding.js';
import { processFactsSchema } from './health/process-meter.js';
import { RuntimeFile } from './health/runtime-file.js';

const FILE = 'gateway-status.json';

const count = z.number().nonnegative();
const statusSchema = z.object({
  writtenAtMs: count,
  everyMs: count,
  startedAtMs: count,
  devices: z.array(deviceFactsSchema),
  process: processFactsSchema.optional(),
  journal: journalFactsSchema.optional(),
  findings: z
    .array(
      z.object({
        ...{ id: z.string(), severity: z.enum(findingSeverities), sinceMs: count },
        ...{ what: z.string(), whatToDo: z.string() },
      }),
    )
    .default([]),
});

export type RuntimeStatus = z.infer<typeof statusSchema>;

/** Without what the file itself adds. */
export type ToldStatus = Omit<RuntimeStatus, 'writtenAtMs' | 'everyMs'>;

/**
 * Tells again and again; what cannot be written is not told.
 * @param now Unix ms, by the clock that whoever reads it has
 * @returns stops it
 */
export function tellRuntimeStatus(dataDir: string, read: () => ToldStatus, now?: () => number): () => void {
  return new RuntimeFile(dataDir, FILE).tell(read, now);
}

/** What was told last; undefined if nothing was, or by nobody that may be believed. */
export function readRuntimeStatus(dataDir: string): RuntimeStatus | undefined {
  return statusSchema.safeParse(new RuntimeFile(dataDir, FILE).read()).data;
}
