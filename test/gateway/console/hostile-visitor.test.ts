// What strangers try at the console's door: without a session, with another's, from another page, with what must not fit.

import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apiRoutes } from '../../../gateway/console/api/routes.js';
import { JournalReader } from '../../../gateway/journal/journal-reader.js';
import { decodeRecord } from '../../../ledger-sync/evidence/record.js';
import { tempFolder } from '../temp-folder.js';
import { type ConsoleRig, HOST, openConsole, PASSWORD } from './console-rig.js';

const urlOf = (path: string) => path.replace('{step}', 'arm').replace(/\{\w+\}/g, '0123456789abcdef');

function detailsOf(rig: ConsoleRig): Record<string, unknown>[] {
  const journal = new JournalReader(rig.log.path);
  try {
    return journal.log.leaves(0, 1_000).map((leaf) => {
      const text = journal.log.detail(decodeRecord(leaf).sequence);
      return text === undefined ? {} : JSON.parse(text);
    });
  } finally {
    journal.close();
  }
}

test('without a session nothing but the door, signing in and health answers', async () => {
  const rig = await openConsole();
  rig.hire('ada', 'administrator');
  for (const { method, path, access } of apiRoutes) {
    if (access.kind === 'open' || path === '/metrics') continue;
    const answer = await rig.send(method, urlOf(path), method === 'GET' ? {} : { body: {} });
    expect([answer.status, answer.body], `${method} ${path}`).toMatchObject([
      401,
      { code: 'SIGN_IN_NEEDED' },
    ]);
  }
});

test('a person of a wrong role is refused before anything is looked at', async () => {
  const rig = await openConsole();
  const as = await rig.signIn(rig.hire('olaf', 'operator'));
  const forbidden = apiRoutes.filter(
    (route) =>
      route.access.kind === 'known' && !route.access.roles.includes('operator') && route.path !== '/metrics',
  );
  for (const { method, path } of forbidden) {
    const answer = await rig.send(method, urlOf(path), { as, body: {} });
    expect([answer.status, answer.body], path).toMatchObject([403, { code: 'ROLE_REFUSED' }]);
  }
});

test('a session begins with a record, and so does a failed attempt; neither tells what was wrong', async () => {
  const rig = await openConsole();
  const dana = rig.hire('dana', 'quality');
  await rig.signIn(dana);
  const attempts = [
    { name: 'dana', password: 'wrong password', code: rig.codeOf(dana) },
    { name: 'dana', password: PASSWORD, code: '000000' },
    { name: 'nobody', password: PASSWORD, code: '123456' },
  ];
  const told = [];
  for (const body of attempts) {
    const { status, text } = await rig.send('POST', '/api/session', { body });
    told.push([status, JSON.parse(text).code]);
  }
  expect(told).toEqual(attempts.map(() => [401, 'CREDENTIALS_REFUSED']));
  const details = detailsOf(rig).map(
    ({ type, event, account, code }) => event ?? code ?? `${type} ${account}`,
  );
  expect(details).toEqual(['session-opened', 'attempt-failed', 'CREDENTIALS_REFUSED', 'attempt-failed']);
  expect(JSON.stringify(detailsOf(rig)).includes(PASSWORD)).toBe(false);
  expect(JSON.stringify(rig.lines).includes(PASSWORD)).toBe(false);
});

test('a code signs in once', async () => {
  const rig = await openConsole();
  const dana = rig.hire('dana', 'quality');
  const body = { name: 'dana', ...rig.credentialsOf(dana) };
  expect((await rig.send('POST', '/api/session', { body })).status).toBe(201);
  const again = await rig.send('POST', '/api/session', { body });
  expect([again.status, again.body]).toMatchObject([401, { code: 'CODE_USED' }]);
});

test('five wrong passwords lock the account, and then the right one does not help', async () => {
  const rig = await openConsole();
  const dana = rig.hire('dana', 'quality');
  for (let attempt = 0; attempt < 5; attempt++) {
    const body = { name: 'dana', password: 'guess', code: rig.codeOf(dana) };
    expect((await rig.send('POST', '/api/session', { body })).status).toBe(401);
  }
  const right = await rig.send('POST', '/api/session', {
    body: { name: 'dana', ...rig.credentialsOf(dana) },
  });
  expect([right.status, right.body]).toMatchObject([401, { code: 'CREDENTIALS_REFUSED' }]);
  rig.pass(15 * 60_000);
  await rig.signIn(dana);
});

test('who tries too often to sign in waits', async () => {
  const rig = await openConsole({ consoleYaml: '{ limits: { signInsPerMinute: 3 } }' });
  const body = { name: 'dana', password: 'guess', code: '123456' };
  const codes = [];
  for (let attempt = 0; attempt < 5; attempt++)
    codes.push((await rig.send('POST', '/api/session', { body })).status);
  expect(codes).toEqual([401, 401, 401, 429, 429]);
  const last = await rig.send('POST', '/api/session', { body });
  expect(last.headers['retry-after']).toBe('60');
});

test('a session id that an attacker has planted is not the one that counts after signing in', async () => {
  const rig = await openConsole();
  const planted = 'coldgate=attacker-knows-this-id';
  const { cookie } = await rig.signIn(rig.hire('dana', 'quality'), planted);
  expect(cookie).not.toBe(planted);
  expect((await rig.send('GET', '/api/session', { as: { cookie: planted } })).status).toBe(401);
  expect((await rig.send('GET', '/api/session', { as: { cookie } })).status).toBe(200);
});

test('signing in again ends the session that the browser had', async () => {
  const rig = await openConsole();
  const dana = rig.hire('dana', 'quality');
  const first = await rig.signIn(dana);
  const second = await rig.signIn(dana, first.cookie);
  expect((await rig.send('GET', '/api/session', { as: first })).status).toBe(401);
  expect((await rig.send('GET', '/api/session', { as: second })).status).toBe(200);
});

test('the cookie is for no script and no other site', async () => {
  const rig = await openConsole();
  const dana = rig.hire('dana', 'quality');
  const answer = await rig.send('POST', '/api/session', {
    body: { name: 'dana', ...rig.credentialsOf(dana) },
  });
  expect(String(answer.headers['set-cookie'])).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
  const secure = await openConsole({ consoleYaml: '{ publicOrigin: "https://truck.example.org" }' });
  const olaf = secure.hire('olaf', 'operator');
  const headers = { host: 'truck.example.org', origin: 'https://truck.example.org' };
  const told = await secure.send('POST', '/api/session', {
    body: { name: 'olaf', ...secure.credentialsOf(olaf) },
    headers,
  });
  expect(String(told.headers['set-cookie'])).toMatch(
    /^__Host-coldgate=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  );
  expect(told.headers['strict-transport-security']).toMatch(/max-age=\d{8}/);
});

test('a request that changes something needs the token of its session, and is refused from another page', async () => {
  const rig = await openConsole();
  const as = await rig.signIn(rig.hire('dana', 'quality'));
  const close = (more: Parameters<ConsoleRig['send']>[2]) => rig.send('DELETE', '/api/session', more);
  expect((await close({ as: { cookie: as.cookie } })).body).toMatchObject({ code: 'CSRF_REFUSED' });
  expect((await close({ as: { ...as, csrfToken: 'x' } })).body).toMatchObject({ code: 'CSRF_REFUSED' });
  const foreign = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `https://${HOST}` },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ];
  for (const headers of foreign) {
    const answer = await close({ as, headers });
    expect([answer.status, answer.body], JSON.stringify(headers)).toMatchObject([
      403,
      { code: 'ORIGIN_REFUSED' },
    ]);
  }
  const silent = await rig.app.inject({
    method: 'DELETE',
    url: '/api/session',
    headers: { host: HOST, cookie: as.cookie, 'x-csrf-token': as.csrfToken },
  });
  expect(silent.statusCode).toBe(403);
  expect((await close({ as })).status).toBe(204);
  expect((await rig.send('GET', '/api/session', { as })).status).toBe(401);
});

test('a page of another site cannot read, and a name that was rebound is not answered', async () => {
  const rig = await openConsole();
  const as = await rig.signIn(rig.hire('dana', 'quality'));
  const read = (headers: Record<string, string>) => rig.send('GET', '/api/session', { as, headers });
  expect((await read({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await read({ origin: 'https://evil.example' })).status).toBe(403);
  for (const host of [
    'evil.example',
    'evil.example:8480',
    '127.0.0.1.evil.example',
    '127.0.0.1@evil.example',
  ])
    expect((await read({ host })).status, host).toBe(421);
  expect((await read({ host: 'localhost:8480' })).status).toBe(200);
});

test('a session ends when it is not used, at its end in any case, and with the account', async () => {
  const rig = await openConsole({ consoleYaml: '{ sessions: { idleMinutes: 10, maxHours: 1 } }' });
  const dana = rig.hire('dana', 'quality');
  const read = async (as: { cookie: string }, headers: Record<string, string> = {}) =>
    (await rig.send('GET', '/api/session', { as, headers })).status;
  const idle = await rig.signIn(dana);
  rig.pass(6 * 60_000);
  expect(await read(idle)).toBe(200);
  rig.pass(6 * 60_000);
  expect(await read(idle, { 'x-background': '1' })).toBe(200);
  rig.pass(6 * 60_000);
  expect(await read(idle)).toBe(401);

  const long = await rig.signIn(dana);
  for (let minutes = 0; minutes < 54; minutes += 9) {
    rig.pass(9 * 60_000);
    expect(await read(long)).toBe(200);
  }
  rig.pass(9 * 60_000);
  expect(await read(long)).toBe(401);

  const demoted = await rig.signIn(dana);
  rig.hire('dana', 'operator');
  expect(await read(demoted)).toBe(401);
});

test('a path cannot lead out of the folder of the pages', async () => {
  const folder = tempFolder();
  const webFolder = join(folder, 'web');
  mkdirSync(join(webFolder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'the secret');
  writeFileSync(join(webFolder, 'index.html'), '<!doctype html>the app');
  writeFileSync(join(webFolder, 'assets', 'app-0a1b2c3d.js'), 'let app;');
  writeFileSync(join(webFolder, 'assets', 'app-0a1b2c3d.js.br'), 'BROTLI');
  const rig = await openConsole({ webFolder });
  const ways = [
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/..%5csecret.txt',
    '/%00/../secret.txt',
    '//secret.txt',
  ];
  for (const url of ways) {
    const { statusCode, payload } = await rig.app.inject({ method: 'GET', url, headers: { host: HOST } });
    expect(payload.includes('the secret'), url).toBe(false);
    expect([200, 400, 403, 404], url).toContain(statusCode);
  }
  const page = await rig.app.inject({ method: 'GET', url: '/shipments/S-1', headers: { host: HOST } });
  expect([page.statusCode, page.payload]).toEqual([200, '<!doctype html>the app']);
  expect(page.headers['cache-control']).toBe('no-cache');
  const headers = { host: HOST, 'accept-encoding': 'gzip, br' };
  const script = await rig.app.inject({ method: 'GET', url: '/assets/app-0a1b2c3d.js', headers });
  expect([script.headers['content-encoding'], script.payload]).toEqual(['br', 'BROTLI']);
  expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  for (const url of ['/api/nothing', '/assets/gone-0a1b2c3d.js'])
    expect((await rig.app.inject({ method: 'GET', url, headers: { host: HOST } })).statusCode).toBe(404);
});

test('every answer, refusals too, forbids foreign scripts and frames', async () => {
  const rig = await openConsole();
  for (const url of ['/api/door', '/api/session', '/nothing', '/api/%zz']) {
    const { headers } = await rig.app.inject({ method: 'GET', url, headers: { host: HOST } });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  }
});

test('what is too large, no JSON or poisoned is refused, and no stack is told', async () => {
  const rig = await openConsole();
  const send = (payload: string, type = 'application/json') =>
    rig.app.inject({
      ...{ method: 'POST', url: '/api/session', payload },
      headers: { host: HOST, origin: `http://${HOST}`, 'content-type': type },
    });
  const tries = [
    [await send(JSON.stringify({ name: 'x'.repeat(200_000) })), 413],
    [await send('{"name":'), 400],
    [await send('{"__proto__":{"role":"administrator"},"name":"a","password":"b","code":"123456"}'), 400],
    [await send('name=a&password=b', 'application/x-www-form-urlencoded'), 415],
    [await send('{"name":"a","password":"b","code":"123456","role":"administrator"}'), 400],
  ] as const;
  for (const [{ statusCode, payload }, status] of tries) {
    expect([statusCode, /\\n\s+at |node:/.test(payload)]).toEqual([status, false]);
    expect(Object.keys(JSON.parse(payload))).toEqual(['code', 'message', 'hint']);
  }
  const secret = await send(JSON.stringify({ name: 'a', password: { secret: 'hunter2' }, code: 'hunter3' }));
  expect([secret.statusCode, secret.payload.includes('hunter')]).toEqual([400, false]);
});

test('a HEAD of a stream opens none', async () => {
  const rig = await openConsole();
  const { cookie } = await rig.signIn(rig.hire('dana', 'quality'));
  for (const url of ['/api/live', '/api/now']) {
    const answer = await rig.app.inject({ method: 'HEAD', url, headers: { host: HOST, cookie } });
    expect([url, answer.statusCode]).toEqual([url, 404]);
  }
});

test('too many requests of one address are refused for a while', async () => {
  const rig = await openConsole({ consoleYaml: '{ limits: { requestsPerMinute: 5 } }' });
  const codes = [];
  for (let request = 0; request < 7; request++) codes.push((await rig.send('GET', '/api/door')).status);
  expect(codes).toEqual([200, 200, 200, 200, 200, 429, 429]);
});

test('behind a proxy nobody else may connect, and its word on the address counts', async () => {
  const consoleYaml =
    '{ listen: { host: 0.0.0.0 }, trustedProxies: [ 10.0.0.1 ], publicOrigin: "https://truck.example.org" }';
  const rig = await openConsole({ consoleYaml });
  const from = (remoteAddress: string) =>
    rig.app.inject({
      method: 'GET',
      url: '/api/door',
      remoteAddress,
      headers: { host: 'truck.example.org' },
    });
  expect((await from('10.0.0.1')).statusCode).toBe(200);
  expect((await from('10.0.0.2')).statusCode).toBe(403);
});

test('whoever sends a request byte by byte is cut off', async () => {
  const rig = await openConsole();
  rig.app.server.headersTimeout = 200;
  await rig.app.listen({ host: '127.0.0.1', port: 0 });
  const address = rig.app.server.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen');
  const socket = connect(address.port, '127.0.0.1');
  socket.on('error', () => {});
  const chunks: Buffer[] = [];
  socket.on('data', (data) => chunks.push(data));
  await once(socket, 'connect');
  const drip = setInterval(() => socket.write('x'), 50);
  socket.write('GET /api/door HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ');
  await once(socket, 'close');
  clearInterval(drip);
  expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 408 /);
});

test('while the gateway role is silent a person is told so', async () => {
  const rig = await openConsole({ isGatewaySilent: true });
  rig.hire('dana', 'quality');
  expect((await rig.send('GET', '/api/door')).body).toEqual({ state: 'sign-in' });
});
