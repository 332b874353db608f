// `coldgate run`: all roles, each as a process of its own, or one role in this process.

import { fileURLToPath } from 'node:url';
import { ConfigError } from '../../config/config-error.js';
import { loadConfig, parseConfig, readConfigText } from '../../config/load.js';
import { ConfigurationFiles } from '../configuration/configuration-files.js';
import { ConfigurationWatch } from '../configuration/configuration-watch.js';
import { isRoleReady, isRolesRestart, roleMessages } from '../configuration/role-message.js';
import { createLog, nodeFlagsOf, type RoleName, roleNames, rolesOf, startRole } from '../main.js';
import { isSupervised, RoleSupervisor } from '../supervisor.js';
import { type ExitCode, exitCodes, UsageError } from './cli-io.js';

/** Whoever asked for a restart through another role hears first that it comes. */
const HEARD_MS = 1000;

/** Enough for the lines that say why. */
const END_LIMIT_MS = 500;

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
  const runningText = readConfigText(options.config);
  const config = parseConfig(runningText, options.config);
  // The journal and the key's mark are nobody else's business.
  process.umask(0o027);
  const stop = stopRequest();
  const isWatched = isSupervised();
  const place = {
    files: new ConfigurationFiles(options.config),
    ...{ path: options.config, runningText, isSupervised: isWatched },
  };
  const role = await startRole(roleNamed(name), config, createLog(config, name), {
    place,
    restart: () => setTimeout(() => process.send?.(roleMessages.restart), HEARD_MS),
  }).catch((error: unknown) => {
    letGo();
    endSoon();
    throw error;
  });
  if (isWatched) process.send?.(roleMessages.ready);
  try {
    await Promise.race([stop, role.failed]);
    return exitCodes.ok;
  } finally {
    await role.close();
    letGo();
  }
}

/** What a start that failed half-way has opened (a thread, a port) must not keep the process: it is to be started again. */
function endSoon(): void {
  setTimeout(() => process.exit(), END_LIMIT_MS).unref();
}

/** An open channel to the parent would keep this process alive. */
function letGo(): void {
  if (process.connected) process.disconnect();
}

/** A file that cannot be read may be on trial: it is put right before roles are started. */
function namedBy(path: string): Parameters<typeof createLog>[0] {
  try {
    return loadConfig(path);
  } catch (error) {
    if (error instanceof ConfigError) return { gateway: { name: '' }, log: { level: 'info' } };
    throw error;
  }
}

/** Roles that come up anew with a new configuration, or with the last good one if it does not run. */
function superviseRoles(path: string): RoleSupervisor {
  const program = fileURLToPath(new URL('./coldgate.js', import.meta.url));
  const log = createLog(namedBy(path), 'run');
  const watch = new ConfigurationWatch({
    files: new ConfigurationFiles(path),
    path,
    restart: () => supervisor.restart(),
    log,
  });
  const supervisor = new RoleSupervisor({
    roles: () => {
      watch.begin();
      return rolesOf(loadConfig(path));
    },
    argumentsOf: (role) => [...nodeFlagsOf[roleNamed(role)], program, 'run', '--role', role, '-c', path],
    log,
    onMessage: (role, message) => {
      if (isRoleReady(message)) watch.roleReady(role);
      if (isRolesRestart(message)) supervisor.restart();
    },
    onEnd: (role, code) => watch.roleEnded(role, code),
  });
  return supervisor;
}

/** Runs until a signal. @throws ConfigError, UsageError, and for one role what its start throws */
export async function runRoles(options: RunOptions): Promise<ExitCode> {
  if (options.role !== undefined) return runOne(options, options.role);
  const stop = stopRequest();
  // Says so if there is no file at all.
  readConfigText(options.config);
  const supervisor = superviseRoles(options.config);
  supervisor.start();
  const code = await Promise.race([
    stop.then(() => exitCodes.ok),
    supervisor.givenUp.then(() => exitCodes.wrongUse),
  ]);
  await supervisor.stop();
  letGo();
  return code;
}
