// The root of the command line: names, options and help of every command. A command's code is loaded only when
// it runs, so that `coldgate --help` starts neither a database nor a ledger client.

import { Command, CommanderError } from 'commander';
import { packageVersion } from '../package-version.js';
import { registerAgreement } from './agreement-commands.js';
import { registerAlerts } from './alerts-commands.js';
import { registerAudit } from './audit-commands.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';
import { registerCommand } from './command-commands.js';
import { registerConfig } from './config-commands.js';
import { registerCustody } from './custody-commands.js';
import { registerDemo } from './demo-commands.js';
import {
  registerDecode,
  registerMonitor,
  registerPorts,
  registerProbe,
  registerRecord,
  registerReplay,
  registerSimulate,
} from './device-commands.js';
import { withDeviceKey } from './device-key-options.js';
import { registerEpcis } from './epcis-commands.js';
import { reportError } from './error-report.js';
import { registerExport, registerVerifier, registerVerify } from './evidence-commands.js';
import { registerEnrol, registerFleet } from './fleet-commands.js';
import { registerDiag, registerDoctor } from './health-commands.js';
import type { InitOptions } from './init-command.js';
import { registerLedger } from './ledger-commands.js';
import { registerMqtt, registerTopics } from './mqtt-commands.js';
import { registerEvaluate, registerProfiles } from './profile-commands.js';
import { registerDisclose, registerOpen, registerRecipients, registerSeal } from './recipients-commands.js';
import type { CommandTask, Registration, Runner } from './registration.js';
import { registerRelay } from './relay-commands.js';
import { registerInspect, registerQualify, registerReport } from './report-commands.js';
import { registerSerials } from './serials-commands.js';
import { registerShipment } from './shipment-commands.js';
import { registerEpc, registerGs1 } from './tag-commands.js';
import { registerTrace } from './trace-commands.js';
import { registerTrial } from './trial-commands.js';
import { registerUpdate } from './update-commands.js';
import { registerUsers } from './users-commands.js';
import { registerWebhooks } from './webhooks-commands.js';

const registerInit: Registration = (program, run) => {
  withDeviceKey(program.command('init'))
    .description('make a configuration, a device key and a paying key in a folder')
    .argument('[dir]', 'folder to fill; made if absent', '.')
    .option('--name <name>', 'gateway name, 1 to 64 of A-Z a-z 0-9 _ - (default: the host name)')
    .option(
      '--data-dir <path>',
      'where the journal will lie, as the configuration names it (default: ./data)',
    )
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nNothing is ever overwritten.\n\nExamples:\n  coldgate init\n  coldgate init /etc/coldgate --name truck-17 --data-dir /var/lib/coldgate\n  coldgate init --pkcs11 /usr/lib/softhsm/libsofthsm2.so --token truck-17 --pin-file pin',
    )
    .action((dir: string, options: Omit<InitOptions, 'dir'>) =>
      run(async (io) => (await import('./init-command.js')).runInit({ dir, ...options }, io)),
    );
};

const registerCheckConfig: Registration = (program, run) => {
  program
    .command('check-config')
    .description('check a configuration and the files that it names; opens no key and no port')
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nAll problems are listed at once. Warnings do not change the exit code.\n\nExamples:\n  coldgate check-config\n  coldgate check-config -c /etc/coldgate/coldgate.yaml --json',
    )
    .action((options: { config: string; json?: boolean }) =>
      run(async (io) => (await import('./check-config-command.js')).runCheckConfig(options, io)),
    );
};

const registerRun: Registration = (program, run) => {
  program
    .command('run')
    .description('run the gateway until Ctrl-C: every role as a process of its own')
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--role <role>', 'only this role, in this process: gateway or ledger-sync')
    .addHelpText(
      'after',
      '\nLogs are JSON lines on stdout. A role that ends is started again.\n\nExamples:\n  coldgate run -c /etc/coldgate/coldgate.yaml\n  coldgate run -c coldgate.yaml --role gateway',
    )
    .action((options: { config: string; role?: string }) =>
      run(async () => (await import('./run-command.js')).runRoles(options)),
    );
};

const registerStatus: Registration = (program, run) => {
  program
    .command('status')
    .description(
      'how far the log, the brokers and the ledger are; works while the gateway runs and when it is down',
    )
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  coldgate status\n  coldgate status -c /etc/coldgate/coldgate.yaml --json',
    )
    .action((options: { config: string; json?: boolean }) =>
      run(async (io) => (await import('./status-command.js')).runStatus(options, io)),
    );
};

/** Every command, in the order of the help. */
const registrations: readonly Registration[] = [
  registerInit,
  registerEnrol,
  registerFleet,
  registerCheckConfig,
  registerConfig,
  registerRun,
  registerStatus,
  registerDoctor,
  registerDiag,
  registerUpdate,
  registerExport,
  registerVerify,
  registerVerifier,
  registerRecipients,
  registerSeal,
  registerOpen,
  registerDisclose,
  registerReport,
  registerInspect,
  registerQualify,
  registerProfiles,
  registerEvaluate,
  registerShipment,
  registerCustody,
  registerAlerts,
  registerCommand,
  registerWebhooks,
  registerAudit,
  registerUsers,
  registerMqtt,
  registerTopics,
  registerLedger,
  registerAgreement,
  registerRelay,
  registerSerials,
  registerTrace,
  registerTrial,
  registerEpcis,
  registerEpc,
  registerGs1,
  registerPorts,
  registerProbe,
  registerMonitor,
  registerRecord,
  registerReplay,
  registerSimulate,
  registerDecode,
  registerDemo,
];

const helpFooter = `
Exit codes:
  0  done, or proven
  1  refuted, or a check failed
  2  wrong use, or a configuration to mend
  3  could not run: key missing, port taken, disk full

First steps:
  coldgate init ./gateway --name truck-17
  coldgate check-config -c ./gateway/coldgate.yaml`;

/** What a command line asks for: a task, or nothing more than was already said, with its exit code. */
type Asked = { readonly task: CommandTask } | { readonly exitCode: ExitCode };

async function askedBy(argv: readonly string[], io: CliIo): Promise<Asked> {
  let task: CommandTask = async () => exitCodes.ok;
  const program = new Command('coldgate')
    .description('Edge gateway for cold-chain shipments: signed, gap-proof sensor records')
    .version(packageVersion())
    .option('--debug', 'show the stack of an error')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.err(text.trimEnd()),
      outputError: (text, write) => write(`coldgate: ${text.replace(/^error: /, '').trimEnd()} [WRONG_USE]`),
    })
    .addHelpText('after', helpFooter);
  const run: Runner = (asked) => {
    task = asked;
  };
  for (const register of registrations) register(program, run);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version leave through here as well, with code 0; `coldgate` alone shows the help on stderr.
    if (error.exitCode === 0) return { exitCode: exitCodes.ok };
    if (error.code !== 'commander.help')
      io.err('  hint: coldgate --help lists the commands, coldgate help COMMAND its options');
    return { exitCode: exitCodes.wrongUse };
  }
  return { task };
}

/**
 * Runs the command line. While a task runs nothing holds the tree of commands: a role runs for years.
 * @param argv the arguments after the program's name
 * @returns the exit code; nothing is thrown
 */
export async function runProgram(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  try {
    const asked = await askedBy(argv, io);
    return 'task' in asked ? await asked.task(io) : asked.exitCode;
  } catch (error) {
    return reportError(error, io, argv.includes('--debug'));
  }
}
