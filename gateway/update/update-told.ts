// What was told of the last update, in a row beside the log: so that nothing is recorded twice, and one that was taken back stays a
// finding until the next.

import * as z from 'zod';
import type { StoredProblem } from '../journal/ledger-rows.js';
import { jsonOf } from '../publish/json-payload.js';
import type { StateChange, StateView } from '../requests/request.js';

const ROW = 'software/update';

const rowSchema = z.object({
  id: z.string(),
  event: z.enum(['applied', 'in-force', 'reverted', 'abandoned']),
  software: z.string(),
  code: z.string().exactOptional(),
  reason: z.string().exactOptional(),
});
export type ToldUpdate = z.infer<typeof rowSchema>;

/** A row that cannot be read is one that is not there. */
export function readTold(state: StateView): ToldUpdate | undefined {
  return rowSchema.safeParse(jsonOf(Buffer.from(state.get(ROW) ?? ''))).data;
}

export const toldRow = (told: ToldUpdate): StateChange => [ROW, JSON.stringify(told)];

/** Somebody wanted it so. */
export const ROLLBACK_ASKED = 'ROLLBACK_ASKED';

/** An update that was taken back is told until the next one. */
export function updateProblems(state: StateView): StoredProblem[] {
  const told = readTold(state);
  if (told?.event !== 'reverted' || told.code === ROLLBACK_ASKED) return [];
  return [
    {
      role: 'software',
      code: told.code ?? 'VERSION_UNFIT',
      message: `the update to ${told.software} was taken back: ${told.reason ?? 'it did not run'}`,
      hint: 'coldgate update status tells more; send its log to whoever publishes it before trying again',
    },
  ];
}
