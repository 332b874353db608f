// How the roles are started anew with another version: by systemd, those units that run or would at the next boot; or by a command
// line that whoever keeps the machine gives, where systemd does not keep it.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { saidBy, UpdateError } from './update-error.js';

const MANAGER = '/run/systemd/system';
/** Not the relay: it has no journal here, and takes the version at its own next start. */
const units = [
  'coldgate.service',
  'coldgate-gateway.service',
  'coldgate-ledger-sync.service',
  'coldgate-console.service',
] as const;
const RESTART_LIMIT_MS = 10 * 60_000;

export interface RestartWay {
  readonly restart: string | null;
  readonly units: readonly string[];
}

const isSo = (verb: string, unit: string) => spawnSync('systemctl', ['--quiet', verb, unit]).status === 0;

/**
 * @param command what was given for a machine without systemd
 * @throws UpdateError UPDATE_UNWATCHED where nobody would start the roles
 */
export function restartWayOf(command: string | undefined, manager = MANAGER): RestartWay {
  if (command !== undefined) return { restart: command, units: [] };
  if (existsSync(manager)) {
    const active = units.filter((unit) => isSo('is-active', unit));
    const wanted = active.length > 0 ? active : units.filter((unit) => isSo('is-enabled', unit));
    if (wanted.length > 0) return { restart: null, units: wanted };
  }
  throw new UpdateError(
    'UPDATE_UNWATCHED',
    'nothing is known that would start the roles with another version',
    'enable a unit (systemctl enable coldgate), or name a command: --restart "sv restart coldgate"',
  );
}

/** Starts the roles anew; returns when they are started, not when they run. @throws Error with what was said */
export function restartRoles({ restart, units: named }: RestartWay): void {
  const [program, parameters] =
    restart === null
      ? (['systemctl', ['restart', '--no-block', ...named]] as const)
      : (['/bin/sh', ['-c', restart]] as const);
  const { status, stderr, error } = spawnSync(program, parameters, {
    ...{ encoding: 'utf8', timeout: RESTART_LIMIT_MS },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status === 0) return;
  throw new Error(
    error ? saidBy(error) : `${program} ended with code ${status}: ${saidBy(new Error(stderr.trim()))}`,
  );
}
