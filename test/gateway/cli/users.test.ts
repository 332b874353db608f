// `coldgate users`, through the arguments a person types, in front of a gateway role that decides at once. Here keys
// are sealed for real; that takes most of the time.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { checkSignature } from '../../../gateway/accounts/recorded-signature.js';
import { type ExitCode, exitCodes, UsageError } from '../../../gateway/cli/cli-io.js';
import {
  type CredentialOptions,
  type CredentialParts,
  credentialsOf,
} from '../../../gateway/cli/credentials.js';
import { reportError } from '../../../gateway/cli/error-report.js';
import { usersRegistration } from '../../../gateway/cli/users-commands.js';
import { RequestError } from '../../../gateway/requests/request-error.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { AccountOffice, codeAt, STEP_MS } from '../accounts/account-office.js';
import { tempFolder } from '../temp-folder.js';
import { capturedIo } from './captured-io.js';

const ADA = 'three pallets left for Basel';
const DANA = 'kettle window harbour nine';
/** Of a phone that has it already. */
const ADA_TOTP = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

type Answer = string | ((question: string) => string);

/** The commands, the office that they ask, and a person who answers their questions. */
function desk() {
  const office = new AccountOffice();
  const folder = tempFolder();
  const records: DetailDocument[] = [];
  const asked: string[] = [];
  const questions: string[] = [];
  const submit: CredentialParts['submit'] = async (configFile, kind, document, authorise) => {
    const proof = await authorise?.(kind, document, office.state, office.nowMs);
    asked.push(kind);
    expect(configFile).toBe('coldgate.yaml');
    const { outcome, details } = office.settle(kind, document, proof);
    records.push(...details);
    if (!outcome.ok) throw new RequestError(outcome.code, outcome.reason, outcome.hint);
    return { ...outcome.answer, sequence: records.length };
  };
  const secretFile = (content: string) => {
    const path = join(folder, `secret-${questions.length}-${Math.random()}`);
    writeFileSync(path, `${content}\n`, { mode: 0o600 });
    return path;
  };
  const run = async (
    argv: readonly string[],
    answers: readonly Answer[] = [],
    env: CredentialParts['env'] = {},
  ) => {
    const io = capturedIo();
    const left = [...answers];
    const answer = async (question: string) => {
      questions.push(question);
      const next = left.shift();
      if (next === undefined) throw new UsageError('WRONG_USE', `no answer to ${question}`, '');
      return typeof next === 'string' ? next : next(io.errLines.join('\n'));
    };
    const prompt = { secret: answer, line: answer };
    const now = () => office.nowMs;
    let exitCode: ExitCode = exitCodes.ok;
    const program = new Command('coldgate')
      .exitOverride()
      .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });
    const registration = usersRegistration(async (options: CredentialOptions) => ({
      submit,
      readState: () => office.state,
      gatewayName: () => 'truck-17',
      credentials: credentialsOf(options, { submit, prompt, env, now }),
      prompt,
      now,
    }));
    registration(program, async (task) => {
      exitCode = await task(io).catch((error: unknown) => reportError(error, io, false));
    });
    for (const command of program.commands.flatMap((each) => each.commands)) command.exitOverride();
    office.nowMs += STEP_MS;
    await program.parseAsync(['users', ...argv], { from: 'user' });
    return { exitCode, out: io.outLines, err: io.errLines };
  };
  /** The first administrator, without a question. */
  const makeAda = () =>
    run([
      ...['create', 'ada', '--role', 'administrator', '--printed-name', 'Ada Example'],
      ...['--new-password-file', secretFile(ADA), '--totp-secret-file', secretFile(ADA_TOTP)],
      ...['--new-code', codeAt(ADA_TOTP, office.nowMs + STEP_MS)],
    ]);
  /** What the person reads from the authenticator when asked. */
  const adaCode = () => codeAt(ADA_TOTP, office.nowMs);
  return { office, run, makeAda, adaCode, secretFile, records, asked, questions };
}

/** Reads the secret from the screen into an authenticator, and the code from that. */
const enrolledCode =
  (nowMs: () => number): Answer =>
  (screen) =>
    codeAt(/^ {2}([A-Z2-7]{32})$/m.exec(screen)?.[1] ?? '', nowMs());

const createDana = ['create', 'dana', '--role', 'quality', '--printed-name', 'Dana Example', '--as', 'ada'];

test('accounts are made, sign, get a new password and are shown', async () => {
  const { office, run, makeAda, adaCode, records } = desk();
  expect(await makeAda()).toEqual({
    exitCode: 0,
    out: [`account ada is administrator, signs as ${office.account('ada').signer}, record 1`],
    err: [],
  });

  const made = await run(createDana, [ADA, DANA, DANA, enrolledCode(() => office.nowMs), adaCode]);
  const dana = office.account('dana');
  expect(made.out).toEqual([`account dana is quality, signs as ${dana.signer}, record 2`]);
  expect(made.err).toEqual([
    'Shown only now. Enter it into the authenticator of the person, as a QR code or by hand:',
    `  otpauth://totp/coldgate:truck-17%20dana?issuer=coldgate&secret=${dana.totpSecret}&algorithm=SHA1&digits=6&period=30`,
    `  ${dana.totpSecret}`,
  ]);
  expect(checkSignature(records.at(-1)?.by)).toMatchObject({
    ok: true,
    signer: office.account('ada').signer,
  });

  const danaCode = () => codeAt(dana.totpSecret, office.nowMs);
  const password = 'a lamp beside the river';
  const changed = await run(['password', '--as', 'dana'], [DANA, password, password, danaCode]);
  expect(changed).toEqual({ exitCode: 0, out: ['dana has a new password, record 3'], err: [] });
  expect(office.account('dana').signer).toBe(dana.signer);
  expect(records.at(-1)).toMatchObject({ event: 'password-changed', by: { name: 'dana' } });

  expect((await run(['list'])).out).toEqual([
    'ada  administrator  enabled  Ada Example',
    'dana  quality  enabled  Dana Example',
  ]);
  const shown = await run(['show', 'dana']);
  expect(shown.out).toEqual([
    'account     dana: enabled',
    'name        Dana Example',
    'role        quality',
    `signs as    ${dana.signer}`,
    'failures    0 since the last success',
    'created     2026-11-23T08:01:00.000Z',
    'password    since 2026-11-23T08:01:30.000Z',
  ]);
  const printed = [
    made.out,
    changed.out,
    changed.err,
    shown.out,
    (await run(['show', 'dana', '--json'])).out,
  ];
  const text = `${printed.flat().join('\n')}${JSON.stringify(records)}`;
  const { ciphertext, tag, nonce } = office.account('dana').key.cipher;
  for (const secret of [ADA, DANA, password, dana.totpSecret, ADA_TOTP, ciphertext, tag, nonce]) {
    expect(text).not.toContain(secret);
  }
});

test('five wrong passwords lock, an administrator unlocks, and a reset gives new secrets', async () => {
  const { office, run, makeAda, adaCode, asked } = desk();
  await makeAda();
  await run(createDana, [ADA, DANA, DANA, enrolledCode(() => office.nowMs), adaCode]);
  const before = office.account('dana').signer;
  const wrong = await run(['disable', 'ada', '--as', 'dana'], ['not the password']);
  expect(wrong).toEqual({
    exitCode: 1,
    out: [],
    err: [
      'coldgate: dana: name or password is wrong; the attempt is recorded [CREDENTIALS_REFUSED]',
      '  hint: five failures lock an account for 15 minutes; coldgate users show NAME tells',
    ],
  });
  expect(asked.at(-1)).toBe('user.attempt-failed');
  for (let time = 0; time < 4; time++) office.settle('user.attempt-failed', { name: 'dana' });
  expect((await run(['list'])).out[1]).toBe(
    `dana  quality  locked until ${new Date(office.nowMs - STEP_MS + 900_000).toISOString()}  Dana Example`,
  );
  const unlocked = await run(['unlock', 'dana', '--as', 'ada', '--reason', 'new keyboard'], [ADA, adaCode]);
  expect(unlocked.out).toEqual(['account dana is unlocked, record 4']);
  const reset = await run(
    ['reset', 'dana', '--as', 'ada', '--reason', 'phone lost'],
    [ADA, 'a lamp beside the river', 'a lamp beside the river', enrolledCode(() => office.nowMs), adaCode],
  );
  const { signer } = office.account('dana');
  expect(reset.out).toEqual([`account dana now signs as ${signer}, record 5`]);
  expect(signer).not.toBe(before);
  expect((await run(['show', 'dana'])).out).toContain(`signed as   ${before}, until a reset`);
});

describe('an administrator changes rights', () => {
  test('without a question where environment and options tell all', async () => {
    const { run, makeAda, adaCode, secretFile, questions, office } = desk();
    await makeAda();
    const [env, codeOption] = [
      { COLDGATE_USER: 'ada', COLDGATE_PASSWORD_FILE: secretFile(ADA) },
      () => codeAt(ADA_TOTP, office.nowMs + STEP_MS),
    ];
    const danaFiles = ['--new-password-file', secretFile(DANA), '--totp-secret-file', secretFile(ADA_TOTP)];
    const create = ['create', 'dana', '--role', 'quality', '--printed-name', 'Dana Example', ...danaFiles];
    const code = codeOption();
    expect((await run([...create, '--new-code', code], [], { ...env, COLDGATE_CODE: code })).exitCode).toBe(
      0,
    );
    const told: string[] = [];
    for (const argv of [
      ['set-role', 'dana', '--role', 'auditor'],
      ['disable', 'dana', '--reason', 'left'],
      ['enable', 'dana', '--json'],
    ]) {
      const { out } = await run([...argv, '--code', codeOption()], [], env);
      told.push(...out);
    }
    expect(told).toEqual([
      'account dana: quality -> auditor, record 3',
      'account dana is disabled, record 4',
      '{"account":"dana","sequence":5}',
    ]);
    expect(questions).toEqual([]);
    const last = await run(['disable', 'ada', '--as', 'ada'], [ADA, adaCode]);
    expect(last).toMatchObject({
      exitCode: 1,
      err: [expect.stringContaining('last enabled administrator [LAST_ADMINISTRATOR]'), expect.anything()],
    });
  });

  test('whose name nobody has gets the same answer as a wrong password', async () => {
    const { run, makeAda, asked } = desk();
    await makeAda();
    const [nobody, ada] = [
      await run(['disable', 'ada', '--as', 'nobody'], [ADA]),
      await run(['disable', 'ada', '--as', 'ada'], [DANA]),
    ];
    expect(nobody.err.join('\n').replace('nobody', 'NAME')).toBe(ada.err.join('\n').replace('ada:', 'NAME:'));
    expect(asked.slice(-2)).toEqual(['user.attempt-failed', 'user.attempt-failed']);
  });
});

describe('wrong use is exit code 2, and nothing is asked of the gateway', () => {
  const create = ['create', 'ada', '--role', 'administrator', '--printed-name', 'Ada Example'];
  const code: Answer = enrolledCode(() => 0);

  test.each<[string, readonly string[], readonly Answer[], string]>([
    ['a short password', create, ['short'], 'not taken: it has 5 characters'],
    ['a password with the name', create, ['password of ada!'], 'not taken: it holds the name'],
    ['two passwords that differ', create, [DANA, ADA], 'the two passwords differ'],
    ['a code that is none', create, [DANA, DANA, 'abcdef'], 'this is no code'],
    ['three wrong codes', create, [DANA, DANA, code, code, code], 'the code is not right'],
    ['no answer', create, [], 'no answer'],
    ['no account name', ['create', 'Ada', ...create.slice(2)], [], 'is no account name'],
    ['no account name of whoever asks', ['disable', 'ada', '--as', '../ada'], [], 'is no account name'],
    ['nobody for a new password', ['password'], [], 'nobody is named'],
  ])('%s', async (_what, argv, answers, message) => {
    const { run, asked } = desk();
    const { exitCode, err } = await run(argv, answers);
    expect(err.join('\n')).toContain(message);
    expect(exitCode).toBe(exitCodes.wrongUse);
    expect(asked).toEqual([]);
  });

  test('a secret that is none', async () => {
    const { run, secretFile } = desk();
    const files = ['--new-password-file', secretFile(ADA), '--totp-secret-file', secretFile('hunter2')];
    const { exitCode, err } = await run([...create, ...files]);
    expect(exitCode).toBe(2);
    expect(err.join('\n')).not.toContain('hunter2');
  });

  test.each([
    [['create', 'ada', '--printed-name', 'Ada Example'], 'commander.missingMandatoryOptionValue'],
    [['create', 'ada', '--role', 'owner', '--printed-name', 'Ada Example'], 'commander.invalidArgument'],
    [['disable'], 'commander.missingArgument'],
  ])('%j', async (argv, codeOf) => {
    await expect(desk().run(argv)).rejects.toMatchObject({ code: codeOf });
  });
});

test('a password file that is not there, or that others may read, is exit code 3', async () => {
  const { run } = desk();
  const create = ['create', 'ada', '--role', 'administrator', '--printed-name', 'Ada Example'];
  const absent = await run([...create, '--new-password-file', 'absent']);
  expect(absent).toMatchObject({
    exitCode: 3,
    err: [expect.stringContaining('absent does not exist'), expect.anything()],
  });
  const path = join(tempFolder(), 'password');
  writeFileSync(path, ADA, { mode: 0o644 });
  const { exitCode, err } = await run([...create, '--new-password-file', path]);
  expect({ exitCode, hint: err[1] }).toEqual({ exitCode: 3, hint: `  hint: chmod 600 ${path}` });
});

test('what will be refused is refused before anybody sets up an authenticator', async () => {
  const { run, makeAda, questions } = desk();
  const first = ['create', 'dana', '--role', 'quality', '--printed-name', 'Dana Example'];
  expect((await run(first)).err[0]).toContain('[FIRST_ACCOUNT_ADMINISTERS]');
  await makeAda();
  const taken = ['create', 'ada', '--role', 'quality', '--printed-name', 'Ada Example', '--as', 'ada'];
  expect((await run(taken)).err[0]).toContain('[ACCOUNT_EXISTS]');
  expect((await run(['reset', 'nobody', '--as', 'ada'])).err[0]).toContain('[ACCOUNT_UNKNOWN]');
  expect((await run(['reset', 'ada'])).err[0]).toContain('nobody is named [WRONG_USE]');
  expect((await run(first)).err[0]).toContain('nobody is named [WRONG_USE]');
  expect(questions).toEqual([]);
  expect((await run([...first, '--as', 'ada'], [DANA])).err[0]).toContain('[CREDENTIALS_REFUSED]');
  expect(questions).toEqual(['password of ada: ']);
});

test('the password that one has is no new one', async () => {
  const { run, makeAda } = desk();
  await makeAda();
  const { exitCode, err } = await run(['password', '--as', 'ada'], [ADA, ADA, ADA]);
  expect({ exitCode, first: err[0] }).toEqual({
    exitCode: 2,
    first: 'coldgate: the new password is not taken: it is the one before [WRONG_USE]',
  });
});

test('an empty list and an unknown account', async () => {
  const { run } = desk();
  expect((await run(['list'])).out).toEqual(['no accounts yet: coldgate users create makes the first']);
  expect((await run(['list', '--json'])).out).toEqual(['[]']);
  expect(await run(['show', 'dana'])).toMatchObject({
    exitCode: 1,
    err: ['coldgate: there is no account "dana" [ACCOUNT_UNKNOWN]', '  hint: coldgate users list shows them'],
  });
});

test('every command has a help with an example', () => {
  const names = ['create', 'password', 'disable', 'enable', 'unlock', 'set-role', 'reset', 'show', 'list'];
  for (const name of names) {
    const io = capturedIo();
    const program = new Command('coldgate').configureOutput({ writeOut: (text) => io.out(text) });
    usersRegistration(() => Promise.reject(new Error('help needs nothing')))(program, async () => {});
    program.commands[0]?.commands.find((each) => each.name() === name)?.outputHelp();
    expect(io.outLines.join('\n')).toContain(`Examples:\n  coldgate users ${name}`);
  }
});
