// The gateway as the program that operators run, for one test: it does not outlive it. Needs the build.

import { onTestFinished } from 'vitest';
import { allRolesCommand, roleCommand } from './gateway-command.js';
import { SpawnedGateway } from './spawned-gateway.js';

function watched(command: readonly string[]): SpawnedGateway {
  const gateway = new SpawnedGateway(command);
  onTestFinished(() => gateway.kill());
  return gateway;
}

/** Starts `coldgate run --role gateway`. Call it inside a test: it does not outlive it. */
export function runGateway(config: string): SpawnedGateway {
  return watched(roleCommand(config));
}

/** Starts `coldgate run`: all roles, each a process of its own. */
export function runAllRoles(config: string): SpawnedGateway {
  return watched(allRolesCommand(config));
}

/** Starts `coldgate run --role console` over the same configuration. */
export function runConsole(config: string): SpawnedGateway {
  return watched(roleCommand(config, 'console'));
}

/** Starts it behind a program that runs others, such as a tracer. */
export function runGatewayBehind(wrapper: readonly string[], config: string): SpawnedGateway {
  return watched([...wrapper, ...roleCommand(config)]);
}

/** Runs a start that must be refused. @returns exit code and the lines on stderr */
export async function refusedStart(
  config: string,
): Promise<{ code: number | null; lines: readonly string[] }> {
  const gateway = runGateway(config);
  const code = await gateway.exitCode();
  return { code, lines: gateway.plain };
}
