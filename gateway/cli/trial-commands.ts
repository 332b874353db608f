// Names, options and help of the trial commands in front of a gateway. Their code is loaded only when they run.

import { type Command, Option } from 'commander';
import { credentialHelp, withCredentials } from './credential-options.js';
import type { CredentialOptions } from './credentials.js';
import type { Registration, Runner } from './registration.js';
import type {
  KitStep,
  LoadOptions,
  RegisterOptions,
  StatementOptions,
  StepOptions,
} from './trial-command.js';
import { addTrialAudit, addTrialLedger } from './trial-ledger-commands.js';
import type { CommonOptions, TrialCommandParts } from './trial-parts.js';

/** Makes what the commands need, when one of them runs. @param options who asks; undefined where nobody needs to */
type PartsOf = (options: CredentialOptions | undefined) => Promise<TrialCommandParts>;

const code = () => import('./trial-command.js');
const each = (value: string, before: readonly string[] = []) => [...before, value];

function shared(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--json', 'print the result as JSON');
}

const asking = (command: Command) => withCredentials(shared(command));

function addRegister(trial: Command, run: Runner, partsOf: PartsOf): void {
  trial
    .command('kits')
    .description('draw kit numbers that nobody can foresee')
    .requiredOption('--count <n>', 'how many')
    .requiredOption('-o, --output <file>', 'file to make')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExamples:\n  coldgate trial kits --count 200 -o kits.csv')
    .action((options: { count: string; output: string; json?: boolean }) =>
      run(async (io) => (await code()).runTrialKits(options, io)),
    );
  asking(trial.command('register'))
    .description('signed, by quality: make the terms of a trial and its kits known')
    .argument('<terms>', 'YAML: trial, lowMilliC, highMilliC, warmMinutes, coldMinutes, origin, gateways')
    .requiredOption('--kits <file>', 'one column of kit numbers under the heading kit')
    .addHelpText(
      'after',
      `\nThe terms are the same for every kit. A list with another column, such as the arm, is refused.${credentialHelp}\n\nExamples:\n  coldgate trial register trial.yaml --kits kits.csv --as dana`,
    )
    .action((terms: string, options: Omit<RegisterOptions, 'terms'> & CredentialOptions) =>
      run(async (io) => (await code()).runTrialRegister({ ...options, terms }, await partsOf(options), io)),
    );
}

function addLegs(trial: Command, run: Runner, partsOf: PartsOf): void {
  asking(trial.command('load'))
    .description('put kits on a shipment before it is armed')
    .argument('<shipment>', 'shipment, without products and tags')
    .requiredOption('--kits <file>', 'one column of kit numbers under the heading kit')
    .addHelpText('after', '\nExamples:\n  coldgate trial load SHIP-0001 --kits box-7.csv --as omar')
    .action((shipment: string, options: Omit<LoadOptions, 'shipment'> & CredentialOptions) =>
      run(async (io) => (await code()).runTrialLoad({ ...options, shipment }, await partsOf(options), io)),
    );
  shared(trial.command('statement'))
    .description('what the kits of a delivered shipment have used so far, as evidence for the next gateway')
    .argument('<shipment>', 'shipment')
    .requiredOption('-o, --output <file>', 'file to make')
    .addHelpText('after', '\nExamples:\n  coldgate trial statement SHIP-0001 -o statement.json')
    .action((shipment: string, options: Omit<StatementOptions, 'shipment'>) =>
      run(async (io) => (await code()).runTrialStatement({ ...options, shipment }, io)),
    );
  asking(trial.command('receive'))
    .description('take over what the gateway before has signed of kits')
    .argument('<statement>', 'file of coldgate trial statement')
    .addHelpText(
      'after',
      '\nWithout one kits are set aside: what nobody states is unknown, never zero.\n\nExamples:\n  coldgate trial receive statement.json --as omar',
    )
    .action((file: string, options: CommonOptions & CredentialOptions) =>
      run(async (io) => (await code()).runTrialReceive({ ...options, file }, await partsOf(options), io)),
    );
}

function addSteps(trial: Command, run: Runner, partsOf: PartsOf): void {
  type Given = Omit<StepOptions, 'step' | 'document'> & CredentialOptions;
  const step = (options: Given, name: KitStep, document: StepOptions['document']) =>
    run(async (io) =>
      (await code()).runTrialStep({ ...options, step: name, document }, await partsOf(options), io),
    );
  asking(trial.command('dispense'))
    .description('hand out a kit, once; refused while it is set aside or watched by nobody')
    .argument('<kit>', 'kit number')
    .addHelpText('after', '\nExamples:\n  coldgate trial dispense 4711908325 --as omar')
    .action((kit: string, options: Given) => step(options, 'dispense', { kit }));
  asking(trial.command('set-aside'))
    .description('set kits aside, such as for a broken seal')
    .requiredOption('--kit <number>', 'kit; may be repeated', each)
    .requiredOption('--reason <text>', 'why; must not tell an arm')
    .addHelpText(
      'after',
      "\nExamples:\n  coldgate trial set-aside --kit 4711908325 --reason 'seal broken' --as omar",
    )
    .action(({ kit, reason, ...options }: Given & { kit: string[]; reason: string }) =>
      step(options, 'set-aside', { kits: kit, reason }),
    );
  asking(trial.command('notice'))
    .description('the sponsor was told of a quarantine; due within 24 hours')
    .argument('<quarantine>', 'as coldgate trial list shows it')
    .requiredOption('--to <text>', 'who was told')
    .addHelpText('after', "\nExamples:\n  coldgate trial notice kits-q1 --to 'safety desk' --as omar")
    .action((quarantine: string, { to, ...options }: Given & { to: string }) =>
      step(options, 'notice', { quarantine, to }),
    );
  asking(trial.command('dispose'))
    .description('signed, by quality: what becomes of all kits of a quarantine')
    .argument('<quarantine>', 'as coldgate trial list shows it')
    .addOption(new Option('--decision <word>', 'what').choices(['release', 'destroy']).makeOptionMandatory())
    .requiredOption('--reason <text>', 'why; stands in the signed record')
    .addHelpText(
      'after',
      `\nNever of one kit: whoever knows the arms would give them away.${credentialHelp}\n\nExamples:\n  coldgate trial dispose kits-q1 --decision release --reason 'stability study 7' --as dana`,
    )
    .action(
      (quarantine: string, { decision, reason, ...options }: Given & { decision: string; reason: string }) =>
        step(options, 'dispose', { quarantine, decision, reason }),
    );
  shared(trial.command('list'))
    .description('kits and quarantines of a trial; exit code 1 where a notice is overdue')
    .argument('<trial>', 'trial')
    .addHelpText('after', '\nExamples:\n  coldgate trial list EX-301 --json')
    .action((name: string, options: CommonOptions) =>
      run(async (io) =>
        (await code()).runTrialList({ ...options, trial: name }, await partsOf(undefined), io),
      ),
    );
}

/** The `trial` command and all under it. */
export function trialRegistration(partsOf: PartsOf): Registration {
  return (program, run) => {
    const trial = program
      .command('trial')
      .description(
        'clinical trials: kits without arms, their time out of range, consents and data on a ledger',
      )
      .addHelpText(
        'after',
        '\nDepot, truck and site: register, load, shipment arm ... deliver, statement; then receive at the next gateway.\n\nExamples:\n  coldgate trial register trial.yaml --kits kits.csv --as dana\n  coldgate trial list EX-301',
      );
    addRegister(trial, run, partsOf);
    addLegs(trial, run, partsOf);
    addSteps(trial, run, partsOf);
    addTrialAudit(trial, run);
    addTrialLedger(trial, run);
  };
}

/** In front of the gateway of the configuration. */
export const registerTrial: Registration = trialRegistration(async (options) =>
  (await import('./asking-parts.js')).askingParts(options),
);
