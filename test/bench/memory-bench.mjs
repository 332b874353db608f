// Memory of the roles' processes after a minute of the demo: real devices' bytes, real broker, real ledger. Of one role what
// is resident; of all together, with the process that starts them, the proportional set size, since the pages of Node's
// program are in memory once for all of them.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeBenchFolder } from './bench-folder.mjs';
import { figureOf, say } from './progress.mjs';
import { mebibytesIn, roleOf, wordsOf } from './role-process.mjs';

const demo = fileURLToPath(new URL('../../dist/gateway/demo/demo.js', import.meta.url));
const SETTLED_MS = 60_000;
const DEMO_SECONDS = 90;
const roles = { gateway: 'memory.gatewayMiB', 'ledger-sync': 'memory.ledgerSyncMiB' };
const ALL_ROLES = 'memory.allRolesMiB';

/** Process ids by role of what runs on a configuration below `folder`; the supervisor under `run`. */
function rolePids(folder) {
  const pids = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const role = wordsOf(pid).some((word) => word.startsWith(folder)) ? roleOf(pid) : undefined;
    if (role !== undefined) pids.set(role, pid);
  }
  return pids;
}

async function measureMemory() {
  const folder = makeBenchFolder();
  const dir = join(folder.path, 'demo');
  const child = spawn(process.execPath, [demo, '--duration', String(DEMO_SECONDS), '--dir', dir], {
    stdio: ['ignore', 2, 2],
  });
  const ended = once(child, 'exit');
  try {
    const [isOver] = await Promise.race([
      ended.then(() => [true]),
      new Promise((resolve) => setTimeout(resolve, SETTLED_MS, [false])),
    ]);
    if (isOver) throw new Error('the demo ended before its minute was over');
    const pids = rolePids(dir);
    const figures = Object.entries(roles).map(([role, figure]) => {
      const pid = pids.get(role);
      if (pid === undefined) throw new Error(`no process runs the role ${role}`);
      return figureOf(figure, mebibytesIn(pid, 'status', 'VmRSS'), 'MiB');
    });
    say(`all roles: ${[...pids.keys()].join(', ')}`);
    const all = [...pids.values()].map((pid) => mebibytesIn(pid, 'smaps_rollup', 'Pss'));
    return [
      ...figures,
      figureOf(
        ALL_ROLES,
        all.reduce((sum, one) => sum + one, 0),
        'MiB',
      ),
    ];
  } finally {
    child.kill('SIGTERM');
    await ended;
    folder.remove();
  }
}

export const memoryMeasurements = [{ figures: [...Object.values(roles), ALL_ROLES], measure: measureMemory }];
