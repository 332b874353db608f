// The table of routes is whole and says one thing once: the server, the document and the front end rely on it.

import { expect, test } from 'vitest';
import type * as z from 'zod';
import { apiRoutes } from '../../../../gateway/console/api/routes.js';

test('no two routes share a place or an operation', () => {
  const places = apiRoutes.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(places).size).toBe(places.length);
  expect(new Set(apiRoutes.map(({ operation }) => operation)).size).toBe(apiRoutes.length);
});

test('a path names exactly the parameters that are described', () => {
  for (const { path, params } of apiRoutes) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(Object.keys(params?.shape ?? {}).sort(), path).toEqual(named.sort());
  }
});

test('nothing but signing in, the first start, the door and health is open', () => {
  const open = apiRoutes.filter(({ access }) => access.kind === 'open').map(({ operation }) => operation);
  expect(open.sort()).toEqual([
    'createFirstAdministrator',
    'newFirstAuthenticatorSecret',
    'openSession',
    'readDoor',
    'readHealth',
    'redeemSetupCode',
  ]);
});

test('whatever changes a record asks for both components of a signature', () => {
  const withoutRecord = new Set([
    'openSession',
    'closeSession',
    'newAuthenticatorSecret',
    // With the code of the terminal, or no decision.
    'createFirstAdministrator',
    'newFirstAuthenticatorSecret',
    'redeemSetupCode',
    'previewSetup',
    'testSetting',
  ]);
  const changing = apiRoutes.filter(
    ({ method, operation }) => method !== 'GET' && !withoutRecord.has(operation),
  );
  expect(changing.length).toBeGreaterThan(10);
  for (const { body, operation } of changing) {
    expect(Object.keys((body as z.ZodObject).shape), operation).toContain('credentials');
  }
});

test('a token never writes', () => {
  const scoped = apiRoutes.filter(({ access }) => access.kind === 'known' && 'scope' in access);
  expect(scoped.length).toBeGreaterThan(5);
  expect(scoped.filter(({ method }) => method !== 'GET').map(({ operation }) => operation)).toEqual([]);
});
