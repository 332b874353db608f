// Names, options and help of the webhook commands. Their code is loaded only when they run.

import type { Command } from 'commander';
import type { Registration } from './registration.js';
import type { RetryOptions, WebhooksOptions } from './webhooks-command.js';

function shared(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--json', 'print the result as JSON');
}

export const registerWebhooks: Registration = (program, run) => {
  const webhooks = program
    .command('webhooks')
    .description('events that receivers of webhooks did not take: show them, send them again');
  shared(webhooks.command('list'))
    .description('events that were given up, one a line, and why')
    .addHelpText(
      'after',
      '\nThe records are in the log whatever becomes of their events.\n\nExamples:\n  coldgate webhooks list\n  coldgate webhooks list --json',
    )
    .action((options: WebhooksOptions) =>
      run(async (io) => (await import('./webhooks-command.js')).runWebhooksList(options, io)),
    );
  shared(webhooks.command('retry'))
    .description('send given-up events again, one try each, within a minute')
    .argument('[name]', 'only those of this webhook')
    .option('--sequence <n>', 'only that of this record')
    .addHelpText(
      'after',
      '\nRun it as the user of the gateway. Exit code 1: there is nothing to send again.\n\nExamples:\n  coldgate webhooks retry\n  coldgate webhooks retry dispatch --sequence 81234',
    )
    .action((name: string | undefined, options: Omit<RetryOptions, 'name'>) =>
      run(async (io) =>
        (await import('./webhooks-command.js')).runWebhooksRetry(
          { ...options, ...(name === undefined ? {} : { name }) },
          io,
        ),
      ),
    );
};
