// A test of a setting is a record, and nothing more.

import { expect, test } from 'vitest';
import { TESTED_SETTING, testedSettingHandler } from '../../../gateway/configuration/tested-setting.js';
import { AccountOffice, createDocument, person, STEP_MS } from '../accounts/account-office.js';

const told = {
  account: 'ada',
  subject: 'broker fleet',
  isOk: false,
  code: 'BROKER_REFUSES',
  message: 'refused',
};

function office() {
  const desk = new AccountOffice([testedSettingHandler]);
  const ada = person('ada', 'administrator');
  desk.must(undefined, 'user.create', createDocument(ada));
  desk.nowMs += STEP_MS;
  return { desk, ada };
}

test('it becomes a record that says who asked for it, what was tried and what came out', () => {
  const { desk } = office();
  const [record] = desk.must(undefined, TESTED_SETTING, told);
  expect(record).toMatchObject({ type: 'configuration', event: 'tested', via: 'console', ...told });
});

test('it changes nothing, and signed it is refused', () => {
  const { desk, ada } = office();
  expect(desk.settle(TESTED_SETTING, told).outcome).toMatchObject({ ok: true, state: [], answer: {} });
  expect(desk.codeOf(ada, TESTED_SETTING, told)).toBe('TEST_SIGNED');
});

test.each([
  ['no name', { ...told, account: 'Ada!' }],
  ['more than is asked', { ...told, secret: 'x' }],
  ['a long message', { ...told, message: 'x'.repeat(301) }],
])('%s is refused', (_what, document) => {
  const { outcome } = office().desk.settle(TESTED_SETTING, document);
  expect(outcome).toMatchObject({ ok: false, code: 'CONFIGURATION_REQUEST_INVALID' });
});
