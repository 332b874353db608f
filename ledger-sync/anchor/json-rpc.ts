// JSON-RPC 2.0 over HTTP for an endpoint that is not trusted: every call is bounded in time and bytes, follows
// no redirect, and fails with a LedgerError. One call per request; retries and other endpoints are the caller's.
import { withoutAddress } from './address-mask.js';
import { boundedBody } from './bounded-body.js';
import { EndpointBusy, LedgerError, NodeRefusal } from './ledger-error.js';
import { retryAfterMs } from './retry-after.js';

/** "Too many requests": EIP-1474 "limit exceeded" (Infura, Ankr, QuickNode), and the HTTP status that Alchemy repeats in the body. */
const limitCodes: readonly unknown[] = [-32005, 429];

/** The seam between the ledger side and its endpoint, or several of them. */
export interface Rpc {
  /**
   * @returns the `result` member, not yet checked
   * @throws LedgerError RPC_*; NodeRefusal when the node answered with an error; the abort's own reason
   */
  call(method: string, params: readonly unknown[]): Promise<unknown>;
}

export interface JsonRpcOptions {
  /** For connection, headers and body together. Default 10,000. */
  readonly timeoutMs?: number;
  /** Of the decoded body. Default 1 MiB: our largest regular answer, a receipt of 100 batches, is 80 kB. */
  readonly maxBytes?: number;
  /** Ends a running call when the role stops. */
  readonly signal?: AbortSignal;
}

interface Reply {
  readonly status: number;
  readonly text: string;
  /** What Retry-After asks for. */
  readonly pauseMs: number | undefined;
}

const defaultTimeoutMs = 10_000;
const defaultMaxBytes = 1024 * 1024;
const maxNodeTextLength = 300;

/** Talks to one http(s) endpoint. Messages name the host only: paths and queries carry API keys. */
export class JsonRpc implements Rpc {
  readonly #url: URL;
  readonly #timeoutMs: number;
  readonly #maxBytes: number;
  readonly #signal: AbortSignal | undefined;
  #lastId = 0;

  /** @throws LedgerError RPC_URL_INVALID */
  constructor(url: string, options: JsonRpcOptions = {}) {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed === undefined || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) {
      throw new LedgerError(
        'RPC_URL_INVALID',
        'the RPC URL is not http(s)',
        'Example: http://127.0.0.1:8545',
      );
    }
    // fetch refuses credentials inside a URL without saying so in plain words.
    if (parsed.username !== '' || parsed.password !== '') {
      const hint = 'Put an API key into the path or query.';
      throw new LedgerError('RPC_URL_INVALID', `${parsed.host}: user and password in the RPC URL`, hint);
    }
    this.#url = parsed;
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    this.#maxBytes = options.maxBytes ?? defaultMaxBytes;
    this.#signal = options.signal;
  }

  async call(method: string, params: readonly unknown[]): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    const { status, text, pauseMs } = await this.#post(
      method,
      JSON.stringify({ jsonrpc: '2.0', id, method, params }),
    );
    const answer = parseObject(text);
    // 503 is what gateways answer for a node that is away; only with a date is it a wish for patience.
    if (
      status === 429 ||
      (status === 503 && pauseMs !== undefined) ||
      limitCodes.includes(codeOf(answer?.error))
    ) {
      throw new EndpointBusy(`${this.#url.host}: ${method}: too many requests (status ${status})`, pauseMs);
    }
    // Some nodes send a JSON-RPC error with status 400 or 500: their words are worth more than the number.
    if (answer?.error !== undefined && answer.error !== null) throw refusal(method, answer.error, this.#url);
    if (status !== 200) throw this.#failure('RPC_DOWN', method, `HTTP status ${status}`);
    if (answer === undefined || answer.id !== id || !('result' in answer)) {
      throw this.#failure('RPC_MALFORMED', method, 'not a JSON-RPC answer to this call');
    }
    return answer.result;
  }

  async #post(method: string, body: string): Promise<Reply> {
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    const signal = this.#signal === undefined ? timeout : AbortSignal.any([timeout, this.#signal]);
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    try {
      const response = await fetch(this.#url, { method: 'POST', headers, body, redirect: 'manual', signal });
      if (response.status >= 300 && response.status < 400) {
        await response.body?.cancel();
        throw this.#failure('RPC_REDIRECTED', method, `redirect with status ${response.status}`);
      }
      const pauseMs = retryAfterMs(response.headers.get('retry-after'), Date.now());
      return { status: response.status, text: await this.#readBounded(method, response), pauseMs };
    } catch (error) {
      if (error instanceof LedgerError) throw error;
      this.#signal?.throwIfAborted();
      if (timeout.aborted)
        throw this.#failure('RPC_TIMEOUT', method, `no answer in ${this.#timeoutMs} ms`, error);
      throw this.#failure('RPC_DOWN', method, reasonOf(error), error);
    }
  }

  #readBounded(method: string, response: Response): Promise<string> {
    return boundedBody(response, this.#maxBytes, () =>
      this.#failure('RPC_TOO_LARGE', method, `the answer is longer than ${this.#maxBytes} bytes`),
    );
  }

  #failure(
    code: 'RPC_DOWN' | 'RPC_TIMEOUT' | 'RPC_TOO_LARGE' | 'RPC_REDIRECTED' | 'RPC_MALFORMED',
    method: string,
    what: string,
    cause?: unknown,
  ): LedgerError {
    const hint = hints[code];
    return new LedgerError(code, `${this.#url.host}: ${method}: ${what}`, hint, { cause });
  }
}

const hints = {
  RPC_DOWN: 'Records are kept and anchored later. If it lasts, check the network and the endpoint.',
  RPC_TIMEOUT: 'Records are kept and anchored later. If it lasts, check the network and the endpoint.',
  RPC_TOO_LARGE: 'This is not an answer of an Ethereum node. Check the RPC URL.',
  RPC_REDIRECTED: 'Redirects are not followed (a captive portal?). Put the final URL into the configuration.',
  RPC_MALFORMED: 'This is not an answer of an Ethereum node. Check the RPC URL.',
} as const;

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function refusal(method: string, error: unknown, url: URL): NodeRefusal {
  const isObject = typeof error === 'object' && error !== null;
  const parts: Record<string, unknown> = isObject ? { ...error } : { message: error };
  const { code, message, data } = parts;
  // The text is shown and stored: no control characters of a stranger on a terminal, and no book.
  // An object in its place may have a toString that is no function.
  const said = typeof message === 'object' ? 'no text' : String(message);
  const masked = withoutAddress(said, url);
  const text = masked.replace(/\p{C}/gu, ' ').slice(0, maxNodeTextLength);
  const revertData = typeof data === 'string' && /^0x[0-9a-f]{8,2048}$/i.test(data) ? data : undefined;
  return new NodeRefusal(method, typeof code === 'number' ? code : 0, text, revertData);
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return error instanceof Error ? error.message : String(error);
}
