// How long after its power came back a gateway has a first reading on disk: `coldgate run` with all its processes on a log
// of a truck's month, until the PUBACK of a sensor that knocks from the first moment on.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mqtt from 'mqtt';
import { fillBacklog } from './backlog.mjs';
import { makeBenchFolder } from './bench-folder.mjs';
import { freePort } from './mqtt-relay.mjs';
import { figureOf, say } from './progress.mjs';

const program = fileURLToPath(new URL('../../dist/gateway/cli/coldgate.js', import.meta.url));
const RECORDS = 1_000_000;
const PER_COMMIT = 1024;
const STARTS = 5;
const KNOCK_MS = 20;
const LIMIT_MS = 60_000;

/** A developer's machine may have Node read a list of certificates at each start, 70 ms a process; a truck has none. */
const { NODE_EXTRA_CA_CERTS: _list, ...environment } = process.env;

/** Knocks until it is let in, and resolves when a reading is acknowledged. */
async function firstPuback(port) {
  const beginMs = performance.now();
  while (performance.now() - beginMs < LIMIT_MS) {
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, connectTimeout: 2000 });
    client.on('error', () => {});
    const isIn = await new Promise((resolve) => {
      client.once('connect', () => resolve(true));
      client.once('error', () => resolve(false));
      client.once('close', () => resolve(false));
    });
    if (isIn) {
      await client.publishAsync('sensors/probe', '{"value":5000}', { qos: 1 });
      client.end(true);
      return;
    }
    client.end(true);
    await new Promise((resolve) => setTimeout(resolve, KNOCK_MS));
  }
  throw new Error('no reading was acknowledged');
}

async function measureStart() {
  const folder = makeBenchFolder();
  const port = await freePort();
  try {
    const init = spawnSync(process.execPath, [program, 'init', folder.path, '--name', 'bench'], {
      encoding: 'utf8',
    });
    if (init.status !== 0) throw new Error(`coldgate init: ${init.stderr}`);
    const config = join(folder.path, 'coldgate.yaml');
    writeFileSync(
      config,
      `gateway: { name: bench }
mqttIntake:
  listen: { host: 127.0.0.1, port: ${port} }
  sensors: [ { topic: sensors/probe, mapping: generic, values: [ { sensorId: probe, path: '$.value', unit: milli-celsius } ] } ]
excursions: [ { sensorId: probe, lowMilliC: 2000, highMilliC: 8000 } ]
`,
    );
    await fillBacklog(config, RECORDS, PER_COMMIT);
    const seconds = [];
    for (let start = 0; start < STARTS; start++) {
      const startMs = performance.now();
      const child = spawn(process.execPath, [program, 'run', '-c', config], {
        stdio: ['ignore', 2, 2],
        env: environment,
      });
      const ended = once(child, 'exit');
      await firstPuback(port);
      seconds.push((performance.now() - startMs) / 1000);
      child.kill('SIGTERM');
      await ended;
    }
    say(`starts: ${seconds.map((value) => value.toFixed(2)).join(', ')} s`);
    return [figureOf('start.firstDurableSeconds', Math.max(...seconds), 's')];
  } finally {
    folder.remove();
  }
}

export const startMeasurements = [{ figures: ['start.firstDurableSeconds'], measure: measureStart }];
