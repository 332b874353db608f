// How long the gateway role's event loop is ever blocked, measured inside of its process (loop-probe.mjs): at a truck's load
// through a real broker, and with a card of which every flush takes half a second (strace delays each fsync).

import { readFileSync } from 'node:fs';
import { startGatewayProcess } from './gateway-process.mjs';
import { startBroker, startMqttRelay } from './mqtt-relay.mjs';
import { startPacedReader } from './paced-reader.mjs';
import { figureOf, say } from './progress.mjs';

const probe = new URL('./loop-probe.mjs', import.meta.url).href;
/** Ten times what a reader in a truck tells. */
const READINGS_PER_SECOND = 100;
const WARM_UP_MS = 10_000;
const MEASURED_MS = 30_000;
const SLOW_FSYNC_US = 500_000;

const slowCard = [
  ...['strace', '-D', '-f', '--seccomp-bpf', '-qq', '-o', '/dev/null'],
  ...['-e', 'trace=fsync,fdatasync', '-e', `inject=fsync,fdatasync:delay_enter=${SLOW_FSYNC_US}`],
];

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function maxBlockMs(wrapper) {
  const broker = await startBroker();
  const relay = await startMqttRelay(broker.port, () => {});
  const reader = await startPacedReader({ index: 0, perSecond: READINGS_PER_SECOND, onSent: () => {} });
  const gateway = await startGatewayProcess({
    ports: [reader.port],
    brokerUrl: `mqtt://127.0.0.1:${relay.port}`,
    ...{ wrapper, nodeFlags: ['--import', probe] },
  });
  try {
    await Promise.all([relay.connected, reader.polled]);
    reader.start();
    await sleep(WARM_UP_MS);
    // The probe forgets what a start takes, and says on standard error what it has seen since.
    gateway.signal('SIGUSR2');
    await sleep(MEASURED_MS);
    gateway.signal('SIGUSR2');
    await sleep(500);
    const said = [...readFileSync(gateway.logFile, 'utf8').matchAll(/^loop-probe (.*)$/gm)].at(-1)?.[1];
    const { maxMs, p99Ms } = JSON.parse(said ?? '{}');
    say(`event loop blocked for ${maxMs} ms at most, p99 ${p99Ms} ms`);
    return maxMs;
  } finally {
    reader.pause();
    await gateway.close();
    await reader.close();
    await relay.close();
    await broker.close();
  }
}

export const loopMeasurements = [
  {
    figures: ['loop.maxBlockMs'],
    measure: async () => [figureOf('loop.maxBlockMs', await maxBlockMs([]), 'ms')],
  },
  {
    figures: ['loop.maxBlockSlowFsyncMs'],
    measure: async () => [figureOf('loop.maxBlockSlowFsyncMs', await maxBlockMs(slowCard), 'ms')],
  },
];
