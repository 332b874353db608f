// Set-up over the API: what the code of the terminal opens and for how long, and what only an administrator may.

import { expect, test } from 'vitest';
import { parseConfig } from '../../../../config/load.js';
import { readAccounts } from '../../../../gateway/accounts/account.js';
import { readPending } from '../../../../gateway/configuration/configuration-state.js';
import { TESTED_SETTING } from '../../../../gateway/configuration/tested-setting.js';
import type { SetupPreview, SetupState } from '../../../../gateway/console/api/setup.js';
import { SetupCode } from '../../../../gateway/console/setup/setup-code.js';
import { TrialDesk } from '../../../../gateway/console/setup/trial-desk.js';
import { codeAt, person } from '../../accounts/account-office.js';
import { openConsole } from '../console-rig.js';

const START_MS = 1_795_420_800_000;
const ada = person('ada', 'administrator');
const wish = { name: 'ada', printedName: 'Ada Example', newPassword: 'four pallets left for Basel' };

async function firstStart() {
  const setupCode = new SetupCode(START_MS);
  const rig = await openConsole({ setupCode });
  const redeem = (code: string) => rig.send('POST', '/api/setup/code', { body: { code } });
  const token = async () => ((await redeem(setupCode.text)).body as { token: string }).token;
  return { rig, setupCode, redeem, token };
}

test('the code of the terminal makes one administrator, who then signs in', async () => {
  const { rig, setupCode, token } = await firstStart();
  expect((await rig.send('GET', '/api/door')).body).toEqual({ state: 'set-up' });
  const given = await token();
  const secret = await rig.send('POST', '/api/setup/authenticator', { body: { token: given, name: 'ada' } });
  const { totpSecret, uri } = secret.body as { totpSecret: string; uri: string };
  expect(uri).toContain(`secret=${totpSecret}`);
  const body = { ...wish, token: given, totpSecret, newCode: codeAt(totpSecret, rig.nowMs) };
  const wrong = await rig.send('POST', '/api/setup/administrator', { body: { ...body, newCode: '000000' } });
  expect(wrong.body).toMatchObject({ code: 'AUTHENTICATOR_WRONG' });
  expect((await rig.send('POST', '/api/setup/administrator', { body })).status).toBe(201);
  expect(readAccounts(rig.state)).toMatchObject([{ name: 'ada', role: 'administrator' }]);
  expect((await rig.send('GET', '/api/door')).body).toEqual({ state: 'sign-in' });
  // Neither code nor token opens anything again.
  for (const [path, again] of [
    ['code', { code: setupCode.text }],
    ['authenticator', { token: given, name: 'eve' }],
    ['administrator', { ...body, name: 'eve' }],
  ] as const) {
    const refused = await rig.send('POST', `/api/setup/${path}`, { body: again });
    expect(refused, path).toMatchObject({ status: 409, body: { code: 'SETUP_CLOSED' } });
  }
});

test('a wrong code opens nothing, ten of them spend it', async () => {
  const { rig, setupCode, redeem } = await firstStart();
  for (let attempt = 0; attempt < 9; attempt += 1) {
    expect((await redeem('AAAA-AAAA-AAAA')).body).toMatchObject({ code: 'SETUP_CODE_WRONG' });
  }
  for (const path of ['authenticator', 'administrator']) {
    const body = { ...wish, token: 'x', totpSecret: ada.totp, newCode: '123456' };
    const asked = path === 'authenticator' ? { token: 'x', name: 'ada' } : body;
    expect((await rig.send('POST', `/api/setup/${path}`, { body: asked })).body).toMatchObject({
      code: 'SETUP_CODE_NEEDED',
    });
  }
  expect((await redeem('AAAA-AAAA-AAAA')).body).toMatchObject({ code: 'SETUP_CODE_WRONG' });
  // One address is slowed down; the code itself is spent for everybody.
  expect((await redeem(setupCode.text)).status).toBe(429);
  expect(setupCode.redeem(setupCode.text, rig.nowMs)).toEqual({ kind: 'spent' });
});

test('without a code, or with an account from before, nobody is let in', async () => {
  const rig = await openConsole();
  expect((await rig.send('POST', '/api/setup/code', { body: { code: 'AAAA' } })).body).toMatchObject({
    code: 'SETUP_CLOSED',
  });
  const late = new SetupCode(START_MS);
  const other = await openConsole({ setupCode: late });
  other.hire('omar', 'operator');
  expect((await other.send('POST', '/api/setup/code', { body: { code: late.text } })).body).toMatchObject({
    code: 'SETUP_CLOSED',
  });
});

const device = {
  id: 'bus',
  type: 'modbus',
  port: 'tcp://127.0.0.1:4001',
  probes: [{ sensorId: 'cargo-front', unit: 1, profile: 'xy-md02' }],
};

async function administered(role: 'administrator' | 'quality' = 'administrator') {
  const told = { isOk: true, code: 'DEVICE_ANSWERS', message: 'cargo-front reads 4.1 degC' };
  const jobs: unknown[] = [];
  const trials = new TrialDesk(async (job) => {
    jobs.push(job);
    return told;
  });
  const rig = await openConsole({ trials, hasConfigFile: true });
  const who = rig.hire('ada', role);
  const as = await rig.signIn(who);
  return { rig, who, as, jobs, told };
}

test('an administrator sees the text, its sections and the profiles to choose from', async () => {
  const { rig, as } = await administered();
  const { body } = await rig.send('GET', '/api/setup', { as });
  const state = body as SetupState;
  expect(state).toMatchObject({ gatewayName: 'truck-17', isOnTrial: false, reverted: null });
  expect(state.sections).toMatchObject({ devices: [], excursions: [], ledger: null });
  expect(state.profiles).toContain('GDP-2-8-default');
  expect(state.modbusModels).toContainEqual({ name: 'r4dcb08', channels: 8 });
  expect((await rig.send('GET', '/api/setup/ports', { as })).status).toBe(200);
});

test('a proposal tells what it would change, what is wrong with it, and changes nothing', async () => {
  const { rig, as } = await administered();
  const excursions = [{ sensorId: 'cargo-front', profile: 'GDP-2-8-default' }];
  const ask = async (body: object) =>
    (await rig.send('POST', '/api/setup/preview', { as, body })).body as SetupPreview;
  const seen = await ask({ sections: { devices: [device], excursions } });
  expect(seen.findings).toEqual([]);
  expect(seen.diff.map(({ path }) => path)).toContain('devices[bus].port');
  expect(parseConfig(seen.text, '/x/coldgate.yaml').devices).toHaveLength(1);
  const bad = await ask({ sections: { devices: [{ ...device, port: 'COM1' }] } });
  expect(bad.findings).toMatchObject([{ path: 'devices[0].port' }]);
  expect(bad.findings[0]?.line).toBeGreaterThan(0);
  expect(await ask({ text: 'devices: [' })).toMatchObject({ text: 'devices: [', isSame: false });
  expect((await ask({})).isSame).toBe(true);
  // Empty lists and null take a section out again.
  expect(
    (await ask({ text: seen.text, sections: { devices: [], excursions: [], ledger: null } })).diff,
  ).toEqual([]);
});

test('a test speaks to what the proposal names, and is a record with the name of who asked', async () => {
  const { rig, as, jobs, told } = await administered();
  const body = { text: 'devices: []', subject: { kind: 'device', id: 'bus' } };
  expect((await rig.send('POST', '/api/setup/test', { as, body })).body).toEqual(told);
  expect(jobs).toMatchObject([{ text: 'devices: []', subject: { kind: 'device', id: 'bus' } }]);
  expect(rig.asked(TESTED_SETTING)).toEqual([{ account: 'ada', subject: 'device bus', ...told }]);
});

test('nobody else sees, tests or changes anything', async () => {
  const { rig, as, jobs } = await administered('quality');
  const text = 'devices: []';
  const asked = [
    ['GET', '/api/setup', undefined],
    ['GET', '/api/setup/ports', undefined],
    ['POST', '/api/setup/preview', { text }],
    ['POST', '/api/setup/test', { text, subject: { kind: 'ledger' } }],
    [
      'POST',
      '/api/setup/apply',
      { text, baseHash: 'a'.repeat(64), credentials: { password: 'x', code: '123456' } },
    ],
  ] as const;
  for (const [method, path, body] of asked) {
    const more = body ? { body } : {};
    expect((await rig.send(method, path, { ...more })).status, path).toBe(401);
    expect((await rig.send(method, path, { ...more, as })).body, path).toMatchObject({
      code: 'ROLE_REFUSED',
    });
  }
  expect(jobs).toEqual([]);
});

test('a change needs password and code, and is the gateway’s to decide', async () => {
  const { rig, who, as } = await administered();
  const sections = { devices: [device] };
  const { body } = await rig.send('POST', '/api/setup/preview', { as, body: { sections } });
  const { text, baseHash } = body as SetupPreview;
  const apply = (credentials: object) =>
    rig.send('POST', '/api/setup/apply', {
      as,
      body: { text, baseHash, reason: 'the first bus', credentials },
    });
  expect((await apply({ password: 'wrong password', code: '123456' })).body).toMatchObject({
    code: 'CREDENTIALS_REFUSED',
  });
  expect(readPending(rig.state)).toBeUndefined();
  const applied = await apply(rig.credentialsOf(who));
  expect(applied.status, applied.text).toBe(200);
  expect(readPending(rig.state)?.text).toBe(text);
  expect((await rig.send('GET', '/api/setup', { as })).body).toMatchObject({ isOnTrial: true });
});

test('the verifier page comes with its own policy, and without the console’s origin', async () => {
  const rig = await openConsole();
  const page = await rig.app.inject({
    method: 'GET',
    url: '/verifier.html',
    headers: { host: '127.0.0.1:8480' },
  });
  expect(page.statusCode).toBe(200);
  const policy = String(page.headers['content-security-policy']);
  expect(policy).toContain('sandbox allow-scripts');
  expect(policy).not.toContain('allow-same-origin');
  expect(policy).toContain("frame-ancestors 'self'");
  expect(page.headers['x-frame-options']).toBe('SAMEORIGIN');
});
