// How far an update is, in one small file that is replaced durably before each step. Whoever finds it after a power cut knows what
// to finish or to undo. Read by other versions too: fields are only added.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

export const STATE_FILE = 'update.json';

/**
 * In this order. Until `switching` nothing has changed for the roles, and a cut undoes what was made; from there on the update
 * goes on to one of its ends. `returning` and `starting-old` lead back.
 */
export const updateSteps = [
  'installing',
  'trying',
  'switching',
  'starting',
  'probation',
  'returning',
  'starting-old',
  'done',
  'reverted',
  'abandoned',
] as const;
export type UpdateStep = (typeof updateSteps)[number];

const ends: readonly UpdateStep[] = ['done', 'reverted', 'abandoned'];

const placeSchema = z.object({
  software: z.string(),
  /** Its package's folder. */
  folder: z.string(),
  /** In versions/; null for what was installed by other means. */
  name: z.string().nullable(),
  /** The newest journal that it reads. */
  journalLayout: z.int(),
});

const stateSchema = z.object({
  format: z.literal('coldgate-update'),
  version: z.literal(1),
  id: z.string(),
  step: z.enum(updateSteps),
  from: placeSchema,
  to: placeSchema,
  /** The version before `from`, where it is kept: if this update is taken back, that one can be gone back to as well. */
  before: placeSchema.nullable(),
  package: z.object({
    name: z.string(),
    sha256: z.string(),
    /** Address of the publisher; null where a person gave the hash. */
    signedBy: z.string().nullable(),
  }),
  /** Absolute paths. */
  config: z.string(),
  dataDir: z.string(),
  /** A command line that starts the roles anew; null: by systemd, these units. */
  restart: z.string().nullable(),
  units: z.array(z.string()).readonly(),
  readyLimitMs: z.int(),
  probationMs: z.int(),
  beganAtMs: z.int(),
  endedAtMs: z.int().nullable(),
  /** The boot in which the link was changed last: in a later one the roles were started with it. */
  linkBootId: z.string().nullable(),
  /** How often a watch over the new version was begun, over power cuts too. */
  watches: z.int(),
  /** Why it went back, or was given up. */
  trouble: z.object({ code: z.string(), message: z.string() }).nullable(),
});

export type UpdateState = z.infer<typeof stateSchema>;
export type VersionPlace = z.infer<typeof placeSchema>;

export const isOver = ({ step }: Pick<UpdateState, 'step'>): boolean => ends.includes(step);

/** undefined where there was no update; what cannot be read is none. */
export function readState(versionsFolder: string): UpdateState | undefined {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(join(versionsFolder, STATE_FILE), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Names of the versions that are worth their room after an end: the one that runs, and the one to go back to. */
export function keptAfter({ step, from, to, before }: UpdateState): (string | undefined)[] {
  const kept = step === 'done' ? [to, from] : [from, before];
  return kept.map((one) => one?.name ?? undefined);
}

/** The version that runs, as an update has left it, and the one before it; undefined where none is known. */
export function versionBefore(
  state: UpdateState | undefined,
  current: string | null,
): { readonly running: VersionPlace; readonly before: VersionPlace } | undefined {
  if (!state || !isOver(state)) return undefined;
  const { step, from, to } = state;
  const [running, before] = step === 'done' ? [to, from] : [from, state.before];
  return running.name === current && before ? { running, before } : undefined;
}
