// Names, options and help of the commands that make reports. Their code is loaded only when they run.

import { credentialHelp, withCredentials } from './credential-options.js';
import type { InspectOptions } from './inspect-command.js';
import type { QualifyOptions } from './qualify-command.js';
import type { Registration } from './registration.js';
import type { ReportOptions } from './report-command.js';

const reportHelp = `
Every record from the first to the last of the shipment is checked against the signed log while it is read. The same records
give the same bytes, on every machine. Times are UTC.

  pdf   for people: parties, probes with certificates, chart, rules, excursions, custody, signatures, audit extract, proof
  csv   every temperature reading (RFC 4180)
  json  all that the PDF says, as data; --schema prints its JSON Schema

Exit code 1: something is not what was signed; the report is written all the same, and says so on its first page.

Examples:
  coldgate report SHIP-0001 -o report.pdf
  coldgate report SHIP-0001 -o bericht.pdf --lang de
  coldgate report SHIP-0001 -o readings.csv`;

export const registerReport: Registration = (program, run) => {
  program
    .command('report')
    .description('write the report of a shipment as PDF, CSV or JSON')
    .argument('[shipment]', 'id of the shipment')
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('-o, --output <file>', 'file to write')
    .option('--format <format>', 'pdf, csv or json (default: by the extension of the file)')
    .option('--lang <language>', 'language of the PDF: en or de', 'en')
    .option('--force', 'overwrite the file')
    .option('--schema', 'print the JSON Schema of the report and nothing else')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', reportHelp)
    .action((shipment: string | undefined, options: ReportOptions) =>
      run(async (io) => (await import('./report-command.js')).runReport(shipment, options, io)),
    );
};

const inspectHelp = `
In the ZIP: report (PDF, JSON), every reading (CSV), the audit trail, the evidence bundle, the calibration certificates that
the configuration names (certificateFile), a page that verifies the bundle offline, a README and a manifest of hashes.

Exit code 1: something is not what was signed; the pack says so and holds no evidence.

Examples:
  coldgate inspect SHIP-0001 -o pack.zip
  coldgate verify evidence-bundle.json`;

export const registerInspect: Registration = (program, run) => {
  program
    .command('inspect')
    .description(
      "write an inspector's pack of a shipment: report, readings, evidence, certificates, audit trail",
    )
    .argument('<shipment>', 'id of the shipment')
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .requiredOption('-o, --output <file>', 'ZIP file to write')
    .option('--lang <language>', 'language of the PDF: en or de', 'en')
    .option('--force', 'overwrite the file')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', inspectHelp)
    .action((shipment: string, options: InspectOptions) =>
      run(async (io) => (await import('./inspect-command.js')).runInspect(shipment, options, io)),
    );
};

const qualifyHelp = `
Installation: versions, SQLite's level of durability, file system, room, flush, keys and their rights, ports, clock.
Operation: the journal verifies, probes speak and have certificates, alarms over known temperatures come out to the minute,
hashes and signatures give the published answers, brokers and the ledger answer.

Run it where the gateway runs, as the user of the gateway. Exit code 1: a check failed; the report says which.

Examples:
  coldgate qualify -o qualification.pdf --by 'Tara Example'
  coldgate qualify -o qualification.pdf --sign executed --as dana
  coldgate qualify --of qualification.json --sign approved --as wim${credentialHelp}`;

export const registerQualify: Registration = (program, run) => {
  withCredentials(program.command('qualify'))
    .description('check this machine and write an IQ/OQ report: what was run, expected and found')
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('-o, --output <file>', 'PDF file to write; the data go beside it as .json')
    .option('--by <name>', 'printed name of whoever runs it')
    .option(
      '--sign <meaning>',
      'sign it into the log as executed, reviewed or approved; needs the running gateway',
    )
    .option('--of <file>', 'sign the qualification in this .json file, and run nothing')
    .option('--force', 'overwrite the files')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', qualifyHelp)
    .action((options: QualifyOptions) =>
      run(async (io) => {
        const { runQualify } = await import('./qualify-command.js');
        return runQualify(options, io, (await import('./asking-parts.js')).askingParts(options));
      }),
    );
};
