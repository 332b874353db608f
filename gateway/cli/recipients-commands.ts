// Names, options and help of the commands around sealed files. Their code is loaded only when they run.

import type { Command } from 'commander';
import { credentialHelp, withCredentials } from './credential-options.js';
import type { CredentialOptions } from './credentials.js';
import type { DiscloseOptions } from './disclose-command.js';
import type { ChangeRecipientOptions, RecipientsOptions, RecipientsParts } from './recipients-command.js';
import type { Registration, Runner } from './registration.js';
import type { OpenOptions, SealOptions } from './seal-command.js';

/** Makes what the commands need, when one of them runs. */
export type PartsOf = (options: CredentialOptions | undefined) => Promise<RecipientsParts>;

const each = (value: string, before: readonly string[] = []) => [...before, value];

function shared(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--json', 'print the result as JSON');
}

type Change = ChangeRecipientOptions['change'];

const changes: Readonly<Record<Change, string>> = {
  add: 'seal for this key too, from now on',
  rotate: 'put another key in the place of a recipient’s',
  remove: 'seal nothing more for it; what it has, it keeps',
};

function addChanges(recipients: Command, run: Runner, partsOf: PartsOf): void {
  for (const change of Object.keys(changes) as Change[]) {
    const command = withCredentials(shared(recipients.command(change)))
      .description(changes[change])
      .argument('<name>', '1 to 64 of a-z 0-9 _ -');
    if (change !== 'remove') command.argument('<publicKey>', 'what coldgate recipients key printed');
    const key =
      change === 'remove' ? '' : ' 3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d';
    command
      .addHelpText(
        'after',
        `${credentialHelp}\n\nExamples:\n  coldgate recipients ${change} quality-basel${key} --as ada`,
      )
      .action((name: string, ...rest: unknown[]) => {
        const publicKey = change === 'remove' ? {} : { publicKey: String(rest[0]) };
        const options = rest[change === 'remove' ? 0 : 1] as RecipientsOptions & CredentialOptions;
        return run(async (io) =>
          (await import('./recipients-command.js')).runRecipientChange(
            { ...options, change, name, ...publicKey },
            await partsOf(options),
            io,
          ),
        );
      });
  }
}

export const recipientsRegistration =
  (partsOf: PartsOf): Registration =>
  (program, run) => {
    const recipients = program
      .command('recipients')
      .description('who may read what leaves the gateway sealed: keys, and names in the log');
    recipients
      .command('key')
      .description('make a key for somebody who shall read; at the reader’s desk, not on the truck')
      .argument('<file>', 'new file for the private key, mode 0600')
      .option('--json', 'print the result as JSON')
      .addHelpText(
        'after',
        '\nPrints the public key, which is no secret.\n\nExamples:\n  coldgate recipients key quality.key',
      )
      .action((file: string, options: { json?: boolean }) =>
        run(async (io) =>
          (await import('./recipients-command.js')).runRecipientKey({ file, ...options }, io),
        ),
      );
    shared(recipients.command('list'))
      .description('recipients, their keys and since when')
      .addHelpText('after', '\nExamples:\n  coldgate recipients list')
      .action((options: RecipientsOptions) =>
        run(async (io) =>
          (await import('./recipients-command.js')).runRecipientsList(options, await partsOf(undefined), io),
        ),
      );
    addChanges(recipients, run, partsOf);
  };

/** In front of the gateway of the configuration. */
export const registerRecipients: Registration = recipientsRegistration(async (options) =>
  (await import('./asking-parts.js')).askingParts(options),
);

export const registerSeal: Registration = (program, run) => {
  program
    .command('seal')
    .description('seal any file for recipients, or add one to a sealed file')
    .argument('<file>', 'file to seal')
    .requiredOption('--for <recipient>', 'a recipient of the gateway, or a public key; repeat it', each)
    .requiredOption('-o, --output <file>', 'file to write')
    .option('--key <file>', 'your own key: the file is sealed already, and gets one recipient more')
    .option('-c, --config <file>', 'configuration file, for names of recipients', 'coldgate.yaml')
    .option('--force', 'overwrite the file')
    .addHelpText(
      'after',
      '\nExamples:\n  coldgate seal pack.zip --for quality-basel --for inspector -o pack.sealed\n  coldgate seal pack.sealed --key quality.key --for inspector -o for-inspector.sealed',
    )
    .action((file: string, options: Omit<SealOptions, 'file'>) =>
      run(async (io) => (await import('./seal-command.js')).runSeal({ file, ...options }, io)),
    );
};

export const registerOpen: Registration = (program, run) => {
  program
    .command('open')
    .description('open a sealed file with the key of one of its recipients')
    .argument('<file>', 'sealed file')
    .requiredOption('--key <file>', 'file that coldgate recipients key made')
    .requiredOption('-o, --output <file>', 'file to write, mode 0600')
    .option('--force', 'overwrite the file')
    .addHelpText(
      'after',
      '\nOpening shows who could read it, not who wrote it: verify what comes out.\n\nExamples:\n  coldgate open bundle.sealed --key quality.key -o bundle.json',
    )
    .action((file: string, options: Omit<OpenOptions, 'file'>) =>
      run(async (io) => (await import('./seal-command.js')).runOpen({ file, ...options }, io)),
    );
};

export const registerDisclose: Registration = (program, run) => {
  program
    .command('disclose')
    .description('make a smaller bundle out of one that you hold: one reading, a window, fewer names')
    .argument('<file>', 'bundle of coldgate export')
    .option('--sequence <number>', 'one record')
    .option('--first <number>', 'first record of a window')
    .option('--last <number>', 'last record of a window')
    .option('--only <name>', 'tell this name and the documents about it, and no others; repeat it', each)
    .requiredOption('-o, --output <file>', 'file to write')
    .option('--force', 'overwrite the file')
    .addHelpText(
      'after',
      '\nValues of all records in the window stay readable, names and documents only where they are told.\n\nExamples:\n  coldgate disclose bundle.json --sequence 4711 -o reading.json\n  coldgate disclose bundle.json --first 4000 --last 4800 --only cargo-front -o window.json',
    )
    .action((file: string, options: Omit<DiscloseOptions, 'file'>) =>
      run(async (io) => (await import('./disclose-command.js')).runDisclose({ file, ...options }, io)),
    );
};
