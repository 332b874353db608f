// Persons and programs through the console: enrolled, changed, given tokens, and held to what they may.

import { expect, test } from 'vitest';
import { codeAt, type person } from '../accounts/account-office.js';
import { type ConsoleRig, openConsole, PASSWORD } from './console-rig.js';

const NEW_PASSWORD = 'nine boats under the bridge';

async function staffed() {
  const rig = await openConsole();
  const ada = rig.hire('ada', 'administrator');
  return { rig, ada, as: await rig.signIn(ada) };
}

async function tokenOf(rig: ConsoleRig, scopes: string[], as: object, ada: ReturnType<typeof person>) {
  const body = { label: 'grafana', scopes, lifetimeDays: 30, credentials: rig.credentialsOf(ada) };
  const made = await rig.send('POST', '/api/tokens', { as, body });
  expect(made.status, made.text).toBe(201);
  return made.body as { token: string; id: string; sequence: number };
}

test('an administrator makes an account whose authenticator has shown a code, and who may sign in then', async () => {
  const { rig, ada, as } = await staffed();
  const secret = await rig.send('POST', '/api/accounts/authenticator', { as, body: { name: 'eve' } });
  const { totpSecret, uri } = secret.body as { totpSecret: string; uri: string };
  expect(uri).toContain(totpSecret);
  const wish = {
    name: 'eve',
    printedName: 'Eve Example',
    role: 'quality',
    newPassword: NEW_PASSWORD,
    totpSecret,
  };
  const make = (more: object) =>
    rig.send('POST', '/api/accounts', {
      as,
      body: { ...wish, newCode: codeAt(totpSecret, rig.nowMs), ...more },
    });
  expect((await make({ newCode: '000000', credentials: rig.credentialsOf(ada) })).body).toMatchObject({
    code: 'AUTHENTICATOR_WRONG',
  });
  expect(
    (await make({ newPassword: 'password1234', credentials: rig.credentialsOf(ada) })).body,
  ).toMatchObject({ code: 'PASSWORD_REFUSED' });
  expect((await make({ credentials: { password: 'guess', code: rig.codeOf(ada) } })).body).toMatchObject({
    code: 'CREDENTIALS_REFUSED',
  });
  const credentials = rig.credentialsOf(ada);
  const made = await make({ credentials, newCode: codeAt(totpSecret, rig.nowMs) });
  expect([made.status, made.body]).toMatchObject([201, { name: 'eve' }]);
  const list = await rig.send('GET', '/api/accounts', { as });
  expect((list.body as { accounts: object[] }).accounts).toMatchObject([
    { name: 'ada' },
    { name: 'eve', role: 'quality' },
  ]);
  expect(list.text).not.toMatch(/totp|cipher|salt/i);
});

test('an account is disabled with the password and a code only, and its session ends with it', async () => {
  const { rig, ada, as } = await staffed();
  const dana = await rig.signIn(rig.hire('dana', 'quality'));
  const change = (body: object) => rig.send('POST', '/api/accounts/dana/change', { as, body });
  expect((await change({ change: 'disable' })).status).toBe(400);
  expect((await change({ change: 'set-role', credentials: rig.credentialsOf(ada) })).status).toBe(400);
  expect((await change({ change: 'disable', credentials: rig.credentialsOf(ada) })).status).toBe(200);
  expect((await rig.send('GET', '/api/session', { as: dana })).status).toBe(401);
  const again = await change({ change: 'disable', credentials: rig.credentialsOf(ada) });
  expect([again.status, again.body]).toMatchObject([409, { code: 'ACCOUNT_UNCHANGED' }]);
});

test('a person changes the own password with the old one', async () => {
  const { rig, ada, as } = await staffed();
  const change = (password: string, newPassword: string) =>
    rig.send('POST', '/api/session/password', {
      as,
      body: { newPassword, credentials: { password, code: rig.codeOf(ada) } },
    });
  expect((await change('guess', NEW_PASSWORD)).status).toBe(401);
  expect((await change(PASSWORD, PASSWORD)).body).toMatchObject({ code: 'PASSWORD_REFUSED' });
  expect((await change(PASSWORD, NEW_PASSWORD)).status).toBe(200);
  const signIn = async (password: string) =>
    (await rig.send('POST', '/api/session', { body: { name: 'ada', password, code: rig.codeOf(ada) } }))
      .status;
  expect([await signIn(PASSWORD), await signIn(NEW_PASSWORD)]).toEqual([401, 201]);
});

test('a token reads within its scopes, never writes, and is kept by its hash', async () => {
  const { rig, ada, as } = await staffed();
  const { token, id } = await tokenOf(rig, ['read:live'], as, ada);
  expect(token).toMatch(/^cgt_[0-9a-f]{16}_[\w-]{43}$/);
  const secret = token.slice(-43);
  const rows = JSON.stringify([...rig.state.entries('')]);
  expect([rows.includes(id), rows.includes(secret)]).toEqual([true, false]);
  expect((await rig.send('GET', '/api/accounts', { as: { token } })).body).toMatchObject({
    code: 'SCOPE_REFUSED',
  });
  const write = await rig.send('POST', '/api/tokens', { as: { token }, body: {} });
  expect([write.status, write.body]).toMatchObject([403, { code: 'SCOPE_REFUSED' }]);
  const list = await rig.send('GET', '/api/tokens', { as });
  expect((list.body as { tokens: object[] }).tokens).toMatchObject([
    { id, label: 'grafana', lastUsedAtMs: rig.nowMs },
  ]);
  expect(list.text.includes('ecret')).toBe(false);
});

test('a token that is forged, revoked or over opens nothing', async () => {
  const { rig, ada, as } = await staffed();
  const first = await tokenOf(rig, ['read:live'], as, ada);
  const second = await tokenOf(rig, ['metrics'], as, ada);
  const read = async (token: string) => (await rig.send('GET', '/api/accounts', { as: { token } })).status;
  // 403: it is known, and may not do this.
  expect([await read(first.token), await read(second.token)]).toEqual([403, 403]);
  const last = first.token.at(-2) === 'A' ? 'B' : 'A';
  expect(await read(`${first.token.slice(0, -2)}${last}${first.token.at(-1)}`)).toBe(401);
  expect(await read(first.token.replace(first.id, second.id))).toBe(401);
  expect(await read('cgt_')).toBe(401);
  const revoke = () =>
    rig.send('POST', `/api/tokens/${first.id}/revoke`, { as, body: { credentials: rig.credentialsOf(ada) } });
  expect((await revoke()).status).toBe(200);
  expect(await read(first.token)).toBe(401);
  expect((await revoke()).body).toMatchObject({ code: 'TOKEN_REVOKED' });
  rig.pass(30 * 86_400_000);
  expect(await read(second.token)).toBe(401);
});
