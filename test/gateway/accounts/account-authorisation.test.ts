// Who is believed. The office asks as the command line does; whatever somebody changes on the way is refused.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newNonce } from '../../../gateway/accounts/signed-request.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { canonicalJson } from '../../../ledger-sync/evidence/jcs.js';
import {
  AccountOffice,
  authorizationOf,
  codeAt,
  createDocument,
  type Person,
  person,
  STEP_MS,
  staffedOffice,
} from './account-office.js';

const judgement: DetailDocument = { id: 'S1', verdict: 'release', reason: 'seals intact' };
const MINUTE_MS = 60_000;

const codeOf = ({ outcome }: ReturnType<AccountOffice['settle']>) => (outcome.ok ? 'ok' : outcome.code);

describe('while nobody has an account', () => {
  test('whoever can write to the journal does what an operator may', () => {
    expect(new AccountOffice().settle('test.load', {}).details).toEqual([
      { type: 'judged', by: { name: 'local', printedName: 'local', role: 'administrator' } },
    ]);
  });

  test('nothing is signed, and the refusal says how to make an account', () => {
    expect(new AccountOffice().settle('test.judge', judgement).outcome).toMatchObject({
      code: 'SIGNATURE_NEEDED',
      hint: expect.stringContaining('coldgate users create'),
    });
  });

  test('a name is not believed', () => {
    const office = new AccountOffice();
    expect(office.codeOf(person('ada', 'administrator'), 'test.load', {})).toBe('CREDENTIALS_REFUSED');
  });
});

describe('once somebody has an account', () => {
  test('a request without a name is refused, whatever it asks', () => {
    const { office } = staffedOffice();
    for (const kind of ['test.load', 'test.judge', 'user.create', 'user.enable']) {
      expect(codeOf(office.settle(kind, {}))).toBe('SIGN_IN_NEEDED');
    }
  });

  test('a person signs with password and code, and the record says so', () => {
    const { office, dana } = staffedOffice();
    expect(office.must(dana, 'test.judge', judgement)).toMatchObject([
      {
        by: {
          name: 'dana',
          printedName: 'dana Example',
          role: 'quality',
          signature: { signer: dana.signer, kind: 'test.judge', document: judgement, atMs: office.nowMs },
        },
      },
    ]);
  });

  test('what is not of the role is refused, and the code is used up all the same', () => {
    const { office, omar } = staffedOffice();
    const authorization = authorizationOf(omar, 'test.judge', judgement, office.nowMs);
    expect(codeOf(office.settle('test.judge', judgement, authorization))).toBe('ROLE_REFUSED');
    const next = authorizationOf(omar, 'test.load', {}, office.nowMs + 1);
    office.nowMs += 1;
    expect(codeOf(office.settle('test.load', {}, next))).toBe('CODE_USED');
  });
});

/** A request of dana's and how to change one thing of it. */
interface Sent {
  readonly kind: string;
  readonly document: DetailDocument;
  readonly authorization: DetailDocument;
}

const otherDigit = (text: string, at: number) => {
  const digit = ((Number.parseInt(text[at] ?? '0', 16) + 1) % 10).toString();
  return `${text.slice(0, at)}${digit}${text.slice(at + 1)}`;
};

type Change = (sent: Sent) => Sent;

const inAuthorization = (change: (authorization: DetailDocument) => DetailDocument): Change => {
  return (sent) => ({ ...sent, authorization: { ...sent.authorization, ...change(sent.authorization) } });
};
const inDocument = (change: (document: DetailDocument) => DetailDocument): Change => {
  return (sent) => ({ ...sent, document: change(sent.document) });
};
const textOf = (value: unknown) => String(value);

const oneChange: fc.Arbitrary<Change> = fc.oneof(
  fc.constantFrom<Change>(
    (sent) => ({ ...sent, kind: 'user.change-password' }),
    inAuthorization(() => ({ name: 'ada' })),
    inAuthorization(() => ({ name: 'omar' })),
    inAuthorization(() => ({ nonce: newNonce() })),
  ),
  fc
    .integer({ min: 0, max: 127 })
    .map((at) => inAuthorization(({ signature }) => ({ signature: otherDigit(textOf(signature), at) }))),
  fc
    .integer({ min: 0, max: 5 })
    .map((at) => inAuthorization(({ code }) => ({ code: otherDigit(textOf(code), at) }))),
  fc
    .integer({ min: 0, max: 31 })
    .map((at) => inAuthorization(({ nonce }) => ({ nonce: otherDigit(textOf(nonce), at) }))),
  fc
    .integer({ min: -400_000, max: 400_000 })
    .filter((byMs) => byMs !== 0)
    .map((byMs) => inAuthorization(({ atMs }) => ({ atMs: Number(atMs) + byMs }))),
  fc.constantFrom('id', 'verdict', 'reason').chain((key) =>
    fc
      .oneof(fc.string(), fc.integer(), fc.constant(null))
      .filter((value) => value !== judgement[key])
      .map((value) => inDocument((document) => ({ ...document, [key]: value }))),
  ),
  fc
    .constantFrom('id', 'verdict', 'reason')
    .map((key) =>
      inDocument((document) => Object.fromEntries(Object.entries(document).filter(([name]) => name !== key))),
    ),
  fc.constant(inDocument((document) => ({ ...document, more: 0 }))),
);

describe('what was signed', () => {
  const { office, dana } = staffedOffice();
  const rows = office.state.entries('');
  const restore = () => office.state.apply(rows);

  test('any change of one field of a signed request is refused, and without a change it is taken', () => {
    fc.assert(
      fc.property(oneChange, (change) => {
        restore();
        const authorization = authorizationOf(dana, 'test.judge', judgement, office.nowMs);
        const sent: Sent = { kind: 'test.judge', document: judgement, authorization };
        const changed = change(sent);
        const outcome = office.settle(changed.kind, changed.document, changed.authorization);
        expect(outcome).toMatchObject({ outcome: { ok: false }, details: [] });
        restore();
        expect(codeOf(office.settle(sent.kind, sent.document, sent.authorization))).toBe('ok');
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['by another account with its own key and code', 'ada'],
    ['in the name of dana by the key of ada', 'dana'],
  ])('%s: a signature cannot be handed on', (_how, name) => {
    const staff = staffedOffice();
    const stolen = authorizationOf(staff.ada, 'test.judge', judgement, staff.office.nowMs);
    const sent = { ...stolen, name, code: codeAt(staff.dana.totp, staff.office.nowMs) };
    expect(codeOf(staff.office.settle('test.judge', judgement, sent))).toBe('CREDENTIALS_REFUSED');
  });

  test.each<[string, DetailDocument]>([
    ['a number that no record can hold', { reason: 0.5 }],
    ['half a surrogate pair', { reason: '\ud800' }],
    ['half a surrogate pair in a long name', { [`${'x'.repeat(5_000)}\u001b`]: { '\ud800': 0 } }],
    [
      'a depth that no record can hold',
      JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`) as DetailDocument,
    ],
  ])('%s is refused without an error', (_what, document) => {
    const authorization = authorizationOf(dana, 'test.judge', judgement, office.nowMs);
    restore();
    const { outcome } = office.settle('test.judge', document, authorization);
    expect(outcome).toMatchObject({ ok: false, code: 'REQUEST_MALFORMED' });
    // The refusal is a record too.
    expect(() => canonicalJson({ ...outcome, state: [] })).not.toThrow();
    expect(JSON.stringify(outcome).length).toBeLessThan(600);
  });

  test.each([[null], [1], ['dana'], [[]], [{}], [{ name: 'dana' }]])(
    'an authorization of another form is refused: %j',
    (authorization) => {
      expect(codeOf(office.settle('test.judge', judgement, authorization))).toBe('AUTHORIZATION_MALFORMED');
    },
  );

  test('a row that cannot be read is refused, and nothing of it is repeated', () => {
    const staff = staffedOffice();
    staff.office.state.apply([['user/dana', '{"totpSecret":"KEEPTHISOUT"}']]);
    const { outcome } = staff.office.ask(staff.dana, 'test.judge', judgement);
    expect(outcome).toMatchObject({ ok: false, code: 'ACCOUNT_UNREADABLE' });
    expect(JSON.stringify(outcome)).not.toContain('KEEPTHISOUT');
  });

  test('the row of one person in the place of another is not read', () => {
    const staff = staffedOffice();
    staff.office.state.apply([['user/dana', staff.office.state.get('user/ada')]]);
    const who = { ...staff.ada, name: 'dana' };
    expect(staff.office.codeOf(who, 'test.judge', judgement)).toBe('ACCOUNT_UNREADABLE');
  });
});

describe('a code works once', () => {
  /** Signs now, with the code that the authenticator shows `codeByMs` from now. */
  function settleWith(office: AccountOffice, who: Person, codeByMs: number) {
    const authorization = authorizationOf(who, 'test.judge', judgement, office.nowMs);
    const code = codeAt(who.totp, office.nowMs + codeByMs);
    return codeOf(office.settle('test.judge', judgement, { ...authorization, code }));
  }

  test('whatever the order of codes and times, each step is taken at most once, and none before one that was', () => {
    const move = fc.record({
      passMs: fc.integer({ min: 1, max: 45_000 }),
      codeBy: fc.constantFrom(-1, 0, 1),
    });
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 12 }), (moves) => {
        const { office, dana } = sameStaff();
        const taken: number[] = [];
        for (const { passMs, codeBy } of moves) {
          office.nowMs += passMs;
          const step = Math.floor(office.nowMs / STEP_MS) + codeBy;
          const last = taken.at(-1) ?? 0;
          const expected = step > last ? 'ok' : 'CODE_USED';
          expect(settleWith(office, dana, codeBy * STEP_MS)).toBe(expected);
          if (expected === 'ok') taken.push(step);
        }
        expect(new Set(taken).size).toBe(taken.length);
      }),
      { numRuns: 60 },
    );
  });

  // Made once: a new set of keys for each run would take most of the time.
  const staff = staffedOffice();
  const rows = staff.office.state.entries('');
  const startMs = staff.office.nowMs;
  const sameStaff = () => {
    staff.office.nowMs = startMs;
    staff.office.state.apply(rows);
    return staff;
  };

  test('the same request twice is carried out once', () => {
    const { office, dana } = sameStaff();
    const authorization = authorizationOf(dana, 'test.judge', judgement, office.nowMs);
    expect(codeOf(office.settle('test.judge', judgement, authorization))).toBe('ok');
    expect(codeOf(office.settle('test.judge', judgement, authorization))).toBe('CODE_USED');
  });

  test('an old signature with a code of now is refused: whoever reads the journal can make codes', () => {
    const { office, dana } = sameStaff();
    const authorization = authorizationOf(dana, 'test.judge', judgement, office.nowMs);
    expect(codeOf(office.settle('test.judge', judgement, authorization))).toBe('ok');
    office.nowMs += STEP_MS;
    const renewed = { ...authorization, code: codeAt(dana.totp, office.nowMs) };
    expect(codeOf(office.settle('test.judge', judgement, renewed))).toBe('CODE_USED');
  });

  test('a used code is no failure: honest hands type it twice', () => {
    const { office, dana } = sameStaff();
    const authorization = authorizationOf(dana, 'test.judge', judgement, office.nowMs);
    for (let time = 0; time < 10; time++) office.settle('test.judge', judgement, authorization);
    expect(office.codeOf(dana, 'test.judge', judgement)).toBe('ok');
  });

  test.each([
    ['two steps late', -2 * STEP_MS],
    ['two steps early', 2 * STEP_MS],
  ])('%s it does not work at all', (_when, codeByMs) => {
    const { office, dana } = sameStaff();
    expect(settleWith(office, dana, codeByMs)).toBe('CREDENTIALS_REFUSED');
  });
});

describe('a signature is of now', () => {
  test.each([
    [-5 * MINUTE_MS - 1, 'SIGNATURE_STALE'],
    [-5 * MINUTE_MS, 'ok'],
    [5 * MINUTE_MS, 'ok'],
    [5 * MINUTE_MS + 1, 'SIGNATURE_STALE'],
  ])('signed %i ms from now: %s', (byMs, expected) => {
    const { office, dana } = staffedOffice();
    const signed = authorizationOf(dana, 'test.judge', judgement, office.nowMs + byMs);
    const authorization = { ...signed, code: codeAt(dana.totp, office.nowMs) };
    expect(codeOf(office.settle('test.judge', judgement, authorization))).toBe(expected);
  });
});

test('why somebody is not believed is not told: the words are the same for each name', () => {
  const words = (name: string, prepare: (staff: ReturnType<typeof staffedOffice>) => unknown) => {
    const staff = staffedOffice();
    const sent = prepare(staff);
    const { outcome } = staff.office.settle('test.judge', judgement, sent);
    if (outcome.ok) throw new Error('it was believed');
    return JSON.stringify({ ...outcome, state: undefined }).replaceAll(name, 'NAME');
  };
  const now = (staff: ReturnType<typeof staffedOffice>, who: Person = staff.dana) =>
    authorizationOf(who, 'test.judge', judgement, staff.office.nowMs);
  const told = [
    words('nobody', (staff) => now(staff, { ...staff.dana, name: 'nobody' })),
    words('dana', (staff) => ({ ...now(staff), code: codeAt(staff.dana.totp, 0) })),
    words('dana', (staff) => ({ ...now(staff), signature: '00'.repeat(64) })),
    words('dana', (staff) => {
      staff.office.must(staff.ada, 'user.disable', { name: 'dana' });
      return now(staff);
    }),
    words('dana', (staff) => {
      for (let time = 0; time < 5; time++) staff.office.settle('user.attempt-failed', { name: 'dana' });
      return now(staff);
    }),
  ];
  expect(new Set(told).size).toBe(1);
  expect(told[0]).toContain('CREDENTIALS_REFUSED');
});

describe('five failures lock', () => {
  const wrong = (office: AccountOffice, who: Person) => {
    const authorization = authorizationOf(who, 'test.judge', judgement, office.nowMs);
    return codeOf(office.settle('test.judge', judgement, { ...authorization, signature: '00'.repeat(64) }));
  };
  const fail = (office: AccountOffice, who: Person, times: number) => {
    for (let time = 0; time < times; time++) expect(wrong(office, who)).toBe('CREDENTIALS_REFUSED');
  };

  test('the account for 15 minutes, and not a fourth', () => {
    const { office, dana } = staffedOffice();
    fail(office, dana, 4);
    expect(office.codeOf(dana, 'test.judge', judgement)).toBe('ok');
    fail(office, dana, 5);
    const lockedAtMs = office.nowMs;
    expect(office.codeOf(dana, 'test.judge', judgement)).toBe('CREDENTIALS_REFUSED');
    office.nowMs = lockedAtMs + 15 * MINUTE_MS - STEP_MS - 1;
    expect(office.codeOf(dana, 'test.judge', judgement)).toBe('CREDENTIALS_REFUSED');
    office.nowMs = lockedAtMs + 15 * MINUTE_MS - STEP_MS;
    expect(office.codeOf(dana, 'test.judge', judgement)).toBe('ok');
  });

  test('and one more failure after the lock locks again, until a success', () => {
    const { office, dana } = staffedOffice();
    fail(office, dana, 5);
    office.nowMs += 15 * MINUTE_MS;
    fail(office, dana, 1);
    expect(office.codeOf(dana, 'test.judge', judgement)).toBe('CREDENTIALS_REFUSED');
    office.nowMs += 15 * MINUTE_MS;
    expect(office.codeOf(dana, 'test.judge', judgement)).toBe('ok');
    fail(office, dana, 4);
    expect(office.codeOf(dana, 'test.judge', judgement)).toBe('ok');
  });

  test('trying on while it is locked does not make it longer', () => {
    const { office, dana } = staffedOffice();
    fail(office, dana, 5);
    const lockedAtMs = office.nowMs;
    office.nowMs += 10 * MINUTE_MS;
    fail(office, dana, 20);
    for (let time = 0; time < 20; time++) office.settle('user.attempt-failed', { name: 'dana' });
    office.nowMs = lockedAtMs + 15 * MINUTE_MS;
    expect(office.codeOf(dana, 'test.judge', judgement)).toBe('ok');
  });

  test('only that account', () => {
    const { office, dana, omar } = staffedOffice();
    fail(office, dana, 5);
    expect(office.codeOf(omar, 'test.load', {})).toBe('ok');
  });

  test('whether code, signature or password was wrong, and by records', () => {
    const { office, dana } = staffedOffice();
    const signed = authorizationOf(dana, 'test.judge', judgement, office.nowMs);
    office.settle('test.judge', judgement, { ...signed, code: codeAt(dana.totp, 0) });
    fail(office, dana, 1);
    const attempts = [1, 2, 3].flatMap(() => office.must(undefined, 'user.attempt-failed', { name: 'dana' }));
    expect(attempts).toMatchObject([
      { type: 'account', event: 'attempt-failed', account: 'dana', failures: 3, isLocked: false },
      { failures: 4, isLocked: false },
      { failures: 5, isLocked: true, by: { name: 'local' } },
    ]);
    expect(office.codeOf(dana, 'test.judge', judgement)).toBe('CREDENTIALS_REFUSED');
  });

  test('a clock that is set back ends the lock: it would last for years otherwise', () => {
    const { office, dana } = staffedOffice();
    const nowMs = office.nowMs;
    office.nowMs = nowMs + 365 * 24 * 60 * MINUTE_MS;
    fail(office, dana, 5);
    office.nowMs = nowMs;
    expect(office.codeOf(dana, 'test.judge', judgement)).toBe('ok');
  });
});

test('a person that is disabled is refused, and believed again when enabled', () => {
  const { office, ada, dana } = staffedOffice();
  office.must(ada, 'user.disable', { name: 'dana', reason: 'on leave' });
  expect(office.codeOf(dana, 'test.judge', judgement)).toBe('CREDENTIALS_REFUSED');
  office.must(ada, 'user.enable', { name: 'dana' });
  expect(office.codeOf(dana, 'test.judge', judgement)).toBe('ok');
});

test('of two first accounts at the same time only one is made', () => {
  const office = new AccountOffice();
  const [ada, eve] = [person('ada', 'administrator'), person('eve', 'administrator')];
  expect(codeOf(office.settle('user.create', createDocument(ada)))).toBe('ok');
  expect(codeOf(office.settle('user.create', createDocument(eve)))).toBe('SIGN_IN_NEEDED');
});
