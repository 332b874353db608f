// One HTTP request and its answer, over TLS or to this machine. Follows no redirect: a token goes where it was meant
// to. What the other end sends is read up to a limit, and only for so long.

import { type IncomingHttpHeaders, type RequestOptions, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { isLoopback } from '../../config/fields.js';

interface CaptureRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface CaptureAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Cut at the limit. */
  readonly text: string;
}

/** Rejects where there is no answer: whether the request was taken is not known then. */
export type Exchange = (request: CaptureRequest) => Promise<CaptureAnswer>;

export interface ExchangeOptions {
  /** Certificate authorities in PEM, in the place of those of the system. */
  readonly ca?: string | undefined;
  /** For the whole exchange. */
  readonly timeoutMs?: number;
}

/** A capture job with a word on each of a thousand events. */
const MAX_ANSWER_BYTES = 1_000_000;
const TIMEOUT_MS = 60_000;

/** A token, and the whereabouts of medicine, cross no network in the clear. */
export const isSafeTarget = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname.replace(/^\[|\]$/g, '')));

/** The exchange of a process; every request has a connection of its own. */
export function exchangeOver({ ca, timeoutMs = TIMEOUT_MS }: ExchangeOptions = {}): Exchange {
  return async ({ method, url, headers, body, signal }) => {
    if (!isSafeTarget(url)) throw new Error(`${url.origin} is neither https nor this machine`);
    const isTls = url.protocol === 'https:';
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const options: RequestOptions & { ca?: string } = {
      ...{ method, signal: limit, agent: false },
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
      ...(ca === undefined ? {} : { ca }),
    };
    return new Promise((resolve, reject) => {
      const request = (isTls ? requestTls : requestPlain)(url, options, (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        const answer = () => ({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8'),
        });
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes < MAX_ANSWER_BYTES) return;
          resolve(answer());
          response.destroy();
        });
        response.on('end', () => resolve(answer()));
        response.on('error', reject);
      });
      request.on('error', reject);
      request.end(body);
    });
  };
}
