// `coldgate command`: its names, options and help.

import type { CommandOptions } from './command-command.js';
import type { Registration } from './registration.js';

export const registerCommand: Registration = (program, run) => {
  program
    .command('command')
    .description('sign a command for a gateway, to be published on its command topic')
    .argument(
      '<name>',
      'status, diagnostics, rebirth, acknowledge, shipment-create, shipment-arm, shipment-deliver, configuration-preview or configuration-apply',
    )
    .requiredOption('--gateway <address>', 'address of the gateway that shall obey')
    .requiredOption('--as <key>', 'name of the key in the commands section of that gateway')
    .requiredOption('--key <file>', 'key file, as of `coldgate ledger key`')
    .requiredOption('--passphrase <file>', 'file with its passphrase')
    .option('--id <id>', 'shipment of shipment-arm and shipment-deliver, alert of acknowledge')
    .option('--why <text>', 'reason of acknowledge and configuration-apply')
    .option('--file <file>', 'shipment file of shipment-create, new file of the configuration commands')
    .option('--base <hash>', 'sha256sum of the configuration in force, for configuration-apply')
    .option('--minutes <count>', 'how long it is valid, 1 to 60', '10')
    .addHelpText(
      'after',
      '\nThe answer comes to .../reply/{id}, in MQTT 5 to the response topic. Each command is a record of the log.\nWhat needs a person’s signature (release, reject, assess, sign, accounts) cannot be commanded.\n\nExamples:\n  coldgate command shipment-arm --id SHIP-0001 --gateway 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --as office --key office-key.json --passphrase office-passphrase\n  coldgate command status --gateway 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --as office --key office-key.json --passphrase office-passphrase | mosquitto_pub -h broker -t coldgate/1/truck-17/command/status -q 1 -s',
    )
    .action((name: string, options: Omit<CommandOptions, 'name'>) =>
      run(async (io) => (await import('./command-command.js')).runCommand({ name, ...options }, io)),
    );
};
