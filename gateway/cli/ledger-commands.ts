// Names, options and help of the ledger commands. Their code, and with it ethers, is loaded only when they run.

import type { Command } from 'commander';
import type { DeployOptions } from './ledger-deploy-command.js';
import type { FreezeOptions } from './ledger-freeze-command.js';
import type { PromoteOptions } from './ledger-promote-command.js';
import type { MakeProofOptions, NewKeyOptions } from './ledger-proof-command.js';
import type { ProofOptions, RevokeOptions } from './ledger-registry-command.js';
import type { LedgerStatusOptions } from './ledger-status-command.js';
import type { Registration, Runner } from './registration.js';

const each = (value: string, before: readonly string[] = []) => [...before, value];

function acting(command: Command): Command {
  return command
    .requiredOption('--rpc <url>', 'node of the chain')
    .requiredOption('--key <file>', 'key file of the account that acts and pays')
    .requiredOption('--passphrase <file>', 'file that opens it')
    .option('--json', 'print the result as JSON');
}

function addDeploy(ledger: Command, run: Runner): void {
  acting(ledger.command('deploy'))
    .description('put a contract of this release on a chain, or find it there')
    .option('--contract <name>', 'anchor, anchor-p256, aggregate, serials or agreement', 'anchor')
    .option('--admin <address>', 'account that gets all roles (default: the one that acts)')
    .option('--salt <hex>', '32 bytes; with the admin it decides the address', `0x${'00'.repeat(32)}`)
    .option('--install-factory', 'put the CREATE2 factory on a chain that lacks it; costs 0.01 of its coin')
    .option('--plain', 'without the factory: the address is of this chain only')
    .option('-o, --output <file>', 'file for the record of the deployment')
    .addHelpText(
      'after',
      '\nThe same release, admin and salt give the same address on every chain. Nothing is deployed twice.\n\nExamples:\n  coldgate ledger deploy --rpc http://127.0.0.1:8545 --key registrar-key.json --passphrase registrar-passphrase\n  coldgate ledger deploy --rpc https://rpc.example --key k.json --passphrase p --admin 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 -o deployment.json',
    )
    .action((options: DeployOptions) =>
      run(async (io) => (await import('./ledger-deploy-command.js')).runLedgerDeploy(options, io)),
    );
}

function addStatus(ledger: Command, run: Runner): void {
  ledger
    .command('status')
    .description('whether the contract is of this release, and how gateways stand there')
    .option('-c, --config <file>', 'configuration: its ledger, and its gateway')
    .option('--rpc <url>', 'node of the chain')
    .option('--contract <address>', 'contract to ask')
    .option('--gateway <address>', 'gateway to ask about; may be repeated', each)
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExit code 1: a gateway that was asked about may not anchor.\n\nExamples:\n  coldgate ledger status -c coldgate.yaml\n  coldgate ledger status --rpc http://127.0.0.1:8545 --contract 0x5FbDB2315678afecb367f032d93F642f64180aa3',
    )
    .action((options: LedgerStatusOptions) =>
      run(async (io) => (await import('./ledger-status-command.js')).runLedgerStatus(options, io)),
    );
}

function addKey(ledger: Command, run: Runner): void {
  ledger
    .command('key')
    .description("make a key file for a registrar's desk")
    .argument('<file>', 'key file to make')
    .requiredOption('--passphrase <file>', 'file that opens it; made if absent')
    .option(
      '--import <file>',
      'take the private key in this file, 64 hexadecimal digits, instead of a new one',
    )
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nNothing is ever overwritten.\n\nExamples:\n  coldgate ledger key registrar-key.json --passphrase registrar-passphrase',
    )
    .action((file: string, options: Omit<NewKeyOptions, 'file'>) =>
      run(async (io) => (await import('./ledger-proof-command.js')).runLedgerKey({ file, ...options }, io)),
    );
}

function addProof(ledger: Command, run: Runner): void {
  ledger
    .command('proof')
    .description(
      "on the gateway: sign the file with which a registrar registers or replaces this gateway's key",
    )
    .requiredOption('--registrar <address>', 'account of the registrar; nobody else can use the file')
    .requiredOption('-o, --output <file>', 'file to write')
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--rpc <url>', 'node to ask how far the old key came (default: that of the configuration)')
    .option('--successor-key <file>', 'key file of the key that takes the place of this one')
    .option('--successor-passphrase <file>', 'file that opens it')
    .option('--json', 'print the file as JSON')
    .addHelpText(
      'after',
      '\nStop the gateway before a rotation: a header that is still under way refuses it.\n\nExamples:\n  coldgate ledger proof --registrar 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 -o truck-17.json\n  coldgate ledger proof --registrar 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --successor-key new-key.json \\\n    --successor-passphrase new-passphrase -o rotation.json',
    )
    .action((options: MakeProofOptions) =>
      run(async (io) => (await import('./ledger-proof-command.js')).runLedgerProof(options, io)),
    );
}

function addRegistry(ledger: Command, run: Runner): void {
  acting(ledger.command('register'))
    .description('let a gateway anchor; needs the role of a registrar')
    .argument('<file>', 'file of coldgate ledger proof')
    .addHelpText(
      'after',
      '\nExamples:\n  coldgate ledger register truck-17.json --rpc http://127.0.0.1:8545 --key registrar-key.json --passphrase registrar-passphrase',
    )
    .action((file: string, options: Omit<ProofOptions, 'file'>) =>
      run(async (io) =>
        (await import('./ledger-registry-command.js')).runLedgerRegister({ file, ...options }, io),
      ),
    );
  acting(ledger.command('rotate'))
    .description("replace a gateway's key; needs the role of a registrar")
    .argument('<file>', 'file of coldgate ledger proof with --successor-key')
    .addHelpText(
      'after',
      '\nThe new key begins a new log: give it an empty dataDir.\n\nExamples:\n  coldgate ledger rotate rotation.json --rpc http://127.0.0.1:8545 --key registrar-key.json --passphrase registrar-passphrase',
    )
    .action((file: string, options: Omit<ProofOptions, 'file'>) =>
      run(async (io) =>
        (await import('./ledger-registry-command.js')).runLedgerRotate({ file, ...options }, io),
      ),
    );
  acting(ledger.command('revoke'))
    .description('stop a gateway for good, or judge one that was frozen; needs the role of a revoker')
    .argument('<gateway>', 'address of the gateway')
    .requiredOption('--contract <address>', 'contract that keeps it')
    .requiredOption('--last-valid-seq <number>', 'headers above it are not to be believed')
    .requiredOption('--reason <text>', 'at most 32 bytes; stands on the ledger, so it must name nobody')
    .addHelpText(
      'after',
      '\nThis cannot be undone.\n\nExamples:\n  coldgate ledger revoke 0x4a62316623ad457f02cdc5d997ded67a383ec569 --last-valid-seq 41 --reason stolen \\\n    --contract 0x5FbDB2315678afecb367f032d93F642f64180aa3 --rpc http://127.0.0.1:8545 \\\n    --key registrar-key.json --passphrase registrar-passphrase',
    )
    .action((gateway: string, options: Omit<RevokeOptions, 'gateway'>) =>
      run(async (io) =>
        (await import('./ledger-registry-command.js')).runLedgerRevoke({ gateway, ...options }, io),
      ),
    );
}

function addFreeze(ledger: Command, run: Runner): void {
  acting(ledger.command('freeze'))
    .description('show the contract that a gateway contradicted itself; anyone may')
    .argument('<bundle>', 'evidence of the gateway, under a batch header')
    .argument('[other]', 'other evidence of the same gateway')
    .addHelpText(
      'after',
      '\nTwo headers for one place, two records at one place, or a temperature that its header excludes. The gateway then\nanchors nothing more; a revoker judges. Exit code 1: nothing contradicts.\n\nExamples:\n  coldgate ledger freeze first.json second.json --rpc http://127.0.0.1:8545 --key key.json --passphrase passphrase',
    )
    .action((bundle: string, other: string | undefined, options: Omit<FreezeOptions, 'files'>) =>
      run(async (io) =>
        (await import('./ledger-freeze-command.js')).runLedgerFreeze(
          { files: other === undefined ? [bundle] : [bundle, other], ...options },
          io,
        ),
      ),
    );
}

function addPromote(ledger: Command, run: Runner): void {
  ledger
    .command('promote')
    .description("where a relay aggregates: write a gateway's newest header into its word on the ledger")
    .argument('<gateway>', 'address of the gateway')
    .option('-c, --config <file>', 'configuration file of the relay', 'relay.yaml')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nFor a dispute, a delivery or before a revocation: records can then be proven to the contract.\n\nExamples:\n  coldgate ledger promote 0x4a62316623ad457f02cdc5d997ded67a383ec569 -c relay.yaml',
    )
    .action((gateway: string, options: Omit<PromoteOptions, 'gateway'>) =>
      run(async (io) =>
        (await import('./ledger-promote-command.js')).runLedgerPromote({ gateway, ...options }, io),
      ),
    );
}

export const registerLedger: Registration = (program, run) => {
  const ledger = program
    .command('ledger')
    .description(
      'contracts and the registry of gateways: deploy, status, key, proof, register, rotate, revoke, freeze, promote',
    );
  addDeploy(ledger, run);
  addStatus(ledger, run);
  addKey(ledger, run);
  addProof(ledger, run);
  addRegistry(ledger, run);
  addFreeze(ledger, run);
  addPromote(ledger, run);
};
