// Names, options and help of the users commands. Their code is loaded only when they run.

import { type Command, Option } from 'commander';
import type { CliIo, ExitCode } from './cli-io.js';
import { credentialHelp, withCredentials } from './credential-options.js';
import type { CredentialOptions } from './credentials.js';
import type { Registration, Runner } from './registration.js';
import type {
  ChangeUserOptions,
  CreateUserOptions,
  SetRoleOptions,
  UsersCommandParts,
} from './users-command.js';
import type { EnrolmentOptions } from './users-enrolment.js';

type Code = typeof import('./users-command.js');
type Asking = CredentialOptions & { readonly json?: boolean };

/** Makes what the commands need, when one of them runs. */
export type UsersParts = (options: CredentialOptions) => Promise<UsersCommandParts>;

type Task = (
  options: CredentialOptions,
  command: (code: Code, parts: UsersCommandParts, io: CliIo) => Promise<ExitCode>,
) => void;

const roleOption = () =>
  new Option('--role <role>', 'what the person may do')
    .choices(['operator', 'quality', 'administrator', 'auditor'])
    .makeOptionMandatory();

function plain(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--json', 'print the result as JSON');
}

const asking = (command: Command) => withCredentials(plain(command));

/** The secrets of the account itself, for scripts. */
function withNewPassword(command: Command): Command {
  return command.option('--new-password-file <file>', 'password of the account, mode 0600; else asked for');
}

function withEnrolment(command: Command): Command {
  return withNewPassword(command)
    .option('--totp-secret-file <file>', 'base32 secret that its authenticator has already; else one is made')
    .option('--new-code <digits>', 'first code of its authenticator; else asked for');
}

const help = (command: Command, examples: string, words = '') =>
  command.addHelpText('after', `${words}${credentialHelp}\n\nExamples:\n  ${examples}`);

function addCreate(users: Command, task: Task): void {
  const command = withEnrolment(asking(users.command('create')))
    .description('make an account; the person types the password and sets up the authenticator here')
    .argument('<name>', '1 to 64 of a-z 0-9 _ -; never used again for anybody else')
    .addOption(roleOption())
    .requiredOption('--printed-name <text>', 'full name, as it stands beside a signature');
  help(
    command,
    "coldgate users create ada --role administrator --printed-name 'Ada Example'\n  coldgate users create dana --role quality --printed-name 'Dana Example' --as ada",
    '\nThe first account is of an administrator and needs no --as. From then on every request names who asks.',
  ).action((name: string, options: Omit<CreateUserOptions, 'name'> & Asking) =>
    task(options, (code, parts, io) => code.runUserCreate({ ...options, name }, parts, io)),
  );
}

function addChange(
  users: Command,
  task: Task,
  change: ChangeUserOptions['change'],
  description: string,
): void {
  const command = asking(users.command(change))
    .description(description)
    .argument('<name>', 'account')
    .option('--reason <text>', 'why; stands in the record');
  help(command, `coldgate users ${change} dana --as ada`).action(
    (name: string, options: Omit<ChangeUserOptions, 'name' | 'change'> & Asking) =>
      task(options, (code, parts, io) => code.runUserChange({ ...options, name, change }, parts, io)),
  );
}

function addSetRole(users: Command, task: Task): void {
  const command = asking(users.command('set-role'))
    .description('give an account another role')
    .argument('<name>', 'account')
    .addOption(roleOption())
    .option('--reason <text>', 'why; stands in the record');
  help(command, 'coldgate users set-role dana --role auditor --as ada').action(
    (name: string, options: Omit<SetRoleOptions, 'name'> & Asking) =>
      task(options, (code, parts, io) => code.runUserSetRole({ ...options, name }, parts, io)),
  );
}

function addPassword(users: Command, task: Task): void {
  const command = withNewPassword(asking(users.command('password'))).description('change your own password');
  help(
    command,
    'coldgate users password --as dana',
    '\nWhoever has an old copy of the journal and the old password still has the key: then `users reset` is needed.',
  ).action((options: EnrolmentOptions & Asking) =>
    task(options, (code, parts, io) => code.runUserPassword(options, parts, io)),
  );
}

function addReset(users: Command, task: Task): void {
  const command = withEnrolment(asking(users.command('reset')))
    .description('new key, password and authenticator for an account whose own were lost or stolen')
    .argument('<name>', 'account')
    .option('--reason <text>', 'why; stands in the record');
  help(command, "coldgate users reset dana --reason 'phone lost' --as ada").action(
    (name: string, options: EnrolmentOptions & Asking & { reason?: string }) =>
      task(options, (code, parts, io) => code.runUserReset({ ...options, name }, parts, io)),
  );
}

function addViews(users: Command, task: Task): void {
  plain(users.command('show'))
    .description('what an account may do, by which key it signs, whether it is locked')
    .argument('<name>', 'account')
    .addHelpText('after', '\nExamples:\n  coldgate users show dana --json')
    .action((name: string, options: { config: string; json?: boolean }) =>
      task(options, (code, parts, io) => code.runUserShow({ ...options, name }, parts, io)),
    );
  plain(users.command('list'))
    .description('all accounts, one a line')
    .addHelpText('after', '\nExamples:\n  coldgate users list')
    .action((options: { config: string; json?: boolean }) =>
      task(options, (code, parts, io) => code.runUserList(options, parts, io)),
    );
}

function taskOf(run: Runner, partsOf: UsersParts): Task {
  return (options, command) =>
    run(async (io) => command(await import('./users-command.js'), await partsOf(options), io));
}

/** The `users` command and all under it. */
export function usersRegistration(partsOf: UsersParts): Registration {
  return (program, run) => {
    const task = taskOf(run, partsOf);
    const users = program
      .command('users')
      .description('accounts of the persons who sign')
      .addHelpText(
        'after',
        "\nA signature needs the password and a code of the authenticator, with every request.\nEvery change is a signed record; five failures lock an account for 15 minutes.\n\nExamples:\n  coldgate users create ada --role administrator --printed-name 'Ada Example'\n  coldgate users list",
      );
    addCreate(users, task);
    addPassword(users, task);
    addChange(users, task, 'disable', 'refuse all requests of an account from now on');
    addChange(users, task, 'enable', 'take requests of a disabled account again');
    addChange(users, task, 'unlock', 'forget the failures of an account');
    addSetRole(users, task);
    addReset(users, task);
    addViews(users, task);
  };
}

/** In front of the gateway of the configuration. */
export const registerUsers: Registration = usersRegistration(async (options) =>
  (await import('./users-parts.js')).usersParts(options),
);
