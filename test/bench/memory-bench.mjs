// Resident memory of each role's process after a minute of the demo: real devices' bytes, real broker, real ledger.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeBenchFolder } from './bench-folder.mjs';
import { figureOf } from './progress.mjs';

const demo = fileURLToPath(new URL('../../dist/gateway/demo/demo.js', import.meta.url));
const SETTLED_MS = 60_000;
const DEMO_SECONDS = 90;
const MIB = 1024;
const roles = { gateway: 'memory.gatewayMiB', 'ledger-sync': 'memory.ledgerSyncMiB' };

function readProc(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

/** Process ids of the roles that run on a configuration below `folder`. */
function rolePids(folder) {
  const pids = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const words = readProc(pid, 'cmdline').split('\0');
    const role = words[words.indexOf('--role') + 1];
    if (words.some((word) => word.startsWith(folder)) && role in roles) pids.set(role, pid);
  }
  return pids;
}

function residentMiB(pid) {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readProc(pid, 'status')) ?? [];
  if (kilobytes === undefined) throw new Error(`process ${pid} has gone`);
  return Number(kilobytes) / MIB;
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
    return Object.entries(roles).map(([role, figure]) => {
      const pid = pids.get(role);
      if (pid === undefined) throw new Error(`no process runs the role ${role}`);
      return figureOf(figure, residentMiB(pid), 'MiB');
    });
  } finally {
    child.kill('SIGTERM');
    await ended;
    folder.remove();
  }
}

export const memoryMeasurements = [{ figures: Object.values(roles), measure: measureMemory }];
