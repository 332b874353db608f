// From the reading that fires a rule to the alert in a subscriber's hands, at truck load and with the commit window of a
// truck: written by an MQTT sensor, judged, sealed, durable, published to another process's broker. Both ends are
// clocked here.

import mqtt from 'mqtt';
import { startGatewayProcess } from './gateway-process.mjs';
import { startBroker } from './mqtt-relay.mjs';
import { startPacedReader } from './paced-reader.mjs';
import { figureOf, quantileOf, say } from './progress.mjs';

const PROBES = 64;
const SIGHTINGS_PER_SECOND = 50;
const BETWEEN_MS = 60;
const WARM_UP_MS = 2000;
const LAST_ALERT_MS = 5000;
/** Each turn opens or closes one excursion of each probe; a third opening would wait for quiet. */
const TURNS = [9_000, 5_000, 9_000, 5_000];

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const sensorIds = Array.from({ length: PROBES }, (_, index) => `probe-${index}`);

const intake = `commit: { windowMs: 1000 }
mqttIntake:
  listen: { host: 127.0.0.1, port: 0 }
  sensors:
${sensorIds.map((id) => `    - { topic: sensors/${id}, mapping: generic, values: [ { sensorId: ${id}, path: '$.value', unit: milli-celsius } ] }`).join('\n')}
excursions:
${sensorIds.map((id) => `  - { sensorId: ${id}, lowMilliC: 2000, highMilliC: 8000 }`).join('\n')}
`;

async function measureAlerts() {
  const broker = await startBroker();
  const reader = await startPacedReader({ index: 0, perSecond: SIGHTINGS_PER_SECOND, onSent: () => {} });
  const brokerUrl = `mqtt://127.0.0.1:${broker.port}`;
  const gateway = await startGatewayProcess({ ports: [reader.port], brokerUrl, more: intake });
  const subscriber = await mqtt.connectAsync(brokerUrl);
  const sensor = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.brokerPort}`);
  const firedAtMs = new Map();
  const latenciesMs = [];
  try {
    subscriber.on('message', (_topic, payload) => {
      const { detail } = JSON.parse(payload.toString());
      const fired = firedAtMs.get(detail.sensor);
      if (fired === undefined) return;
      firedAtMs.delete(detail.sensor);
      latenciesMs.push(performance.now() - fired);
    });
    await subscriber.subscribeAsync('coldgate/1/bench/alert/#', { qos: 1 });
    await reader.polled;
    reader.start();
    await sleep(WARM_UP_MS);
    for (const milliC of TURNS) {
      for (const id of sensorIds) {
        firedAtMs.set(id, performance.now());
        sensor.publish(`sensors/${id}`, JSON.stringify({ value: milliC }), { qos: 1 });
        await sleep(BETWEEN_MS);
      }
    }
    for (let waitedMs = 0; waitedMs < LAST_ALERT_MS && firedAtMs.size > 0; waitedMs += 20) await sleep(20);
  } finally {
    await Promise.all([subscriber.endAsync(), sensor.endAsync()]);
    await gateway.close();
    await reader.close();
    await broker.close();
  }
  const expected = PROBES * TURNS.length;
  if (latenciesMs.length !== expected) throw new Error(`${latenciesMs.length} of ${expected} alerts came`);
  const sorted = latenciesMs.sort((a, b) => a - b);
  say(
    `${sorted.length} alerts, median ${quantileOf(sorted, 0.5).toFixed(1)} ms, worst ${sorted.at(-1)?.toFixed(1)} ms`,
  );
  return [figureOf('alert.p99Ms', quantileOf(sorted, 0.99), 'ms')];
}

export const alertMeasurements = [{ figures: ['alert.p99Ms'], measure: measureAlerts }];
