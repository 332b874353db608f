// What `coldgate run` tells of the roles that it starts: which run, how often they ended, how each process is.

import * as z from 'zod';
import type { SupervisedRole } from './health-facts.js';
import { processFactsSchema } from './process-meter.js';
import { isFresh, RuntimeFile } from './runtime-file.js';

const FILE = 'supervisor-status.json';

const count = z.number().nonnegative();
const statusSchema = z.object({
  writtenAtMs: count,
  everyMs: count,
  roles: z.array(
    z.object({
      role: z.string(),
      isRunning: z.boolean(),
      pid: count.nullable(),
      endsAtMs: z.array(count),
      lastEnd: z.string().nullable(),
      process: processFactsSchema.nullable(),
    }),
  ),
});

/** @returns stops it */
export function tellSupervisorStatus(dataDir: string, roles: () => readonly SupervisedRole[]): () => void {
  return new RuntimeFile(dataDir, FILE).tell(() => ({ roles: roles() }));
}

/** Nothing where no supervisor tells: the roles are services of their own, or none runs. */
export function readSupervisedRoles(dataDir: string, nowMs: number): readonly SupervisedRole[] {
  const { data } = statusSchema.safeParse(new RuntimeFile(dataDir, FILE).read());
  return data && isFresh(data, nowMs) ? data.roles : [];
}
