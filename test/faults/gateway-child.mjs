// The gateway role of the build in a process of its own, with the one switch that operators do not have: the
// control of a power-cut campaign runs with synchronous=NORMAL and must lose data.
// use: gateway-child.mjs CONFIG FULL|NORMAL

import { loadConfig } from '../../dist/config/load.js';
import { startGatewayRole } from '../../dist/gateway/gateway-role.js';
import { createLog } from '../../dist/gateway/main.js';

const [file, synchronous] = process.argv.slice(2);
const config = loadConfig(file);
const role = await startGatewayRole(config, createLog(config, 'gateway'), { synchronous });
const stop = new Promise((resolve) => process.once('SIGTERM', resolve));
try {
  await Promise.race([stop, role.failed]);
} finally {
  await role.close();
}
