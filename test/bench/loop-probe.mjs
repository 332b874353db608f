// Loaded into a process with --import: tells on standard error, at each SIGUSR2, for how long its event loop was blocked since
// the last one.

import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 1;
const NS_PER_MS = 1e6;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();

const msOf = (ns) => Math.max(0, Math.round((ns / NS_PER_MS - RESOLUTION_MS) * 10) / 10);

process.on('SIGUSR2', () => {
  const told = { maxMs: msOf(delay.max), p99Ms: msOf(delay.percentile(99)) };
  process.stderr.write(`loop-probe ${JSON.stringify(told)}\n`);
  delay.reset();
});
