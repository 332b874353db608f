// The composition root: a role of `coldgate run` from its configuration to its end.

import pino, { type Logger } from 'pino';
import type { Config } from '../config/schema.js';
import type { RoleConfiguration } from './configuration/configuration-desk.js';
import type { RunningRole } from './gateway-role.js';
import type { RolePulse } from './health/role-pulse.js';
import { HeapPace } from './heap-pace.js';
import { journalPathOf } from './journal/paths.js';

/** The processes that `coldgate run` starts. */
export const roleNames = ['gateway', 'ledger-sync', 'console'] as const;
export type RoleName = (typeof roleNames)[number];

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

export interface RoleOptions {
  /** The file behind the configuration, where it may be changed by request. */
  readonly configuration?: RoleConfiguration | undefined;
  /** Hears of the gateway role how it is, every two seconds. */
  readonly onPulse?: ((pulse: RolePulse) => void) | undefined;
}

/**
 * Starts one role. Each loads only what it needs: the gateway role no ledger client, ledger-sync no broker,
 * the console neither.
 * @throws what the role's start throws
 */
export async function startRole(
  role: RoleName,
  config: Config,
  log: Logger,
  { configuration, onPulse }: RoleOptions = {},
): Promise<RunningRole> {
  if (role === 'gateway') {
    // Before the role is loaded: that too grows the heap.
    const heap = new HeapPace();
    const early = (await import('./sealing/early-start.js')).startEarly(config.gateway);
    const { startGatewayRole } = await import('./gateway-role.js');
    const { notingDamage } = await import('./recovery/damage-watch.js');
    const journalPath = journalPathOf(config.gateway.dataDir);
    return notingDamage(journalPath, () =>
      startGatewayRole(config, log, { configuration, onPulse, heap, early }),
    );
  }
  if (role === 'console') {
    if (!config.console) throw new Error('the configuration has no console section');
    const { startConsoleRole } = await import('./console/console-role.js');
    return startConsoleRole(config, config.console, log, configuration?.place.path);
  }
  if (!config.ledger) throw new Error('the configuration has no ledger section, so there is nothing to sync');
  return (await import('./ledger-sync-role.js')).startLedgerSyncRole(config, config.ledger, log);
}
