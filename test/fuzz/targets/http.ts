// The console's API through its real server, signed in as an administrator, and the listener that verifies packs over a
// real socket. An answer of 500 is a finding: whatever comes, the answer says what is wrong with it.

import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect } from 'vitest';
import { verificationResponder } from '../../../gateway/authenticity/verification/verification-responder.js';
import { apiRoutes } from '../../../gateway/console/api/routes.js';
import { HOST, type Known, openConsole } from '../../gateway/console/console-rig.js';
import { bytesOf, type FuzzTarget, jsonBytes, textOf, type Word } from '../fuzz-target.js';

/** Ends the session that the run needs, or answers without end. */
const isLeftOut = (path: string) => path.startsWith('/api/session') || path === '/api/live';

const bodies = [
  { name: 'olaf' },
  { name: 'olaf', role: 'operator', printedName: 'Olaf O', password: 'three pallets left for Basel' },
  { id: 'SHIP-0001', consignor: 'a', consignee: 'b', probes: ['cargo-front'], profile: 'GDP-2-8-default' },
  {
    reason: 'looked at',
    meaning: 'approved',
    password: 'x',
    code: '123456',
    document: { a: [1, { b: null }] },
  },
  { yaml: 'gateway: { name: truck-17 }', text: 'console: {}', baseHash: '00'.repeat(32) },
];

const links = [
  '/01/09521234543213/21/1001?17=291231&linkType=verificationService&corrUUID=abc',
  '/01/09521234543213/10/LOT7/21/1001?linkType=gs1:verificationService',
];

async function consoleTargets(): Promise<FuzzTarget[]> {
  const rig = await openConsole();
  const who = rig.hire('ada', 'administrator');
  let known: Known = await rig.signIn(who);
  let turn = 0;
  const urls = apiRoutes.filter(({ method, path }) => method === 'GET' && !isLeftOut(path));
  const posts = apiRoutes.filter(({ method, path }) => method !== 'GET' && !isLeftOut(path));
  const pathOf = (path: string) => path.replace('{step}', 'arm').replace(/\{\w+\}/g, '0123456789abcdef');
  const ask = async (method: string, url: string, payload?: Uint8Array): Promise<Word> => {
    turn += 1;
    const answer = await rig.app.inject({
      ...{
        method: method as 'GET',
        url,
        remoteAddress: `10.${turn >> 16}.${(turn >> 8) & 255}.${turn & 255}`,
      },
      headers: {
        ...{ host: HOST, origin: `http://${HOST}`, 'content-type': 'application/json' },
        ...{ cookie: known.cookie ?? '', 'x-csrf-token': known.csrfToken ?? '' },
      },
      ...(payload ? { payload: Buffer.from(payload) } : {}),
    });
    if (answer.statusCode === 401) known = await rig.signIn(who);
    if (answer.statusCode === 500)
      throw new Error(`${method} ${url} is answered with 500: ${answer.payload}`);
    return answer.statusCode < 400 ? 'accepted' : 'refused';
  };
  return [
    {
      name: 'http body',
      seeds: bodies.map(jsonBytes),
      isJson: true,
      slice: 250,
      share: 1,
      feed: (input) => {
        const route = posts[turn % posts.length];
        return ask(route?.method ?? 'POST', pathOf(route?.path ?? '/'), input);
      },
    },
    {
      name: 'http address',
      seeds: urls.map(({ path }) => bytesOf(`${pathOf(path)}?from=2026-03-01T00:00:00Z&limit=10&after=5`)),
      words: ['%', '%00', '%2e%2e/', '//', '?', '&', '=', '[]', '#', ';'],
      slice: 250,
      share: 1,
      feed: (input) => ask('GET', `/${encodeURI(Buffer.from(input).toString('latin1')).replace(/^\/+/, '')}`),
    },
  ];
}

/** Bytes over a socket: what Node's HTTP parser lets through reaches the listener. */
async function responderTarget(): Promise<FuzzTarget> {
  const failures: unknown[] = [];
  const responder = verificationResponder({
    answer: () => ({ state: 'pending', why: 'no-snapshot' }),
    ...{ token: undefined, responder: '9521234000006', now: () => 1_790_000_000_000 },
  });
  const server = createServer((request, response) => {
    try {
      responder(request, response);
    } catch (error) {
      failures.push(error);
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    name: 'http verification',
    seeds: links.map((link) =>
      bytesOf(`GET ${link} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
    ),
    words: ['\r\n', ' ', '%2F', '%', 'HEAD ', 'POST ', 'Authorization: Bearer x\r\n', '&17=', '(', '\u00e9'],
    slice: 250,
    share: 1,
    feed: async (input) => {
      const socket = connect(port, '127.0.0.1');
      const answer: Buffer[] = [];
      socket.on('error', () => {});
      socket.on('data', (chunk) => answer.push(chunk));
      socket.end(input);
      await new Promise<void>((resolve) => socket.once('close', () => resolve()));
      const failure = failures.shift();
      if (failure) throw failure;
      const [status = ''] = /(?<=^HTTP\/1\.1 )\d+/.exec(textOf(Buffer.concat(answer))) ?? [];
      expect(status).not.toBe('500');
      return /^(200|503)$/.test(status) ? 'accepted' : 'refused';
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export const httpTargets = async (): Promise<FuzzTarget[]> => [
  ...(await consoleTargets()),
  await responderTarget(),
];
