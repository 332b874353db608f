// Names, options and help of the custody commands. Their code is loaded only when they run.

import type { Command } from 'commander';
import { withCredentials } from './credential-options.js';
import type { CredentialOptions } from './credentials.js';
import type { CustodyParts, GiveOptions, TakeOptions } from './custody-command.js';
import type { Registration, Runner } from './registration.js';

/** Makes what the commands need, when one of them runs. @param options who asks; undefined where nobody needs to */
type PartsOf = (options: CredentialOptions | undefined) => Promise<CustodyParts>;

const keyed = (command: Command): Command =>
  command
    .requiredOption('--key <file>', 'key file of the person that signs')
    .option('--passphrase <file>', 'file that opens it; else the PIN is asked for')
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--json', 'print the result as JSON');

function addGive(custody: Command, run: Runner, partsOf: PartsOf): void {
  keyed(custody.command('give'))
    .description('as who holds the goods: sign a handover to the next')
    .argument('<shipment>', 'shipment')
    .requiredOption('--agreement <file>', 'agreement file; without its document is enough')
    .requiredOption('--to <address>', 'key of the next holder')
    .requiredOption('-o, --output <file>', 'file for the handover')
    .option('--place <text>', 'where; stays in the file, only its salted hash is shown')
    .option('--valid-hours <number>', 'how long the ledger may take it', '72')
    .addHelpText(
      'after',
      '\nExamples:\n  coldgate custody give SHIP-0001 --agreement agreement.json --key dock.json \\\n    --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 -o handover.json',
    )
    .action((shipment: string, options: Omit<GiveOptions, 'shipment'>) =>
      run(async (io) =>
        (await import('./custody-command.js')).runGive(
          { shipment, ...options },
          await partsOf(undefined),
          io,
        ),
      ),
    );
}

function addTake(custody: Command, run: Runner, partsOf: PartsOf): void {
  withCredentials(keyed(custody.command('take')))
    .description('as who gets the goods: sign the handover; the gateway records it')
    .argument('<handover>', 'file of coldgate custody give')
    .requiredOption('-o, --output <file>', 'file for the handover, signed by both')
    .addHelpText(
      'after',
      '\nExit code 1: refused, and the refusal is recorded.\n\nExamples:\n  coldgate custody take handover.json --key driver.json -o signed-handover.json',
    )
    .action((file: string, options: Omit<TakeOptions, 'file'> & CredentialOptions) =>
      run(async (io) =>
        (await import('./custody-command.js')).runTake({ file, ...options }, await partsOf(options), io),
      ),
    );
}

/** The `custody` command and all under it. */
export function custodyRegistration(partsOf: PartsOf): Registration {
  return (program, run) => {
    const custody = program
      .command('custody')
      .description(
        'goods change hands: both sides sign, the gateway records it, the ledger takes it when there is a link',
      )
      .addHelpText('after', '\nThen: coldgate agreement handover AGREEMENT HANDOVER --rpc URL ...');
    custody
      .command('key')
      .description('make a key file that a PIN opens, for a driver or a dock')
      .argument('<file>', 'key file to make')
      .option('--json', 'print the result as JSON')
      .addHelpText('after', '\nExamples:\n  coldgate custody key driver.json')
      .action((key: string, options: { json?: boolean }) =>
        run(async (io) =>
          (await import('./custody-command.js')).runCustodyKey(
            { key, ...options },
            await partsOf(undefined),
            io,
          ),
        ),
      );
    addGive(custody, run, partsOf);
    addTake(custody, run, partsOf);
  };
}

/** At the terminal, in front of the gateway of the configuration. */
export const registerCustody: Registration = custodyRegistration(async (options) => {
  const { askingParts } = await import('./asking-parts.js');
  const { terminalPrompt } = await import('./terminal-prompt.js');
  return { ...askingParts(options), prompt: terminalPrompt(process.stdin, process.stderr) };
});
