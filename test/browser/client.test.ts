// coldgate/client as an integrator has it: bundled by vite with mqtt.js for browsers, in Chromium, over the WebSocket listener
// of Mosquitto. What a page sees there is proven, and what was tampered with is refused.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { extname, join } from 'node:path';
import { build } from 'vite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { root } from '../architecture/source-tree.js';
import { eventually } from '../firmware-bridge/eventually.js';
import { readings, requestOf } from '../gateway/drafts.js';
import { hex } from '../gateway/hex.js';
import { connectClient } from '../gateway/mqtt-clients.js';
import { publisherOf, topics } from '../gateway/publisher-bench.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { openTestLog } from '../gateway/test-log.js';
import { hasChromium, launch, visit } from './chromium.js';

const hasMosquitto = spawnSync('mosquitto', ['-h']).error === undefined;
const mustRun = process.env.COLDGATE_REQUIRE_PEERS === '1';

/** What an integrator writes. */
const page = `
import mqtt from 'mqtt';
import { ColdgateClient } from 'coldgate/client';

window.seen = [];
window.follow = async (url, gateway) => {
  const connection = await mqtt.connectAsync(url);
  const onEvent = ({ type, record, readable, isNameProven, reason, isOnline }) =>
    window.seen.push({ type, sequence: record?.sequence, name: readable?.name, isNameProven, reason, isOnline });
  new ColdgateClient({ gatewayName: 'truck-17', gateway, onEvent }).attach(connection);
};
`;

/** @returns the folder of the built page */
async function bundle(): Promise<string> {
  const folder = tempFolder();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/coldgate'));
  symlinkSync(join(root, 'node_modules/mqtt'), join(folder, 'node_modules/mqtt'));
  writeFileSync(join(folder, 'main.js'), page);
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><title>integrator</title><script type="module" src="/main.js"></script>',
  );
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  await build({ root: folder, configFile: false, logLevel: 'error' });
  return join(folder, 'dist');
}

async function serve(folder: string): Promise<string> {
  const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };
  const server = createServer(({ url = '/' }, response) => {
    const path = join(folder, url === '/' ? 'index.html' : new URL(url, 'http://x').pathname);
    const type = types[extname(path)];
    if (!type) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': type }).end(readFileSync(path));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
  });
}

/** Mosquitto with a listener for gateways and one for browsers. */
async function mosquitto(): Promise<{ port: number; webPort: number }> {
  const folder = tempFolder();
  const [port, webPort] = [await freePort(), await freePort()];
  const user = process.getuid?.() === 0 ? 'user root\n' : '';
  const listeners = `listener ${port} 127.0.0.1\nlistener ${webPort} 127.0.0.1\nprotocol websockets\n`;
  writeFileSync(join(folder, 'mosquitto.conf'), `${listeners}allow_anonymous true\n${user}log_type none\n`);
  const child: ChildProcess = spawn('mosquitto', ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  let isUp = false;
  for (const deadline = Date.now() + 20_000; !isUp && Date.now() < deadline; ) {
    isUp = (await isOpen(port)) && (await isOpen(webPort));
  }
  if (!isUp) throw new Error('mosquitto does not listen');
  return { port, webPort };
}

interface Seen {
  readonly type: string;
  readonly sequence?: number;
  readonly name?: string;
  readonly isNameProven?: boolean;
  readonly reason?: string;
}

describe.skipIf(!(hasChromium && hasMosquitto) && !mustRun)('coldgate/client in a browser', () => {
  test('proves what it gets over MQTT in a WebSocket, and refuses what was changed', {
    timeout: 120_000,
  }, async () => {
    const [built, ports] = await Promise.all([bundle(), mosquitto()]);
    const code = readdirSync(join(built, 'assets')).map((name) =>
      readFileSync(join(built, 'assets', name), 'utf8'),
    );
    expect(code.join('')).not.toMatch(/node:crypto|__vite-browser-external/);
    const log = openTestLog();
    log.writer.seal(requestOf(readings(5)));
    log.writer.seal(requestOf(readings(600)));
    const browser = await launch();
    onTestFinished(() => browser.close());
    const { page: tab, complaints } = await visit(browser);
    await tab.goto(await serve(built));
    const gateway = `0x${hex(log.signer.address)}`;
    await tab.evaluate(`follow('ws://127.0.0.1:${ports.webPort}', '${gateway}')`);
    const { client, heard } = await connectClient(ports.port);
    await client.subscribeAsync('coldgate/1/#', { qos: 1 });
    const { publisher } = publisherOf(log, ports.port);
    publisher.open();

    const seen = async () => (await tab.evaluate('window.seen')) as Seen[];
    const records = async () => (await seen()).filter(({ type }) => type === 'record');
    await tab.waitForFunction('window.seen.filter(({ type }) => type === "record").length === 605');
    const told = await records();
    expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_record, index) => index));
    expect(told.every(({ name, isNameProven }) => name !== undefined && isNameProven === true)).toBe(true);
    expect((await seen()).some(({ type }) => type === 'sensor')).toBe(true);

    await eventually('the log came here too', () => heard.some(({ topic }) => topic === topics.log));
    const message = JSON.parse(heard.find(({ topic }) => topic === topics.log)?.payload.toString() ?? '');
    const [first] = message.records;
    const forged = {
      ...message,
      records: [{ ...first, value: first.value + 1 }, ...message.records.slice(1)],
    };
    await client.publishAsync(topics.log, JSON.stringify(forged), { qos: 1 });
    await tab.waitForFunction('window.seen.some(({ type }) => type === "refused")');
    expect((await seen()).filter(({ type }) => type === 'refused')).toMatchObject([
      { reason: 'words-differ' },
    ]);
    expect((await records()).length).toBe(605);
    expect(complaints).toEqual([]);
  });
});
