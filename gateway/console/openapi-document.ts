// The API as OpenAPI 3.1, made of the same schemas that the server checks by. Its schemas are JSON Schema 2020-12, which is
// what zod writes.

import * as z from 'zod';
import { problem } from './api/fields.js';
import type { ApiRoute } from './api/route.js';
import { apiRoutes } from './api/routes.js';

type Json = Readonly<Record<string, unknown>>;

/** @param io whether what is sent or what is answered is described: defaults make a difference */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  // What is no JSON Schema, such as a transformation, is described by what goes in.
  const { $schema: _schema, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
  });
  return rest;
}

function parametersOf({ params, query }: ApiRoute): Json[] {
  const listed = (object: z.ZodObject | undefined, place: 'path' | 'query') =>
    Object.entries(object?.shape ?? {}).map(([name, schema]) => ({
      name,
      in: place,
      required: place === 'path' || !(schema as z.ZodType).safeParse(undefined).success,
      schema: schemaOf(schema as z.ZodType, 'input'),
    }));
  return [...listed(params, 'path'), ...listed(query, 'query')];
}

function answersOf({ answer }: ApiRoute): Json {
  const problems = {
    default: {
      description: 'Refused or failed.',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  };
  switch (answer.kind) {
    case 'json':
      return {
        [answer.status]: {
          description: 'Done.',
          content: { 'application/json': { schema: schemaOf(answer.schema, 'output') } },
        },
        ...problems,
      };
    case 'empty':
      return { 204: { description: 'Done.' }, ...problems };
    case 'stream':
      return { 200: { description: answer.what, content: { [answer.contentType]: {} } }, ...problems };
  }
}

function securityOf({ access, method }: ApiRoute): Json[] {
  if (access.kind === 'open') return [];
  const session = method === 'GET' ? { session: [] } : { session: [], csrf: [] };
  return access.scope === undefined ? [session] : [session, { token: [access.scope] }];
}

function operationOf(route: ApiRoute): Json {
  const { operation, tag, summary, access, body } = route;
  const parameters = parametersOf(route);
  return {
    operationId: operation,
    tags: [tag],
    summary,
    ...(access.kind === 'known'
      ? {
          description: `Roles: ${access.roles.join(', ')}.${access.scope ? ` Token scope: ${access.scope}.` : ''}`,
        }
      : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(body, 'input') } },
          },
        }
      : {}),
    responses: answersOf(route),
    security: securityOf(route),
  };
}

/** The whole document. */
export function openApiDocument(version: string, cookieName: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of apiRoutes) {
    const path = paths[route.path] ?? {};
    path[route.method.toLowerCase()] = operationOf(route);
    paths[route.path] = path;
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'coldgate console',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'Times are Unix milliseconds, temperatures thousandths of a degree Celsius. A value that is not known is null.',
    },
    paths,
    components: {
      schemas: { Problem: schemaOf(problem, 'output') },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: cookieName },
        csrf: { type: 'apiKey', in: 'header', name: 'x-csrf-token' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}
