// `coldgate epcis`: EPCIS 2.0 for people and scripts.

import type { EpcisExportOptions } from './epcis-export-command.js';
import type { Registration } from './registration.js';

export const registerEpcis: Registration = (program, run) => {
  const epcis = program
    .command('epcis')
    .description('EPCIS 2.0 events: their hash ids, and those of the log');
  epcis
    .command('hash')
    .description('print the CBV 2.0 hash id of each event in a document, one a line')
    .argument('<file>', 'EPCIS document in JSON-LD or XML; - reads standard input')
    .option('--pre-hash', 'print what is hashed instead')
    .option('--json', 'print one JSON object per event')
    .addHelpText(
      'after',
      '\nThe id names an event; it proves nothing, since different events can have one.\nExit code 0: printed. 2: no EPCIS document.\n\nExamples:\n  coldgate epcis hash events.jsonld\n  coldgate epcis export --shipment SHIP-0001 | coldgate epcis hash -',
    )
    .action((file: string, options: { preHash?: boolean; json?: boolean }) =>
      run(async (io) => (await import('./epcis-command.js')).runEpcisHash({ file, ...options }, io)),
    );
  epcis
    .command('export')
    .description('write what the log tells as EPCIS 2.0 events')
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--journal <file>', 'journal to read without a configuration')
    .option('--shipment <id>', 'events of this shipment only')
    .option('--from <time>', 'first time, ISO 8601')
    .option('--to <time>', 'last time, ISO 8601')
    .option('--format <format>', 'document or ndjson', 'document')
    .option('-o, --output <file>', 'file to write; else the terminal')
    .option('--force', 'overwrite the file')
    .addHelpText(
      'after',
      '\nExamples:\n  coldgate epcis export --shipment SHIP-0001 -o events.json\n  coldgate epcis export --journal journal.db --format ndjson',
    )
    .action((options: EpcisExportOptions) =>
      run(async (io) => (await import('./epcis-export-command.js')).runEpcisExport(options, io)),
    );
};
