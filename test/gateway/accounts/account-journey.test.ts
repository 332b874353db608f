// From the first account to a lock and out of it, through the request desk and the log, with a restart in between.

import { expect, test } from 'vitest';
import { checkSignature } from '../../../gateway/accounts/recorded-signature.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { auditJournal } from '../../faults/journal-audit.js';
import { openTestLog } from '../test-log.js';
import { authorizationOf, codeAt, createDocument, type Person, person, STEP_MS } from './account-office.js';
import { accountRole } from './account-role.js';

test('an account is made, signs, fails, is locked, outlives a restart and is unlocked', async () => {
  const log = openTestLog();
  const clock = { nowMs: 1_795_420_800_000 };
  const [ada, dana] = [person('ada', 'administrator'), person('dana', 'quality')];
  const now = () => clock.nowMs;
  let ask = accountRole(log, now).ask;
  const as = (who: Person, kind: string, document: DetailDocument, changes: DetailDocument = {}) => {
    clock.nowMs += STEP_MS;
    return ask(kind, document, { ...authorizationOf(who, kind, document, clock.nowMs), ...changes });
  };

  expect(await ask('test.judge', { id: 'S1' })).toBe('SIGNATURE_NEEDED');
  expect(await ask('user.create', createDocument(ada))).toBe('ok');
  expect(await ask('user.create', createDocument(dana))).toBe('SIGN_IN_NEEDED');
  expect(await as(ada, 'user.create', createDocument(dana))).toBe('ok');
  expect(await as(dana, 'test.judge', { id: 'S1', verdict: 'release' })).toBe('ok');
  expect(await as(ada, 'test.judge', { id: 'S1', verdict: 'release' })).toBe('ROLE_REFUSED');
  const used = authorizationOf(dana, 'test.judge', { id: 'S2' }, clock.nowMs);
  expect(await ask('test.judge', { id: 'S2' }, used)).toBe('ok');
  for (let time = 0; time < 4; time++) {
    expect(await as(dana, 'test.judge', { id: 'S3' }, { signature: 'ab'.repeat(64) })).toBe(
      'CREDENTIALS_REFUSED',
    );
  }

  ask = accountRole(log, now).ask;
  expect(await ask('user.attempt-failed', { name: 'dana' })).toBe('ok');
  expect(await as(dana, 'test.judge', { id: 'S3' })).toBe('CREDENTIALS_REFUSED');
  expect(await as(ada, 'user.unlock', { name: 'dana' })).toBe('ok');
  const again = { ...used, code: codeAt(dana.totp, clock.nowMs) };
  expect(await ask('test.judge', { id: 'S2' }, again)).toBe('CODE_USED');
  expect(await as(dana, 'test.judge', { id: 'S3', verdict: 'reject' })).toBe('ok');

  log.close();
  const audit = auditJournal(log.path);
  expect(audit.details(recordKinds.operatorAction).map(({ event, code }) => event ?? code)).toEqual([
    'SIGNATURE_NEEDED',
    'created',
    'SIGN_IN_NEEDED',
    'created',
    'ROLE_REFUSED',
    ...Array(4).fill('CREDENTIALS_REFUSED'),
    'attempt-failed',
    'CREDENTIALS_REFUSED',
    'unlocked',
    'CODE_USED',
  ]);
  // What an auditor does: the keys from the records of accounts, the judgements by them.
  const [, created] = audit.details(recordKinds.operatorAction).filter(({ event }) => event === 'created');
  const judged = audit.details(recordKinds.review);
  expect(judged.map(({ id, verdict }) => [id, verdict])).toEqual([
    ['S1', 'release'],
    ['S2', undefined],
    ['S3', 'reject'],
  ]);
  for (const { by, type: _type, salt: _salt, ...content } of judged) {
    expect(checkSignature(by)).toMatchObject({ ok: true, signer: created?.signer, document: content });
  }
});
