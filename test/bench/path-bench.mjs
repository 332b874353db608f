// The whole way of a reading: from the moment its bytes are written to the gateway's TCP stream until the PUBACK of
// the log message that carries it comes back from another process's broker. The gateway is the real program in
// its own process; both ends are clocked here, so no two clocks are compared.

import { readFileSync } from 'node:fs';
import mqtt from 'mqtt';
import { CHANNELS, floodDevice, startFloodBoard } from './flood-board.mjs';
import { startGatewayProcess } from './gateway-process.mjs';
import { sizeAfter, startBroker, startMqttRelay } from './mqtt-relay.mjs';
import { startPacedReader } from './paced-reader.mjs';
import { figureOf, quantileOf, say } from './progress.mjs';

/** A reader gives up to 480 notices a second, so that two share the load. */
const READERS = 2;
const WARM_UP_MS = 3000;
const MEASURED_MS = 15_000;
const LAST_ANSWER_MS = 5000;

const BOARDS = 8;
/** Made beforehand, and then written again and again in their order. */
const FRAMES_PER_WRITE = 16;
/** Below what the gateway keeps in memory, so that it never has to count a loss. */
const MAX_UNDER_WAY = 16_000;
const LONG_ENOUGH_READINGS = 600_000;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Latencies of tag sightings at a steady pace, sorted, ms. */
async function latenciesAt(readingsPerSecond) {
  const sentAtMs = new Map();
  let latenciesMs = [];
  let unmatched = 0;
  const broker = await startBroker();
  const relay = await startMqttRelay(broker.port, (message) => {
    const nowMs = performance.now();
    for (const record of JSON.parse(message.toString()).records) {
      if (record.kind !== 'tagSighting') continue;
      const sent = sentAtMs.get(record.name)?.shift();
      if (sent === undefined) unmatched += 1;
      else latenciesMs.push(nowMs - sent);
    }
  });
  const onSent = (epc) => {
    const queue = sentAtMs.get(epc) ?? [];
    sentAtMs.set(epc, queue);
    queue.push(performance.now());
  };
  const readers = await Promise.all(
    Array.from({ length: READERS }, (_, index) =>
      startPacedReader({ index, perSecond: readingsPerSecond / READERS, onSent }),
    ),
  );
  const gateway = await startGatewayProcess({
    ports: readers.map(({ port }) => port),
    brokerUrl: `mqtt://127.0.0.1:${relay.port}`,
  });
  try {
    await Promise.all([relay.connected, ...readers.map((reader) => reader.polled)]);
    for (const reader of readers) reader.start();
    await sleep(WARM_UP_MS);
    latenciesMs = [];
    await sleep(MEASURED_MS);
    for (const reader of readers) reader.pause();
    await waitUntil(() => [...sentAtMs.values()].every((queue) => queue.length === 0), LAST_ANSWER_MS);
  } finally {
    await gateway.close();
    await Promise.all(readers.map((reader) => reader.close()));
    await relay.close();
    await broker.close();
  }
  const open = [...sentAtMs.values()].reduce((sum, queue) => sum + queue.length, 0);
  if (open > 0 || unmatched > 0)
    throw new Error(`${open} readings were not published, ${unmatched} not sent`);
  const sorted = latenciesMs.sort((a, b) => a - b);
  const rate = Math.round((sorted.length / MEASURED_MS) * 1000);
  say(
    `${sorted.length} readings at about ${rate}/s through ${broker.name}, worst ${sorted.at(-1)?.toFixed(1)} ms`,
  );
  return sorted;
}

/** Of all threads, user and system; a tick of /proc is 10 ms. */
function processorMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function waitUntil(isTrue, limitMs) {
  for (let waitedMs = 0; waitedMs < limitMs && !isTrue(); waitedMs += 20) await sleep(20);
}

const pubackFigures = (readingsPerSecond, names) => ({
  figures: names,
  measure: async () => {
    const sorted = await latenciesAt(readingsPerSecond);
    return [0.5, 0.99].map((share, index) => figureOf(names[index], quantileOf(sorted, share), 'ms'));
  },
});

/** A sensor's PUBACK is given when its reading is on disk: the gateway's own, so nothing else is in the way. */
async function measureDurable() {
  const PER_SECOND = 100;
  const broker = await startBroker();
  const gateway = await startGatewayProcess({
    ports: [],
    brokerUrl: `mqtt://127.0.0.1:${broker.port}`,
    more: `commit: { windowMs: 0 }
mqttIntake:
  listen: { host: 127.0.0.1, port: 0 }
  sensors: [ { topic: sensors/probe, mapping: generic, values: [ { sensorId: probe, path: '$.value', unit: milli-celsius } ] } ]
`,
  });
  const sensor = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.brokerPort}`);
  let latenciesMs = [];
  const startMs = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    for (const due = ((performance.now() - startMs) / 1000) * PER_SECOND; sent < due; sent++) {
      const sentMs = performance.now();
      const taken = () => latenciesMs.push(performance.now() - sentMs);
      sensor.publish('sensors/probe', JSON.stringify({ value: 5000 + (sent % 100) }), { qos: 1 }, taken);
    }
  }, 1);
  try {
    await sleep(WARM_UP_MS);
    latenciesMs = [];
    await sleep(MEASURED_MS);
  } finally {
    clearInterval(timer);
    await sensor.endAsync(true);
    await gateway.close();
    await broker.close();
  }
  const sorted = latenciesMs.sort((a, b) => a - b);
  return [figureOf('path.p99ToDurableMs', quantileOf(sorted, 0.99), 'ms')];
}

/** As much as goes: readings are written as long as few enough are under way, and counted as their PUBACKs come. */
async function measureThroughput() {
  const broker = await startBroker();
  let [size, sent] = [0, 0];
  const relay = await startMqttRelay(broker.port, (message) => {
    size = sizeAfter(message);
    feed();
  });
  const boards = await Promise.all(Array.from({ length: BOARDS }, (_, index) => startFloodBoard(index)));
  const perWrite = FRAMES_PER_WRITE * CHANNELS;
  const writes = Math.ceil(LONG_ENOUGH_READINGS / (BOARDS * perWrite));
  const queues = boards.map((board) =>
    Array.from({ length: writes }, () => Buffer.concat(board.framesOf(FRAMES_PER_WRITE))),
  );
  let base;
  function feed() {
    while (base !== undefined && sent - (size - base) < MAX_UNDER_WAY) {
      const at = (sent / perWrite) % BOARDS;
      const bytes = queues[at].shift();
      if (bytes === undefined) return;
      boards[at].send(bytes);
      sent += perWrite;
    }
  }
  const gateway = await startGatewayProcess({
    ports: boards.map(({ port }) => port),
    deviceOf: floodDevice,
    brokerUrl: `mqtt://127.0.0.1:${relay.port}`,
  });
  try {
    await Promise.all([relay.connected, ...boards.map((board) => board.asked)]);
    await sleep(WARM_UP_MS);
    base = size;
    feed();
    await sleep(WARM_UP_MS);
    const [fromSize, fromMs, fromCpuMs] = [size, performance.now(), processorMs(gateway.pid)];
    await waitUntil(() => queues.every((queue) => queue.length === 0), MEASURED_MS);
    const perSecond = ((size - fromSize) / (performance.now() - fromMs)) * 1000;
    base = undefined;
    if (size === fromSize) throw new Error('nothing was published');
    const micros = ((processorMs(gateway.pid) - fromCpuMs) * 1000) / (size - fromSize);
    say(
      `${size - fromSize} readings of ${BOARDS * CHANNELS} probes through ${broker.name}, ${micros.toFixed(1)} us of processor each`,
    );
    return [figureOf('path.readingsPerSecond', perSecond, 'readings/s')];
  } finally {
    await gateway.close();
    await Promise.all(boards.map((board) => board.close()));
    await relay.close();
    await broker.close();
  }
}

export const pathMeasurements = [
  pubackFigures(100, ['path.p50ToPubackMs', 'path.p99ToPubackMs']),
  pubackFigures(1000, ['path.p50ToPubackAt1000Ms', 'path.p99ToPubackAt1000Ms']),
  { figures: ['path.p99ToDurableMs'], measure: measureDurable },
  { figures: ['path.readingsPerSecond'], measure: measureThroughput },
];
