// TLS at the sensor broker: whom it trusts, who needs no password, and a certificate that is renewed while it runs.

import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import mqtt, { type IClientOptions } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../firmware-bridge/eventually.js';
import { brokerBench, door } from '../broker-bench.js';
import { connectClient } from '../mqtt-clients.js';
import { tempFolder } from '../temp-folder.js';
import { rejectionOf } from '../thrown.js';

const vector = (name: string) => new URL(`../../vectors/tls/${name}`, import.meta.url).pathname;
const pem = (name: string) => readFileSync(vector(name), 'utf8');

/** The server's files in a folder of their own, the key closed to others. */
function serverFiles(name: 'server-a' | 'server-b' = 'server-a') {
  const folder = tempFolder();
  const files = { certFile: join(folder, 'broker.pem'), keyFile: join(folder, 'broker.key') };
  const put = (which: string, key = which) => {
    copyFileSync(vector(`${which}.pem`), files.certFile);
    writeFileSync(files.keyFile, pem(`${key}.key`));
    chmodSync(files.keyFile, 0o600);
  };
  put(name);
  return { files, put };
}

const users = [
  { username: 'door', password: 'door-secret', sensorTopics: ['sensors/door'] },
  { username: 'fridge', certificateName: 'door-probe', sensorTopics: ['sensors/fridge'] },
  { username: 'both', password: 'both-secret', certificateName: 'somebody', sensorTopics: [] },
];

async function bench(requireClientCertificate: boolean) {
  const { files, put } = serverFiles();
  const refused: string[] = [];
  const told: string[] = [];
  const one = await brokerBench({
    tls: { ...files, caFile: vector('ca.pem'), requireClientCertificate },
    users,
    lookEveryMs: 20,
    onAddressRefused: (_network, { code }) => refused.push(code),
    onCertificate: (trouble) => told.push(trouble ? trouble.code : 'renewed'),
  });
  return { ...one, put, files, refused, told };
}

async function connectSecure(port: number, options: IClientOptions = {}) {
  const client = mqtt.connect(`mqtts://127.0.0.1:${port}`, {
    reconnectPeriod: 0,
    ca: pem('ca.pem'),
    ...options,
  });
  onTestFinished(() => void client.end(true));
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed')));
  });
  client.on('error', () => {});
  return client;
}

const certificate = (name: string) => ({ cert: pem(`${name}.pem`), key: pem(`${name}.key`) });

/** Whose certificate the broker shows to a new connection. */
async function shownBy(port: number): Promise<unknown> {
  const socket: TLSSocket = connectTls({ port, host: '127.0.0.1', ca: pem('ca.pem') });
  onTestFinished(() => void socket.destroy());
  await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  const name = socket.getPeerCertificate().subject.CN;
  socket.destroy();
  return name;
}

describe('a sensor over TLS', () => {
  it('logs in with user and password, without a certificate where none is demanded', async () => {
    const { port, arrived } = await bench(false);
    const sensor = await connectSecure(port, door);
    await sensor.publishAsync('sensors/door', '21.5', { qos: 1 });
    expect(arrived.map(({ text }) => text)).toEqual(['21.5']);
  });

  it.each([
    ['without a user name', {}],
    ['with the name of its user', { username: 'fridge' }],
  ])('needs no password when its certificate is that of a user, %s', async (_how, options) => {
    const { port, arrived } = await bench(true);
    const sensor = await connectSecure(port, { ...certificate('client'), ...options });
    await sensor.publishAsync('sensors/fridge', '4', { qos: 1 });
    expect(arrived.map(({ topic }) => topic)).toEqual(['sensors/fridge']);
  });

  it.each([
    ['the user of a certificate without it', { username: 'fridge' }],
    [
      'a certificate with the right name from somebody else',
      { username: 'fridge', ...certificate('stranger') },
    ],
    ['no user with a certificate from somebody else', certificate('stranger')],
    ["another's user with its certificate", { username: 'door', ...certificate('client') }],
    ['a password without the certificate that is needed too', { username: 'both', password: 'both-secret' }],
    [
      "a password with another's certificate",
      { username: 'both', password: 'both-secret', ...certificate('client') },
    ],
    ['nothing', {}],
  ])('is refused as %s', async (_who, options) => {
    const { port, refused } = await bench(false);
    expect((await rejectionOf(connectSecure(port, options))).code).toBe(5);
    expect(refused).toEqual(['LOGIN_REFUSED']);
  });

  it.each([
    ['no certificate', {}],
    ['a certificate of another authority', certificate('stranger')],
  ])('does not get as far as MQTT with %s where one is demanded', async (_what, options) => {
    const { port, refused } = await bench(true);
    await rejectionOf(connectSecure(port, { ...door, ...options }));
    await eventually('it is told', () => refused.length > 0);
    expect(refused).toEqual(['TLS_REFUSED']);
  });

  it.each([
    ['TLS 1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
    ['TLS 1.0', { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }],
  ] as const)('is refused with %s', async (_version, options) => {
    const { port, refused } = await bench(false);
    await rejectionOf(connectSecure(port, { ...door, ...options } as IClientOptions));
    await eventually('it is told', () => refused.length > 0);
    expect(refused).toEqual(['TLS_REFUSED']);
  });

  it('gets no answer without TLS, while the gateway has its own door', async () => {
    const { port, broker } = await bench(false);
    await rejectionOf(connectClient(port, door));
    const own = await connectClient(broker.ownPort, { ...broker.credentials });
    await own.client.publishAsync('coldgate/1/truck-17/log', 'x', { qos: 1 });
  });
});

describe('the certificate', () => {
  it('is renewed without a restart, and open connections go on', async () => {
    const { port, put, told, arrived } = await bench(false);
    const sensor = await connectSecure(port, door);
    expect(await shownBy(port)).toBe('broker a');
    put('server-b');
    await eventually('it is renewed', () => told.includes('renewed'));
    expect(await shownBy(port)).toBe('broker b');
    await sensor.publishAsync('sensors/door', 'x', { qos: 1 });
    expect(arrived.length).toBe(1);
  });

  it.each([
    ['is no certificate', (files: { certFile: string }) => writeFileSync(files.certFile, 'half a certifi')],
    [
      'does not fit its key',
      (files: { certFile: string }) => copyFileSync(vector('server-b.pem'), files.certFile),
    ],
    ['has an empty key', ({ keyFile }: { keyFile: string }) => writeFileSync(keyFile, '')],
    ['has a key that others may read', ({ keyFile }: { keyFile: string }) => chmodSync(keyFile, 0o644)],
  ])('stays the old one when the new one %s; that is told once, and mended later', async (_what, spoil) => {
    const { port, put, files, told } = await bench(false);
    spoil(files);
    await eventually('it is told', () => told.length > 0);
    expect(await shownBy(port)).toBe('broker a');
    expect(told).toEqual(['CERTIFICATE_UNUSABLE']);
    put('server-b');
    await eventually('it is renewed', () => told.length > 1);
    expect(told).toEqual(['CERTIFICATE_UNUSABLE', 'renewed']);
    expect(await shownBy(port)).toBe('broker b');
  });

  it.each([['without its key', 'server-b', 'server-a']])(
    'must be right at the start: not %s',
    async (_what, cert, key) => {
      const { files, put } = serverFiles();
      put(cert, key);
      const fault = await rejectionOf(brokerBench({ tls: { ...files, requireClientCertificate: false } }));
      expect(fault.code).toBe('CERTIFICATE_UNUSABLE');
    },
  );
});
