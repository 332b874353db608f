// What a service manager hears of the built program: ready, fed while it turns, how it is, and that it ends. A role that is a
// service of its own and stands still is not fed any more: the manager ends it.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readSupervisedRoles } from '../../gateway/health/supervisor-status.js';
import { eventually } from '../firmware-bridge/eventually.js';
import { hasProgram } from '../firmware-bridge/peer-program.js';
import { startServiceManager } from '../gateway/health/notify-socket.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { makeGatewayFolder } from './gateway-folder.js';
import { SpawnedGateway } from './spawned-gateway.js';

const program = fileURLToPath(new URL('../../dist/gateway/cli/coldgate.js', import.meta.url));
const WATCHDOG_USEC = 1_500_000;

const hasPeers = hasProgram('python3') && hasProgram('systemd-notify');

async function service(...role: string[]) {
  const folder = await makeGatewayFolder(tempFolder(), { sensorIds: ['front'] });
  const manager = await startServiceManager();
  const environment = [`NOTIFY_SOCKET=${manager.socket}`, `WATCHDOG_USEC=${WATCHDOG_USEC}`];
  const command = [process.execPath, program, 'run', ...role, '-c', folder.config];
  const gateway = new SpawnedGateway(['env', ...environment, ...command]);
  onTestFinished(() => gateway.kill());
  const lines = () => manager.told.flatMap((message) => message.split('\n')).filter((line) => line !== '');
  const count = (line: string) => lines().filter((one) => one === line).length;
  return { folder, gateway, manager, lines, count };
}

describe.runIf(hasPeers)('the service manager', () => {
  test.each([
    ['all roles below one process', []],
    ['a role as a service of its own', ['--role', 'gateway']],
  ])(
    'hears of %s',
    async (_what, role) => {
      const { folder, gateway, manager, lines, count } = await service(...role);
      await eventually('ready', () => count('READY=1') > 0);
      const below = () =>
        readSupervisedRoles(folder.dataDir, Date.now()).filter(({ process: told }) => told !== null);
      await eventually('a role that gives signs', () => below().length > 0 || role.length > 0);
      for (const { pid } of below()) {
        // Roles do not know the manager's socket: it hears of the whole.
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        expect(environment).toContain('COLDGATE_SUPERVISOR=');
        expect(environment).not.toContain(manager.socket);
      }
      await eventually('fed again and again', () => count('WATCHDOG=1') >= 3);
      await eventually('how it is', () => lines().some((line) => /^STATUS=(ok|degraded: .+)$/.test(line)));
      expect(await gateway.stop()).toBe(0);
      expect(lines().at(-1)).toBe('STOPPING=1');
      expect(count('READY=1')).toBe(1);
    },
    60_000,
  );

  test('feeds no process that stands still', async () => {
    const { gateway, count } = await service('--role', 'gateway');
    await eventually('fed', () => count('WATCHDOG=1') >= 1);
    gateway.signal('SIGSTOP');
    const fed = count('WATCHDOG=1');
    await new Promise((resolve) => setTimeout(resolve, (3 * WATCHDOG_USEC) / 1000));
    expect(count('WATCHDOG=1')).toBeLessThanOrEqual(fed + 1);
    gateway.signal('SIGCONT');
    await eventually('fed again', () => count('WATCHDOG=1') > fed + 1);
  }, 60_000);
});
