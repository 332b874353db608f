// `coldgate update`: names, options and help. Its code is loaded only when it runs.

import type { Command } from 'commander';
import type { Registration, Runner } from './registration.js';
import type {
  ApplyUpdateOptions,
  PlanOptions,
  SignOptions,
  StatusOptions,
  TrialOptions,
} from './update-options.js';

const planHelp = `
Nothing is changed, and nothing of an unverified package is run: its SHA-256 must be the one that you give, or be listed in a
manifest that one of update.publishers has signed. The package is the .deb of a release, or an archive with all its modules in
it; no network is needed. Exit code 1: it cannot be applied as it is.

Examples:
  coldgate update plan coldgate_0.2.0_arm64.deb --manifest coldgate-0.2.0.release.json -c /etc/coldgate/coldgate.yaml
  coldgate update plan coldgate_0.2.0_arm64.deb --sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08`;

const applyHelp = `
First the new version is tried on the configuration and a copy of the journal. Then the link is switched, the roles are started
anew and watched: a record on the disk within --ready-limit, then --probation without an end; else the version before comes
back by itself. A power cut at any moment is finished or undone at the next boot, or by: coldgate update status
Exit code 1: it was not taken, or taken back.

Examples:
  coldgate update apply coldgate_0.2.0_arm64.deb --manifest coldgate-0.2.0.release.json -c /etc/coldgate/coldgate.yaml`;

const packageOptions = (command: Command) =>
  command
    .argument('<package>', '.deb of a release, or a .tgz that holds all that it needs')
    .option('-c, --config <file>', 'configuration that is in use', 'coldgate.yaml')
    .option('--manifest <file>', 'manifest of the release, signed by a publisher')
    .option('--publisher <address>', 'trust this publisher, and none of the configuration')
    .option('--sha256 <hex>', 'SHA-256 of the package, where there is no manifest')
    .option('--versions <folder>', 'where versions are kept (default: /opt/coldgate)')
    .option('--json', 'print the result as JSON');

function addPackageCommands(update: Command, run: Runner): void {
  packageOptions(update.command('plan'))
    .description('verify a package and tell what applying it would do; changes nothing')
    .addHelpText('after', planHelp)
    .action((file: string, options: Omit<PlanOptions, 'file'>) =>
      run(async (io) => (await import('./update-command.js')).runUpdatePlan({ ...options, file }, io)),
    );
  packageOptions(update.command('apply'))
    .description(
      'install it beside the present version, try it, switch to it, and go back if it does not run',
    )
    .option(
      '--ready-limit <seconds>',
      'how long the new version may take to bring a record to the disk',
      '600',
    )
    .option('--probation <seconds>', 'how long it must go on then', '60')
    .option('--restart <command>', 'what starts the roles anew, where systemd does not')
    .option('--allow-older', 'apply it also if it is older than what runs')
    .addHelpText('after', applyHelp)
    .action((file: string, options: Omit<ApplyUpdateOptions, 'file'>) =>
      run(async (io) => (await import('./update-command.js')).runUpdateApply({ ...options, file }, io)),
    );
}

function addStanding(update: Command, run: Runner): void {
  update
    .command('rollback')
    .description('go back to the version before')
    .option('--reason <text>', 'why; stands in the record')
    .option('--versions <folder>', 'where versions are kept (default: /opt/coldgate)')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nIf it cannot read the journal any more, that one is set aside, never deleted, and the log goes on behind it.\n\nExamples:\n  coldgate update rollback --reason "probes are lost since"',
    )
    .action((options: StatusOptions) =>
      run(async (io) => (await import('./update-standing-command.js')).runUpdateRollback(options, io)),
    );
  update
    .command('status')
    .description(
      'which version runs and what became of the last update; finishes or undoes one that was interrupted',
    )
    .option('--versions <folder>', 'where versions are kept (default: /opt/coldgate)')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExit code 1: an update had to be taken back.\n\nExamples:\n  coldgate update status',
    )
    .action((options: StatusOptions) =>
      run(async (io) => (await import('./update-standing-command.js')).runUpdateStatus(options, io)),
    );
}

function addSign(update: Command, run: Runner): void {
  update
    .command('sign')
    .description('sign a manifest of the files of a release; for whoever publishes it')
    .argument('<files...>', 'packages of one release')
    .requiredOption('--release <version>', 'its version, as in the packages')
    .requiredOption('--key <file>', 'key file, as of `coldgate ledger key`')
    .requiredOption('--passphrase <file>', 'file with its passphrase')
    .requiredOption('-o, --output <file>', 'manifest to write; never overwritten')
    .addHelpText(
      'after',
      '\nExamples:\n  coldgate update sign coldgate_0.2.0_arm64.deb coldgate_0.2.0_amd64.deb --release 0.2.0 --key publisher.json --passphrase publisher-passphrase -o coldgate-0.2.0.release.json',
    )
    .action((files: string[], options: Omit<SignOptions, 'files'>) =>
      run(async (io) => (await import('./update-sign-command.js')).runUpdateSign({ ...options, files }, io)),
    );
}

/** What another version asks; nobody types it. */
function addAnswers(update: Command, run: Runner): void {
  update
    .command('facts', { hidden: true })
    .option('--json')
    .action(() => run(async (io) => (await import('./update-answer-command.js')).runUpdateFacts(io)));
  update
    .command('trial', { hidden: true })
    .requiredOption('-c, --config <file>')
    .requiredOption('--data <folder>')
    .option('--json')
    .action((options: TrialOptions) =>
      run(async (io) => (await import('./update-answer-command.js')).runUpdateTrial(options, io)),
    );
}

export const registerUpdate: Registration = (program, run) => {
  const update = program
    .command('update')
    .description('another version of the program: plan, apply, watch, and go back')
    .addHelpText(
      'after',
      '\nExamples:\n  coldgate update plan coldgate_0.2.0_arm64.deb --manifest coldgate-0.2.0.release.json\n  coldgate update status',
    );
  addPackageCommands(update, run);
  addStanding(update, run);
  addSign(update, run);
  addAnswers(update, run);
};
