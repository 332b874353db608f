// Which process it was, so that another one of the same number, also after the machine was off, is not taken for it.

import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { readBootId } from '../intake/boot.js';

export const processMarkSchema = z.object({
  pid: z.int().positive(),
  /** Field 22 of /proc/PID/stat: clock ticks of the machine at its start. */
  startTicks: z.string(),
  bootId: z.string(),
});

export type ProcessMark = z.infer<typeof processMarkSchema>;

/** proc(5): fields behind the name, which stands in parentheses and may hold anything. */
const START_TIME_BEHIND_NAME = 19;

function startTicksOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie does nothing any more.
    return fields[0] === 'Z' ? undefined : fields[START_TIME_BEHIND_NAME];
  } catch {
    return undefined;
  }
}

export function ownMark(): ProcessMark {
  const { pid } = process;
  return { pid, startTicks: startTicksOf(pid) ?? '', bootId: readBootId() };
}

export function isThere({ pid, startTicks, bootId }: ProcessMark): boolean {
  return bootId === readBootId() && startTicksOf(pid) === startTicks;
}
