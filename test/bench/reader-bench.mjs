// What a busy UHF reader costs the gateway: the share of one core that the M100 driver takes at the most notices that
// its line can carry. The virtual reader is a process of its own and is not counted.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../dist/firmware-bridge/clock.js';
import { startM100Reader } from '../../dist/firmware-bridge/m100/start-m100-reader.js';
import { openTransport } from '../../dist/firmware-bridge/transport/open-transport.js';
import { figureOf } from './progress.mjs';

/** 115,200 baud carry about 480 notices of 23 bytes. */
const PER_SECOND = 480;
const WARM_UP_MS = 2000;
const MEASURE_MS = 10_000;
const FIGURE = 'reader.cpuShareAt480TagsPerSecond';
const readerProgram = fileURLToPath(new URL('reader-process.mjs', import.meta.url));

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function measureReader() {
  const child = spawn(process.execPath, [readerProgram, String(PER_SECOND)], {
    stdio: ['ignore', 'pipe', 2, 'ipc'],
  });
  const [port] = await once(createInterface({ input: child.stdout }), 'line');
  let seen = 0;
  const reader = startM100Reader({
    id: 'bench',
    open: openTransport(port, { baudRate: 115_200 }),
    clock: systemClock,
    mergeWindowMs: 1000,
    sink: (observation) => {
      if (observation.kind === 'tag-sighting') seen += observation.count;
    },
  });
  try {
    while (reader.state() !== 'ready') await sleep(50);
    await sleep(WARM_UP_MS);
    const before = { usage: process.cpuUsage(), ms: performance.now(), seen };
    await sleep(MEASURE_MS);
    const { user, system } = process.cpuUsage(before.usage);
    const tookMs = performance.now() - before.ms;
    const perSecond = ((seen - before.seen) / tookMs) * 1000;
    if (perSecond < PER_SECOND * 0.8)
      throw new Error(`only ${Math.round(perSecond)} notices a second were seen`);
    return [figureOf(FIGURE, (user + system) / 1000 / tookMs, 'of one core')];
  } finally {
    await reader.close();
    child.disconnect();
    await once(child, 'exit');
  }
}

export const readerMeasurements = [{ figures: [FIGURE], measure: measureReader }];
