// A broker in another process, and a relay in front of it that reads along: it tells a log message when the broker's
// PUBACK for that message comes back. It hands every byte on before it looks at it.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** MQTT 3.1.1 section 2.2.1. */
const CONNACK = 2;
const PUBLISH = 3;
const PUBACK = 4;

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function isListening(port) {
  const socket = connect(port, '127.0.0.1');
  const [isOpen] = await Promise.race([
    once(socket, 'connect').then(() => [true]),
    once(socket, 'error').then(() => [false]),
  ]);
  socket.destroy();
  return isOpen;
}

/** Mosquitto where it is installed, else the broker library that coldgate brings, in a process of its own. */
export async function startBroker(givenPort) {
  const port = givenPort ?? (await freePort());
  const hasMosquitto = spawnSync('mosquitto', ['-h'], { stdio: 'ignore' }).error === undefined;
  const folder = mkdtempSync(join(tmpdir(), 'coldgate-bench-broker-'));
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(
    config,
    `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_type error\n`,
  );
  const child = hasMosquitto
    ? spawn('mosquitto', ['-c', config], { stdio: ['ignore', 2, 2] })
    : spawn(process.execPath, [fileURLToPath(new URL('aedes-broker.mjs', import.meta.url)), String(port)], {
        stdio: ['ignore', 2, 2],
      });
  while (!(await isListening(port).catch(() => false))) {
    if (child.exitCode !== null) throw new Error(`the broker ended with code ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    name: hasMosquitto ? 'Mosquitto' : 'aedes',
    port,
    close: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Cuts a stream into MQTT packets: `onPacket(type, flags, body)`. */
function packetReader(onPacket) {
  let held = Buffer.alloc(0);
  return (chunk) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (;;) {
      let length = 0;
      let at = 1;
      for (; at <= 4; at++) {
        if (at >= held.length) return;
        length += (held[at] & 0x7f) * 128 ** (at - 1);
        if (held[at] < 0x80) break;
      }
      const end = at + 1 + length;
      if (held.length < end) return;
      onPacket(held[0] >> 4, held[0] & 0x0f, held.subarray(at + 1, end));
      held = held.subarray(end);
    }
  };
}

/**
 * Relays to the broker on `brokerPort`.
 * @param onAcknowledged called with the bytes of each log message that the broker acknowledged
 */
export async function startMqttRelay(brokerPort, onAcknowledged) {
  const sockets = new Set();
  let isConnected;
  const connected = new Promise((resolve) => {
    isConnected = resolve;
  });
  const server = createServer((client) => {
    const broker = connect(brokerPort, '127.0.0.1');
    const messages = new Map();
    const readClient = packetReader((type, flags, body) => {
      if (type !== PUBLISH || (flags & 0x06) === 0) return;
      const topicEnd = 2 + body.readUInt16BE(0);
      if (!body.toString('utf8', 2, topicEnd).endsWith('/log')) return;
      messages.set(body.readUInt16BE(topicEnd), body.subarray(topicEnd + 2));
    });
    const readBroker = packetReader((type, _flags, body) => {
      if (type === CONNACK) isConnected();
      if (type !== PUBACK) return;
      const id = body.readUInt16BE(0);
      const message = messages.get(id);
      messages.delete(id);
      if (message) onAcknowledged(message);
    });
    const join = (from, to, read) => {
      sockets.add(from);
      from.setNoDelay(true);
      from.on('data', (chunk) => {
        to.write(chunk);
        read(chunk);
      });
      from.on('error', () => from.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.end();
      });
    };
    join(client, broker, readClient);
    join(broker, client, readBroker);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: server.address().port,
    connected,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Where a log message ends, from its last bytes: parsing it would take the gateway's processor. */
export function sizeAfter(message) {
  const [, size] = /"checkpoint":\{"size":(\d+)/.exec(message.subarray(-700).toString()) ?? [];
  return Number(size);
}
