// Name, options and help of the audit command. Its code is loaded only when it runs.

import type { AuditOptions } from './audit-command.js';
import type { Registration } from './registration.js';

const collect = (value: string, before: string[] = []) => [...before, value];

export const registerAudit: Registration = (program, run) => {
  program
    .command('audit')
    .description('what people did and what happened, verified against the signed log while it is read')
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--from <time>', 'first time, ISO 8601')
    .option('--to <time>', 'last time, ISO 8601')
    .option('--kind <name>', 'kind of record or type of its detail; may be repeated', collect)
    .option('--subject <name>', 'probe, device, shipment or desk that it is about')
    .option('--actor <account>', 'account of whoever did it')
    .option('--shipment <id>', 'only what belongs to this shipment')
    .option('--limit <n>', 'the newest n, 1 to 10000')
    .option('--gateway <address>', 'the gateway that you expect, 0x and 40 hexadecimal digits')
    .option('--quick', 'check every record and root, but one signature per 1024 records only')
    .option('--json', 'print one JSON document per line: entry, broken, and at the end summary')
    .addHelpText(
      'after',
      '\nEvery leaf, root and signature of the log is checked, whatever is shown; names and details of what is shown.\nWhat was cut off at the end is not seen here: compare with the ledger (coldgate status) and the key mark.\nExit code 1: something is not what was signed. A detail that was erased is missing, and records\nthat were deleted by rule are named with the signed records that say so: no fault of the log.\n\nExamples:\n  coldgate audit --from 2026-03-01T00:00:00Z --kind review --kind request-refused\n  coldgate audit --actor dana --json\n  coldgate audit --limit 50',
    )
    .action((options: AuditOptions) =>
      run(async (io) => (await import('./audit-command.js')).runAudit(options, io)),
    );
};
