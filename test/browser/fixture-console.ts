// A console that tells what a test wants: the built pages under the policy that the real one sends, answers from a table,
// and a live stream that a test can speak into and cut. It checks nothing; the real console is tested elsewhere.

import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accountList, auditPage, now, session, traceAnswer } from './fixture-data.js';
import { evidence, hardware, setup } from './fixture-setup.js';
import {
  ALERT_ID,
  alertDetail,
  alertList,
  chartOf,
  deviceList,
  inventoryAlert,
  shipmentDetail,
  shipmentList,
} from './fixture-shipment.js';
import { builtPage } from './verifier-page.js';

const pages = fileURLToPath(new URL('../../dist/gateway/console/web/', import.meta.url));

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** What a route answers: a body for 200, or a status with a problem. */
export type Told = { readonly body: unknown } | { readonly status: number; readonly code?: string };
export type Answer = (asked: {
  readonly url: URL;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
}) => Told;

export class FixtureConsole {
  /** By `GET /api/path`, without the query. */
  readonly answers = new Map<string, Answer>();
  readonly asked: string[] = [];
  /** Whether nobody answers: a gateway that restarts behind its proxy. */
  isDown = false;
  isLoggedOut = false;
  /** Open streams with their paths: the one of a page that was left is still open for a moment. */
  readonly #streams = new Map<ServerResponse, string>();
  #told = () => {};
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #first: unknown = now();

  constructor() {
    this.answers.set('GET /api/session', () =>
      this.isLoggedOut ? { status: 401, code: 'SIGN_IN_NEEDED' } : { body: session },
    );
    this.answers.set('GET /api/door', () => ({ body: { state: 'sign-in' } }));
    this.answers.set('GET /api/audit', () => ({ body: auditPage() }));
    this.answers.set('GET /api/alerts', () => ({ body: { alerts: alertList(), nextPage: null, total: 4 } }));
    this.answers.set(`GET /api/alerts/${ALERT_ID}`, () => ({ body: alertDetail() }));
    this.answers.set('GET /api/alerts/inventory-1', () => ({ body: inventoryAlert() }));
    this.answers.set('GET /api/shipments', () => ({
      body: { shipments: shipmentList(), nextPage: null, total: 4 },
    }));
    this.answers.set('GET /api/shipments/SHIP-0001', () => ({ body: shipmentDetail() }));
    this.answers.set('GET /api/chart', ({ url }) => ({ body: chartOf(url.searchParams) }));
    this.answers.set('GET /api/devices', () => ({ body: deviceList() }));
    this.answers.set('GET /api/accounts', () => ({ body: accountList() }));
    this.answers.set('GET /api/evidence', () => ({ body: evidence() }));
    this.answers.set('GET /api/trace', () => ({ body: traceAnswer() }));
    this.answers.set('GET /api/setup', () => ({ body: setup() }));
    this.answers.set('GET /api/setup/ports', () => ({ body: hardware() }));
  }

  /** Address of the pages, without a slash at the end. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.cutLine();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The first event of each stream from now on. */
  beginWith(first: unknown): void {
    this.#first = first;
  }

  /** Resolves once a page follows the stream at a path. */
  async hasStream(path: string): Promise<void> {
    while (![...this.#streams.values()].includes(path)) {
      await new Promise<void>((resolve) => {
        this.#told = resolve;
      });
    }
  }

  send(name: string, data: unknown): void {
    for (const stream of this.#streams.keys())
      stream.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Breaks all live streams off, as a tunnel does. */
  cutLine(): void {
    for (const stream of this.#streams.keys()) stream.destroy();
    this.#streams.clear();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://console.test');
    response.setHeader('content-security-policy', contentSecurityPolicy);
    response.setHeader('x-content-type-options', 'nosniff');
    if (this.isDown) return void response.writeHead(502).end();
    if (url.pathname === '/verifier.html') {
      response.setHeader(
        'content-security-policy',
        "sandbox allow-scripts allow-modals; frame-ancestors 'self'",
      );
      response.setHeader('content-type', 'text/html; charset=utf-8');
      return void response.end(readFileSync(builtPage));
    }
    if (!url.pathname.startsWith('/api/')) return serveFile(url.pathname, response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const route = `${request.method} ${decodeURIComponent(url.pathname)}`;
    this.asked.push(`${route}${url.search}`);
    const answer = this.answers.get(route);
    if (!answer && /\/(live|monitor)$/.test(url.pathname)) return this.#stream(url.pathname, response);
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const told = answer?.({ url, body, headers: request.headers }) ?? { status: 404, code: 'ABSENT' };
    response.setHeader('content-type', 'application/json');
    if ('body' in told) return void response.end(JSON.stringify(told.body));
    const { status, code = 'REFUSED' } = told;
    response.statusCode = status;
    response.end(JSON.stringify({ code, message: `refused with ${status}`, hint: 'what to do about it' }));
  }

  #stream(path: string, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    this.#streams.set(response, path);
    this.#told();
    response.on('close', () => this.#streams.delete(response));
    response.write(`event: now\ndata: ${JSON.stringify(this.#first)}\n\n`);
  }
}

function serveFile(path: string, response: ServerResponse): void {
  const file = join(pages, normalize(path));
  const isFile = path !== '/' && file.startsWith(pages) && existsSync(file) && extname(file) !== '';
  response.setHeader('content-type', types[isFile ? extname(file) : '.html'] ?? 'application/octet-stream');
  // Compressed as the console serves it.
  const served = isFile ? file : join(pages, 'index.html');
  const isCompressed = existsSync(`${served}.gz`);
  if (isCompressed) response.setHeader('content-encoding', 'gzip');
  response.end(readFileSync(isCompressed ? `${served}.gz` : served));
}
