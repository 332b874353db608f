// What a visitor is told when something is refused or fails: a code, a sentence and what to do. Never a stack, and of what
// was sent never more than where it is wrong: it may be a password.

import type { FastifyError } from 'fastify';
import * as z from 'zod';
import { AccountError } from '../../accounts/account-error.js';
import { ExportError } from '../../export-error.js';
import { JournalError } from '../../journal/journal-error.js';
import { RequestError } from '../../requests/request-error.js';
import { AlertError } from '../../reviews/alert-error.js';
import { ShipmentError } from '../../shipments/shipment-error.js';
import type { Problem } from '../api/fields.js';
import { ConsoleError } from '../console-error.js';

export interface ProblemAnswer {
  readonly status: number;
  readonly body: Problem;
  readonly retryAfterSeconds: number | undefined;
  /** Nobody foresaw it: the log must say where. */
  readonly isFault: boolean;
}

const answer = (status: number, body: Problem, retryAfterSeconds?: number, isFault = false) => ({
  ...{ status, body, retryAfterSeconds, isFault },
});

const requestStatuses: Readonly<Record<string, number>> = {
  CREDENTIALS_REFUSED: 401,
  SIGN_IN_NEEDED: 401,
  SIGNATURE_STALE: 401,
  CODE_USED: 401,
  ROLE_REFUSED: 403,
  GATEWAY_SILENT: 503,
  REQUEST_MALFORMED: 400,
  REQUEST_TOO_LARGE: 413,
};

function requestStatus(code: string): number {
  if (code.endsWith('_INVALID')) return 400;
  if (code.endsWith('_UNKNOWN')) return 404;
  return requestStatuses[code] ?? 409;
}

/** Of what Fastify itself refuses. */
const webProblems: Readonly<Record<number, Problem>> = {
  400: { code: 'REQUEST_MALFORMED', message: 'this is no request that can be read', hint: 'send JSON' },
  404: { code: 'NOT_FOUND', message: 'there is nothing here', hint: 'see /api/openapi.json' },
  405: { code: 'METHOD_REFUSED', message: 'not in this way', hint: 'see /api/openapi.json' },
  408: { code: 'TOO_SLOW', message: 'the request took too long to arrive', hint: 'send it again' },
  413: { code: 'TOO_LARGE', message: 'that is too large', hint: 'send less at once' },
  414: { code: 'TOO_LARGE', message: 'that address is too long', hint: 'ask for less at once' },
  415: { code: 'TYPE_REFUSED', message: 'that is no JSON', hint: 'content-type: application/json' },
};

/** Where a document is wrong, without what stood there. */
function invalid(error: z.ZodError): Problem {
  const places = error.issues.slice(0, 10).map(({ path, message }) => {
    const [sentence = ''] = message.split('\n');
    return `${path.map(String).join('.') || 'request'}: ${sentence}`;
  });
  return {
    code: 'REQUEST_INVALID',
    message: places.join('; ').slice(0, 2_000),
    hint: 'see /api/openapi.json',
  };
}

/** What to answer to an error. */
export function problemOf(error: unknown): ProblemAnswer {
  if (error instanceof ConsoleError) {
    const { status, code, message, hint, retryAfterSeconds } = error;
    return answer(status, { code, message, hint }, retryAfterSeconds);
  }
  if (error instanceof RequestError) {
    const { code, message, hint } = error;
    const status = requestStatus(code);
    return answer(status, { code, message, hint }, status === 503 ? 5 : undefined);
  }
  if (error instanceof z.ZodError) return answer(400, invalid(error));
  if (error instanceof ExportError) {
    const { code, message, hint } = error;
    return answer(404, { code, message, hint });
  }
  if (error instanceof JournalError || error instanceof AccountError) {
    const { code, message, hint } = error;
    return answer(503, { code, message, hint }, 5);
  }
  if (error instanceof AlertError || error instanceof ShipmentError) {
    const { code, message, hint } = error;
    return answer(500, { code, message, hint }, undefined, true);
  }
  const { statusCode = 500 } = error as Partial<FastifyError>;
  // A path that leads out of its folder is nothing that is here.
  const status = statusCode === 403 ? 404 : statusCode;
  const known = webProblems[status] ?? (status < 500 ? webProblems[400] : undefined);
  if (known) return answer(status, known);
  const body = {
    code: 'INTERNAL',
    message: 'this failed for a reason that the gateway log tells',
    hint: 'try again; tell whoever looks after the gateway',
  };
  return answer(500, body, undefined, true);
}
