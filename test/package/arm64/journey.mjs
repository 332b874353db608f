// What a gateway does from its first start on, on one machine: takes readings of all kinds, is killed, goes on, is stopped. Whoever
// sends and counts stands outside of the machine, so that it tells of the machine and not of itself.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { CHANNELS } from '../../bench/flood-board.mjs';
import { Gateway } from './gateway.mjs';
import { SHIPMENT } from './scene.mjs';

/** Only ends what never comes true. */
const LIMIT_MS = 10 * 60_000;
const LOOK_MS = 500;
const READINGS = 400;
const KILL_AFTER = 300;
const BOARD_FRAMES = 25;
/** Readings per second: fewer than the gateway keeps in memory are under way at any time. */
const MAX_UNDER_WAY = 4000;
const FRAMES_PER_WRITE = 8;
const RATE_MS = 20_000;
const SECOND = 1000;
/** Characters of what doctor says of one thing. */
const SHOWN = 80;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function isTrueSoon(isTrue, everyMs = LOOK_MS) {
  for (const endMs = performance.now() + LIMIT_MS; performance.now() < endMs; await sleep(everyMs)) {
    if (await isTrue()) return true;
  }
  return false;
}

/** Starts it. @returns the gateway, and the seconds until its first reading was acknowledged, which is when it is durable */
async function start(scene) {
  const gateway = new Gateway(scene);
  scene.belongings.push(() => gateway.kill());
  try {
    const firstMs = await scene.sensors.connect(scene.ports.broker, LIMIT_MS);
    return { gateway, seconds: (firstMs - gateway.startMs) / SECOND };
  } catch (error) {
    throw new Error(`${error.message}:\n${gateway.said}`, { cause: error });
  }
}

/** Readings in the log by sensor, as the product's own table has them; values as they were sent. */
async function readingsIn(scene) {
  const { machine, config } = scene;
  const table = join(machine.places.work, 'readings.csv');
  const made = await machine.ask('report', SHIPMENT, '-c', config, '-o', table, '--force');
  if (made.status !== 0) throw new Error(`coldgate report: ${made.stderr}`);
  const readings = new Map();
  for (const line of readFileSync(machine.outside(table), 'utf8').split('\r\n').slice(1, -1)) {
    const [, sensor, celsius] = line.split(',');
    const values = readings.get(sensor) ?? [];
    readings.set(sensor, values);
    values.push(Math.round(Number(celsius) * 1000));
  }
  return readings;
}

const ofBoard = (readings, index) =>
  Array.from({ length: CHANNELS }, (_, channel) => readings.get(`flood-${index}-${channel}`)?.length ?? 0);

async function statusOf({ machine, config }) {
  const { stdout } = await machine.ask('status', '-c', config, '--json');
  return JSON.parse(stdout);
}

const isUp = ({ ports }) =>
  fetch(`http://127.0.0.1:${ports.console}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );

/** As many readings of a board as are signed and published, in readings per second; unsteady on a busy machine. */
async function measureRate({ ports, boards: [board] }) {
  let [sent, seen] = [0, 0];
  let isOn = true;
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${ports.broker}`);
  const feed = () => {
    while (isOn && sent - seen < MAX_UNDER_WAY) {
      board.send(Buffer.concat(board.framesOf(FRAMES_PER_WRITE)));
      sent += FRAMES_PER_WRITE * CHANNELS;
    }
  };
  client.on('message', (_topic, payload) => {
    seen += JSON.parse(payload).records.filter(({ name }) =>
      name?.startsWith(`flood-${board.index}-`),
    ).length;
    feed();
  });
  await client.subscribeAsync('coldgate/1/truck-17/log', { qos: 1 });
  feed();
  await isTrueSoon(() => seen > MAX_UNDER_WAY);
  const [fromMs, from] = [performance.now(), seen];
  await sleep(RATE_MS);
  const perSecond = ((seen - from) * SECOND) / (performance.now() - fromMs);
  isOn = false;
  await isTrueSoon(() => seen >= sent);
  await client.endAsync(true);
  return perSecond;
}

/** @returns figures: `startSeconds` (the slowest), `readingsPerSecond`, `memory` by role */
export async function takeJourney(scene, promises) {
  const { machine, sensors, boards } = scene;
  const keeps = (name, ...rest) => promises.check(`${machine.name}: ${name}`, ...rest);
  const first = await start(scene);
  let { gateway } = first;
  sensors.begin();
  const areTaken = await isTrueSoon(() => sensors.acknowledged >= READINGS);
  // The other roles start beside it, on the same cores.
  sensors.pause();
  keeps('MQTT sensors have their readings acknowledged', areTaken, gateway.said);
  await Promise.race([Promise.all(boards.map(({ asked }) => asked)), sleep(LIMIT_MS)]);
  for (const board of boards) {
    for (const frame of board.framesOf(BOARD_FRAMES)) board.send(frame);
  }
  keeps('the console answers', await isTrueSoon(() => isUp(scene)), gateway.said);
  const isAnchored = await isTrueSoon(async () => (await statusOf(scene)).ledger?.anchoredRecords > 0);
  keeps('ledger-sync has a header on the chain', isAnchored, gateway.said);
  const doctor = await machine.ask('doctor', '-c', scene.config, '--json');
  const { checks = [] } = JSON.parse(doctor.stdout || '{}');
  const found = checks
    .filter(({ outcome }) => outcome === 'finding')
    .map(({ id, found: what }) => `${id} (${what.slice(0, SHOWN)})`);
  keeps('doctor looks at everything', [0, 1].includes(doctor.status) && checks.length > 0, doctor);
  console.error(`test:arm64: ${machine.name}: doctor finds: ${found.join(', ') || 'nothing'}`);

  sensors.begin();
  const before = sensors.acknowledged;
  await isTrueSoon(() => sensors.acknowledged >= before + KILL_AFTER, 5);
  await gateway.kill();
  sensors.disconnect();
  const second = await start(scene);
  gateway = second.gateway;
  sensors.begin();
  const after = sensors.acknowledged;
  const goesOn = await isTrueSoon(() => sensors.acknowledged >= after + READINGS);
  keeps('killed and started again it goes on', goesOn, gateway.said);
  sensors.pause();
  await isTrueSoon(() => sensors.pending === 0);
  const readings = await readingsIn(scene);
  keeps(`it loses nothing acknowledged (${sensors.acknowledged})`, sensors.missingIn(readings) === 0);
  keeps(
    "a board's readings over TCP are in the log",
    ofBoard(readings, 0).every((count) => count >= BOARD_FRAMES),
  );
  const serial = 'the same at a serial port';
  if (!scene.hasSerialPort) promises.notSeen(`${machine.name}: ${serial}`, 'socat is missing');
  else
    keeps(
      serial,
      ofBoard(readings, 1).every((count) => count >= BOARD_FRAMES),
      ofBoard(readings, 1),
    );

  const memory = gateway.memory();
  keeps('each role runs', Object.keys(memory).length === 3, memory);
  const readingsPerSecond = await measureRate(scene);
  sensors.disconnect();
  const code = await gateway.stop();
  keeps('it ends in order when it is asked to', code === 0, `${code}: ${gateway.said}`);
  const third = await start(scene);
  sensors.disconnect();
  await third.gateway.stop();
  const audit = await machine.ask('audit', '-c', scene.config, '--limit', '10');
  keeps('audit proves the log from its first record to its last', audit.status === 0, audit);
  const startSeconds = Math.max(first.seconds, second.seconds, third.seconds);
  return { startSeconds, readingsPerSecond, memory };
}
