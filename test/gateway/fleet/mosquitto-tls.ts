// Mosquitto as a fleet has it: TLS with a certificate of the fleet's CA, which it shows, a user for everybody, and messages
// that outlive nothing but the process.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { eventually } from '../../firmware-bridge/eventually.js';
import { tempFolder } from '../temp-folder.js';

export const hasMosquitto = spawnSync('mosquitto', ['-h'], { stdio: 'ignore' }).error === undefined;
if (!hasMosquitto) {
  if (process.env.COLDGATE_REQUIRE_PEERS === '1') throw new Error('mosquitto is not installed');
  console.warn('skipped: mosquitto is not installed (apt-get install mosquitto)');
}

export const tlsFile = (name: string) => fileURLToPath(new URL(`../../vectors/tls/${name}`, import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

export interface Mosquitto {
  readonly url: string;
  readonly port: number;
  readonly username: string;
  /** File of mode 0600. */
  readonly passwordFile: string;
}

/** Runs until the end of the test. */
export async function startMosquitto(): Promise<Mosquitto> {
  const folder = tempFolder();
  const port = await freePort();
  const [username, password] = ['fleet', 'pass word'];
  const chain = join(folder, 'chain.pem');
  writeFileSync(
    chain,
    readFileSync(tlsFile('server-a.pem'), 'utf8') + readFileSync(tlsFile('ca.pem'), 'utf8'),
  );
  writeFileSync(join(folder, 'users'), `${username}:${password}\n`, { mode: 0o644 });
  spawnSync('mosquitto_passwd', ['-U', join(folder, 'users')]);
  const key = join(folder, 'server.key');
  writeFileSync(key, readFileSync(tlsFile('server-a.key')), { mode: 0o644 });
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  const lines = [
    ...[`listener ${port} 127.0.0.1`, `certfile ${chain}`, `keyfile ${key}`, 'allow_anonymous false'],
    ...[`password_file ${join(folder, 'users')}`, 'persistence false', 'user root'],
  ];
  writeFileSync(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`);
  const child: ChildProcess = spawn('mosquitto', ['-c', join(folder, 'mosquitto.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await eventually('mosquitto runs', () => {
    if (child.exitCode !== null) throw new Error(said);
    return said.includes(' running');
  });
  return { url: `mqtts://127.0.0.1:${port}`, port, username, passwordFile };
}
