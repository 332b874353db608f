// Whether faults of system calls can be made here: by strace, where a process may be traced.

import { spawnSync } from 'node:child_process';
import { hasProgram } from '../firmware-bridge/peer-program.js';

export const TRACER = 'strace';

/** Some machines let nobody trace a process. */
export function canTrace(): boolean {
  if (!hasProgram(TRACER)) return false;
  if (spawnSync(TRACER, ['-o', '/dev/null', 'true'], { stdio: 'ignore' }).status === 0) return true;
  console.warn('skipped: this machine lets no process be traced');
  return false;
}
