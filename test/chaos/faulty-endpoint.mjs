// An RPC endpoint in front of a real node that can be away, hang, ask for patience, lag behind or lie. Notes every
// transaction that reaches it.

import { createServer } from 'node:http';

/** Times of its answers that a liar changes. */
const LIE_RATE = 0.5;
const ZERO_WORD = `0x${'00'.repeat(32)}`;

/** Block numbers and tags of each method's parameters: which of them names the block. */
const blockParameter = new Map([
  ['eth_getBlockByNumber', 0],
  ['eth_call', 1],
  ['eth_getTransactionCount', 1],
  ['eth_getBalance', 1],
  ['eth_getCode', 1],
]);

async function askNode(url, method, params) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return response.json();
}

const hex = (number) => `0x${number.toString(16)}`;

/** Answers as a node does that has not seen the last `lag` blocks. */
async function answerLate(url, lag, method, params) {
  const head = Math.max(0, Number((await askNode(url, 'eth_blockNumber', [])).result) - lag);
  if (method === 'eth_blockNumber') return { result: hex(head) };
  const at = blockParameter.get(method);
  if (at !== undefined) {
    const wanted = params[at];
    if (wanted?.startsWith?.('0x') && Number(wanted) > head) {
      return method === 'eth_getBlockByNumber'
        ? { result: null }
        : { error: { code: -32000, message: 'header not found' } };
    }
    const late = [...params];
    if (!wanted?.startsWith?.('0x')) late[at] = hex(head);
    return askNode(url, method, late);
  }
  const answer = await askNode(url, method, params);
  const minedAt = Number(answer.result?.blockNumber ?? 0);
  return minedAt > head ? { result: null } : answer;
}

/** What a liar makes of a true answer; undefined where it has no lie ready. */
function lieAbout(method, answer, random) {
  const number = Number(answer.result);
  switch (method) {
    case 'eth_chainId':
      return { result: '0x1' };
    case 'eth_getTransactionCount':
      return { result: hex(Math.max(0, number + (random() < 0.5 ? 1 : -1))) };
    case 'eth_getBlockByNumber':
      if (!answer.result) return undefined;
      return { result: { ...answer.result, number: hex(Number(answer.result.number) + 9) } };
    case 'eth_call':
      return { result: random() < 0.5 ? ZERO_WORD : `0x${'ff'.repeat(64)}` };
    case 'eth_estimateGas':
      return { result: random() < 0.5 ? '0x5208' : '0xffffffff' };
    case 'eth_maxPriorityFeePerGas':
      return { result: hex(900_000_000_000) };
    case 'eth_getBalance':
      return { result: '0x0' };
    case 'eth_getTransactionByHash':
      return { result: random() < 0.5 ? null : {} };
    case 'eth_getTransactionReceipt':
      return {
        result: answer.result && random() < 0.5 ? { ...answer.result, status: '0x0', logs: [] } : null,
      };
    default:
      return undefined;
  }
}

/** A liar swallows transactions or refuses them for reasons of its own. */
function swallow(params, random) {
  const texts = ['nonce too low', 'insufficient funds for gas * price + value', 'already known'];
  const text = texts[Math.floor(random() * texts.length)];
  return random() < 0.5 ? { result: params[0].slice(0, 66) } : { error: { code: -32000, message: text } };
}

/**
 * Starts an endpoint. `mode` may be changed at any time: up, down, hang, busy, late, lying.
 * @param onRaw told of every signed transaction that arrives, whatever becomes of it
 */
export async function startFaultyEndpoint({ nodeUrl, mode, random, onRaw }) {
  const endpoint = { url: '', mode, lag: 12, close: async () => {}, setMode: () => {} };
  /** Requests that a hanging endpoint has taken and not answered. */
  let held = [];

  const answerTo = async (method, params) => {
    if (endpoint.mode === 'late') return answerLate(nodeUrl, endpoint.lag, method, params);
    const isLie = endpoint.mode === 'lying' && random() < LIE_RATE;
    if (isLie && method === 'eth_sendRawTransaction') return swallow(params, random);
    const truth = await askNode(nodeUrl, method, params);
    return (isLie && lieAbout(method, truth, random)) || truth;
  };
  const handle = async (text, response) => {
    const { id, method, params } = JSON.parse(text);
    if (method === 'eth_sendRawTransaction') onRaw(params[0]);
    if (endpoint.mode === 'busy') {
      response.writeHead(429, { 'retry-after': '1' }).end('slow down');
      return;
    }
    const { result, error } = await answerTo(method, params);
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...(error ? { error } : { result }) }));
  };
  const server = createServer((request, response) => {
    const chunks = [];
    response.on('error', () => {});
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const serve = () =>
        handle(Buffer.concat(chunks).toString('utf8'), response).catch(() => response.destroy());
      if (endpoint.mode === 'hang') held.push(serve);
      else void serve();
    });
  });
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    if (endpoint.mode === 'down') socket.destroy();
  });
  endpoint.setMode = (next) => {
    endpoint.mode = next;
    if (next === 'down') server.closeAllConnections();
    if (next === 'hang') return;
    for (const serve of held) void serve();
    held = [];
  };
  endpoint.close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint.url = `http://127.0.0.1:${server.address().port}`;
  return endpoint;
}
