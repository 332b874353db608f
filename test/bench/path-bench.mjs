// The whole way of a reading: from the moment its bytes are written to the gateway's TCP stream until the PUBACK of
// the log message that carries it comes back from another process's broker. The gateway is the real program in
// its own process; both ends are clocked here, so no two clocks are compared.

import { startGatewayProcess } from './gateway-process.mjs';
import { startBroker, startMqttRelay } from './mqtt-relay.mjs';
import { startPacedReader } from './paced-reader.mjs';
import { figureOf, quantileOf, say } from './progress.mjs';

const READINGS_PER_SECOND = 1000;
/** A reader gives up to 480 notices a second, so that two share the load. */
const READERS = 2;
const WARM_UP_MS = 3000;
const MEASURED_MS = 15_000;
const LAST_ANSWER_MS = 5000;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function measurePath() {
  const sentAtMs = new Map();
  let latenciesMs = [];
  let unmatched = 0;
  const broker = await startBroker();
  const relay = await startMqttRelay(broker.port, (records) => {
    const nowMs = performance.now();
    for (const record of records) {
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
      startPacedReader({ index, perSecond: READINGS_PER_SECOND / READERS, onSent }),
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
  return [
    figureOf('path.p50ToPubackMs', quantileOf(sorted, 0.5), 'ms'),
    figureOf('path.p99ToPubackMs', quantileOf(sorted, 0.99), 'ms'),
  ];
}

async function waitUntil(isTrue, limitMs) {
  for (let waitedMs = 0; waitedMs < limitMs && !isTrue(); waitedMs += 20) await sleep(20);
}

export const pathMeasurements = [
  { figures: ['path.p50ToPubackMs', 'path.p99ToPubackMs'], measure: measurePath },
];
