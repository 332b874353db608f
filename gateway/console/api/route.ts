// What a route of the API is: where it is, who may use it, what goes in and what comes out. One value serves three:
// the server checks by it, the OpenAPI document is made of it, and the front end has its types from it.

import type * as z from 'zod';
import type { RoleName } from './fields.js';

/** What a token may be made for. */
export const tokenScopes = ['read:live', 'read:history', 'read:evidence', 'metrics'] as const;
export type TokenScope = (typeof tokenScopes)[number];

export type Access =
  /** Nobody is asked who they are. */
  | { readonly kind: 'open' }
  /** A session of one of these roles, or a token of that scope. */
  | { readonly kind: 'known'; readonly roles: readonly RoleName[]; readonly scope?: TokenScope };

export type Answer =
  | { readonly kind: 'json'; readonly status: 200 | 201; readonly schema: z.ZodType }
  | { readonly kind: 'empty' }
  /** A file or a stream of events. */
  | { readonly kind: 'stream'; readonly contentType: string; readonly what: string };

export interface ApiRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Parameters as `{id}`. */
  readonly path: string;
  /** Unique, camelCase. */
  readonly operation: string;
  /** Such as `alerts`. */
  readonly tag: string;
  /** One sentence. */
  readonly summary: string;
  readonly access: Access;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answer: Answer;
}

/** Keeps the exact types of a route. */
export function route<const Route extends ApiRoute>(given: Route): Route {
  return given;
}

export function json<Schema extends z.ZodType>(schema: Schema, status: 200 | 201 = 200) {
  return { kind: 'json', status, schema } as const;
}

const everybody: readonly RoleName[] = ['operator', 'quality', 'administrator', 'auditor'];
const reviewers: readonly RoleName[] = ['quality', 'administrator', 'auditor'];

export const access = {
  open: { kind: 'open' },
  live: { kind: 'known', roles: everybody, scope: 'read:live' },
  history: { kind: 'known', roles: everybody, scope: 'read:history' },
  evidence: { kind: 'known', roles: reviewers, scope: 'read:evidence' },
  metrics: { kind: 'known', roles: ['administrator'], scope: 'metrics' },
  everybody: { kind: 'known', roles: everybody },
  handlers: { kind: 'known', roles: ['operator', 'quality'] },
  quality: { kind: 'known', roles: ['quality'] },
  audit: { kind: 'known', roles: reviewers, scope: 'read:history' },
  administrator: { kind: 'known', roles: ['administrator'] },
  overseers: { kind: 'known', roles: ['administrator', 'auditor'] },
} as const satisfies Record<string, Access>;
