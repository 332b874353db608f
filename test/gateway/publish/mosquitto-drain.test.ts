// A drain through Mosquitto to a subscriber of another make, with a connection that is cut and a broker that restarts in the
// middle: everything arrives, in order, at least once.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../firmware-bridge/eventually.js';
import { readings, requestOf } from '../drafts.js';
import { connectClient } from '../mqtt-clients.js';
import { publisherOf, topics, upTo } from '../publisher-bench.js';
import { tempFolder } from '../temp-folder.js';
import { TestRelay } from '../test-broker.js';
import { openTestLog } from '../test-log.js';

const COMMITS = 120;
const PER_COMMIT = 50;
const script = join(import.meta.dirname, 'subscriber.py');

const isThere =
  spawnSync('mosquitto', ['-h'], { stdio: 'ignore' }).error === undefined &&
  spawnSync('/usr/bin/python3', ['-c', 'import paho.mqtt.client'], { stdio: 'ignore' }).status === 0;
if (!isThere) {
  if (process.env.COLDGATE_REQUIRE_PEERS === '1')
    throw new Error('mosquitto or python3-paho-mqtt is not installed');
  console.warn('skipped: mosquitto or python3-paho-mqtt is not installed');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

class Mosquitto {
  readonly #config: string;
  #child: ChildProcess | undefined;

  constructor(readonly port: number) {
    const folder = tempFolder();
    const data = join(folder, 'data');
    mkdirSync(data);
    this.#config = join(folder, 'mosquitto.conf');
    const user = process.getuid?.() === 0 ? 'user root\n' : '';
    const keeping = `persistence true\npersistence_location ${data}/\nmax_queued_messages 0\n`;
    writeFileSync(
      this.#config,
      `listener ${port} 127.0.0.1\nallow_anonymous true\n${user}${keeping}log_type none\n`,
    );
  }

  start(): void {
    this.#child = spawn('mosquitto', ['-c', this.#config], { stdio: 'ignore' });
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
}

it.runIf(isThere)(
  'a backlog reaches paho through Mosquitto, over a cut connection and a restart',
  async () => {
    const broker = new Mosquitto(await freePort());
    broker.start();
    onTestFinished(() => broker.stop());
    const log = openTestLog();
    for (let commit = 0; commit < COMMITS; commit += 1) log.writer.seal(requestOf(readings(PER_COMMIT)));
    const total = COMMITS * PER_COMMIT;
    await sleep(300);

    const subscriber = spawn('/usr/bin/python3', [script, String(broker.port), topics.log], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => {
      subscriber.kill('SIGKILL');
    });
    const ranges: [first: number, end: number][] = [];
    let connections = 0;
    createInterface({ input: subscriber.stdout }).on('line', (line) => {
      if (line === 'connected') connections += 1;
      else ranges.push(line.split(' ').map(Number) as [number, number]);
    });
    await eventually('the subscriber is there', () => connections === 1);

    // Holds what comes through Mosquitto against the contract, retained marks and all.
    const contract = await connectClient(broker.port, { reconnectPeriod: 200 });
    await contract.client.subscribeAsync('coldgate/1/#', { qos: 1 });

    const relay = new TestRelay();
    await relay.start(broker.port);
    onTestFinished(() => relay.close());
    const { publisher, links } = publisherOf(log, relay.port, { backlogBytesPerSecond: 700_000 });
    publisher.open();
    await eventually('a part has arrived', () => publisher.acknowledged > total / 6);
    relay.cut();
    await eventually('more has arrived', () => publisher.acknowledged > total / 2);
    await broker.stop();
    await sleep(200);
    broker.start();
    await eventually('all is acknowledged', () => publisher.acknowledged === total);
    await eventually('all has arrived', () => ranges.at(-1)?.[1] === total);

    const seen = new Set(ranges.flatMap(([first, end]) => [...upTo(end - first)].map((at) => first + at)));
    expect(seen.size).toBe(total);
    // Nothing new comes before what precedes it.
    let end = 0;
    for (const [first, next] of ranges) {
      expect(first).toBeLessThanOrEqual(end);
      end = Math.max(end, next);
    }
    expect(contract.heard.length).toBeGreaterThan(0);
    expect(connections).toBeGreaterThanOrEqual(2);
    expect(links.filter((link) => link === 'up').length).toBeGreaterThanOrEqual(3);
  },
  60_000,
);
