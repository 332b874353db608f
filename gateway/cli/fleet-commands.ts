// `coldgate fleet` and `coldgate enrol`: names, options and help. Their code is loaded only when they run.

import type { Command } from 'commander';
import { withDeviceKey } from './device-key-options.js';
import type { EnrolOptions } from './enrol-command.js';
import type { AcceptOptions } from './fleet-accept-command.js';
import type { FleetInitOptions, InviteOptions } from './fleet-invite-command.js';
import type { ListOptions, PushOptions } from './fleet-push-command.js';
import type { Registration, Runner } from './registration.js';

const atDesk = (command: Command) =>
  command
    .option('-d, --dir <folder>', 'folder of the desk', 'fleet')
    .option('--passphrase <file>', "file that opens the owner's key (default: the one in the folder)")
    .option('--json', 'print the result as JSON');

const withLogin = (command: Command) =>
  command
    .option('--ca <file>', "certificate of the CA of the broker's certificate")
    .option('--username <name>', 'user at the broker')
    .option('--password-file <file>', 'file of mode 0600 with its password');

function addInit(fleet: Command, run: Runner): void {
  withLogin(fleet.command('init'))
    .description("make the owner's desk: a key, and where the fleet meets")
    .argument('[dir]', 'folder to make', 'fleet')
    .requiredOption('--broker <url>', 'mqtt:// or mqtts:// address of the broker, as the desk reaches it')
    .option('--passphrase <file>', 'file that opens the key; made if absent (default: one in the folder)')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  coldgate fleet init --broker mqtts://broker.example.org --ca ca.pem',
    )
    .action((dir: string, options: Omit<FleetInitOptions, 'dir'>) =>
      run(async (io) => (await import('./fleet-invite-command.js')).runFleetInit({ dir, ...options }, io)),
    );
}

function addInvite(fleet: Command, run: Runner): void {
  withLogin(atDesk(fleet.command('invite')))
    .description('make a one-time code for one gateway')
    .argument('<name>', 'name of the gateway, 1 to 64 of A-Z a-z 0-9 _ -')
    .option('--broker <url>', 'address of the broker, if gateways reach it by another one')
    .option('--hours <count>', 'how long the code is valid, 1 to 2160', '72')
    .option('--configuration <file>', 'first configuration (default: one that only publishes)')
    .option('--unchecked', 'take it also with problems that may be of this machine')
    .option('--registrar <address>', 'let the gateway bring its proof for this registrar')
    .option('--contract <address>', 'contract of the ledger')
    .option('--chain-id <number>', 'chain of the ledger')
    .option('--replace', 'another machine takes the place of the one of this name')
    .option('-o, --output <file>', 'write a file too, with the certificate and the login')
    .addHelpText(
      'after',
      '\nThe code is printed on stdout. It works once, for this name, and never crosses the broker.\n\nExamples:\n  coldgate fleet invite truck-17\n  coldgate fleet invite truck-17 --configuration truck.yaml --hours 24 -o truck-17.invite',
    )
    .action((name: string, options: Omit<InviteOptions, 'name'>) =>
      run(async (io) => (await import('./fleet-invite-command.js')).runFleetInvite({ name, ...options }, io)),
    );
}

function addAccept(fleet: Command, run: Runner): void {
  atDesk(fleet.command('accept'))
    .description('take gateways that come with a code, until Ctrl-C')
    .option('--once', 'end when one gateway was taken')
    .option('--rpc <url>', 'register each on the ledger, by this node')
    .option('--registrar-key <file>', 'key file of the registrar')
    .option('--registrar-passphrase <file>', 'file that opens it')
    .addHelpText('after', '\nExamples:\n  coldgate fleet accept\n  coldgate fleet accept --once')
    .action((options: AcceptOptions) =>
      run(async (io) => (await import('./fleet-accept-command.js')).runFleetAccept(options, io)),
    );
}

function addPush(fleet: Command, run: Runner): void {
  atDesk(fleet.command('push'))
    .description('sign a configuration for a gateway and leave it at the broker')
    .argument('<words...>', 'name and file; with --all the file alone')
    .option('--all', 'for every gateway of the fleet')
    .option('--days <count>', 'not to be taken later than that')
    .option('--wait <seconds>', 'wait for what becomes of it; exit code 1 unless it is in force')
    .option('--unchecked', 'send it also with problems that may be of this machine')
    .addHelpText(
      'after',
      '\nIt has no sections `gateway` and `fleet`: those are each gateway’s own. A gateway checks it, tries it out, and goes back\nby itself if it does not run with it.\n\nExamples:\n  coldgate fleet push truck-17 truck.yaml --wait 300\n  coldgate fleet push --all truck.yaml --days 30',
    )
    .action((words: readonly string[], options: Omit<PushOptions, 'words'>) =>
      run(async (io) => (await import('./fleet-push-command.js')).runFleetPush({ words, ...options }, io)),
    );
}

function addList(fleet: Command, run: Runner): void {
  atDesk(fleet.command('list'))
    .description('who is in the fleet, and how its configuration stands')
    .option('--offline', 'what the desk knows, without asking the broker')
    .addHelpText('after', '\nExamples:\n  coldgate fleet list\n  coldgate fleet list --json')
    .action((options: ListOptions) =>
      run(async (io) => (await import('./fleet-push-command.js')).runFleetList(options, io)),
    );
}

/** The owner's desk. */
export const registerFleet: Registration = (program, run) => {
  const fleet = program
    .command('fleet')
    .description('provision many gateways: init, invite, accept, push, list')
    .addHelpText(
      'after',
      '\nExamples:\n  coldgate fleet init --broker mqtts://broker.example.org\n  coldgate fleet list',
    );
  addInit(fleet, run);
  addInvite(fleet, run);
  addAccept(fleet, run);
  addPush(fleet, run);
  addList(fleet, run);
};

/** The gateway's side. */
export const registerEnrol: Registration = (program, run) => {
  withDeviceKey(withLogin(program.command('enrol')))
    .description('bring this fresh machine into a fleet, by a one-time code or its file')
    .argument('<invite>', 'code, in quotes if it has blanks, or file of coldgate fleet invite')
    .argument('[dir]', 'folder to fill; made if absent', '.')
    .option(
      '--data-dir <path>',
      'where the journal will lie, as the configuration names it (default: ./data)',
    )
    .option('--wait <minutes>', 'how long to wait for the owner, 1 to 10080', '60')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nIt may be stopped and run again at any time: the same machine gets the same answer.\n\nExamples:\n  coldgate enrol truck-17.invite /etc/coldgate --data-dir /var/lib/coldgate\n  coldgate enrol COLDGATE1-04ZK3-...',
    )
    .action((invite: string, dir: string, options: Omit<EnrolOptions, 'invite' | 'dir'>) =>
      run(async (io) => (await import('./enrol-command.js')).runEnrol({ invite, dir, ...options }, io)),
    );
};
