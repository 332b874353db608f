// The same job by others, in one run: readings of MQTT sensors come in at QoS 1, are kept on disk, and go out to a broker at
// QoS 1. coldgate signs them, and acknowledges a reading when it is on disk; Node-RED appends them to a file without flushing
// it; Mosquitto's bridge keeps its queue in memory and saves it each second. Node-RED comes from npm at the first run.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { makeBenchFolder } from './bench-folder.mjs';
import { startGatewayProcess } from './gateway-process.mjs';
import { freePort, sizeAfter, startBroker } from './mqtt-relay.mjs';
import { figureOf, say } from './progress.mjs';

const NODE_RED = 'node-red@4.1.8';
const PROBES = 64;
/** What a sensor sends before it waits for an acknowledgement, all sensors together. */
const WINDOW = 500;
const WARM_UP_MS = 3000;
const MEASURED_MS = 10_000;
const START_LIMIT_MS = 60_000;
const KB_PER_MIB = 1024;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const residentMiB = (pid) =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / KB_PER_MIB;

/** Sends readings as fast as they are acknowledged. */
async function startSensors(port) {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: 'bench-sensors' });
  client.on('error', () => {});
  let sent = 0;
  let isOver = false;
  const next = () => {
    if (isOver) return;
    sent += 1;
    const reading = JSON.stringify({ value: 5000 + (sent % 200), sequence: sent });
    client.publish(`sensors/probe-${sent % PROBES}`, reading, { qos: 1 }, next);
  };
  for (let index = 0; index < WINDOW; index++) next();
  return {
    stop: async () => {
      isOver = true;
      await client.endAsync(true);
    },
  };
}

/** What arrives at the broker above, counted by `countOf(topic, payload)` as readings since the start. */
async function watchUpstream(port, countOf) {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
  let count = 0;
  client.on('message', (topic, payload) => {
    count = countOf(count, topic, payload);
  });
  await client.subscribeAsync('#', { qos: 1 });
  return { count: () => count, close: () => client.endAsync(true) };
}

async function measured(name, { ingressPort, upstream, pids }) {
  const sensors = await startSensors(ingressPort);
  await sleep(WARM_UP_MS);
  const [from, fromMs] = [upstream.count(), performance.now()];
  await sleep(MEASURED_MS);
  const perSecond = ((upstream.count() - from) / (performance.now() - fromMs)) * 1000;
  const resident = pids.reduce((sum, pid) => sum + residentMiB(pid), 0);
  await sensors.stop();
  return [
    figureOf(`peer.${name}.readingsPerSecond`, perSecond, 'readings/s'),
    figureOf(`peer.${name}.residentMiB`, resident, 'MiB'),
  ];
}

async function measureColdgate(broker) {
  const upstream = await watchUpstream(broker.port, (count, topic, payload) =>
    topic.endsWith('/log') ? sizeAfter(payload) : count,
  );
  const gateway = await startGatewayProcess({
    ports: [],
    brokerUrl: `mqtt://127.0.0.1:${broker.port}`,
    more: `commit: { windowMs: 0 }
mqttIntake:
  listen: { host: 127.0.0.1, port: 0 }
  limits: { messagesPerSecond: 100000 }
  sensors:
${Array.from({ length: PROBES }, (_, index) => `    - { topic: sensors/probe-${index}, mapping: generic, values: [ { sensorId: probe-${index}, path: '$.value', unit: milli-celsius } ] }`).join('\n')}
`,
  });
  try {
    return await measured('coldgate', { ingressPort: gateway.brokerPort, upstream, pids: [gateway.pid] });
  } finally {
    await gateway.close();
    await upstream.close();
  }
}

const messages = (count, topic) => (topic.startsWith('sensors/') ? count + 1 : count);

async function startMosquitto(folder, name, lines) {
  const port = await freePort();
  const config = join(folder, `${name}.conf`);
  const own = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'log_type error',
    'max_queued_messages 0',
  ];
  writeFileSync(config, `${[...own, ...lines].join('\n')}\n`);
  const child = spawn('mosquitto', ['-c', config], { stdio: ['ignore', 2, 2] });
  await sleep(500);
  if (child.exitCode !== null) throw new Error(`mosquitto ended with code ${child.exitCode}`);
  return { port, pid: child.pid, close: () => ended(child) };
}

async function ended(child) {
  const end = once(child, 'exit');
  child.kill('SIGTERM');
  await end;
}

async function measureBridge(broker) {
  const folder = makeBenchFolder();
  const upstream = await watchUpstream(broker.port, messages);
  const bridge = await startMosquitto(folder.path, 'bridge', [
    'persistence true',
    `persistence_location ${folder.path}/`,
    'autosave_interval 1',
    'connection up',
    `address 127.0.0.1:${broker.port}`,
    'topic sensors/# out 1',
    'cleansession false',
  ]);
  try {
    return await measured('mosquittoBridge', { ingressPort: bridge.port, upstream, pids: [bridge.pid] });
  } finally {
    await bridge.close();
    await upstream.close();
    folder.remove();
  }
}

/** Beside the machine's other temporary files: it is 200 MB, and the same for each run. */
function nodeRedFolder() {
  const folder = join(tmpdir(), 'coldgate-bench-node-red');
  if (!existsSync(join(folder, 'node_modules/node-red/red.js'))) {
    say(`installing ${NODE_RED}`);
    mkdirSync(folder, { recursive: true });
    const words = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', NODE_RED];
    const { status } = spawnSync('npm', words, { stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Error(`${NODE_RED} could not be installed`);
  }
  return folder;
}

function nodeRedFlow(ingressPort, upstreamPort, file) {
  const brokerNode = (id, port) => ({
    ...{ id, type: 'mqtt-broker', broker: '127.0.0.1', port: String(port), clientid: '', autoConnect: true },
    ...{ usetls: false, protocolVersion: '4', keepalive: '60', cleansession: true },
  });
  const at = { z: 'tab', x: 100, y: 100 };
  return [
    { id: 'tab', type: 'tab', label: 'bench' },
    brokerNode('below', ingressPort),
    brokerNode('above', upstreamPort),
    {
      ...{ id: 'in', type: 'mqtt in', topic: 'sensors/#', qos: '1', datatype: 'buffer', broker: 'below' },
      ...{ ...at, wires: [['keep', 'out']] },
    },
    {
      ...{ id: 'keep', type: 'file', filename: file, filenameType: 'str', appendNewline: true },
      ...{ createDir: false, overwriteFile: 'false', encoding: 'none', ...at, wires: [[]] },
    },
    { id: 'out', type: 'mqtt out', topic: '', qos: '1', retain: 'false', broker: 'above', ...at, wires: [] },
  ];
}

async function measureNodeRed(broker) {
  const folder = makeBenchFolder();
  const upstream = await watchUpstream(broker.port, messages);
  const ingress = await startMosquitto(folder.path, 'ingress', [
    'persistence false',
    'max_inflight_messages 200',
  ]);
  const port = await freePort();
  const flowFile = join(folder.path, 'flows.json');
  writeFileSync(flowFile, JSON.stringify(nodeRedFlow(ingress.port, broker.port, join(folder.path, 'kept'))));
  const red = join(nodeRedFolder(), 'node_modules/node-red/red.js');
  const words = [red, '--userDir', folder.path, '--port', String(port), flowFile];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 2] });
  let told = '';
  child.stdout.on('data', (chunk) => {
    told += chunk;
  });
  try {
    for (let waitedMs = 0; (told.match(/Connected to broker/g) ?? []).length < 2; waitedMs += 100) {
      if (child.exitCode !== null || waitedMs > START_LIMIT_MS)
        throw new Error(`Node-RED did not connect:\n${told.slice(-2000)}`);
      await sleep(100);
    }
    const pids = [child.pid, ingress.pid];
    return await measured('nodeRed', { ingressPort: ingress.port, upstream, pids });
  } finally {
    await ended(child);
    await ingress.close();
    await upstream.close();
    folder.remove();
  }
}

const peers = { coldgate: measureColdgate, nodeRed: measureNodeRed, mosquittoBridge: measureBridge };

/** Each with a broker of its own above, one after the other, so that figures are of one run. */
async function measurePeers() {
  const figures = [];
  for (const measure of Object.values(peers)) {
    const broker = await startBroker();
    try {
      figures.push(...(await measure(broker)));
    } finally {
      await broker.close();
    }
  }
  return figures;
}

export const peerMeasurements = [
  {
    figures: Object.keys(peers).flatMap((name) => [
      `peer.${name}.readingsPerSecond`,
      `peer.${name}.residentMiB`,
    ]),
    measure: measurePeers,
  },
];
