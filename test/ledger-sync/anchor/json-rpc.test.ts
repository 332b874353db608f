// A hostile or broken endpoint can cost one call its answer, never the process its memory or its time.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { JsonRpc, type JsonRpcOptions } from '../../../ledger-sync/anchor/json-rpc.js';
import { NodeRefusal } from '../../../ledger-sync/anchor/ledger-error.js';

let close: (() => Promise<unknown>) | undefined;

afterEach(async () => {
  await close?.();
  close = undefined;
});

type Answer = (id: number, response: ServerResponse, request: IncomingMessage) => void;

async function serve(answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => answer(body === '' ? 0 : JSON.parse(body).id, response, request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/v1/secret-key`;
}

async function failureOf(answer: Answer, options?: JsonRpcOptions) {
  const rpc = new JsonRpc(await serve(answer), options);
  return rpc.call('eth_chainId', []).then(
    (result) => ({ code: 'none', message: String(result) }),
    (error) => error,
  );
}

test('the result of a call is returned', async () => {
  const url = await serve((id, response) =>
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: ['0x1'] })),
  );
  expect(await new JsonRpc(url).call('eth_chainId', [])).toEqual(['0x1']);
});

test('a body without an end is cut off at the byte cap', async () => {
  let isClosed: () => void;
  const closed = new Promise<void>((resolve) => {
    isClosed = resolve;
  });
  const error = await failureOf(
    (_, response) => {
      const pump = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', pump).on('close', () => isClosed());
      pump();
    },
    { maxBytes: 1_000_000, timeoutMs: 20_000 },
  );
  expect(error).toMatchObject({ code: 'RPC_TOO_LARGE' });
  await closed;
});

test.each<[string, Answer]>([
  ['never answers', () => undefined],
  ['stops in the middle of its body', (_, response) => response.write('{"jsonrpc":')],
])('an endpoint that %s is given up on', async (_, answer) => {
  expect(await failureOf(answer, { timeoutMs: 200 })).toMatchObject({ code: 'RPC_TIMEOUT' });
});

test('a redirect is not followed', async () => {
  const requests: string[] = [];
  const error = await failureOf((_, response, request) => {
    requests.push(request.url ?? '');
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  expect(error).toMatchObject({ code: 'RPC_REDIRECTED' });
  expect(requests).toEqual(['/v1/secret-key']);
});

test.each<[string, string, Answer]>([
  ['a status 429', 'RPC_BUSY', (_, response) => response.writeHead(429).end('slow down')],
  ['a status 503', 'RPC_DOWN', (_, response) => response.writeHead(503).end('away')],
  ['a login page', 'RPC_MALFORMED', (_, response) => response.end('<html>')],
  [
    'the answer to another call',
    'RPC_MALFORMED',
    (id, response) => response.end(`{"id":${id + 1},"result":"0x1"}`),
  ],
  ['an answer without a result', 'RPC_MALFORMED', (id, response) => response.end(`{"id":${id}}`)],
  ['a closed connection', 'RPC_DOWN', (_, response) => response.destroy()],
])('%s is an error, not an answer', async (_, code, answer) => {
  expect(await failureOf(answer)).toMatchObject({ code });
});

test('the words of a node are kept, bounded and without control characters, whatever the HTTP status', async () => {
  const message = `\u001b[31mnonce too low${'!'.repeat(10_000)}`;
  const error = await failureOf((id, response) => {
    response.writeHead(500).end(JSON.stringify({ id, error: { code: -32000, message, data: '0x12345678' } }));
  });
  expect(error).toBeInstanceOf(NodeRefusal);
  expect(error).toMatchObject({ code: 'RPC_REFUSED', nodeCode: -32000, nodeData: '0x12345678' });
  expect(error.nodeText).toMatch(/^ \[31mnonce too low!+$/);
  expect(error.nodeText).toHaveLength(300);
});

test('a refusal whose words are an object is a refusal without words', async () => {
  const error = await failureOf((id, response) =>
    response.end(JSON.stringify({ id, error: { code: 3, message: { toString: 1 } } })),
  );
  expect(error).toBeInstanceOf(NodeRefusal);
  expect(error).toMatchObject({ nodeCode: 3, nodeText: 'no text' });
});

test.each<[string, number | undefined, Answer]>([
  ['a 429 with seconds', 7_000, (_, response) => response.writeHead(429, { 'retry-after': '7' }).end()],
  ['a 429 without', undefined, (_, response) => response.writeHead(429).end()],
  ['a 503 with seconds', 0, (_, response) => response.writeHead(503, { 'retry-after': '0' }).end()],
  [
    'a date that has passed',
    0,
    (_, response) => response.writeHead(429, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }).end(),
  ],
  ['a word', undefined, (_, response) => response.writeHead(429, { 'retry-after': 'soon' }).end()],
  [
    'the limit code of a provider',
    undefined,
    (id, response) => response.end(JSON.stringify({ id, error: { code: -32005, message: 'limit' } })),
  ],
])('an endpoint that asks for patience by %s is busy, not broken', async (_, retryAfterMs, answer) => {
  const error = await failureOf(answer);
  expect(error).toMatchObject({ code: 'RPC_BUSY', retryAfterMs });
});

test('no message shows the path of the URL, where API keys are', async () => {
  const error = await failureOf((_, response) => response.writeHead(401).end());
  expect(error.message).toContain('127.0.0.1');
  expect(error.message).not.toContain('secret-key');
});

test('nobody listening is RPC_DOWN with the reason of the system', async () => {
  const url = await serve(() => undefined);
  await close?.();
  close = undefined;
  await expect(new JsonRpc(url).call('eth_chainId', [])).rejects.toMatchObject({
    code: 'RPC_DOWN',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

test.each([
  'ftp://127.0.0.1',
  'ws://127.0.0.1',
  'file:///etc/passwd',
  'nonsense',
  'http://user:pw@127.0.0.1',
])('%s is no RPC URL', (url) => {
  expect(() => new JsonRpc(url)).toThrow(expect.objectContaining({ code: 'RPC_URL_INVALID' }));
});

test('a stop of the role ends the call with the reason of the stop', async () => {
  const stop = new AbortController();
  const url = await serve(() => stop.abort(new Error('stopping')));
  await expect(new JsonRpc(url, { signal: stop.signal }).call('eth_chainId', [])).rejects.toThrow('stopping');
});
