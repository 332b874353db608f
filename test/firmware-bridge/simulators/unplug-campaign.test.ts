// A reader's adapter is pulled out and plugged in again and again while tags come in, on a real tty of the kernel. Each time
// it is opened again and read on, and nothing is left behind of the port before. COLDGATE_UNPLUGS=1000 is the campaign.

import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../firmware-bridge/clock.js';
import { startM100Reader } from '../../../firmware-bridge/m100/start-m100-reader.js';
import { M100Simulator } from '../../../firmware-bridge/simulators/m100-simulator.js';
import { serveOverTty } from '../../../firmware-bridge/simulators/stream-server.js';
import { openTransport } from '../../../firmware-bridge/transport/open-transport.js';
import { eventually } from '../eventually.js';
import { hasProgram } from '../peer-program.js';

const UNPLUGS = Number(process.env.COLDGATE_UNPLUGS ?? 3);
/** A missing port is looked for every two seconds at most. */
const MS_PER_UNPLUG = 8_000;
const WARM_UP = 2;
const epcs = ['e20010710000529b0940b402', '30751feb705c5904e3d50d70'];

const openFiles = () => readdirSync('/proc/self/fd').length;

describe.skipIf(!hasProgram('socat'))('an adapter with a loose plug', () => {
  test(
    `${UNPLUGS} times pulled out: each time read on, and no file stays open`,
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'coldgate-unplug-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      const port = await serveOverTty(new M100Simulator({ epcs, roundMs: 10 }), join(folder, 'usb-adapter'));
      onTestFinished(() => port.close());
      let sightings = 0;
      const reader = startM100Reader({
        ...{ id: 'dock', clock: systemClock, mergeWindowMs: 0 },
        open: openTransport(port.port, { baudRate: 115_200 }),
        sink: ({ kind }) => {
          if (kind === 'tag-sighting') sightings += 1;
        },
      });
      onTestFinished(() => reader.close());
      await eventually('the first tags', () => sightings > 10);
      let filesBefore = 0;
      let rssBefore = 0;
      let slowestMs = 0;
      for (let unplug = 0; unplug < UNPLUGS; unplug++) {
        // At any moment: in the middle of a frame, of the identification, of a tag.
        await sleep(Math.random() * 200);
        await port.unplug();
        await eventually('the loss is seen', () => reader.state() !== 'ready');
        if (unplug === Math.min(WARM_UP, UNPLUGS - 1)) {
          filesBefore = openFiles();
          rssBefore = process.memoryUsage.rss();
        }
        const before = sightings;
        const pluggedInMs = performance.now();
        await port.plugIn(`ttyUSB${unplug % 4}`);
        await eventually('tags again', () => sightings > before);
        slowestMs = Math.max(slowestMs, performance.now() - pluggedInMs);
      }
      await port.unplug();
      await eventually('the last loss is seen', () => reader.state() !== 'ready');
      console.info(
        JSON.stringify({
          ...{ campaign: 'unplug', unplugs: UNPLUGS, opens: reader.counters().opens, sightings },
          ...{ slowestMs: Math.round(slowestMs), filesBefore, filesAfter: openFiles() },
          rssGrowthMiB: Math.round((process.memoryUsage.rss() - rssBefore) / 2 ** 20),
        }),
      );
      expect(reader.counters().opens).toBeGreaterThanOrEqual(UNPLUGS + 1);
      expect(openFiles()).toBeLessThanOrEqual(filesBefore);
    },
    60_000 + UNPLUGS * MS_PER_UNPLUG,
  );
});
