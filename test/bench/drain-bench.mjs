// After days offline: how fast the backlog of a truck drains through another process's broker, how long an alert takes that
// is raised meanwhile, and what the gateway's memory does while ten million records go out.

import { readFileSync } from 'node:fs';
import mqtt from 'mqtt';
import { fillBacklog } from './backlog.mjs';
import { startGatewayProcess } from './gateway-process.mjs';
import { freePort, sizeAfter, startBroker } from './mqtt-relay.mjs';
import { figureOf, say } from './progress.mjs';

/** 72 hours of 8 probes each 10 s and 50 sightings a minute. */
const TRUCK_RECORDS = 72 * 3600 * 0.8 + 72 * 60 * 50;
const TRUCK_COMMIT = 16;
const LARGE_RECORDS = Number(process.env.COLDGATE_BENCH_BACKLOG ?? 10_000_000);
const LARGE_COMMIT = 1024;
const SMALL_RECORDS = 20 * LARGE_COMMIT;
const SETTLE_MS = 20_000;
const PROBES = Array.from({ length: 8 }, (_, index) => `warm-${index}`);
const LIMIT_MS = 15 * 60_000;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const intake = `commit: { windowMs: 1000 }
mqttIntake:
  listen: { host: 127.0.0.1, port: 0 }
  sensors:
${PROBES.map((id) => `    - { topic: sensors/${id}, mapping: generic, values: [ { sensorId: ${id}, path: '$.value', unit: milli-celsius } ] }`).join('\n')}
excursions:
${PROBES.map((id) => `  - { sensorId: ${id}, lowMilliC: 2000, highMilliC: 8000 }`).join('\n')}
`;

/** Follows the log and the alerts at the broker. */
async function watchDrain(brokerUrl) {
  const watch = { size: 0, firstSize: 0, firstAtMs: 0, lastAtMs: 0, alerts: new Map() };
  const client = await mqtt.connectAsync(brokerUrl);
  client.on('message', (topic, payload) => {
    const nowMs = performance.now();
    if (topic.includes('/alert/')) {
      const { detail } = JSON.parse(payload.toString());
      if (!watch.alerts.has(detail.sensor)) watch.alerts.set(detail.sensor, nowMs);
      return;
    }
    watch.size = sizeAfter(payload);
    watch.lastAtMs = nowMs;
    if (watch.firstAtMs === 0) [watch.firstAtMs, watch.firstSize] = [nowMs, watch.size];
  });
  await client.subscribeAsync(['coldgate/1/bench/log', 'coldgate/1/bench/alert/#'], { qos: 1 });
  return { watch, close: () => client.endAsync() };
}

async function until(isTrue, what) {
  for (let waitedMs = 0; !isTrue(); waitedMs += 20) {
    if (waitedMs > LIMIT_MS) throw new Error(`${what} did not happen`);
    await sleep(20);
  }
}

async function measureTruck() {
  const broker = await startBroker();
  const brokerUrl = `mqtt://127.0.0.1:${broker.port}`;
  const drain = await watchDrain(brokerUrl);
  const { watch } = drain;
  const prepare = (config) => fillBacklog(config, TRUCK_RECORDS, TRUCK_COMMIT);
  let gateway;
  let sensor;
  try {
    gateway = await startGatewayProcess({ ports: [], brokerUrl, more: intake, prepare });
    sensor = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.brokerPort}`);
    const raisedAtMs = new Map();
    for (const [index, id] of PROBES.entries()) {
      const from = TRUCK_RECORDS * (0.2 + 0.05 * index);
      await until(() => watch.size > from, 'the drain');
      raisedAtMs.set(id, performance.now());
      sensor.publish(`sensors/${id}`, JSON.stringify({ value: 9_000 }), { qos: 1 });
    }
    const backlogAtLast = TRUCK_RECORDS - watch.size;
    await until(
      () => watch.size >= TRUCK_RECORDS && watch.alerts.size === PROBES.length,
      'the end of the drain',
    );
    const seconds = (watch.lastAtMs - watch.firstAtMs) / 1000;
    const alertMs = PROBES.map((id) => watch.alerts.get(id) - raisedAtMs.get(id));
    say(
      `${TRUCK_RECORDS} records through ${broker.name} in ${seconds.toFixed(1)} s; alerts ${alertMs.map(Math.round).join(', ')} ms, the last with ${backlogAtLast} records to go`,
    );
    return [
      figureOf('drain.recordsPerSecond', (TRUCK_RECORDS - watch.firstSize) / seconds, 'records/s'),
      figureOf('drain.alertMs', Math.max(...alertMs), 'ms'),
    ];
  } finally {
    await Promise.all([drain.close(), sensor?.endAsync()]);
    await gateway?.close();
    await broker.close();
  }
}

function residentKb(pid) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** What a gateway with that backlog holds at most, from the moment its broker can be reached. */
async function drainWatched(records, perCommit) {
  const port = await freePort();
  const brokerUrl = `mqtt://127.0.0.1:${port}`;
  const prepare = (config) => fillBacklog(config, records, perCommit);
  const gateway = await startGatewayProcess({ ports: [], brokerUrl, more: intake, prepare });
  const residentKbs = [];
  let sampler;
  let broker;
  let drain;
  try {
    // A start folds the log into its judges; what that took is given back by then.
    await sleep(SETTLE_MS);
    broker = await startBroker(port);
    drain = await watchDrain(brokerUrl);
    const { watch } = drain;
    sampler = setInterval(() => residentKbs.push(residentKb(gateway.pid)), 100);
    await until(() => watch.size >= records, 'the end of the drain');
    await sleep(SETTLE_MS);
    return { peakMiB: Math.max(...residentKbs) / 1024, seconds: (watch.lastAtMs - watch.firstAtMs) / 1000 };
  } finally {
    clearInterval(sampler);
    await drain?.close();
    await gateway.close();
    await broker?.close();
  }
}

async function measureMemory() {
  // Idle: connected, with nothing left to send.
  const idle = await drainWatched(SMALL_RECORDS, LARGE_COMMIT);
  const busy = await drainWatched(LARGE_RECORDS, LARGE_COMMIT);
  say(
    `${LARGE_RECORDS} records in ${busy.seconds.toFixed(0)} s; idle ${idle.peakMiB.toFixed(1)} MiB, at most ${busy.peakMiB.toFixed(1)} MiB`,
  );
  return [figureOf('drain.memoryGrowthPercent', (busy.peakMiB / idle.peakMiB - 1) * 100, '%')];
}

export const drainMeasurements = [
  { figures: ['drain.recordsPerSecond', 'drain.alertMs'], measure: measureTruck },
  { figures: ['drain.memoryGrowthPercent'], measure: measureMemory },
];
