// Command lines that start a role of the built program, or one with a switch that operators do not have.

import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../dist/gateway/cli/coldgate.js', import.meta.url));
const child = fileURLToPath(new URL('./gateway-child.mjs', import.meta.url));

/** `coldgate run` with one role. */
export function roleCommand(config: string, role: 'gateway' | 'console' = 'gateway'): readonly string[] {
  return [process.execPath, program, 'run', '--role', role, '-c', config];
}

/** `coldgate run` with all roles that the configuration asks for. */
export function allRolesCommand(config: string): readonly string[] {
  return [process.execPath, program, 'run', '-c', config];
}

/** The gateway role with a chosen durability of SQLite. */
export function commandAt(config: string, synchronous: 'FULL' | 'NORMAL'): readonly string[] {
  return [process.execPath, child, config, synchronous];
}
