// `coldgate run`: all roles, each as a process of its own, or one role in this process.

import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../config/load.js';
import { createLog, type RoleName, roleNames, rolesOf, startRole } from '../main.js';
import { RoleSupervisor } from '../supervisor.js';
import { type ExitCode, exitCodes, UsageError } from './cli-io.js';

export interface RunOptions {
  readonly config: string;
  readonly role?: string;
}

function roleNamed(name: string): RoleName {
  const role = roleNames.find((known) => known === name);
  if (role) return role;
  throw new UsageError('WRONG_USE', `there is no role ${name}`, `roles are ${roleNames.join(' and ')}`);
}

/** Resolves at SIGINT, SIGTERM, or when the process that started this one is gone. */
function stopRequest(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
    process.once('disconnect', () => resolve());
    // A second Ctrl-C must not cut the orderly end short.
    process.on('SIGINT', () => {});
    process.on('SIGTERM', () => {});
  });
}

async function runOne(options: RunOptions, name: string): Promise<ExitCode> {
  const config = loadConfig(options.config);
  // The journal and the key's mark are nobody else's business.
  process.umask(0o027);
  const stop = stopRequest();
  const role = await startRole(roleNamed(name), config, createLog(config, name));
  try {
    await Promise.race([stop, role.failed]);
    return exitCodes.ok;
  } finally {
    await role.close();
    letGo();
  }
}

/** An open channel to the parent would keep this process alive. */
function letGo(): void {
  if (process.connected) process.disconnect();
}

/** Runs until a signal. @throws ConfigError, UsageError, and for one role what its start throws */
export async function runRoles(options: RunOptions): Promise<ExitCode> {
  if (options.role !== undefined) return runOne(options, options.role);
  const config = loadConfig(options.config);
  const program = fileURLToPath(new URL('./coldgate.js', import.meta.url));
  const stop = stopRequest();
  const supervisor = new RoleSupervisor({
    roles: rolesOf(config),
    argumentsOf: (role) => [program, 'run', '--role', role, '-c', options.config],
    log: createLog(config, 'run'),
  });
  supervisor.start();
  const code = await Promise.race([
    stop.then(() => exitCodes.ok),
    supervisor.givenUp.then(() => exitCodes.wrongUse),
  ]);
  await supervisor.stop();
  letGo();
  return code;
}
