// One request: what it follows, how long it waits, how much it reads, and where it refuses to go.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addressRefusal } from '../../../gateway/webhooks/address-rules.js';
import { type WebhookTarget, webhookPost } from '../../../gateway/webhooks/webhook-post.js';
import { tempFolder } from '../temp-folder.js';
import { answerOf, startReceiver } from './receiver-bench.js';

const request = { headers: { 'content-type': 'application/json' }, body: Buffer.from('{}') };
const forever = new AbortController().signal;

const ask = (target: Partial<WebhookTarget> & { url: string }, timeoutMs = 10_000) =>
  webhookPost(timeoutMs)({ allowPrivateAddresses: true, ...target }, request, forever);

describe('a request', () => {
  it('follows no redirect', async () => {
    const receiver = await startReceiver();
    receiver.answers.push(answerOf(307, { location: '/elsewhere' }));
    expect(await ask(receiver)).toMatchObject({ status: 307 });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook']);
  });

  it('ends when nobody answers in time', async () => {
    const receiver = await startReceiver();
    receiver.answers.push(() => undefined);
    expect(await ask(receiver, 50)).toEqual({ status: 0, reason: 'no answer within 50 ms' });
  });

  it('reads little of a body that never ends, and takes the status for the answer', async () => {
    const receiver = await startReceiver();
    let written = 0;
    receiver.answers.push((response) => {
      response.writeHead(500);
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(1024))) written += 1024;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const { status, reason } = await ask(receiver);
    expect(status).toBe(500);
    expect(reason.length).toBeLessThan(400);
    // What the sockets between the two hold, and no more.
    expect(written).toBeLessThan(16 * 1_048_576);
  });

  it('does not wait longer for a body that drips, and keeps the status that came', async () => {
    const receiver = await startReceiver();
    receiver.answers.push((response) => response.writeHead(202).write('a'));
    expect(await ask(receiver, 100)).toMatchObject({ status: 202 });
  });

  it('tells a closed port from an answer', async () => {
    const { status, reason } = await ask({ url: 'http://127.0.0.1:1/' });
    expect(status).toBe(0);
    expect(reason).toContain('ECONNREFUSED');
  });

  it.each([
    'http://127.0.0.1:9/',
    'http://[::1]:9/',
    'http://localhost:9/',
    'https://10.1.2.3/',
    'https://localhost/',
  ])('does not go to %s unless that is allowed', async (url) => {
    const { status, reason } = await ask({ url, allowPrivateAddresses: false });
    expect(status).toBe(0);
    expect(reason).toContain('is a private address');
  });

  it('does not go to http off this machine, even if private addresses are allowed', async () => {
    expect(await ask({ url: 'http://10.1.2.3/' })).toEqual({
      status: 0,
      reason: '10.1.2.3 is not loopback, and http is not encrypted',
    });
  });

  it('trusts the given authority and nobody else', async () => {
    const folder = tempFolder();
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
        ...[
          '-subj',
          '/CN=localhost',
          '-addext',
          'subjectAltName=DNS:localhost',
          '-keyout',
          keyFile,
          '-out',
          certFile,
        ],
      ],
      { stdio: 'ignore' },
    );
    const ca = readFileSync(certFile, 'utf8');
    const server = createServer({ key: readFileSync(keyFile), cert: ca }, (_request, response) => {
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    onTestFinished(() => void server.close());
    const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
    expect(await ask({ url, ca })).toMatchObject({ status: 204 });
    const { status, reason } = await ask({ url });
    expect(status).toBe(0);
    expect(reason).toContain('self-signed');
  });
});

describe('an address', () => {
  const tls = { isPlain: false, allowPrivateAddresses: false };

  it.each([
    ...['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '127.0.0.1', '169.254.1.1'],
    ...[
      '198.18.0.1',
      '192.0.2.1',
      '::1',
      'fc00::1',
      'fdab::1',
      'fe80::1',
      '::ffff:10.0.0.1',
      '::ffff:7f00:1',
    ],
    ...['64:ff9b::a00:1', '2002:a00:1::', '2001:0:1::', '::a00:1'],
  ])('%s is private: refused unless private addresses are allowed', (address) => {
    expect(addressRefusal(address, tls)).toContain('private');
    expect(addressRefusal(address, { ...tls, allowPrivateAddresses: true })).toBeUndefined();
  });

  it.each([
    ...['0.0.0.0', '224.0.0.1', '240.0.0.1', '255.255.255.255', '169.254.169.254', '::', 'ff02::1'],
    ...['fd00:ec2::254', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe', 'example.org', ''],
  ])('%s is never connected to', (address) => {
    expect(addressRefusal(address, { ...tls, allowPrivateAddresses: true })).toBeDefined();
  });

  it.each(['1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
    '%s is public',
    (address) => {
      expect(addressRefusal(address, tls)).toBeUndefined();
      expect(addressRefusal(address, { ...tls, isPlain: true })).toContain('not loopback');
    },
  );
});
