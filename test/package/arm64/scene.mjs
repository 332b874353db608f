// All that a gateway on trial has around it: sensors and boards outside of the machine, a chain, and its configuration.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startLocalLedger } from '../../../dist/gateway/demo/local-ledger.js';
import { deviceSigner } from '../../../dist/gateway/sealing/open-device-key.js';
import { floodDevice, startFloodBoard } from '../../bench/flood-board.mjs';
import { freePort } from '../../bench/mqtt-relay.mjs';
import { Sensors, topicOf } from './sensors.mjs';

export const SHIPMENT = 'ARM64-0001';
const sensorIds = ['front', 'rear', 'floor', 'roof'];
const LINK_LIMIT_MS = 10_000;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * A tty of this machine, which a program in the root sees too, with the board's TCP port behind it.
 * @returns undefined without socat
 */
async function startSerialCable(tcpPort, belongings) {
  if (spawnSync('socat', ['-V'], { stdio: 'ignore' }).error) return undefined;
  const link = `/dev/ttyCOLDGATE${process.pid}`;
  // A user in the root has another number than here.
  const child = spawn('socat', [`pty,raw,echo=0,mode=666,link=${link}`, `tcp:127.0.0.1:${tcpPort}`], {
    stdio: ['ignore', 'ignore', 2],
  });
  const ended = once(child, 'exit');
  belongings.push(async () => {
    child.kill();
    await ended;
    rmSync(link, { force: true });
  });
  for (let waitedMs = 0; !existsSync(link); waitedMs += 50) {
    if (waitedMs > LINK_LIMIT_MS) return undefined;
    await sleep(50);
  }
  return link;
}

const portOf = (url) => Number(new URL(url).port);

/** A chain on this machine on which the gateway is registered; it takes the gateway's keys from where `init` has put them. */
async function startChain(scene, payerAddress) {
  const keys = mkdtempSync(join(scene.work, 'keys-'));
  for (const name of ['device-key.json', 'passphrase']) {
    const text = readFileSync(join(scene.machine.outside(scene.machine.places.etc), 'keys', name), 'utf8');
    writeFileSync(join(keys, name), text, { mode: 0o600 });
  }
  const files = { keyFile: join(keys, 'device-key.json'), passphraseFile: join(keys, 'passphrase') };
  const folder = join(scene.work, `chain-${scene.machine.name}`);
  mkdirSync(folder);
  const onLost = (text) => console.error(`test:arm64: the chain ended: ${text}`);
  const chain = await startLocalLedger(folder, await deviceSigner(files), payerAddress, onLost, 'at-once');
  scene.belongings.push(() => chain.process.stop());
  return chain;
}

function configOf({ machine, ports, boards, chain }) {
  const { data } = machine.places;
  const sensors = sensorIds.map(
    (id) =>
      `    - { topic: ${topicOf(id)}, mapping: generic, values: [ { sensorId: ${id}, path: '$.value', unit: milli-celsius } ] }`,
  );
  return `gateway: { name: truck-17, dataDir: ${data} }
commit: { windowMs: 200 }
shipment: { id: ${SHIPMENT} }
devices:
${boards.map(({ port }, index) => floodDevice(index, port)).join('\n')}
mqttIntake:
  listen: { host: 127.0.0.1, port: ${ports.broker} }
  limits: { messagesPerSecond: 10000 }
  sensors:
${sensors.join('\n')}
publish:
  brokers: [ { name: local, url: embedded } ]
console: { listen: { host: 127.0.0.1, port: ${ports.console} } }
excursions: [ { sensorId: front, lowMilliC: 0, highMilliC: 50 }, { sensorId: rear, profile: GDP-2-8-default } ]
ledger:
  rpcUrl: ${chain.rpcUrl}
  chainId: ${chain.chainId}
  contract: '${chain.contract}'
  batchIntervalMs: 5000
  pollIntervalMs: 1000
`;
}

/** Makes it around a machine on which `coldgate init` was run. `close()` ends all that is outside of the machine. */
export async function makeScene({ machine, work, payerAddress }) {
  const belongings = [];
  const scene = { machine, work, belongings, sensors: new Sensors(sensorIds) };
  scene.close = async () => {
    for (const end of belongings.splice(0).reverse()) await end();
  };
  try {
    scene.ports = { broker: await freePort(), console: await freePort() };
    scene.chain = await startChain(scene, payerAddress);
    scene.boards = [];
    for (const index of [0, 1]) {
      const board = await startFloodBoard(index);
      belongings.push(() => board.close());
      scene.boards.push({ ...board, index });
    }
    const [, wired] = scene.boards;
    const link = await startSerialCable(portOf(wired.port), belongings);
    if (link) wired.port = link;
    scene.hasSerialPort = link !== undefined;
    scene.config = join(machine.places.etc, 'coldgate.yaml');
    writeFileSync(machine.outside(scene.config), configOf(scene));
    belongings.push(() => scene.sensors.disconnect());
    return scene;
  } catch (error) {
    await scene.close();
    throw error;
  }
}
