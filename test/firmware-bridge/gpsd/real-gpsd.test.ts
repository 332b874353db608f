// The real gpsd of Debian between our virtual receiver and our client: two programs that know nothing of each other
// must agree on where the truck is.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../firmware-bridge/clock.js';
import { startGpsdClient } from '../../../firmware-bridge/gpsd/start-gpsd-client.js';
import { NmeaSimulator } from '../../../firmware-bridge/simulators/nmea-simulator.js';
import { serveOverTcp } from '../../../firmware-bridge/simulators/stream-server.js';
import { openTransport } from '../../../firmware-bridge/transport/open-transport.js';
import { eventually } from '../eventually.js';
import { Observed } from '../observed.js';
import { hasProgram } from '../peer-program.js';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe.skipIf(!hasProgram('gpsd'))('the real gpsd', () => {
  it('passes on the place, the speed and the time of our virtual receiver', { timeout: 30_000 }, async () => {
    const parked = { latitudeDegE7: -338_567_891, longitudeDegE7: 1_512_093_217 };
    const receiver = new NmeaSimulator({ route: [parked], speedMmPerS: 0, roundMs: 200 });
    const served = await serveOverTcp(receiver);
    const port = await freePort();
    // In the foreground, listening on this machine only, reading at once.
    const gpsd = spawn('gpsd', ['-N', '-n', '-S', String(port), served.port], { stdio: 'ignore' });
    const observed = new Observed();
    const client = startGpsdClient({
      id: 'truck',
      open: openTransport(`tcp://127.0.0.1:${port}`, { baudRate: 9600 }),
      clock: systemClock,
      sink: observed.sink,
    });
    try {
      await eventually('position and time', () =>
        ['position', 'time'].every((kind) => observed.all.some((one) => one.kind === kind)),
      );
      const position = observed.all.find((one) => one.kind === 'position');
      // gpsd computes degrees as binary fractions and prints nine digits: the last of our seven may differ by one.
      expect(Math.abs((position?.latitudeDegE7 ?? 0) - parked.latitudeDegE7)).toBeLessThanOrEqual(1);
      expect(Math.abs((position?.longitudeDegE7 ?? 0) - parked.longitudeDegE7)).toBeLessThanOrEqual(1);
      expect(client.counters().badChecks).toBe(0);
    } finally {
      await client.close();
      gpsd.kill('SIGTERM');
      await once(gpsd, 'exit');
      await served.close();
    }
  });
});
