// The commands of evidence on the command line: names, options and help. Their code is loaded only when they run.

import type { ExportOptions } from './export-command.js';
import type { Registration } from './registration.js';
import type { VerifierCommandOptions } from './verifier-command.js';
import type { VerifyCommandOptions } from './verify-command.js';

const each = (value: string, before: readonly string[] = []) => [...before, value];

const exportHelp = `
Everything between the first and the last record goes in, so that nobody need trust the choice.

Formats:
  bundle        JSON with names, documents and every proof (default)
  bundle-cbor   the same in CBOR: one record takes less than 900 bytes in a log of a million
  tlog-proof    C2SP tlog-proof of one record
  cose-receipt  COSE receipt (RFC 9942) of one record; opens the device key

Examples:
  coldgate export --shipment SHIP-0001 -o bundle.json
  coldgate export --from 2026-03-01T08:00:00Z --to 2026-03-01T16:00:00Z -o bundle.json
  coldgate export --shipment SHIP-0001 --for quality-basel -o bundle.sealed
  coldgate export --sequence 4711 --format tlog-proof -o record.tlog-proof`;

export const registerExport: Registration = (program, run) => {
  program
    .command('export')
    .description('write evidence of a shipment, of a time window or of one record')
    .option('-c, --config <file>', 'configuration file', 'coldgate.yaml')
    .option('--shipment <id>', 'all records from the first to the last of this shipment')
    .option('--from <time>', 'first time, ISO 8601; with --to')
    .option('--to <time>', 'last time, ISO 8601; with --from')
    .option('--sequence <number>', 'one record by its place in the log, from 0')
    .option('--records <first-last>', 'from one place in the log to another')
    .option('--format <format>', 'bundle, bundle-cbor, tlog-proof or cose-receipt', 'bundle')
    .requiredOption('-o, --output <file>', 'file to write')
    .option('--for <recipient>', 'seal it for this recipient, by name or public key; repeat it', each)
    .option('--signed-only', 'take records that are not on the ledger yet, proven by the newest checkpoint')
    .option('--force', 'overwrite the file')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', exportHelp)
    .action((options: ExportOptions) =>
      run(async (io) => (await import('./export-command.js')).runExport(options, io)),
    );
};

const verifyHelp = `
Takes every format of coldgate export. Exit code 0: unchanged, and where a ledger was asked also on it. 1: refuted, or not
on that ledger.

With --rpc alone the node is believed. With --block-hash or --quorum the ledger's word is proven by hashes
(eth_getProof), and the node need not be believed.

Examples:
  coldgate verify bundle.json
  coldgate verify record.tlog-proof --rpc http://127.0.0.1:8545
  coldgate verify bundle.json --quorum https://a.example --quorum https://b.example --quorum https://c.example`;

const verifierHelp = `
The page is one file: scripts and styles are in it, it asks no network for anything, and it checks a file by the same code
as coldgate verify. Save it, send it along with a bundle, open it from the disk.

Examples:
  coldgate verifier -o verifier.html`;

export const registerVerifier: Registration = (program, run) => {
  program
    .command('verifier')
    .description('write the page that verifies evidence in a browser, with the network off')
    .requiredOption('-o, --output <file>', 'file to write')
    .option('--force', 'overwrite the file')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', verifierHelp)
    .action((options: VerifierCommandOptions) =>
      run(async (io) => (await import('./verifier-command.js')).runVerifier(options, io)),
    );
};

export const registerVerify: Registration = (program, run) => {
  program
    .command('verify')
    .description('say what a bundle, a tlog-proof or a COSE receipt proves; needs nothing but the file')
    .argument('<file>', 'file made by coldgate export')
    .option('--rpc <url>', 'also ask this node whether the header is on the ledger')
    .option('--gateway <address>', 'the gateway that you expect, 0x and 40 hexadecimal digits')
    .option('--block-hash <hash>', 'block that you trust; the ledger is proven from it')
    .option(
      '--quorum <url>',
      'node that has a vote on the block to trust; at least two, a majority decides',
      each,
    )
    .option('--state-proof <file>', 'state proof to use instead of asking a node for one')
    .option('--save-state-proof <file>', 'keep the state proof that a node gave')
    .option('--leaf <base64url>', 'the record, for a proof that does not carry it')
    .option('--key <file>', 'your recipient key, for a sealed file')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', verifyHelp)
    .action((file: string, options: Omit<VerifyCommandOptions, 'file'>) =>
      run(async (io) => (await import('./verify-command.js')).runVerify({ file, ...options }, io)),
    );
};
