// The web server: Fastify with what it must not take from strangers. Limits of size and time come before any handler, then
// whose page the request comes from, then who asks.

import type { Server } from 'node:http';
import type { TlsOptions } from 'node:tls';
import fastifyCookie from '@fastify/cookie';
import fastifyRateLimit from '@fastify/rate-limit';
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import type { ConsoleConfig } from '../../../config/console-schema.js';
import { ConsoleError } from '../console-error.js';
import { problemOf } from './problem-answer.js';
import { securityHeaders } from './security-headers.js';
import type { Site } from './site.js';

/** A request document holds 64 kB. */
const MAX_BODY_BYTES = 131_072;
const MAX_HEADER_BYTES = 16_384;
const MAX_CONNECTIONS = 256;
/** An alert's id has up to 300 characters. */
const MAX_PARAM_LENGTH = 400;
/** All of the head, and all of the request: whoever sends byte by byte is cut off. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 20_000;
const KEEP_ALIVE_MS = 20_000;
const CHECK_EVERY_MS = 2_000;
const MAX_URL_LENGTH = 8_192;

export interface ServerParts {
  readonly config: ConsoleConfig;
  readonly site: Site;
  readonly log: Logger;
  /** Certificate and key. */
  readonly tls?: TlsOptions | undefined;
}

/** Pages of others may neither read nor change anything here. @throws ConsoleError */
function requireOwnSite(site: Site, request: FastifyRequest): void {
  const { host = '', origin } = request.headers;
  const refuse = (told: string) =>
    new ConsoleError(403, 'ORIGIN_REFUSED', told, 'open the console by its own address');
  if (!site.isOwnHost(host))
    throw new ConsoleError(421, 'HOST_REFUSED', 'this console has another name', 'see console.publicOrigin');
  const from = request.headers['sec-fetch-site'];
  const isNavigation = request.headers['sec-fetch-mode'] === 'navigate' && request.method === 'GET';
  const isForeign = from === 'cross-site' || from === 'same-site';
  if (isForeign && !(isNavigation && !request.url.startsWith('/api')))
    throw refuse('the request comes from another site');
  if (origin !== undefined && !site.isOwnOrigin(origin, host))
    throw refuse('the request comes from another site');
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  // Browsers send it with every POST and DELETE.
  if (changes && origin === undefined) throw refuse('the request does not say where it comes from');
}

function refuse(reply: FastifyReply, error: unknown): FastifyReply {
  const { status, body, retryAfterSeconds } = problemOf(error);
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  return reply
    .code(status)
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify(body));
}

/** A server without routes. */
export async function createHttpServer({ config, site, log, tls }: ServerParts): Promise<FastifyInstance> {
  const { trustedProxies, limits } = config;
  const headers = securityHeaders(site.isSecure);
  const connections = { maxHeaderSize: MAX_HEADER_BYTES, connectionsCheckingInterval: CHECK_EVERY_MS };
  const options = {
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    // What cannot be routed at all passes no hook.
    frameworkErrors: (error: unknown, _request: FastifyRequest, reply: FastifyReply) =>
      refuse(reply.headers(headers), error),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    return503OnClosing: true,
    // A HEAD of a stream would open one.
    exposeHeadRoutes: false,
    forceCloseConnections: true,
  };
  const app = (tls
    ? fastify({ ...options, https: { ...tls, ...connections } })
    : fastify({ ...options, http: connections })) as unknown as FastifyInstance;
  const server = app.server as Server;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.maxConnections = MAX_CONNECTIONS;

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    const peer = request.socket.remoteAddress ?? '';
    const isTrusted = trustedProxies.length === 0 || trustedProxies.includes(peer.replace(/^::ffff:/, ''));
    if (!isTrusted)
      throw new ConsoleError(403, 'PROXY_NEEDED', 'only the proxy may connect', 'use its address');
    if (request.url.length > MAX_URL_LENGTH)
      throw new ConsoleError(414, 'TOO_LARGE', 'that address is too long', '');
    requireOwnSite(site, request);
  });
  app.setErrorHandler((error, request, reply) => {
    const { isFault } = problemOf(error);
    const { method, routeOptions } = request;
    if (isFault) log.error({ err: error, method, route: routeOptions.url }, 'a request failed');
    return refuse(reply, error);
  });
  await app.register(fastifyCookie);
  await app.register(fastifyRateLimit, {
    global: true,
    max: limits.requestsPerMinute,
    timeWindow: 60_000,
    cache: 2_000,
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    errorResponseBuilder: (_request, { ttl }) =>
      new ConsoleError(429, 'TOO_MANY_REQUESTS', 'too many requests', 'wait a moment', Math.ceil(ttl / 1000)),
  });
  return app;
}
