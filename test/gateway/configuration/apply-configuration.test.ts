// Who may put another text in the place of the configuration, and when nobody may.

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkSignature } from '../../../gateway/accounts/recorded-signature.js';
import {
  APPLY_CONFIGURATION,
  applyConfigurationHandler,
  type ConfigurationPlace,
} from '../../../gateway/configuration/apply-configuration.js';
import { ConfigurationFiles } from '../../../gateway/configuration/configuration-files.js';
import { configurationHash } from '../../../gateway/configuration/configuration-hash.js';
import { readPending } from '../../../gateway/configuration/configuration-state.js';
import { AccountOffice, createDocument, person, STEP_MS } from '../accounts/account-office.js';
import { configurationFolder, textWith } from './configuration-folder.js';

const OLD = textWith(1000);
const NEW = textWith(500);

const documentOf = (text: string, changes: object = {}) => ({
  ...{ baseHash: configurationHash(OLD), hash: configurationHash(text), secret: { text } },
  ...changes,
});

async function office(changes: Partial<ConfigurationPlace> = {}) {
  const path = await configurationFolder(OLD);
  const files = new ConfigurationFiles(path);
  const place = { files, path, runningText: OLD, isSupervised: true, ...changes };
  const desk = new AccountOffice([applyConfigurationHandler(place)]);
  const [ada, omar] = [person('ada', 'administrator'), person('omar', 'operator')];
  desk.must(undefined, 'user.create', createDocument(ada));
  desk.must(ada, 'user.create', createDocument(omar));
  desk.nowMs += STEP_MS;
  return { desk, ada, omar, path };
}

test('an administrator’s signature over both hashes stands in the record, and the text does not', async () => {
  const { desk, ada } = await office();
  const text = textWith(500, '# a note that only the file holds');
  const [record] = desk.must(ada, APPLY_CONFIGURATION, documentOf(text, { reason: 'faster' }));
  expect(record).toMatchObject({ event: 'applied', from: configurationHash(OLD), reason: 'faster' });
  const check = checkSignature(record?.by);
  expect(check).toMatchObject({ ok: true, signer: ada.signer });
  expect(check).toMatchObject({
    document: { baseHash: configurationHash(OLD), hash: configurationHash(text) },
  });
  expect(JSON.stringify(desk.told)).not.toContain('only the file holds');
  expect(readPending(desk.state)?.text).toBe(text);
});

test.each<[string, object, string]>([
  ['a base that is not in force any more', { baseHash: configurationHash(NEW) }, 'CONFIGURATION_MOVED'],
  ['a hash of another text', { hash: configurationHash(OLD) }, 'CONFIGURATION_REQUEST_INVALID'],
  ['an unknown field', { force: true }, 'CONFIGURATION_REQUEST_INVALID'],
  ['the text that is in force', documentOf(OLD), 'CONFIGURATION_SAME'],
  ['a text that is wrong', documentOf(textWith(99_999)), 'CONFIGURATION_INVALID'],
  ['no text', { secret: {} }, 'CONFIGURATION_REQUEST_INVALID'],
])('%s is refused', async (_what, changes, code) => {
  const { desk, ada } = await office();
  expect(desk.codeOf(ada, APPLY_CONFIGURATION, documentOf(NEW, changes))).toBe(code);
  expect(readPending(desk.state)).toBeUndefined();
});

test('nobody but an administrator may, and nobody without a signature', async () => {
  const { desk, omar } = await office();
  expect(desk.codeOf(omar, APPLY_CONFIGURATION, documentOf(NEW))).toBe('ROLE_REFUSED');
  expect(desk.settle(APPLY_CONFIGURATION, documentOf(NEW)).outcome).toMatchObject({ code: 'SIGN_IN_NEEDED' });
});

test('while nobody has an account nobody may', async () => {
  const path = await configurationFolder(OLD);
  const files = new ConfigurationFiles(path);
  const handler = applyConfigurationHandler({ files, path, runningText: OLD, isSupervised: true });
  const { outcome } = new AccountOffice([handler]).settle(APPLY_CONFIGURATION, documentOf(NEW));
  expect(outcome).toMatchObject({ code: 'SIGNATURE_NEEDED' });
});

test('one at a time, never over a change by hand, and never where nobody would take it back', async () => {
  const busy = await office();
  busy.desk.must(busy.ada, APPLY_CONFIGURATION, documentOf(NEW));
  expect(busy.desk.codeOf(busy.ada, APPLY_CONFIGURATION, documentOf(textWith(600)))).toBe(
    'CONFIGURATION_ON_TRIAL',
  );
  const edited = await office();
  writeFileSync(edited.path, textWith(700));
  expect(edited.desk.codeOf(edited.ada, APPLY_CONFIGURATION, documentOf(NEW))).toBe('CONFIGURATION_UNREAD');
  expect(readFileSync(edited.path, 'utf8')).toBe(textWith(700));
  const alone = await office({ isSupervised: false });
  expect(alone.desk.codeOf(alone.ada, APPLY_CONFIGURATION, documentOf(NEW))).toBe('CONFIGURATION_UNWATCHED');
});
