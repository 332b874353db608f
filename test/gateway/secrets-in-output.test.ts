// Secrets never leave by a side door: the built gateway runs with every kind of secret, at level trace, against peers that refuse,
// break off and shout back what they were sent; strangers come with wrong passwords. No secret is in a line that it writes, in
// what it tells of itself, or in the journal beyond where it belongs.

import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mqtt from 'mqtt';
import { expect, it, onTestFinished } from 'vitest';
import { openKeyFile, readPassphrase } from '../../gateway/sealing/key-file.js';
import { SpawnedGateway } from '../faults/spawned-gateway.js';
import { codeAt, STEP_MS } from './accounts/account-office.js';
import { tempFolder } from './temp-folder.js';

const PROGRAM = fileURLToPath(new URL('../../dist/gateway/cli/coldgate.js', import.meta.url));
const tls = (name: string) => fileURLToPath(new URL(`../vectors/tls/${name}`, import.meta.url));
const TOTP = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

/** A secret that is found wherever it goes; each has a name for the failure. */
const made: Record<string, string> = {};
const secret = (name: string): string => {
  made[name] = `s${createHash('sha256').update(name).update(randomBytes(16)).digest('hex').slice(0, 30)}`;
  return made[name];
};

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Refuses and repeats all that it was sent: headers, path and body. */
const shoutingBack: RequestListener = (request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    response.writeHead(401, 'Unauthorized', { 'content-type': 'application/json' });
    const body = Buffer.concat(parts).toString();
    response.end(
      JSON.stringify({
        error: { code: -32_000, message: `${request.url} ${JSON.stringify(request.headers)} ${body}` },
      }),
    );
  });
};

interface Attempts {
  logins: number;
}

/** An MQTT broker that refuses every login (MQTT 3.1.1 section 3.2: CONNACK, return code 5). */
function refusingBroker(attempts: Attempts): Server {
  return createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      attempts.logins += 1;
      socket.end(Buffer.from([0x20, 2, 0, 5]));
    });
  });
}

function coldgate(...parameters: string[]): string {
  return execFileSync(process.execPath, [PROGRAM, ...parameters], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

it('no secret is written to a log line, a status, a metric or a row where it has no place', {
  timeout: 180_000,
}, async () => {
  const folder = tempFolder();
  const file = (name: string, text: string) => {
    mkdirSync(join(folder, 'keys'), { recursive: true });
    const path = join(folder, 'keys', name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  coldgate('init', folder, '--name', 'secretive');
  const attempts: Attempts = { logins: 0 };
  const brokerPort = await listening(refusingBroker(attempts));
  const rpcPort = await listening(createHttpServer(shoutingBack));
  const hooks = createHttpsServer(
    { cert: readFileSync(tls('server-a.pem')), key: readFileSync(tls('server-a.key')) },
    shoutingBack,
  );
  const hookPort = await listening(hooks);
  const key = readFileSync(tls('server-a.key'), 'utf8');
  made['body of the TLS key'] = key.split('\n')[1] ?? '';
  file('tls.key', key);
  const whsec = Buffer.from(secret('webhook secret')).toString('base64');
  made['webhook secret in base64'] = whsec;
  file('hook.whsec', `whsec_${whsec}\n`);
  file('password', `${secret('password of a person')}\n`);
  file('totp', `${TOTP}\n`);
  writeFileSync(
    join(folder, 'coldgate.yaml'),
    `gateway: { name: secretive, dataDir: ./data }
commit: { windowMs: 0 }
log: { level: trace }
mqttIntake:
  listen: { host: 127.0.0.1, port: 0 }
  users:
    - { username: probe, passwordFile: ${file('probe', secret('password of a sensor'))}, sensorTopics: [ sensors/fridge ] }
  sensors:
    - { topic: sensors/fridge, mapping: generic, values: [ { sensorId: fridge, path: '$.t', unit: celsius } ] }
publish:
  brokers:
    - { name: refuses, url: 'mqtt://127.0.0.1:${brokerPort}', username: truck, passwordFile: ${file('broker', secret('password at a broker'))} }
    - { name: untrusted, url: 'mqtts://127.0.0.1:${hookPort}', username: truck, passwordFile: ${file('broker2', secret('password at a TLS broker'))} }
webhooks:
  - { name: desk, url: 'https://127.0.0.1:${hookPort}/${secret('path of a webhook')}', secretFile: ./keys/hook.whsec, allowPrivateAddresses: true, caFile: ${tls('ca.pem')} }
  - { name: untrusted, url: 'https://localhost:${hookPort}/${secret('path of another webhook')}', secretFile: ./keys/hook.whsec, allowPrivateAddresses: true }
sparkplug: { groupId: trucks, urls: [ 'mqtt://127.0.0.1:${brokerPort}' ], username: truck, passwordFile: ${file('sparkplug', secret('password at Sparkplug'))} }
epcis:
  capture: { url: 'https://127.0.0.1:${hookPort}/${secret('path of a repository')}', tokenFile: ${file('token', secret('token of a repository'))}, caFile: ${tls('ca.pem')} }
console: { listen: { host: 127.0.0.1, port: 0 } }
ledger: { chainId: 31337, contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3', rpcUrl: 'http://127.0.0.1:${rpcPort}/v3/${secret('key of an RPC service')}', pollIntervalMs: 100 }
excursions:
  - { sensorId: fridge, highMilliC: 8000 }
`,
  );
  chmodSync(join(folder, 'keys'), 0o700);
  const config = join(folder, 'coldgate.yaml');
  for (const name of ['passphrase', 'payer-passphrase'] as const) {
    const passphrase = readPassphrase(join(folder, 'keys', name));
    made[name] = passphrase;
    const keyFile = name === 'passphrase' ? 'device-key.json' : 'payer-key.json';
    made[`${keyFile} opened`] = Buffer.from(
      await openKeyFile(join(folder, 'keys', keyFile), passphrase),
    ).toString('hex');
  }

  const gateway = new SpawnedGateway([process.execPath, PROGRAM, 'run', '-c', config]);
  onTestFinished(() => gateway.kill());
  const intakePort = await gateway.brokerPort();
  const { url } = await gateway.line('console role started');

  // An excursion, so that webhooks and the repository have something to tell.
  const mine = { username: 'probe', clientId: 'probe' };
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${intakePort}`, {
    ...mine,
    password: made['password of a sensor'] ?? '',
  });
  for (const t of [4, 9, 9.5]) await client.publishAsync('sensors/fridge', JSON.stringify({ t }), { qos: 1 });
  await client.endAsync();
  const wrong = { ...mine, password: secret('wrong password of a sensor'), reconnectPeriod: 0 };
  await expect(mqtt.connectAsync(`mqtt://127.0.0.1:${intakePort}`, wrong)).rejects.toThrow();

  const code = codeAt(TOTP, Date.now());
  const ada = [
    'users',
    'create',
    'ada',
    '--role',
    'administrator',
    '--printed-name',
    'Ada Example',
    '-c',
    config,
  ];
  coldgate(
    ...ada,
    '--new-password-file',
    join(folder, 'keys/password'),
    '--totp-secret-file',
    join(folder, 'keys/totp'),
    '--new-code',
    code,
  );
  // A command blocks this process, and a connection that was kept for later may be closed meanwhile: then once more.
  const ask = (path: string, options: RequestInit = {}) =>
    askOnce(path, options).catch(() => askOnce(path, options));
  const askOnce = (path: string, options: RequestInit) =>
    fetch(`${url}${path}`, {
      ...options,
      headers: { origin: String(url), 'content-type': 'application/json', ...options.headers },
    });
  const signIn = (password: string, given: string) =>
    ask('/api/session', { method: 'POST', body: JSON.stringify({ name: 'ada', password, code: given }) });
  const wrongPassword = secret('wrong password of a person');
  // 503 while a busy machine keeps the gateway role waiting.
  await expect
    .poll(async () => (await signIn(wrongPassword, '000000')).status, { timeout: 60_000 })
    .toBe(401);
  const token = secret('token of a stranger');
  const stranger = { headers: { authorization: `Bearer ${token}` } };
  expect((await ask('/api/now', stranger)).status).toBe(401);
  expect((await ask(`/api/now?token=${secret('token in an address')}`)).status).toBe(401);
  // With the right ones too: what is accepted must be as quiet. A code works once.
  await signIn(made['password of a person'] ?? '', codeAt(TOTP, Date.now() + STEP_MS));

  const wrote = (text: string) => gateway.lines.some((line) => JSON.stringify(line).includes(text));
  await expect.poll(() => wrote('"code":"RPC_'), { timeout: 30_000 }).toBe(true);
  await expect.poll(() => attempts.logins, { timeout: 30_000 }).toBeGreaterThan(1);
  const told = [coldgate('status', '-c', config), coldgate('status', '-c', config, '--json')];
  told.push(await (await ask('/metrics', stranger)).text());
  told.push(
    coldgate('webhooks', 'list', '-c', config),
    await (await ask('/healthz')).text(),
    await (await ask('/api/now')).text(),
  );
  const journal = () =>
    ['', '-wal']
      .map((tail) => readFileSync(join(folder, `data/journal.db${tail}`)).toString('latin1'))
      .join('');
  const rows = journal();
  await gateway.stop();

  const written = [...gateway.lines.map((line) => JSON.stringify(line)), ...gateway.plain].join('\n');
  // What was provoked was told.
  for (const trouble of [/RPC_/, /refuses/, /untrusted/]) expect(written).toMatch(trouble);
  const leaks = (text: string) =>
    Object.entries(made)
      .filter(([, value]) => value !== '' && text.includes(value))
      .map(([name]) => name);
  expect(leaks(written), 'in the log').toEqual([]);
  expect(written).not.toContain(TOTP);
  expect(leaks(told.join('\n')), 'in what it tells of itself').toEqual([]);
  // The journal has what a code is checked with, and nothing that opens something elsewhere.
  expect(leaks(rows), 'in the journal').toEqual([]);
});
