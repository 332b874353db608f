// `coldgate config`: names, options and help. Its code is loaded only when it runs.

import type { Command } from 'commander';
import type { CliIo, ExitCode } from './cli-io.js';
import type { ApplyOptions, ConfigCommandParts, ConfigOptions } from './config-command.js';
import type { MigrateOptions } from './config-migrate-command.js';
import { credentialHelp, withCredentials } from './credential-options.js';
import type { CredentialOptions } from './credentials.js';
import type { Registration, Runner } from './registration.js';

type Code = typeof import('./config-command.js');

const plain = (command: Command) =>
  command
    .option('-c, --config <file>', 'configuration file that is in force', 'coldgate.yaml')
    .option('--json', 'print the result as JSON');

function addPreview(config: Command, run: Runner): void {
  plain(config.command('preview'))
    .description('what another file would change, and what is wrong with it; changes nothing')
    .argument('<file>', 'the file that shall come in its place')
    .addHelpText(
      'after',
      '\nPaths in it start at the folder of the configuration, not of this file. Exit code 2: it cannot be applied.\n\nExamples:\n  coldgate config preview new.yaml -c /etc/coldgate/coldgate.yaml',
    )
    .action((file: string, options: ConfigOptions) =>
      run(async (io) => (await import('./config-command.js')).runConfigPreview({ ...options, file }, io)),
    );
}

function addMigrate(config: Command, run: Runner): void {
  plain(config.command('migrate'))
    .description('bring the file to the version that this program writes; keeps the old one beside it')
    .option('--dry-run', 'only show what would change')
    .addHelpText(
      'after',
      '\nAn older file is read as well. Comments stay. The gateway takes the new text at its next start.\n\nExamples:\n  coldgate config migrate -c /etc/coldgate/coldgate.yaml --dry-run',
    )
    .action((options: MigrateOptions) =>
      run(async (io) => (await import('./config-migrate-command.js')).runConfigMigrate(options, io)),
    );
}

type Task = (
  options: CredentialOptions,
  command: (code: Code, parts: ConfigCommandParts, io: CliIo) => Promise<ExitCode>,
) => void;

function addChanges(config: Command, task: Task): void {
  withCredentials(plain(config.command('apply')))
    .description('put a file in its place: signed by an administrator, recorded, tried out')
    .argument('<file>', 'the file that shall come in its place')
    .option('--reason <text>', 'why; stands in the record')
    .addHelpText(
      'after',
      `\nAll roles start again. If they do not come up with it, the last good file is put back: exit code 1.${credentialHelp}\n\nExamples:\n  coldgate config apply new.yaml --as ada --reason 'third probe'`,
    )
    .action((file: string, options: ApplyOptions & CredentialOptions) =>
      task(options, (code, parts, io) => code.runConfigApply({ ...options, file }, parts, io)),
    );
  withCredentials(plain(config.command('revert')))
    .description('the same with the file that was in force before')
    .option('--reason <text>', 'why; stands in the record')
    .addHelpText(
      'after',
      `\nThe file before lies beside the configuration, named .previous.${credentialHelp}\n\nExamples:\n  coldgate config revert --as ada`,
    )
    .action((options: ApplyOptions & CredentialOptions) =>
      task(options, (code, parts, io) => code.runConfigRevert(options, parts, io)),
    );
}

/** In front of the gateway of the configuration. */
export const registerConfig: Registration = (program, run) => {
  const config = program
    .command('config')
    .description('look at another configuration, and have the running gateway take it')
    .addHelpText(
      'after',
      '\nExamples:\n  coldgate config preview new.yaml\n  coldgate config apply new.yaml --as ada\n  coldgate config revert --as ada',
    );
  addPreview(config, run);
  addMigrate(config, run);
  addChanges(config, (options, command) =>
    run(async (io) => {
      const { askingParts } = await import('./asking-parts.js');
      return command(await import('./config-command.js'), askingParts(options), io);
    }),
  );
};
