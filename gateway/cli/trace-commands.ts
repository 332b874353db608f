// Name, options and help of `coldgate trace`. Its code is loaded only when it runs.

import type { Registration } from './registration.js';
import type { TraceOptions } from './trace-command.js';

export const registerTrace: Registration = (program, run) => {
  program
    .command('trace')
    .description('all that is known of a logistic unit, a pack or a lot, in order, and what is not known')
    .argument('<id>', "SSCC, EPC in hex, '(01)GTIN(21)serial', '(01)GTIN(10)lot', or a Digital Link")
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--rpc <url>', 'node that is asked for events (default: the first of the configuration)')
    .option('--from-block <n>', 'where to begin on the ledger', '0')
    .option('-o, --output <file>', 'write the result as JSON')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      "\nRecords are checked; events of the ledger are the word of one node. Exit code 1: the log is not what was signed.\n\nExamples:\n  coldgate trace 095211410000000014\n  coldgate trace '(01)09521234543213(21)100007' --json",
    )
    .action((id: string, options: Omit<TraceOptions, 'id'>) =>
      run(async (io) => (await import('./trace-command.js')).runTrace({ id, ...options }, io)),
    );
};
