// The HTTP face of verification, in the style of GS1's Lightweight Messaging: GET on a Digital Link with
// linkType=verificationService, a small JSON answer. A plain request listener, to be mounted on any server of Node. It keeps
// nothing, and says to nobody without the token which serials exist.

import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { identifierOf } from './verification.js';
import type { ProductIdentifier, VerificationAnswer } from './verification-answer.js';

export interface ResponderParts {
  readonly answer: (asked: ProductIdentifier) => VerificationAnswer;
  /** Bearer token of those who may ask; undefined: whoever reaches the port. */
  readonly token: string | undefined;
  /** Who answers, such as a GLN. */
  readonly responder: string;
  /** Unix ms. */
  readonly now: () => number;
}

/** A Digital Link of a product identifier is far shorter. */
const MAX_URL = 1024;
const MAX_CORRELATION = 64;
/** Lists are fetched about as often. */
const RETRY_AFTER_S = 300;

export type VerificationResponder = (request: IncomingMessage, response: ServerResponse) => void;

export function verificationResponder(parts: ResponderParts): VerificationResponder {
  return (request, response) => {
    const { status, body, headers = {} } = replyTo(request, parts);
    const text = JSON.stringify(body);
    response.writeHead(status, {
      'content-type': 'application/json',
      // What is genuine today may be called back tomorrow.
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    });
    response.end(request.method === 'HEAD' ? undefined : text);
  };
}

interface Reply {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

function replyTo(request: IncomingMessage, parts: ResponderParts): Reply {
  const problem = (status: number, error: string, headers = {}) => ({ status, body: { error }, headers });
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return problem(405, 'only GET', { allow: 'GET, HEAD' });
  if (!isAllowed(request, parts.token))
    return problem(401, 'a bearer token is needed', { 'www-authenticate': 'Bearer' });
  const { url = '/' } = request;
  if (url.length > MAX_URL) return problem(414, 'the link is too long');
  const query = new URLSearchParams(url.split('?')[1] ?? '');
  if (!/(^|:)verificationService$/.test(query.get('linkType') ?? '')) {
    return problem(404, 'only linkType=verificationService is answered here');
  }
  const nowMs = parts.now();
  const asked = identifierOf(`https://localhost${url}`, new Date(nowMs).getUTCFullYear());
  if (!asked.ok) return problem(400, asked.reason);
  const correlation = query.get('corrUUID')?.slice(0, MAX_CORRELATION) ?? randomUUID();
  const answer = parts.answer(asked.value);
  const head = {
    verificationTimestamp: new Date(nowMs).toISOString(),
    responder: parts.responder,
    corrUUID: correlation,
  };
  if (answer.state === 'pending') {
    return {
      ...{ status: 503, headers: { 'retry-after': String(RETRY_AFTER_S) } },
      body: { ...head, data: { state: 'pending', why: answer.why } },
    };
  }
  const { info, asOfMs } = answer;
  return {
    status: 200,
    body: {
      ...head,
      data: {
        verified: answer.state === 'verified',
        ...(answer.state === 'not-verified' ? { verificationFailureReason: answer.reason } : {}),
        ...(info.length > 0 ? { additionalInfo: info } : {}),
        knownAsOf: new Date(asOfMs).toISOString(),
      },
    },
  };
}

function isAllowed({ headers }: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) return true;
  const [, given = ''] = /^Bearer ([!-~]{1,512})$/.exec(headers.authorization ?? '') ?? [];
  const [told, wanted] = [Buffer.from(given), Buffer.from(token)];
  return told.length === wanted.length && timingSafeEqual(told, wanted);
}
