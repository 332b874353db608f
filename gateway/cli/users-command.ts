// `coldgate users ...`: accounts of the persons who sign. Asks the gateway role, which decides; shows how accounts
// stand. Secrets of a new account go to stderr, once, and nowhere else.

import { accountName, hasAccounts, readAccount, readAccounts } from '../accounts/account.js';
import { findAccount } from '../accounts/account-request.js';
import { accountLine, accountLines, accountSummary } from '../accounts/account-summary.js';
import { creationRefusal } from '../accounts/create-account.js';
import type { Role } from '../requests/request.js';
import { RequestError } from '../requests/request-error.js';
import type { readState, submitRequest } from '../requests/submit.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import type { Credentials } from './credentials.js';
import { type EnrolmentOptions, type EnrolmentParts, enrol, resealed } from './users-enrolment.js';

/** What the commands reach the gateway and the person with. */
export interface UsersCommandParts extends EnrolmentParts {
  readonly submit: typeof submitRequest;
  readonly readState: typeof readState;
  readonly gatewayName: (configFile: string) => string;
  /** Whoever asks; absent if nobody is named. */
  readonly credentials: Credentials | undefined;
}

interface UsersOptions {
  readonly config: string;
  readonly json?: boolean;
}

interface NamedOptions extends UsersOptions {
  readonly name: string;
  readonly reason?: string;
}

function checkedName(name: string): string {
  if (accountName.safeParse(name).success) return name;
  throw new UsageError(
    'WRONG_USE',
    `${JSON.stringify(name)} is no account name`,
    'use 1 to 64 of a-z 0-9 _ -',
  );
}

function named({ credentials }: UsersCommandParts): Credentials {
  if (credentials) return credentials;
  throw new UsageError('WRONG_USE', 'nobody is named', 'say who asks: --as NAME');
}

const reasonOf = ({ reason }: NamedOptions): DetailDocument => (reason === undefined ? {} : { reason });

async function ask(
  kind: string,
  document: DetailDocument,
  { config, json }: UsersOptions,
  { submit, credentials }: UsersCommandParts,
  line: (answer: DetailDocument) => string,
  io: CliIo,
): Promise<ExitCode> {
  const answer = await submit(config, kind, document, credentials?.authorise);
  const record = answer.sequence === undefined ? '' : `, record ${answer.sequence}`;
  io.out(json ? JSON.stringify(answer) : `${line(answer)}${record}`);
  return exitCodes.ok;
}

export interface CreateUserOptions extends NamedOptions, EnrolmentOptions {
  readonly role: Role;
  readonly printedName: string;
}

/** Makes an account. @throws UsageError, RequestError, KeyError, ConfigError, JournalError */
export async function runUserCreate(
  options: CreateUserOptions,
  parts: UsersCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  const { role, printedName, config } = options;
  const name = checkedName(options.name);
  const state = parts.readState(config);
  // All of it is asked again by the role; here so that nobody sets up an authenticator for nothing.
  const no = creationRefusal(state, name, role);
  if (no) throw new RequestError(no.code, no.reason, no.hint);
  if (hasAccounts(state)) await named(parts).unlock(state);
  const { signer, secret } = await enrol(name, parts.gatewayName(config), options, parts, io);
  const document = { name, printedName, role, signer, secret };
  const line = () => `account ${name} is ${role}, signs as ${signer}`;
  return ask('user.create', document, options, parts, line, io);
}

/** Gives an account a new key, password and authenticator. @throws as runUserCreate */
export async function runUserReset(
  options: NamedOptions & EnrolmentOptions,
  parts: UsersCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  const name = checkedName(options.name);
  const state = parts.readState(options.config);
  const found = findAccount(state, name);
  if (!found.ok) throw new RequestError(found.code, found.reason, found.hint);
  await named(parts).unlock(state);
  const { signer, secret } = await enrol(name, parts.gatewayName(options.config), options, parts, io);
  const document = { name, signer, secret, ...reasonOf(options) };
  return ask('user.reset', document, options, parts, () => `account ${name} now signs as ${signer}`, io);
}

/** Changes one's own password. @throws as runUserCreate */
export async function runUserPassword(
  options: UsersOptions & EnrolmentOptions,
  parts: UsersCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  const { account, privateKey } = await named(parts).unlock(parts.readState(options.config));
  const document = { secret: { key: await resealed(account, privateKey, options, parts) } };
  return ask(
    'user.change-password',
    document,
    options,
    parts,
    () => `${account.name} has a new password`,
    io,
  );
}

export interface ChangeUserOptions extends NamedOptions {
  readonly change: 'disable' | 'enable' | 'unlock';
}

/** Changes whether an account may be used. @throws UsageError, RequestError, KeyError, ConfigError, JournalError */
export async function runUserChange(
  options: ChangeUserOptions,
  parts: UsersCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  const name = checkedName(options.name);
  const done = { disable: 'disabled', enable: 'enabled', unlock: 'unlocked' }[options.change];
  const document = { name, ...reasonOf(options) };
  return ask(`user.${options.change}`, document, options, parts, () => `account ${name} is ${done}`, io);
}

export interface SetRoleOptions extends NamedOptions {
  readonly role: Role;
}

/** Gives an account another role. @throws as runUserChange */
export async function runUserSetRole(
  options: SetRoleOptions,
  parts: UsersCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  const name = checkedName(options.name);
  const document = { name, role: options.role, ...reasonOf(options) };
  const line = ({ from, role }: DetailDocument) => `account ${name}: ${from} -> ${role}`;
  return ask('user.set-role', document, options, parts, line, io);
}

/** Prints one account; exit code 1 if there is none. @throws AccountError, ConfigError, JournalError */
export async function runUserShow(
  { name, config, json }: NamedOptions,
  { readState: read, now }: Pick<UsersCommandParts, 'readState' | 'now'>,
  io: CliIo,
): Promise<ExitCode> {
  const state = read(config);
  const account = readAccount(state, name);
  if (!account) {
    io.err(`coldgate: there is no account ${JSON.stringify(name)} [ACCOUNT_UNKNOWN]`);
    io.err('  hint: coldgate users list shows them');
    return exitCodes.refuted;
  }
  if (json) io.out(JSON.stringify(accountSummary(account, state, now()), undefined, 2));
  else for (const line of accountLines(account, state, now())) io.out(line);
  return exitCodes.ok;
}

/** Prints all accounts, one a line. @throws AccountError, ConfigError, JournalError */
export async function runUserList(
  { config, json }: UsersOptions,
  { readState: read, now }: Pick<UsersCommandParts, 'readState' | 'now'>,
  io: CliIo,
): Promise<ExitCode> {
  const state = read(config);
  const accounts = readAccounts(state);
  if (json) io.out(JSON.stringify(accounts.map((account) => accountSummary(account, state, now()))));
  else if (accounts.length === 0) io.out('no accounts yet: coldgate users create makes the first');
  else for (const account of accounts) io.out(accountLine(account, state, now()));
  return exitCodes.ok;
}
