// One HTTP exchange with a server that is not trusted: bounded in time and bytes, no redirects. Every failure is the one
// error of the ledger side; what the answer means is the caller's to judge.

import { boundedBody } from '../anchor/bounded-body.js';
import { LedgerError } from '../anchor/ledger-error.js';

export interface BoundedRequest {
  readonly url: string;
  /** What is fetched, for a person: "snapshot". */
  readonly what: string;
  /** What a person can do if it lasts. */
  readonly hint: string;
  readonly maxBytes: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent by POST; without it the request is a GET. */
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface BoundedResponse {
  readonly status: number;
  readonly text: string;
  readonly etag: string | undefined;
}

const TIMEOUT_MS = 60_000;

/**
 * @returns an answer with status 200 or 304
 * @throws LedgerError RPC_DOWN, RPC_TIMEOUT, RPC_TOO_LARGE, RPC_REDIRECTED; the abort's own reason
 */
export async function boundedFetch(request: BoundedRequest): Promise<BoundedResponse> {
  const { url, what, hint, maxBytes, headers, body, signal } = request;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const { host } = new URL(url);
  const failed = (
    code: 'RPC_DOWN' | 'RPC_TIMEOUT' | 'RPC_TOO_LARGE' | 'RPC_REDIRECTED',
    why: string,
    cause?: unknown,
  ) => new LedgerError(code, `${host}: ${what}: ${why}`, hint, { cause });
  try {
    const response = await fetch(url, {
      ...{ headers, redirect: 'manual', signal: AbortSignal.any([timeout, signal]) },
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
    const { status } = response;
    const etag = response.headers.get('etag') ?? undefined;
    if (status === 304) return { status, text: '', etag };
    if (status >= 300 && status < 400) throw failed('RPC_REDIRECTED', `redirect with status ${status}`);
    if (status !== 200) throw failed('RPC_DOWN', `HTTP status ${status}`);
    const tooLong = () => failed('RPC_TOO_LARGE', `longer than ${maxBytes} bytes`);
    return { status, text: await boundedBody(response, maxBytes, tooLong), etag };
  } catch (error) {
    if (error instanceof LedgerError) throw error;
    signal.throwIfAborted();
    if (timeout.aborted) throw failed('RPC_TIMEOUT', `no answer in ${TIMEOUT_MS} ms`, error);
    throw failed('RPC_DOWN', 'no connection', error);
  }
}
