// How a call is carried that somebody else has signed: the same for every contract.

import type { Command } from 'commander';

export const carrying = (command: Command): Command =>
  command
    .description('carry and pay a call that somebody else has signed')
    .argument('<call>', 'file of --sign')
    .requiredOption('--rpc <url>', 'node of the chain')
    .requiredOption('--key <file>', 'key file of the account that pays')
    .requiredOption('--passphrase <file>', 'file that opens it')
    .option('--json', 'print the result as JSON');
