// Name, options and help of the relay command.

import type { Registration } from './registration.js';
import type { RelayOptions } from './relay-command.js';

const help = `
Gateways with \`ledger: { relay: true, ... }\` need neither money nor a node: they publish signed headers, and the relay brings
up to a thousand of them onto the ledger in one transaction. It cannot make or change one.

Examples:
  coldgate relay -c relay.yaml`;

export const registerRelay: Registration = (program, run) => {
  program
    .command('relay')
    .description('anchor the headers of a whole fleet, until Ctrl-C')
    .option('-c, --config <file>', 'configuration file of the relay', 'relay.yaml')
    .addHelpText('after', help)
    .action((options: RelayOptions) =>
      run(async () => (await import('./relay-command.js')).runRelay(options)),
    );
};
