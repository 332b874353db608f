// Options and examples that the serials commands share.

import type { Command } from 'commander';

export const each = (value: string, before: readonly string[] = []) => [...before, value];
export const account = '--key maker-key.json --passphrase maker-passphrase';
export const ledger = '--rpc http://127.0.0.1:8545 --contract 0x5FbDB2315678afecb367f032d93F642f64180aa3';

export function asking(command: Command): Command {
  return command
    .requiredOption('--rpc <url>', 'node of the chain')
    .requiredOption('--contract <address>', 'contract of serials')
    .option('--json', 'print the result as JSON');
}

export function acting(command: Command): Command {
  return asking(command)
    .requiredOption('--key <file>', 'key file of the account that signs')
    .requiredOption('--passphrase <file>', 'file that opens it')
    .option('--valid-minutes <n>', 'how long the signature is worth something', '60');
}
