// `coldgate run` with limits of a test's choice: the gateway role below a supervisor that waits for seconds, not minutes.
// Parameters: configuration, limits as JSON.

import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../dist/config/load.js';
import { RoleWatch } from '../../dist/gateway/health/role-watch.js';
import { tellSupervisorStatus } from '../../dist/gateway/health/supervisor-status.js';
import { createLog } from '../../dist/gateway/main.js';
import { RoleSupervisor } from '../../dist/gateway/supervisor.js';

const [path, limits] = process.argv.slice(2);
const config = loadConfig(path);
const program = fileURLToPath(new URL('../../dist/gateway/cli/coldgate.js', import.meta.url));
const supervisor = new RoleSupervisor({
  roles: () => ['gateway'],
  argumentsOf: (role) => [program, 'run', '--role', role, '-c', path],
  log: createLog(config, 'run'),
  watch: new RoleWatch(JSON.parse(limits)),
  stopTimeoutMs: 1000,
});
const stopTelling = tellSupervisorStatus(config.gateway.dataDir, () => supervisor.roles());
supervisor.start();
process.once('SIGTERM', async () => {
  stopTelling();
  await supervisor.stop();
});
