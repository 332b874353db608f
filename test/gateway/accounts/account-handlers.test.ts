// What may be asked about accounts, by whom, and what the log keeps of it.

import { describe, expect, test } from 'vitest';
import { accountHandlers } from '../../../gateway/accounts/account-handlers.js';
import type { Role } from '../../../gateway/requests/request.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { canonicalJson } from '../../../ledger-sync/evidence/jcs.js';
import {
  AccountOffice,
  authorizationOf,
  createDocument,
  person,
  STEP_MS,
  sealedKey,
  staffedOffice,
} from './account-office.js';

const resetDocument = (name: string, role: Role, edition = 2): DetailDocument => {
  const { signer, secret } = createDocument(person(name, role, edition));
  return { name, signer: signer ?? '', secret: secret ?? '' };
};

test('rights: administrators change accounts, each changes the own password, and all but the first is signed', () => {
  expect(
    accountHandlers.map(({ kind, roles, needsSignature }) => [kind, roles.join(), needsSignature]),
  ).toEqual([
    ['user.create', 'administrator', false],
    ['user.disable', 'administrator', true],
    ['user.enable', 'administrator', true],
    ['user.unlock', 'administrator', true],
    ['user.set-role', 'administrator', true],
    ['user.change-password', 'operator,quality,administrator,auditor', true],
    ['user.reset', 'administrator', true],
    ['user.attempt-failed', 'operator,quality,administrator,auditor', false],
    ['session.open', 'operator,quality,administrator,auditor', true],
    ['token.create', 'administrator', true],
    ['token.revoke', 'administrator', true],
  ]);
});

test.each(['create', 'disable', 'enable', 'unlock', 'set-role', 'reset'])(
  'nobody but an administrator may %s',
  (step) => {
    const { office, dana, omar } = staffedOffice();
    expect(office.codeOf(dana, `user.${step}`, { name: 'omar' })).toBe('ROLE_REFUSED');
    expect(office.codeOf(omar, `user.${step}`, { name: 'dana' })).toBe('ROLE_REFUSED');
  },
);

describe('an account is made', () => {
  test('with a record of who it is and by which key it signs', () => {
    const { office, ada } = staffedOffice();
    const wim = person('wim', 'auditor');
    expect(office.must(ada, 'user.create', createDocument(wim))).toMatchObject([
      {
        type: 'account',
        event: 'created',
        account: 'wim',
        printedName: 'wim Example',
        role: 'auditor',
        signer: wim.signer,
        by: { name: 'ada', role: 'administrator' },
      },
    ]);
    expect(office.account('wim')).toMatchObject({ isDisabled: false, createdAtMs: office.nowMs });
  });

  test('the first one only as an administrator', () => {
    const office = new AccountOffice();
    const { outcome } = office.settle('user.create', createDocument(person('dana', 'quality')));
    expect(outcome).toMatchObject({ ok: false, code: 'FIRST_ACCOUNT_ADMINISTERS' });
  });

  test.each<[string, DetailDocument, string]>([
    ['a name that is taken', createDocument(person('dana', 'quality', 2)), 'ACCOUNT_EXISTS'],
    ['the name of nobody', createDocument(person('local', 'quality')), 'ACCOUNT_NAME_RESERVED'],
    ['the name of the gateway', createDocument(person('gateway', 'quality')), 'ACCOUNT_NAME_RESERVED'],
    ['a key of another account', { ...createDocument(person('dana', 'quality')), name: 'eve' }, 'KEY_SHARED'],
    ['a capital letter', { ...createDocument(person('eve', 'quality')), name: 'Eve' }, 'ACCOUNT_INVALID'],
    ['a path', { ...createDocument(person('eve', 'quality')), name: '../eve' }, 'ACCOUNT_INVALID'],
    ['no such role', { ...createDocument(person('eve', 'quality')), role: 'owner' }, 'ACCOUNT_INVALID'],
    ['a blank name', { ...createDocument(person('eve', 'quality')), printedName: ' ' }, 'ACCOUNT_INVALID'],
    ['an unknown word', { ...createDocument(person('eve', 'quality')), isAdmin: true }, 'ACCOUNT_INVALID'],
    ['no secret', { name: 'eve', printedName: 'Eve', role: 'quality', signer: '0x' }, 'ACCOUNT_INVALID'],
    ['nothing', {}, 'ACCOUNT_INVALID'],
  ])('not with %s', (_what, document, code) => {
    const { office, ada } = staffedOffice();
    const rows = office.state.entries('user/');
    expect(office.codeOf(ada, 'user.create', document)).toBe(code);
    expect(office.state.entries('user/')).toEqual(rows);
  });

  test('a refusal says where a secret is wrong, and never what it is', () => {
    const { office, ada } = staffedOffice();
    const document = {
      ...createDocument(person('eve', 'quality')),
      secret: { key: 'hunter2', totp: 'hunter3' },
    };
    const { outcome } = office.ask(ada, 'user.create', document);
    expect(outcome).toMatchObject({ ok: false, reason: expect.stringContaining('secret.totp') });
    expect(JSON.stringify(outcome)).not.toContain('hunter');
  });
});

describe('rights are changed', () => {
  test('with old and new in the record, and the reason', () => {
    const { office, ada } = staffedOffice();
    const change = { name: 'omar', role: 'auditor', reason: 'moved to the office' };
    expect(office.must(ada, 'user.set-role', change)).toMatchObject([
      {
        event: 'role-changed',
        account: 'omar',
        from: 'operator',
        role: 'auditor',
        reason: 'moved to the office',
      },
    ]);
    expect(office.must(ada, 'user.disable', { name: 'omar', reason: 'left' })).toMatchObject([
      { event: 'disabled', account: 'omar', reason: 'left' },
    ]);
    expect(office.must(ada, 'user.enable', { name: 'omar' })).toMatchObject([{ event: 'enabled' }]);
    expect(office.account('omar')).toMatchObject({ role: 'auditor', isDisabled: false });
  });

  test('at once: the next request of the person has the new role', () => {
    const { office, ada, omar } = staffedOffice();
    office.must(ada, 'user.set-role', { name: 'omar', role: 'quality' });
    expect(office.codeOf({ ...omar, role: 'quality' }, 'test.judge', {})).toBe('ok');
  });

  test.each([
    ['disable', { name: 'nobody' }, 'ACCOUNT_UNKNOWN'],
    ['enable', { name: 'dana' }, 'ACCOUNT_UNCHANGED'],
    ['unlock', { name: 'dana' }, 'ACCOUNT_UNCHANGED'],
    ['unlock', { name: 'ada' }, 'ACCOUNT_UNCHANGED'],
    ['set-role', { name: 'dana', role: 'quality' }, 'ACCOUNT_UNCHANGED'],
    ['set-role', { name: 'dana', role: 'owner' }, 'ACCOUNT_INVALID'],
    ['disable', { name: 'dana', reason: '\n' }, 'ACCOUNT_INVALID'],
    ['reset', { name: 'ada' }, 'ACCOUNT_INVALID'],
  ])('%s %j is refused', (step, document, code) => {
    const { office, ada } = staffedOffice();
    expect(office.codeOf(ada, `user.${step}`, document)).toBe(code);
  });

  test('the last enabled administrator can neither be disabled nor become anything else', () => {
    const { office, ada } = staffedOffice();
    const eve = person('eve', 'administrator');
    const isLast = () => {
      expect(office.codeOf(ada, 'user.disable', { name: 'ada' })).toBe('LAST_ADMINISTRATOR');
      expect(office.codeOf(ada, 'user.set-role', { name: 'ada', role: 'quality' })).toBe(
        'LAST_ADMINISTRATOR',
      );
    };
    isLast();
    office.must(ada, 'user.create', createDocument(eve));
    office.must(ada, 'user.disable', { name: 'eve' });
    isLast();
    office.must(ada, 'user.set-role', { name: 'eve', role: 'auditor' });
    office.must(ada, 'user.set-role', { name: 'eve', role: 'administrator' });
    office.must(ada, 'user.enable', { name: 'eve' });
    office.must(ada, 'user.set-role', { name: 'ada', role: 'quality' });
    expect(office.codeOf(eve, 'user.disable', { name: 'eve' })).toBe('LAST_ADMINISTRATOR');
  });

  test('a lock is taken off by an administrator', () => {
    const { office, ada, dana } = staffedOffice();
    for (let time = 0; time < 5; time++) office.settle('user.attempt-failed', { name: 'dana' });
    expect(office.codeOf(dana, 'test.judge', {})).toBe('CREDENTIALS_REFUSED');
    expect(office.must(ada, 'user.unlock', { name: 'dana', reason: 'new keyboard' })).toMatchObject([
      { event: 'unlocked', account: 'dana', failures: 5, wasLocked: true, reason: 'new keyboard' },
    ]);
    expect(office.codeOf(dana, 'test.judge', {})).toBe('ok');
  });
});

describe('secrets are renewed', () => {
  test('a new password changes what is sealed, not the key, and frees no code', () => {
    const { office, dana } = staffedOffice();
    const before = office.account('dana');
    const document = { secret: { key: sealedKey() } };
    office.nowMs += STEP_MS;
    const authorization = authorizationOf(dana, 'user.change-password', document, office.nowMs);
    expect(office.settle('user.change-password', document, authorization).details).toMatchObject([
      { event: 'password-changed', account: 'dana' },
    ]);
    expect(office.account('dana')).toEqual({
      ...before,
      key: document.secret.key,
      passwordSinceMs: office.nowMs,
    });
    expect(office.settle('user.change-password', document, authorization).outcome).toMatchObject({
      code: 'CODE_USED',
    });
  });

  test('a reset replaces key and authenticator, and the old key stays named', () => {
    const { office, ada, dana } = staffedOffice();
    const renewed = person('dana', 'quality', 2);
    for (let time = 0; time < 5; time++) office.settle('user.attempt-failed', { name: 'dana' });
    const document = { ...resetDocument('dana', 'quality'), reason: 'phone lost' };
    expect(office.must(ada, 'user.reset', document)).toMatchObject([
      {
        event: 'reset',
        account: 'dana',
        signer: renewed.signer,
        retiredSigner: dana.signer,
        reason: 'phone lost',
      },
    ]);
    expect(office.codeOf(dana, 'test.judge', {})).toBe('CREDENTIALS_REFUSED');
    expect(office.codeOf(renewed, 'test.judge', {})).toBe('ok');
    expect(office.account('dana').retiredSigners).toEqual([dana.signer]);
  });

  test('a key that was retired never signs again, for anybody', () => {
    const { office, ada, dana } = staffedOffice();
    office.must(ada, 'user.reset', resetDocument('dana', 'quality'));
    expect(office.codeOf(ada, 'user.reset', resetDocument('dana', 'quality', 1))).toBe('KEY_SHARED');
    expect(office.codeOf(ada, 'user.create', { ...createDocument(dana), name: 'eve' })).toBe('KEY_SHARED');
  });

  test('nobody resets the own account: the code of that request would be free again', () => {
    const { office, ada } = staffedOffice();
    expect(office.codeOf(ada, 'user.reset', resetDocument('ada', 'administrator'))).toBe('RESET_OF_OWN');
  });
});

describe('a failed attempt', () => {
  test('at a name that nobody has is recorded, and answered like any other', () => {
    const { office } = staffedOffice();
    const answers = ['dana', 'nobody'].map((name) => {
      const { outcome } = office.settle('user.attempt-failed', { name });
      return outcome.ok && JSON.stringify(outcome.answer).replace(name, 'NAME');
    });
    expect(answers).toEqual(['{"account":"NAME"}', '{"account":"NAME"}']);
    expect(office.state.get('user-guard/nobody')).toBeUndefined();
  });

  test('is not signed: the signature would free the code that it used', () => {
    const { office, dana } = staffedOffice();
    expect(office.codeOf(dana, 'user.attempt-failed', { name: 'dana' })).toBe('ATTEMPT_SIGNED');
  });
});

/** Every text below `secret`, and what a person keeps. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

test('no secret is ever in a record, an answer or a refusal', () => {
  const office = new AccountOffice();
  const [ada, dana] = [person('ada', 'administrator'), person('dana', 'quality')];
  const made = [createDocument(ada), createDocument(dana), resetDocument('dana', 'quality')];
  const renewed = { secret: { key: sealedKey() } };
  office.must(undefined, 'user.create', made[0] ?? {});
  office.must(ada, 'user.create', made[1] ?? {});
  office.must(dana, 'user.change-password', renewed);
  office.ask(dana, 'user.create', made[1] ?? {});
  office.ask(ada, 'user.create', made[1] ?? {});
  office.must(ada, 'user.reset', made[2] ?? {});
  office.ask(dana, 'test.judge', {});
  const secrets = [...made, renewed]
    .flatMap(({ secret }) => textsOf(secret))
    .filter((text) => text !== 'scrypt' && text !== 'aes-256-gcm');
  expect(secrets.length).toBe(3 * 5 + 4);
  const told = office.told.map((one) => JSON.stringify(one)).join('\n');
  expect(told).toContain(dana.signer);
  for (const secret of secrets) expect(told).not.toContain(secret);
  for (const who of [ada, dana]) expect(told).not.toContain(Buffer.from(who.privateKey).toString('hex'));
  expect(told).not.toMatch(/"code":"\d/);
});

test('every record of an account can be encoded', () => {
  const { office, ada } = staffedOffice();
  const details = [
    ...office.must(ada, 'user.disable', { name: 'dana' }),
    ...office.must(ada, 'user.reset', resetDocument('dana', 'quality')),
    ...office.must(undefined, 'user.attempt-failed', { name: 'dana' }),
  ];
  expect(details).toHaveLength(3);
  for (const detail of details) expect(() => canonicalJson(detail)).not.toThrow();
});
