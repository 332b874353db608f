// `coldgate run`: all roles, each as a process of its own, or one role in this process.

import { fileURLToPath } from 'node:url';
import { ConfigError } from '../../config/config-error.js';
import { loadConfig, parseConfig, readConfigText } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import { ConfigurationFiles } from '../configuration/configuration-files.js';
import { ConfigurationWatch } from '../configuration/configuration-watch.js';
import {
  isRoleReady,
  isRolesRestart,
  readRoleProof,
  roleMessages,
  roleProof,
} from '../configuration/role-message.js';
import { ProcessMeter } from '../health/process-meter.js';
import { PULSE_EVERY_MS, type RolePulse } from '../health/role-pulse.js';
import { RoleWatch } from '../health/role-watch.js';
import { RoleService, SupervisorService } from '../health/service-watch.js';
import { tellSupervisorStatus } from '../health/supervisor-status.js';
import { createLog, type RoleName, roleNames, rolesOf, startRole } from '../main.js';
import { allocatorEnvironment, nodeFlagsOf } from '../role-memory.js';
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
  const log = createLog(config, name);
  const service = isWatched ? undefined : new RoleService(log);
  const onPulse = (pulse: RolePulse) => (service ? service.pulse(pulse) : process.send?.(pulse));
  const stopPulses = name === 'gateway' ? () => {} : beat(onPulse);
  const place = {
    files: new ConfigurationFiles(options.config),
    ...{ path: options.config, runningText, isSupervised: isWatched },
  };
  const configuration = {
    place,
    restart: () => setTimeout(() => process.send?.(roleMessages.restart), HEARD_MS),
    tellProof: (missing: string | undefined) => process.send?.(roleProof(missing)),
  };
  const role = await startRole(roleNamed(name), config, log, { configuration, onPulse }).catch(
    (error: unknown) => {
      stopPulses();
      letGo();
      endSoon();
      throw error;
    },
  );
  if (isWatched) process.send?.(roleMessages.ready);
  service?.ready();
  try {
    await Promise.race([stop, role.failed]);
    return exitCodes.ok;
  } finally {
    stopPulses();
    await service?.stopping();
    await role.close();
    letGo();
  }
}

/** The pulse of a role that has nothing to tell but that it lives. @returns stops it */
function beat(onPulse: (pulse: RolePulse) => void): () => void {
  const meter = new ProcessMeter();
  const tell = () => onPulse({ kind: 'role-pulse', process: meter.read(), devices: [], headline: 'ok' });
  const timer = setInterval(tell, PULSE_EVERY_MS);
  return () => {
    clearInterval(timer);
    meter.close();
  };
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
function loadedIfGood(path: string): { readonly text: string; readonly config: Config } | undefined {
  try {
    const text = readConfigText(path);
    return { text, config: parseConfig(text, path) };
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** Roles that come up anew with a new configuration, or with the last good one if it does not run. */
function superviseRoles(path: string) {
  // Of this version, whichever is chosen by now.
  const program = fileURLToPath(new URL('./command-line.js', import.meta.url));
  let first = loadedIfGood(path);
  const log = createLog(first?.config ?? { gateway: { name: '' }, log: { level: 'info' } }, 'run');
  const roleWatch = new RoleWatch();
  const service = new SupervisorService(roleWatch, log);
  const watch = new ConfigurationWatch({
    files: new ConfigurationFiles(path),
    path,
    restart: () => restart(),
    log,
  });
  const restart = () => {
    service.restarting();
    supervisor.restart();
  };
  const supervisor = new RoleSupervisor({
    roles: () => {
      watch.begin();
      // Read a moment ago, unless the watch has put back the last good one. A restart reads it anew.
      const config = first?.text === readConfigText(path) ? first.config : loadConfig(path);
      first = undefined;
      return rolesOf(config);
    },
    argumentsOf: (role) => [...nodeFlagsOf(roleNamed(role)), program, 'run', '--role', role, '-c', path],
    environment: allocatorEnvironment,
    log,
    watch: roleWatch,
    onMessage: (role, message) => {
      if (isRoleReady(message)) {
        watch.roleReady(role);
        service.roleReady(role);
      }
      if (isRolesRestart(message)) restart();
      const proof = readRoleProof(message);
      if (proof) watch.roleProof(role, proof.missing);
    },
    onPulse: (role, pulse) => service.pulse(role, pulse),
    onEnd: (role, code, how) => {
      service.status(`the ${role} role has ended and is started again: ${how}`);
      return watch.roleEnded(role, code);
    },
  });
  const dataDir = first?.config.gateway.dataDir;
  const stopTelling =
    dataDir === undefined ? () => {} : tellSupervisorStatus(dataDir, () => supervisor.roles());
  return {
    start: () => supervisor.start(),
    givenUp: supervisor.givenUp,
    stop: async () => {
      stopTelling();
      await service.stopping();
      await supervisor.stop();
    },
  };
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
