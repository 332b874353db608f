// The composition root: a role of `coldgate run` from its configuration to its end.

import pino, { type Logger } from 'pino';
import type { Config } from '../config/schema.js';
import type { RoleConfiguration } from './configuration/configuration-desk.js';
import type { RunningRole } from './gateway-role.js';

/** The processes that `coldgate run` starts. */
export const roleNames = ['gateway', 'ledger-sync', 'console'] as const;
export type RoleName = (typeof roleNames)[number];

/**
 * What Node itself is told for a role. Without a limit the console's heap grows to twice of what it needs while it reads a long
 * log: 184 MiB resident instead of 98 (measured).
 */
export const nodeFlagsOf: Readonly<Record<RoleName, readonly string[]>> = {
  gateway: [],
  'ledger-sync': [],
  console: ['--max-old-space-size=64'],
};

/** The roles that a configuration asks for. */
export function rolesOf(config: Config): RoleName[] {
  const isOwnPayer = config.ledger !== undefined && !config.ledger.relay;
  const isWanted: Readonly<Record<RoleName, boolean>> = {
    gateway: true,
    'ledger-sync': isOwnPayer,
    console: config.console !== undefined,
  };
  return roleNames.filter((role) => isWanted[role]);
}

/** JSON lines on stdout, one per event; pino escapes control characters, so no device can forge a line. */
export function createLog(
  { gateway: { name }, log: { level } }: { gateway: { name: string }; log: { level: string } },
  role: string,
): Logger {
  return pino({ level, base: { gateway: name, role } });
}

/**
 * Starts one role. Each loads only what it needs: the gateway role no ledger client, ledger-sync no broker,
 * the console neither.
 * @param configuration the file behind `config`, where it may be changed by request
 * @throws what the role's start throws
 */
export async function startRole(
  role: RoleName,
  config: Config,
  log: Logger,
  configuration?: RoleConfiguration,
): Promise<RunningRole> {
  if (role === 'gateway') {
    return (await import('./gateway-role.js')).startGatewayRole(config, log, { configuration });
  }
  if (role === 'console') {
    if (!config.console) throw new Error('the configuration has no console section');
    const { startConsoleRole } = await import('./console/console-role.js');
    return startConsoleRole(config, config.console, log, configuration?.place.path);
  }
  if (!config.ledger) throw new Error('the configuration has no ledger section, so there is nothing to sync');
  return (await import('./ledger-sync-role.js')).startLedgerSyncRole(config, config.ledger, log);
}
