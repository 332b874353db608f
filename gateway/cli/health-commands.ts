// The commands on how the gateway itself is: names, options and help. Their code is loaded only when they run.

import type { DiagOptions } from './diag-command.js';
import type { DoctorOptions } from './doctor-command.js';
import type { Registration } from './registration.js';

const doctorHelp = `
It changes nothing, and works beside a running gateway and with none: configuration, keys and their modes, disk and file
system, the end of the journal, clock, serial ports and their rights, brokers up to the login, the ledger up to the payer's
money, certificates, calibrations, the systemd unit, memory. Exit code 1: something is to be mended, and it says how.

Examples:
  coldgate doctor -c /etc/coldgate/coldgate.yaml
  coldgate doctor -c coldgate.yaml --offline --json`;

export const registerDoctor: Registration = (program, run) => {
  program
    .command('doctor')
    .description('look for what is wrong with this machine and its configuration, and say what mends it')
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--offline', 'ask nobody beyond this machine')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', doctorHelp)
    .action((options: DoctorOptions) =>
      run(async (io) => (await import('./doctor-command.js')).runDoctor(options, io)),
    );
};

const diagHelp = `
What the doctor says, status, versions, the machine, the shape of the configuration, figures of the journal and of the roles,
and the newest log lines. No record of goods; names, addresses, keys, numbers of devices and places become marks. Each part
has a time limit; one that fails is named in the bundle.

Examples:
  coldgate diag -c /etc/coldgate/coldgate.yaml -o bundle.zip
  coldgate diag -o bundle.zip --offline`;

export const registerDiag: Registration = (program, run) => {
  program
    .command('diag')
    .description('write one redacted file for support')
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .requiredOption('-o, --output <file>', 'file to write, .zip')
    .option('--offline', 'ask nobody beyond this machine')
    .option('--force', 'overwrite the file')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', diagHelp)
    .action((options: DiagOptions) =>
      run(async (io) => (await import('./diag-command.js')).runDiag(options, io)),
    );
};
