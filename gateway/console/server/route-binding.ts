// Binds a route of the contract to what answers it: who may ask is checked first, then what was sent, then it is answered.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type * as z from 'zod';
import type { ApiRoute } from '../api/route.js';
import { ConsoleError } from '../console-error.js';
import { isSameText, type Session } from '../people/session-store.js';
import type { Visitor } from '../people/visitor.js';

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

export type AnswerOf<Route extends ApiRoute> = Route['answer'] extends { readonly schema: infer Schema }
  ? Parsed<Schema>
  : Route['answer'] extends { readonly kind: 'empty' }
    ? undefined
    : unknown;

export interface Visit<Route extends ApiRoute> {
  readonly params: Parsed<Route['params']>;
  readonly query: Parsed<Route['query']>;
  readonly body: Parsed<Route['body']>;
  readonly visitor: Visitor;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export type Handler<Route extends ApiRoute> = (
  visit: Visit<Route>,
) => AnswerOf<Route> | Promise<AnswerOf<Route>>;

export interface BindingParts {
  readonly visitorOf: (request: FastifyRequest) => Visitor;
  /** May be read by whoever is on this very machine, without being known. */
  readonly isOpenHere: (route: ApiRoute, request: FastifyRequest) => boolean;
}

const CSRF_HEADER = 'x-csrf-token';

/** @throws ConsoleError SIGN_IN_NEEDED, ROLE_REFUSED, SCOPE_REFUSED, CSRF_REFUSED */
function requireRight({ access, method }: ApiRoute, visitor: Visitor, request: FastifyRequest): void {
  if (access.kind === 'open') return;
  if (visitor.kind === 'nobody')
    throw new ConsoleError(401, 'SIGN_IN_NEEDED', 'nobody is signed in', 'sign in, or send a token');
  if (visitor.kind === 'program') {
    const { scope } = access;
    if (scope !== undefined && visitor.token.scopes.includes(scope)) return;
    const told = scope === undefined ? 'tokens cannot do this' : `this token has not the scope ${scope}`;
    throw new ConsoleError(403, 'SCOPE_REFUSED', told, 'make a token with that scope, or sign in');
  }
  const { role, csrfToken } = visitor.session;
  if (method !== 'GET') {
    const given = request.headers[CSRF_HEADER];
    if (typeof given !== 'string' || !isSameText(given, csrfToken))
      throw new ConsoleError(
        403,
        'CSRF_REFUSED',
        `header ${CSRF_HEADER} is missing or wrong`,
        'reload the page',
      );
  }
  if (access.roles.includes(role)) return;
  const needed = access.roles.join(', ');
  throw new ConsoleError(
    403,
    'ROLE_REFUSED',
    `you are ${role}; this needs one of ${needed}`,
    'ask one of them',
  );
}

/** The session behind a visit that only persons make. @throws ConsoleError */
export function sessionOf(visitor: Visitor): Session {
  if (visitor.kind === 'person') return visitor.session;
  throw new ConsoleError(403, 'SCOPE_REFUSED', 'this is for persons only', 'sign in');
}

/** Adds a route to the server. */
export function bind<const Route extends ApiRoute>(
  app: FastifyInstance,
  parts: BindingParts,
  route: Route,
  handler: Handler<Route>,
): void {
  const { method, answer, params, query, body } = route;
  app.route({
    method,
    url: route.path.replace(/\{(\w+)\}/g, ':$1'),
    handler: async (request, reply) => {
      const visitor = parts.visitorOf(request);
      if (!parts.isOpenHere(route, request)) requireRight(route, visitor, request);
      const given = await handler({
        params: params?.parse(request.params) as Parsed<Route['params']>,
        query: query?.parse(request.query) as Parsed<Route['query']>,
        body: body?.parse(request.body) as Parsed<Route['body']>,
        ...{ visitor, request, reply },
      });
      if (answer.kind === 'empty') return reply.code(204).send();
      if (answer.kind === 'stream') return given === undefined ? reply : reply.send(given);
      return reply
        .code(answer.status)
        .header('content-type', 'application/json; charset=utf-8')
        .send(JSON.stringify(given));
    },
  });
}
