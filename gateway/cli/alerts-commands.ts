// Names, options and help of the alert commands. Their code is loaded only when they run.

import { type Command, Option } from 'commander';
import type {
  AlertOptions,
  AlertsCommandParts,
  AssessOptions,
  ListOptions,
  SignOptions,
} from './alerts-command.js';
import type { CliIo, ExitCode } from './cli-io.js';
import { withCredentials } from './credential-options.js';
import type { CredentialOptions } from './credentials.js';
import type { Registration } from './registration.js';

type Code = typeof import('./alerts-command.js');

/** Makes what the commands need, when one of them runs. @param options who asks; undefined where nobody needs to */
type AlertsParts = (options: CredentialOptions | undefined) => Promise<AlertsCommandParts>;

type Task = (
  options: CredentialOptions | undefined,
  command: (code: Code, parts: AlertsCommandParts, io: CliIo) => Promise<ExitCode>,
) => void;

const results = ['no-impact', 'product-affected', 'inconclusive', 'false-alarm'];
const meanings = ['reviewed', 'approved', 'rejected'];
const states = ['open', 'acknowledged', 'assessed', 'closed', 'all'];

function shared(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--json', 'print the result as JSON');
}

const asking = (command: Command) => withCredentials(shared(command).argument('<id>', 'alert'));

function addViews(alerts: Command, task: Task): void {
  shared(alerts.command('list'))
    .description('alerts that wait for somebody, one a line, the oldest first')
    .addOption(new Option('--state <state>', 'only these; default: all but closed').choices(states))
    .addHelpText('after', '\nExamples:\n  coldgate alerts list\n  coldgate alerts list --state closed --json')
    .action((options: ListOptions) =>
      task(undefined, (code, parts, io) => code.runAlertsList(options, parts, io)),
    );
  shared(alerts.command('show'))
    .description('what an alert is about, what was made of it, and the hash that a signature is bound to')
    .argument('<id>', 'alert')
    .addHelpText('after', '\nExamples:\n  coldgate alerts show cargo-front-3-123456-8000-0')
    .action((id: string, options: Omit<AlertOptions, 'id'>) =>
      task(undefined, (code, parts, io) => code.runAlertShow({ ...options, id }, parts, io)),
    );
}

function addSteps(alerts: Command, task: Task): void {
  asking(alerts.command('ack'))
    .description('somebody has seen it: ends the reminders, judges nothing')
    .option('--why <text>', 'stands in the signed record')
    .addHelpText(
      'after',
      "\nExamples:\n  coldgate alerts ack cargo-front-3-123456-8000-0 --as omar --why 'door is shut again'",
    )
    .action((id: string, options: Omit<AlertOptions, 'id'> & CredentialOptions) =>
      task(options, (code, parts, io) => code.runAlertAck({ ...options, id }, parts, io)),
    );
  asking(alerts.command('assess'))
    .description('quality says what it means for the goods')
    .addOption(new Option('--result <result>', 'what it means').choices(results).makeOptionMandatory())
    .requiredOption('--why <text>', 'stands in the signed record')
    .addHelpText(
      'after',
      "\nExamples:\n  coldgate alerts assess cargo-front-3-123456-8000-0 --as dana --result no-impact \\\n    --why '6 minutes at 8.4 degC while unloading'",
    )
    .action((id: string, options: Omit<AssessOptions, 'id'> & CredentialOptions) =>
      task(options, (code, parts, io) => code.runAlertAssess({ ...options, id }, parts, io)),
    );
  asking(alerts.command('sign'))
    .description('quality signs for the assessment and its records; approved or rejected closes the alert')
    .addOption(
      new Option('--meaning <meaning>', 'what the signature means').choices(meanings).makeOptionMandatory(),
    )
    .option('--why <text>', 'stands in the signed record')
    .option('--hash <sha-256>', 'what you were shown; default: what is shown before you sign')
    .addHelpText(
      'after',
      '\nWhoever assessed it may review, but neither approve nor reject. If records came in since you looked, nothing\nis signed: exit code 1, EVIDENCE_CHANGED.\n\nExamples:\n  coldgate alerts sign cargo-front-3-123456-8000-0 --as wim --meaning approved',
    )
    .action((id: string, options: Omit<SignOptions, 'id'> & CredentialOptions) =>
      task(options, (code, parts, io) => code.runAlertSign({ ...options, id }, parts, io)),
    );
}

/** The `alerts` command and all under it. */
export function alertsRegistration(partsOf: AlertsParts): Registration {
  return (program, run) => {
    const task: Task = (options, command) =>
      run(async (io) => command(await import('./alerts-command.js'), await partsOf(options), io));
    const alerts = program
      .command('alerts')
      .description('what asks for a person: see, acknowledge, assess, sign')
      .addHelpText(
        'after',
        '\nopen -> acknowledged -> assessed -> closed. New records take back what was made of an alert without them.\n\nExamples:\n  coldgate alerts list\n  coldgate alerts show cargo-front-3-123456-8000-0',
      );
    addViews(alerts, task);
    addSteps(alerts, task);
  };
}

/** In front of the gateway of the configuration. */
export const registerAlerts: Registration = alertsRegistration(async (options) =>
  (await import('./asking-parts.js')).askingParts(options),
);
