// Names, options and help of the verification commands under `serials`. Their code is loaded only when they run.

import type { Command } from 'commander';
import type { CliIo, ExitCode } from './cli-io.js';
import { credentialHelp, withCredentials } from './credential-options.js';
import type { CredentialOptions } from './credentials.js';
import type { Runner } from './registration.js';
import type { RespondOptions, VerificationParts } from './serials-verification-command.js';

type Code = typeof import('./serials-verification-command.js');

interface Shared {
  readonly config: string;
  readonly json?: boolean;
}

function shared(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--json', 'print the result as JSON');
}

/** Adds `ask`, `asked` and `respond`. */
export function addVerifications(serials: Command, run: Runner): void {
  const task = (
    options: CredentialOptions | undefined,
    command: (code: Code, parts: VerificationParts, io: CliIo) => Promise<ExitCode>,
  ) =>
    run(async (io) => {
      const { askingParts } = await import('./asking-parts.js');
      return command(await import('./serials-verification-command.js'), askingParts(options), io);
    });
  withCredentials(shared(serials.command('ask')))
    .description(
      "ask whether a pack is its maker's (DSCSA verification); taken while offline, answered later",
    )
    .argument('<label>', 'what a scanner reads on the pack')
    .addHelpText(
      'after',
      `${credentialHelp}\n\nExamples:\n  coldgate serials ask '(01)09521234543213(21)100007(17)291231(10)LOT7' --as omar`,
    )
    .action((label: string, options: Shared & CredentialOptions) =>
      task(options, (code, parts, io) => code.runSerialsAsk({ label, ...options }, parts, io)),
    );
  shared(serials.command('asked'))
    .description('what was asked, and what became of it')
    .addHelpText(
      'after',
      '\nExit code 1: one is pending or not verified.\n\nExamples:\n  coldgate serials asked',
    )
    .action((options: Shared) =>
      task(undefined, (code, parts, io) => code.runSerialsAsked(options, parts, io)),
    );
  serials
    .command('respond')
    .description('answer verification requests of others over HTTP, from what this gateway knows')
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port to listen on; 0: any free one', '8480')
    .option('--token-file <file>', 'bearer token of those who may ask; needed off this machine')
    .addHelpText(
      'after',
      '\nGET /01/GTIN/21/SERIAL?linkType=verificationService; 503 with Retry-After while the answer is pending.\n\nExamples:\n  coldgate serials respond -c /etc/coldgate/coldgate.yaml --port 8480',
    )
    .action((options: RespondOptions) =>
      run(async (io) => (await import('./serials-verification-command.js')).runSerialsRespond(options, io)),
    );
}
